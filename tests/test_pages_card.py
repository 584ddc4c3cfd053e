"""The control card of an instruction and the справка of a meeting: what they say, to whom, in how many queries."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programs.instructions import card, services
from programs.instructions.choices import (
    AccessMark,
    DeadlineKind,
    DeadlineState,
    ExecutorRole,
    InstructionForm,
    InstructionState,
)
from programs.instructions.models import Act
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_source,
    make_user,
)
from tests.pages import Reader, read
from tests.test_pages_markup import check_landmarks, inline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

ISSUED = date(2026, 1, 31)
ON = date(2026, 2, 25)  # a Wednesday
LATE = date(2026, 2, 16)
PARTIAL = "You see the executors within your scope; others, if any, are not shown."


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Every page of this module is read on ON."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: ON)


@pytest.fixture
def official(db):
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def aigerim(db):
    return make_user(Role.CONTROLLER, first_name="Айгерим")


def at(instruction):
    return f"/instructions/{instruction.pk}/"


def test_card_says_all_about_the_instruction(official):
    instruction = make_instruction(
        AKMOLA,
        number="17",
        text="Подключить районы",
        expected_result="Районы подключены",
        form=InstructionForm.DIRECTION,
        quote="подключить все районы",
        issued_by="Аким",
        issued_on_is_estimate=True,
        issued_on_note="По дате публикации",
        meeting=make_meeting(title="Заседание"),
        program=make_program(name_ru="Ауыл аманаты"),
        source=make_source(url="https://inform.kz/1", title="inform.kz"),
        term="в двухнедельный срок",
        note="Срок выведен",
        controller=make_user(first_name="Айгерим"),
    )
    page = official.get(at(instruction))
    for expected in (
        "Control card № 17 · as of 25.02.2026 Подключить районы",
        "Expected result Районы подключены",
        "Quote подключить все районы",
        "State on control",
        "Form direction",
        "Issued by Аким",
        "Issued 31.01.2026 date estimated По дате публикации",
        "Meeting Заседание, 31.01.2026",
        "Term as worded «в двухнедельный срок»",
        "If the last day is a day off to the next working day",
        "Programme Ауыл аманаты",
        "Controller Айгерим",
        "Note Срок выведен",
        "Nobody is named to do it",
        "Nothing is recorded yet.",
    ):
        assert expected in page.words, expected
    assert page.links["source: inform.kz"] == "https://inform.kz/1"
    assert page.links["Заседание, 31.01.2026"] == f"/meetings/{instruction.meeting_id}/"
    assert "for official use" not in page.words


def test_card_says_when_each_executor_is_due_and_how_late(official):
    instruction = make_instruction(term="в двухнедельный срок", source=make_source(), ref="1")
    make_deadline(
        AKMOLA,
        instruction=instruction,
        due=LATE,
        due_original=date(2026, 2, 14),
        reckoning=[{"step": "by_hand", "to": "2026-02-16"}],
        kind=DeadlineKind.INTERIM,
        period_key="1",
    )
    page = official.get(at(instruction))
    for expected in (
        "lead · Регион 110000000 · interim 1",
        "16.02.2026 originally 14.02.2026 how reckoned «в двухнедельный срок» set by hand: 16.02.2026",
        "overdue · in work the source does not report execution 9 7 working",
    ):
        assert expected in page.words, expected


def test_card_shows_the_ledger_the_reports_and_the_journal(official, aigerim):
    deadline = make_deadline(due=date(2026, 3, 10), due_original=None, state=DeadlineState.DRAFT)
    instruction = deadline.instruction
    type(instruction).objects.filter(pk=instruction.pk).update(state=InstructionState.DRAFT)
    by = {"by": aigerim, "on": ON}
    services.issue_instruction(instruction=instruction, **by)
    asked = services.request_extension(deadline=deadline, new_due=date(2026, 3, 18), reason="Снег", **by)
    services.grant_extension(extension=asked, comment="Разрешаю", **by)
    file = SimpleUploadedFile("акт.pdf", b"%PDF-1.4", "application/pdf")
    report = services.submit_report(deadline=deadline, text="Сделано\nвсё", files=[file], **by)
    services.return_report(report=report, reason="Не всё", **by)
    page = official.get(at(instruction))
    for expected in (
        "25.02.2026 Айгерим Снег 18.03.2026 granted 25.02.2026 , Айгерим Разрешаю",
        "25.02.2026 , Айгерим · returned for more work Сделано всё",
        "акт.pdf (8",
        "Decision: returned for more work, 25.02.2026 , Айгерим. Не всё",
        "Снег asked for: 18.03.2026",
        "last day: 10.03.2026 → 18.03.2026",
        "draft → in work original last day: – → 10.03.2026",
        "reported, under review → in work",
    ):
        assert expected in page.words, expected
    assert page.links["акт.pdf"] == f"/attachments/{report.attachments.get().pk}/"
    verbs = ("issued", "extension asked for", "extension granted", "report submitted", "report returned")
    journal = page.words.partition("What changed")[2]
    places = [journal.index(verb) for verb in verbs]
    assert places == sorted(places)


def test_one_act_on_many_executors_is_one_row_of_the_journal(official, aigerim):
    instruction = make_instruction(state=InstructionState.DRAFT)
    of_the_same_day = [make_organisation(name_ru=f"Акимат {n}") for n in range(3)]
    services.add_executors(
        instruction=instruction, executors=of_the_same_day, role=ExecutorRole.EQUAL, by=aigerim, on=ON, due=ON
    )
    make_deadline(
        instruction=instruction,
        executor=make_organisation(name_ru="Позднейший"),
        role=ExecutorRole.EQUAL,
        due=date(2026, 3, 10),
        due_original=None,
        state=DeadlineState.DRAFT,
    )
    services.issue_instruction(instruction=instruction, by=aigerim, on=ON)
    page = official.get(at(instruction))
    journal = page.words.partition("What changed")[2]
    assert "issued 3 executors: Акимат 0, Акимат 1, Акимат 2 25.02.2026" in journal
    assert "issued Позднейший 25.02.2026" in journal  # its date differs
    assert journal.count("Айгерим") == 3  # the instruction, the three, the other


def test_the_journal_is_shown_in_parts(official, monkeypatch):
    monkeypatch.setattr(card, "ACTS_SHOWN", 2)
    deadline = make_deadline()
    for n in range(5):
        deadline.acts.create(
            instruction=deadline.instruction, verb="cancel", on=ON + timedelta(days=n), by_name=f"Автор {n}"
        )
    page, seen = official.get(at(deadline.instruction)), []
    while True:
        seen.append([f"Автор {n}" in page.words for n in range(5)])
        if "Earlier acts" not in page.links:
            break
        page = official.get(at(deadline.instruction) + page.links["Earlier acts"])
    assert seen == [[False] * 3 + [True] * 2, [False, True, True, False, False], [True] + [False] * 4]
    assert page.links["Latest acts"] == at(deadline.instruction) + "#journal"
    assert official.get(at(deadline.instruction) + "?before=x").status == 404


# Who sees it


def test_restricted_instruction_carries_its_mark_and_is_shown_to_those_who_may(official, aigerim):
    instruction = make_instruction(text="Тайное", access_mark=AccessMark.RESTRICTED)
    make_deadline(instruction=instruction)
    assert official.get(at(instruction)).status == 404
    page = Reader(aigerim).get(at(instruction))
    assert "for official use (ДСП) Тайное" in page.words


def test_card_of_another_region_does_not_exist():
    instruction = make_instruction(AKMOLA)
    make_deadline(AKMOLA, instruction=instruction)
    assert Reader(make_user(Role.OFFICIAL, region=AKMOLA)).get(at(instruction)).status == 200
    for user in (
        make_user(Role.OFFICIAL, region=ZHAMBYL),
        make_user(Role.OFFICIAL, region=None),
        make_user(Role.EXECUTOR, organisation=make_organisation()),
    ):
        assert Reader(user).get(at(instruction)).status == 404


def test_card_opens_to_readers_of_instructions_only():
    instruction = make_instruction()
    assert Reader(make_user(Role.EDITOR)).get(at(instruction)).status == 403
    assert Reader().client.get(at(instruction)).url == f"/login/?next={at(instruction)}"


@pytest.mark.parametrize(
    "address", ["/instructions/0/", "/instructions/9223372036854775808/", f"/meetings/{'9' * 30}/"]
)
def test_a_number_nobody_has_is_no_error(official, address):
    assert official.get(address).status == 404


def test_an_executor_sees_the_own_deadline_and_its_journal_alone(aigerim):
    instruction = make_instruction()
    own = make_deadline(instruction=instruction, role=ExecutorRole.EQUAL)
    other = make_deadline(instruction=instruction, role=ExecutorRole.EQUAL)
    services.submit_report(deadline=other, text="Чужой отчёт", by=aigerim, on=ON)
    page = Reader(make_user(Role.EXECUTOR, organisation=own.executor)).get(at(instruction))
    assert str(own.executor) in page.words
    assert str(other.executor) not in page.words
    assert PARTIAL in page.words
    assert "Чужой" not in page.words
    assert "report submitted" not in page.words


def test_a_reader_of_one_region_is_told_that_others_are_left_out(official):
    instruction = make_instruction(AKMOLA)
    make_deadline(ZHAMBYL, instruction=instruction)
    of_region = Reader(make_user(Role.OFFICIAL, region=AKMOLA)).get(at(instruction)).words
    assert PARTIAL in of_region
    assert "Nobody is named to do it" not in of_region  # somebody is, out of sight
    assert PARTIAL not in official.get(at(instruction)).words


def buttons(reader, instruction):
    links = reader.get(at(instruction)).links.values()
    return {href.split("/act/")[1].strip("/") for href in links if "/act/" in href}


def test_buttons_are_those_of_the_reader(official, aigerim):
    deadline = make_deadline()
    executor = Reader(make_user(Role.EXECUTOR, organisation=deadline.executor))
    assert buttons(official, deadline.instruction) == set()
    assert buttons(executor, deadline.instruction) == {"report", "request_extension"}
    assert buttons(Reader(aigerim), deadline.instruction) == {"remove", "cancel"}
    make_deadline(instruction=deadline.instruction, kind=DeadlineKind.PERIODIC, period_key="2026-03")
    assert buttons(Reader(aigerim), deadline.instruction) == {"remove", "cancel", "change_term"}


def test_where_no_controller_is_named_the_card_says_whom_to_ask(official, aigerim):
    instruction = make_instruction(AKMOLA, issued_by="Премьер-министр")
    told = "not named in the registry to ask: whom it was given by, Премьер-министр"
    assert told in official.get(at(instruction)).words
    assert "Name the controller" not in official.get(at(instruction)).links
    form = Reader(make_user(Role.CONTROLLER, is_staff=True)).get(at(instruction)).links["Name the controller"]
    assert form == f"/admin/instructions/instruction/{instruction.pk}/change/#id_controller"
    elsewhere = Reader(make_user(Role.CONTROLLER, region=ZHAMBYL, is_staff=True))
    make_deadline(ZHAMBYL, instruction=instruction)
    assert "Name the controller" not in elsewhere.get(at(instruction)).links
    instruction.controller = aigerim
    instruction.save()
    assert "not named in the registry" not in official.get(at(instruction)).words


def test_rare_acts_stand_on_the_page_of_the_deadline(official, aigerim):
    """Seventeen executors would otherwise fold the same four acts seventeen times."""
    deadline = make_deadline()
    name, page = str(deadline.executor), f"/deadlines/{deadline.pk}/"
    assert Reader(aigerim).get(at(deadline.instruction)).links[name] == page
    assert name not in official.get(at(deadline.instruction)).links
    offered = Reader(aigerim).get(page).links.values()
    assert {href for href in offered if "/act/" in href} == {
        f"{page}act/{verb}/" for verb in ("replace_executor", "correct_due", "cancel")
    }
    assert "Nothing is yours to do here now" in official.get(page).words


def test_the_lists_and_the_board_lead_to_the_card(official):
    deadline = make_deadline(due=LATE, instruction=make_instruction(text="Подключить", meeting=make_meeting()))
    for path in ("/", "/deadlines/", "/instructions/"):
        assert official.get(path).links["Подключить"] == at(deadline.instruction)


@pytest.mark.once
@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_card_meeting_and_acts_are_whole_without_script_in_every_language(aigerim, language):
    instruction = make_instruction(meeting=make_meeting(notes="Позиция"), issued_on_note="по публикации")
    fill(instruction, 2, aigerim)
    first, second = instruction.deadlines.order_by("pk")
    services.return_report(report=second.reports.get(), by=aigerim, on=ON, reason="Не всё")
    reader = Reader(aigerim, language)
    acts = [f"/deadlines/{first.pk}/act/{verb}/" for verb in ("accept", "return", "cancel", "correct_due", "reopen")]
    acts += [f"/deadlines/{second.pk}/act/replace_executor/", f"/instructions/{instruction.pk}/act/change_term/"]
    for path in (at(instruction), f"/meetings/{instruction.meeting_id}/", *acts):
        for response in (reader.client.get(path), reader.client.post(path)):
            if response.status_code != 405:
                check_landmarks(read(response), language)
                assert list(inline(read(response))) == []


def fill(instruction, n, user):
    for _ in range(n):
        deadline = make_deadline(AKMOLA, instruction=instruction, role=ExecutorRole.EQUAL, due=date(2026, 3, 10))
        asked = services.request_extension(deadline=deadline, new_due=date(2026, 3, 18), reason="Снег", by=user, on=ON)
        services.grant_extension(extension=asked, by=user, on=ON)
        files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4") for n in range(2)]
        services.submit_report(deadline=deadline, text="Сделано", files=files, by=user, on=ON)


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CONTROLLER])
def test_number_of_queries_does_not_grow_with_the_executors(role, aigerim):
    instruction = make_instruction(meeting=make_meeting(), program=make_program(), source=make_source())
    reader, counts = Reader(make_user(role)), []
    for n in (1, 29):
        fill(instruction, n, aigerim)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(at(instruction)).status == 200
        counts.append(len(captured))
    assert counts == [12, 12]  # 5 for the session, the rights and the role; then the instruction, the calendar, the
    # deadlines, their extensions, reports and files, the journal
    assert Act.objects.count() == 90


# The meeting


def test_meeting_shows_its_instructions_with_executors_and_counts(official):
    meeting = make_meeting(
        title="Заседание", chair="Премьер", place="Астана", protocol_number="8", notes="Позиция\nстраны",
        source=make_source(title="primeminister.kz"),
    )  # fmt: skip
    first = make_instruction(meeting=meeting, text="Первое", number="1", term="до 16 февраля", issued_by="Премьер")
    make_deadline(AKMOLA, instruction=first, due=LATE)
    make_deadline(ZHAMBYL, instruction=first, role=ExecutorRole.CO, due=LATE, state=DeadlineState.FULFILLED)
    make_instruction(meeting=meeting, text="Ничьё", number="2")
    make_deadline(instruction=make_instruction(text="Чужое"))
    page = official.get(f"/meetings/{meeting.pk}/")
    for expected in (
        "Held on 31.01.2026", "Chaired by Премьер", "Place Астана", "Protocol number 8", "Позиция страны",
        "primeminister.kz", "№ 1. Первое on control · Премьер · «до 16 февраля»", "№ 2. Ничьё",
        "No executor in your scope is named.", "overdue · in work 9 7 working",
    ):  # fmt: skip
        assert expected in page.words, expected
    assert "Чужое" not in page.words
    assert page.links["Первое"] == at(first)
    for words, n in (("2 instructions given", 2), ("1 deadline overdue", 1), ("1 deadline fulfilled", 1)):
        assert official.count(page.links[words]) == n


def test_acts_of_a_meeting_are_buttons_for_those_who_may(official, aigerim):
    instruction = make_instruction(meeting=make_meeting())
    deadline = make_deadline(instruction=instruction)
    services.submit_report(deadline=deadline, text="Сделано", by=aigerim, on=ON)
    co_executor = make_deadline(AKMOLA, instruction=instruction, role=ExecutorRole.CO).executor
    own = Reader(make_user(Role.EXECUTOR, organisation=co_executor))
    address = f"/meetings/{instruction.meeting_id}/"
    acts = {
        reader: {href for href in reader.get(address).links.values() if "/act/" in href}
        for reader in (official, Reader(aigerim), own)
    }
    whose = f"/deadlines/{deadline.pk}/act"
    assert acts.pop(official) == set()
    assert {href.rpartition("/act/")[2] for href in acts.pop(own)} == {"report/", "request_extension/"}
    [controllers] = acts.values()
    assert controllers == {f"{whose}/accept/", f"{whose}/return/", f"/instructions/{instruction.pk}/act/remove/"}
    assert Reader(aigerim).get(f"{whose}/accept/").status == 200


def test_instructions_of_a_meeting_stand_in_the_order_of_their_numbers(official):
    meeting, numbers = make_meeting(), ["1.10", "", "п. 1.2", "12"]
    for number in numbers:
        make_instruction(meeting=meeting, number=number, text=f"Поручение-{number or 'без'}.")
    words = official.get(f"/meetings/{meeting.pk}/").words
    places = [words.index(f"Поручение-{number}.") for number in ("п. 1.2", "1.10", "12", "без")]
    assert places == sorted(places)


def test_meeting_counts_nothing_restricted(official, aigerim):
    meeting = make_meeting()
    secret = make_instruction(meeting=meeting, text="Тайное", access_mark=AccessMark.RESTRICTED)
    make_deadline(instruction=secret, due=LATE)
    page = Reader(aigerim).get(f"/meetings/{meeting.pk}/")
    assert "For official use, not counted Тайное for official use (ДСП)" in page.words
    assert "0 instructions given 0 deadlines overdue" in page.words
    assert "Тайное" not in official.get(f"/meetings/{meeting.pk}/").words


def test_meeting_is_seen_by_its_instructions():
    meeting = make_meeting()
    make_instruction(AKMOLA, meeting=meeting)
    assert Reader(make_user(Role.OFFICIAL, region=AKMOLA)).get(f"/meetings/{meeting.pk}/").status == 200
    assert Reader(make_user(Role.OFFICIAL, region=ZHAMBYL)).get(f"/meetings/{meeting.pk}/").status == 404
    assert Reader(make_user(Role.EDITOR)).get(f"/meetings/{meeting.pk}/").status == 403


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CONTROLLER])
def test_number_of_queries_of_a_meeting_does_not_grow(role):
    reader = Reader(make_user(role))
    meeting, counts = make_meeting(), set()
    for n in (1, 10):
        for _ in range(n):
            instruction = make_instruction(meeting=meeting, program=make_program())
            make_deadline(AKMOLA, instruction=instruction)
            make_deadline(ZHAMBYL, instruction=instruction, role=ExecutorRole.CO)
        with CaptureQueriesContext(connection) as captured:
            reader.get(f"/meetings/{meeting.pk}/")
        counts.add(len(captured))
    assert counts == {9}  # 5 as everywhere; the meeting, the calendar, the instructions, the deadlines
