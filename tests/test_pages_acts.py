"""The doors of the acts: who may open them, what they ask, what they do and how they refuse."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from programs.instructions import services
from programs.instructions.acts import DEADLINE_ACTS, INSTRUCTION_ACTS
from programs.instructions.choices import (
    AccessMark,
    DeadlineState,
    ExecutorRole,
    InstructionState,
    Verb,
)
from programs.instructions.doing import FIELD_OF, ON_DEADLINE, ON_INSTRUCTION
from programs.instructions.models import Act, Attachment, Deadline, Extension, Instruction, Report
from regions.models import Organisation
from registry.accounts.choices import Role
from tests.acts import DUE, LATER, OF_EXECUTOR, ON, answers, each_act, ready
from tests.factories import AKMOLA, ZHAMBYL, make_deadline, make_instruction, make_organisation, make_region, make_user
from tests.pages import Reader, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

PDF = b"%PDF-1.4 report"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: ON)


@pytest.fixture
def aigerim(db):
    return make_user(Role.CONTROLLER, first_name="Айгерим")


@pytest.fixture
def controller(aigerim):
    return Reader(aigerim)


def page_of(subject, verb):
    kind = "instructions" if isinstance(subject, Instruction) else "deadlines"
    return f"/{kind}/{subject.pk}/act/{verb}/"


def post(reader, path, **answers):
    """What the page offers to send, with `answers` in place of its own; a file is sent as a browser does."""
    sent = {name: value for name, value in reader.get(path).fields.items() if value != "None"} | answers
    return reader.client.post(path, sent)


def stored(row):
    return type(row).objects.get(pk=row.pk)


# The table: role × act


def people(subject, where):
    """Named by role and place."""
    deadline = subject if where == "deadline" else subject.deadlines.get()
    body = deadline.executor
    return {
        "controller": make_user(Role.CONTROLLER),
        "controller of the region": make_user(Role.CONTROLLER, region=AKMOLA),
        "controller of another region": make_user(Role.CONTROLLER, region=ZHAMBYL),
        "executor of the own body": make_user(Role.EXECUTOR, organisation=body),
        "executor of a parent body": make_user(Role.EXECUTOR, organisation=parent_of(body)),
        "executor of another body": make_user(Role.EXECUTOR, organisation=make_organisation(AKMOLA)),
        "official": make_user(Role.OFFICIAL),
        "administrator": make_user(Role.ADMINISTRATOR),
        "editor": make_user(Role.EDITOR),
        "nobody's": make_user(Role.CONTROLLER, region=None),
    }


def parent_of(body):
    body.parent = make_organisation(AKMOLA)
    body.save()
    return body.parent


def expected_of(where, verb):
    by_executor = where == "deadline" and verb in OF_EXECUTOR
    own = 200 if by_executor else 403
    drafts = 404 if where == "instruction" and verb == Verb.ISSUE else own  # an executor hears of what is issued
    return {
        "controller": 403 if by_executor else 200,
        "controller of the region": 403 if by_executor else 200,
        "controller of another region": 404,
        "executor of the own body": drafts,
        "executor of a parent body": drafts,
        "executor of another body": 404,
        "official": 403,
        "administrator": 403,
        "editor": 403,
        "nobody's": 404,
    }


@pytest.mark.once
@each_act
def test_who_may_open_and_who_may_do(aigerim, where, verb):
    subject = ready(where, verb, aigerim)
    users, before = people(subject, where), Act.objects.count()
    path = page_of(subject, verb)
    got = {name: Reader(user).get(path).status for name, user in users.items()}
    assert got == expected_of(where, verb)
    for name, status in got.items():
        if status != 200:
            sent = {"seen": 1, "on": "2026-02-25"} | answers(where, verb)
            assert Reader(users[name]).client.post(path, sent).status_code == status, name
    assert Act.objects.count() == before


@each_act
def test_the_act_is_done_and_leads_back_to_the_card(aigerim, where, verb):
    subject = ready(where, verb, aigerim)
    executor = subject.executor if where == "deadline" else None
    own = where == "deadline" and verb in OF_EXECUTOR
    reader = Reader(make_user(Role.EXECUTOR, organisation=executor) if own else aigerim)
    done = Act.objects.count()
    response = post(reader, page_of(subject, verb), **answers(where, verb))
    assert response.status_code == 302, read(response).words
    instruction = subject if where == "instruction" else subject.instruction
    assert response.url == f"/instructions/{instruction.pk}/"
    card = reader.get(response.url)
    doing = (ON_INSTRUCTION if where == "instruction" else ON_DEADLINE)[verb]
    assert str(doing.done) in card.words
    acts = Act.objects.order_by("pk")[done:]
    assert verb in {act.verb for act in acts}
    assert {act.on for act in acts} == {ON}
    assert {act.by_name for act in acts} == {str(reader.client.get("/").context["user"])}


def test_the_table_of_doors_is_that_of_rights():
    assert set(ON_INSTRUCTION) == set(INSTRUCTION_ACTS)
    assert set(ON_DEADLINE) == set(DEADLINE_ACTS)
    assert set(FIELD_OF.values()) <= {name for each in ON_DEADLINE.values() for name in each.form.base_fields} | {
        "term"
    }


def test_signed_out_is_sent_to_sign_in():
    path = page_of(make_deadline(), "report")
    assert Reader().client.get(path).url == f"/login/?next={path}"


@pytest.mark.parametrize("verb", ["accepted", "move_with_calendar", "issue", "x"])
def test_no_such_act(controller, verb):
    assert controller.get(page_of(make_deadline(), verb)).status == 404


def test_an_act_needs_the_token_of_the_form(aigerim):
    path = page_of(make_deadline(), "cancel")
    reader = Reader()
    reader.client.handler.enforce_csrf_checks = True
    reader.client.force_login(aigerim)
    assert reader.client.post(path, {"seen": 1, "on": "2026-02-25", "reason": "x"}).status_code == 403
    assert Act.objects.count() == 0


def test_restricted_instruction_is_acted_on_by_those_who_may_see_it(aigerim):
    deadline = make_deadline(instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    executor = Reader(make_user(Role.EXECUTOR, organisation=deadline.executor))
    assert executor.get(page_of(deadline, "report")).status == 404
    assert "for official use (ДСП)" in Reader(aigerim).get(page_of(deadline, "cancel")).words


def test_a_lead_sees_its_co_executors_and_does_not_report_for_them():
    co = make_deadline(role=ExecutorRole.CO)
    lead = make_deadline(instruction=co.instruction)
    reader = Reader(make_user(Role.EXECUTOR, organisation=lead.executor))
    assert str(co.executor) in reader.get(f"/instructions/{co.instruction_id}/").words
    assert reader.get(page_of(co, "report")).status == 403


# What a form refuses; everything typed stays


@pytest.mark.parametrize(
    ("verb", "sent", "said"),
    [
        ("cancel", {"on": "2026-02-26", "reason": "Так"}, "The date is in the future."),
        ("cancel", {"on": "32.02.2026", "reason": "Так"}, "Enter a valid date."),
        ("cancel", {"on": "", "reason": "Так"}, "This field is required."),
        ("cancel", {"reason": "   "}, "This field is required."),
        ("cancel", {"reason": "я" * 4001}, "at most 4000 characters"),
        ("cancel", {"reason": "а\x00б"}, "Null characters are not allowed."),
        ("cancel", {"seen": "", "reason": "Так"}, "This field is required."),
        ("cancel", {"seen": "9" * 40, "reason": "Так"}, "Somebody else has changed this"),
        ("correct_due", {"due": "2026-13-01", "reason": "Так"}, "Enter a valid date."),
        ("replace_executor", {"executor": "9" * 30, "reason": "Так"}, "There is no such organisation to choose"),
        ("replace_executor", {"executor": "", "reason": "Так"}, "Find the organisation and choose it."),
        ("accept", {"report": "77"}, "Select a valid choice."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_written(controller, aigerim, verb, sent, said):
    deadline = ready("deadline", Verb(verb), aigerim)
    before = Deadline.objects.values().get(pk=deadline.pk), Act.objects.count()
    response = post(controller, page_of(deadline, verb), **sent)
    page = read(response)
    assert response.status_code in (400, 409)
    assert said in page.words
    assert " ".join(sent.get("reason", "").split()) in page.words
    if "on" in sent:
        assert page.fields.get("on", "") == sent["on"]
    assert (Deadline.objects.values().get(pk=deadline.pk), Act.objects.count()) == before


@pytest.mark.parametrize(
    ("new_due", "status", "said"),
    [
        ("2026-03-10", 400, "must be later"),
        ("2020-01-06", 400, "must be later"),
        ("0001-01-01", 400, "must be later"),
        ("2026-03-14", 409, "is a day off"),
        ("", 400, "This field is required."),
    ],
)
def test_more_time_is_asked_for_a_later_working_day(new_due, status, said):
    deadline = make_deadline(due=DUE)
    reader = Reader(make_user(Role.EXECUTOR, organisation=deadline.executor))
    response = post(reader, page_of(deadline, "request_extension"), new_due=new_due, reason="Снег")
    assert response.status_code == status
    assert said in read(response).words
    assert "Снег" in read(response).words
    assert not Extension.objects.exists()


def test_a_day_at_the_end_of_time_is_no_error():
    deadline = make_deadline(due=DUE)
    reader = Reader(make_user(Role.EXECUTOR, organisation=deadline.executor))
    response = post(reader, page_of(deadline, "request_extension"), new_due="9999-12-31", reason="Снег")
    assert response.status_code in (302, 400, 409)


def test_a_date_before_the_last_act_is_told_beside_the_date(controller, aigerim):
    deadline = ready("deadline", Verb.ACCEPT, aigerim)
    response = post(controller, page_of(deadline, "accept"), on="2026-02-20", comment="Принято")
    page = read(response)
    assert response.status_code == 409
    assert "The last act is of 25.02.2026" in page.words
    assert page.has("input", name="on", value="2026-02-20")
    assert "Принято" in page.words
    assert stored(deadline).state == DeadlineState.REPORTED


def test_the_date_offered_is_today(controller):
    assert controller.get(page_of(make_deadline(), "cancel")).fields["on"] == "2026-02-25"


# Another executor is found by words


def choices(page):
    """Names of the organisations offered, by key."""
    return {attrs["value"] for tag, attrs in page.tags if tag == "input" and attrs.get("name") == "executor"}


@pytest.fixture
def akimats(db):
    names = ("Акимат Целиноградского района", "Акимат Жамбылского района", "Ұлттық банк")
    regions = (AKMOLA, ZHAMBYL, ZHAMBYL)
    return [make_organisation(region, name_ru=name) for region, name in zip(regions, names, strict=True)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("целиноградского", [0]),
        ("АКИМАТ  района", [0, 1]),
        ("района 310000000", [1]),  # of that region
        ("улттык", [2]),  # as typed without Kazakh letters
        ("нет такого", []),
        ("а\x00б", [0, 1, 2]),  # no words at all
        ("%", []),
    ],
)
def test_words_narrow_the_organisations_to_choose_from(controller, akimats, words, found):
    deadline = make_deadline(due=DUE)
    path = page_of(deadline, "replace_executor")
    page = read(post(controller, path, words=words, reason="Передано", on="2026-02-24", find="1"))
    assert page.status == 200
    assert choices(page) == {str(akimats[n].pk) for n in found}
    assert "Передано" in page.words
    assert page.fields["on"] == "2026-02-24"
    assert not page.has("p", **{"class": "error"})
    assert Act.objects.count() == 0


def test_what_was_chosen_stays_while_the_words_change(controller, akimats):
    path = page_of(make_deadline(due=DUE), "replace_executor")
    page = read(post(controller, path, executor=akimats[0].pk, words="банк", find="1"))
    assert choices(page) == {str(akimats[0].pk), str(akimats[2].pk)}
    assert page.fields["executor"] == str(akimats[0].pk)


def test_many_organisations_are_never_one_list(controller, akimats):
    Organisation.objects.bulk_create(
        Organisation(name_ru=f"Школа {n}", search_text=f"школа {n}", kind="other", region_id=AKMOLA) for n in range(50)
    )
    path = page_of(make_deadline(due=DUE), "replace_executor")
    page = controller.get(path)
    assert choices(page) == set()
    assert "53 organisations found" in page.words
    page = read(post(controller, path, words="школа", find="1"))
    assert len(choices(page)) == 20
    assert "50 organisations found. Not all are shown: write words" in page.words


def test_a_retired_organisation_and_the_present_executor_are_not_offered(controller, akimats):
    akimats[0].is_active = False
    akimats[0].save()
    deadline = make_deadline(due=DUE, executor=akimats[1])
    path = page_of(deadline, "replace_executor")
    assert choices(controller.get(path)) == {str(akimats[2].pk)}
    for key in (akimats[0].pk, akimats[1].pk):
        response = post(controller, path, executor=key, reason="Передано")
        assert response.status_code == 400
        assert choices(read(response)) == {str(akimats[2].pk)}
    assert Deadline.objects.count() == 1


def test_finding_costs_the_same_however_many_are_found(controller, akimats, django_assert_max_num_queries):
    path = page_of(make_deadline(due=DUE), "replace_executor")
    with django_assert_max_num_queries(20):
        controller.client.post(path, {"find": "1", "words": ""})


# Two at once


@each_act
def test_the_second_of_two_with_the_same_page_is_refused(aigerim, where, verb):
    subject = ready(where, verb, aigerim)
    own = where == "deadline" and verb in OF_EXECUTOR
    role = {"role": Role.EXECUTOR, "organisation": subject.executor} if own else {"role": Role.CONTROLLER}
    first, second = Reader(make_user(**role)), Reader(make_user(**role))
    path, sent = page_of(subject, verb), answers(where, verb)
    shown = second.get(path).fields
    assert post(first, path, **sent).status_code == 302
    done = Act.objects.count()
    response = second.client.post(path, shown | sent)
    page = read(response)
    assert response.status_code == 409, page.words
    assert page.has("p", **{"class": "error"})
    assert "Back to the card" in page.links
    for value in sent.values():
        assert str(value) in page.words or str(value) in page.fields.values()
    assert Act.objects.count() == done


def test_nobody_accepts_a_report_that_was_not_shown(controller, aigerim):
    deadline = ready("deadline", Verb.ACCEPT, aigerim)
    path = page_of(deadline, "accept")
    shown = controller.get(path).fields
    services.return_report(report=deadline.reports.get(), reason="Не всё", by=aigerim, on=ON)
    services.submit_report(deadline=deadline, text="Другой отчёт", by=aigerim, on=ON)
    shown["seen"] = str(stored(deadline).version)
    response = controller.client.post(path, shown)
    assert response.status_code == 409
    assert "decided already" in read(response).words
    assert stored(deadline).state == DeadlineState.REPORTED


def test_what_changed_meanwhile_is_shown_and_may_then_be_confirmed(controller, aigerim):
    deadline = make_deadline(due=DUE)
    path = page_of(deadline, "cancel")
    shown = controller.get(path).fields | {"reason": "Лишнее"}
    services.correct_due(deadline=deadline, due=LATER, due_original=LATER, reason="Опечатка", by=aigerim, on=ON)
    page = read(controller.client.post(path, shown))
    assert "Somebody else has changed this since you opened the page" in page.words
    assert "18.03.2026" in page.words
    assert controller.client.post(path, page.fields | {"reason": "Лишнее"}).status_code == 302


def test_an_act_whose_time_is_past_is_not_offered(controller):
    deadline = make_deadline(state=DeadlineState.FULFILLED)
    page = controller.get(page_of(deadline, "cancel"))
    assert page.status == 409
    assert "This cannot be done now" in page.words
    assert not page.has("textarea")


def test_no_act_on_a_deadline_of_an_instruction_off_control(controller):
    deadline = make_deadline(instruction=make_instruction(state=InstructionState.DRAFT), state=DeadlineState.DRAFT)
    assert controller.get(page_of(deadline, "cancel")).status == 409


# Reports with files


@pytest.fixture
def bolat(db):
    make_region(AKMOLA)
    return Reader(make_user(Role.EXECUTOR, region=AKMOLA, organisation=make_organisation(AKMOLA)))


@pytest.fixture
def deadline(bolat):
    return make_deadline(executor=bolat.client.get("/").context["user"].organisation, due=DUE)


def test_a_report_goes_with_its_files(bolat, deadline):
    files = [SimpleUploadedFile(name, PDF) for name in ("отчёт.pdf", "Қосымша.PDF")]
    assert post(bolat, page_of(deadline, "report"), text="Подключено", files=files).status_code == 302
    report = Report.objects.get()
    assert (report.text, stored(deadline).state) == ("Подключено", DeadlineState.REPORTED)
    assert list(report.attachments.values_list("name", "content_type", "size")) == [
        ("отчёт.pdf", "application/pdf", len(PDF)),
        ("Қосымша.PDF", "application/pdf", len(PDF)),
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("вирус.exe", b"MZ")], "only PDF, DOCX, XLSX, JPG and PNG"),
        ([("страница.pdf", b"<html>")], "is not what its name says"),
        ([("пустой.pdf", b"")], "empty"),
        ([("да.pdf", PDF), ("нет.svg", b"<svg/>")], "“нет.svg”: only PDF"),
        ([(f"{n}.pdf", PDF) for n in range(11)], "At most 10 files"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(bolat, deadline, files, said):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    response = post(bolat, page_of(deadline, "report"), text="Подключено", files=sent)
    assert response.status_code == 400
    assert said in read(response).words
    assert "Подключено" in read(response).words
    assert not Report.objects.exists()


def test_a_refused_report_leaves_no_file_in_the_store(bolat, deadline, aigerim, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    services.correct_due(deadline=deadline, due=LATER, due_original=LATER, reason="Опечатка", by=aigerim, on=ON)
    file = SimpleUploadedFile("отчёт.pdf", PDF)
    response = post(bolat, page_of(deadline, "report"), text="Готово", on="2026-02-20", files=file)
    assert response.status_code == 409
    assert not Attachment.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_added_after_the_question_is_not_issued_with_it(controller, aigerim):
    instruction = ready("instruction", Verb.ISSUE, aigerim)
    path = page_of(instruction, "issue")
    shown = controller.get(path).fields
    make_deadline(AKMOLA, instruction=instruction, state=DeadlineState.DRAFT, role=ExecutorRole.CO)
    response = controller.client.post(path, shown)
    assert response.status_code == 409
    assert "Somebody else has changed this" in read(response).words
    assert not instruction.deadlines.open().exists()
    assert controller.client.post(path, read(response).fields).status_code == 302


def test_a_date_changed_after_the_question_is_not_issued_unseen(controller, aigerim):
    instruction = ready("instruction", Verb.ISSUE, aigerim)
    path = page_of(instruction, "issue")
    shown = controller.get(path).fields
    deadline = instruction.deadlines.first()
    deadline.due = deadline.due_original = LATER
    deadline.save()
    assert controller.client.post(path, shown).status_code == 409
    assert not instruction.deadlines.open().exists()
