"""History in the admin: readable, within the reader's scope, with the rows of a page; a former value comes back."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.cooperatives.models import Support
from programs.instructions.models import CalendarDay, Deadline
from regions.choices import MembershipStatus
from regions.models import RegionGroupMember
from registry.accounts.choices import Role
from tests.admin_rows import MAKERS, NOT_ADDED, make_group
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
)
from tests.pages import read
from tests.staff import make_staff, page_of, sign_in

pytestmark = pytest.mark.usefixtures("roles")

HIDDEN = "no longer there, or outside your scope"


@pytest.fixture
def aigerim():
    return make_staff(first_name="Айгерим")


@pytest.fixture
def bolat():
    return make_staff(region=AKMOLA, first_name="Болат")


def change(record, by=None, **fields):
    """Saved anew, as by `by`; the row of history it left."""
    for name, value in fields.items():
        setattr(record, name, value)
    record._history_user = by
    record.save()
    return record.history.first()


def history(user, record, language="en", **query):
    return read(sign_in(user, language).get(page_of(record, "history"), query))


def question(record, version, name):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_restore", args=(record.pk, version.pk, name))


def restore(user, record, version, name, seen=None):
    """Asks, and answers yes; `seen`: as asked before another change."""
    client, address = sign_in(user, "en"), question(record, version, name)
    sent = {"seen": seen or record.history.first().pk}
    return client.post(address, sent)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


# --- What changed -----------------------------------------------------------------------------------------------------


def test_names_and_words_instead_of_keys(aigerim):
    instruction = make_instruction(AKMOLA, meeting=make_meeting(title="Коллегия"), control_level="other")
    change(
        instruction, aigerim, meeting=make_meeting(title="Штаб"), control_level="ministry", issued_on=date(2026, 2, 1)
    )
    said = history(aigerim, instruction, "ru").words
    assert "Заседание: Коллегия → Штаб" in said
    assert "01.02.2026" in said or "1 февраля 2026" in said
    assert "ministry" not in said


def test_a_name_outside_the_reader_s_scope_is_not_told(aigerim, bolat):
    ours, theirs = make_cooperative(AKMOLA, name_ru="Береке"), make_cooperative(ZHAMBYL, name_ru="Канарейка")
    support = Support.objects.create(cooperative=theirs, kind="loan", amount=5, provided_on=TODAY)
    change(support, cooperative=ours)
    page = history(bolat, support)
    assert f"{HIDDEN} → Береке" in page.words
    assert "Канарейка" not in page.html
    assert "bring back" not in page.words
    assert "Канарейка" in history(aigerim, support).words


def test_a_name_that_is_gone_is_not_a_key(aigerim):
    source = make_source()
    program = make_program(source=source)
    change(program, source=None)
    source.delete()
    assert f"{HIDDEN} → –" in history(aigerim, program).words


@pytest.mark.parametrize("was", ["было", ""])
def test_two_long_texts_are_shown_where_they_differ(aigerim, was):
    text = "слово " * 200
    instruction = make_instruction(text=f"{text}{was}")
    first = instruction.history.first()
    change(instruction, text=f"{text}стало")
    page = history(aigerim, instruction)
    assert re.search(rf"Text: …[слово ]{{30,70}}{was} → …[слово ]{{30,70}}стало bring back", page.words)
    assert read(sign_in(aigerim).get(question(instruction, first, "text"))).words.count("слово") >= 400


def test_an_author_outside_the_reader_s_scope_is_not_named(aigerim, bolat):
    stranger = make_staff(region=ZHAMBYL, first_name="Чужой")
    cooperative = make_cooperative(AKMOLA)
    change(cooperative, stranger)
    change(cooperative, aigerim)
    page = history(bolat, cooperative)
    assert "Чужой" not in page.html
    assert "a user outside your scope" in page.words
    assert "Айгерим" in page.words
    assert "Чужой" in history(aigerim, cooperative).words


def test_the_last_change_of_a_page_is_told_too(aigerim, monkeypatch):
    monkeypatch.setattr("simple_history.admin.SimpleHistoryAdmin.history_list_per_page", 1)
    program = make_program(name_ru="Первое")
    change(program, name_ru="Второе")
    change(program, name_ru="Третье")
    assert "Второе → Третье" in history(aigerim, program).words
    assert "Первое → Второе" in history(aigerim, program, p=2).words


@pytest.mark.parametrize("query", [{"of": "user"}, {"of": "x"}, {"nonsense": "1"}])
def test_what_the_history_does_not_know_is_an_error(aigerim, query):
    assert history(aigerim, make_instruction(), **query).status == 400


def test_the_way_from_a_filtered_list_to_the_history(aigerim):
    instruction = make_instruction()
    client = sign_in(aigerim, "en")
    form = read(client.get(page_of(instruction), {"_changelist_filters": "state__exact=on_control"}))
    assert "_changelist_filters" in form.links["History"]
    assert client.get(form.links["History"]).status_code == 200


def test_as_many_queries_for_many_changes(aigerim):
    client, counts = sign_in(aigerim), []
    instruction = make_instruction(AKMOLA, meeting=make_meeting())
    client.get(page_of(instruction, "history"))
    for changes in (1, 10):
        for _ in range(changes):
            change(instruction, meeting=make_meeting())
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(instruction, "history"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Rows of a page ---------------------------------------------------------------------------------------------------


def test_rows_edited_with_their_record_are_told_with_it(aigerim):
    instruction = make_instruction(state="draft")
    deadline = make_deadline(
        instruction=instruction, executor=make_organisation(AKMOLA, name_ru="Акимат"), state="draft", role="equal"
    )
    change(deadline, aigerim, due=date(2026, 4, 1))
    deadline.delete()
    page = history(aigerim, instruction)
    assert page.links["Deadlines"] == "?of=deadline"
    said = history(aigerim, instruction, of="deadline").words
    assert said.count("Executor: – → Акимат") == said.count("Executor: Акимат → –") == 1
    assert said.count(", no longer there") == 3


def test_rows_without_a_page_of_their_own_are_told(aigerim):
    group = make_group()
    member = RegionGroupMember.objects.get(group=group)
    change(member, status=MembershipStatus.INFERRED)
    said = history(aigerim, group, of="regiongroupmember").words
    assert f"{member} Changed" in said
    assert "Region: – → Регион 110000000" in said


def test_rows_of_other_regions_are_not_told(aigerim, bolat):
    instruction = make_instruction(AKMOLA)
    for region, name in ((AKMOLA, "Акимат Акмолы"), (ZHAMBYL, "Канарейка")):
        for state in ("open", "draft"):
            deadline = make_deadline(
                instruction=instruction,
                executor=make_organisation(region, name_ru=f"{name} {state}"),
                state=state,
                role="equal",
            )
        deadline.delete()
    page = history(bolat, instruction, of="deadline")
    assert "Акимат Акмолы open" in page.words
    assert "Канарейка" not in page.html
    assert "Канарейка open" in (all_of_it := history(aigerim, instruction, of="deadline")).words
    assert "Канарейка draft" in all_of_it.words


def test_a_row_of_the_own_region_that_is_gone_is_told(bolat):
    cooperative = make_cooperative(AKMOLA)
    Support.objects.create(cooperative=cooperative, kind="loan", amount=777, provided_on=TODAY).delete()
    assert "777" in history(bolat, cooperative, of="support").words


# --- A former value comes back ----------------------------------------------------------------------------------------


def test_from_the_history_to_the_value_that_was(aigerim):
    program = make_program(name_ru="Было", name_kk="Болған")
    change(program, name_ru="Стало", name_kk="Болды")
    client = sign_in(aigerim, "en")
    page = read(client.get(page_of(program, "history")))
    asked = read(client.get(page.link("Bring back: Name in Russian, Было")))
    assert "Now Стало" in asked.words
    assert "Было" in asked.words
    assert fresh(program).name_ru == "Стало"
    response = client.post(page.link("Bring back: Name in Russian, Было"), asked.fields)
    assert (response.status_code, response["Location"]) == (302, page_of(program, "history"))
    stored, last = fresh(program), program.history.first()
    assert (stored.name_ru, stored.name_kk, stored.version) == ("Было", "Болды", 3)
    assert (last.history_type, last.history_actor, last.name_ru) == ("~", "Айгерим", "Было")
    assert last.history_change_reason.startswith("restored as it was on")
    assert program.history.count() == 3


def test_a_foreign_key_a_date_and_a_mark_come_back(aigerim):
    meeting = make_meeting()
    instruction = make_instruction(meeting=meeting, issued_on=date(2026, 1, 31), issued_on_note="Со слов")
    first = instruction.history.first()
    change(instruction, meeting=None, issued_on=date(2026, 2, 1), issued_on_is_estimate=True)
    for name in ("meeting", "issued_on", "issued_on_is_estimate"):
        assert restore(aigerim, instruction, first, name).status_code == 302
    stored = fresh(instruction)
    assert (stored.meeting, stored.issued_on, stored.issued_on_is_estimate) == (meeting, date(2026, 1, 31), False)


def test_a_change_made_meanwhile_is_not_overwritten(aigerim, bolat):
    program = make_program(name_ru="Было")
    first = program.history.first()
    change(program, name_ru="Стало")
    seen = program.history.first().pk
    change(program, bolat, name_ru="Болат знает лучше")
    response = restore(aigerim, program, first, "name_ru", seen=seen)
    page = read(response)
    assert page.status == 409
    assert "Somebody else changed this record meanwhile" in page.words
    assert "Now Болат знает лучше" in page.words
    assert fresh(program).name_ru == "Болат знает лучше"
    assert page.fields["seen"] == str(program.history.first().pk)


@pytest.mark.parametrize("seen", ["", "x", "0", "999999999999999999999999"])
def test_an_answer_to_no_question_restores_nothing(aigerim, seen):
    program = make_program(name_ru="Было")
    first = program.history.first()
    change(program, name_ru="Стало")
    assert sign_in(aigerim).post(question(program, first, "name_ru"), {"seen": seen}).status_code == 409
    assert fresh(program).name_ru == "Стало"


def test_rules_are_kept(aigerim):
    """The day was given instead of a reason; without both nobody knows when it was issued."""
    instruction = make_instruction(issued_on=None, issued_on_note="Неизвестно")
    first = instruction.history.first()
    change(instruction, issued_on=TODAY, issued_on_note="")
    page = read(restore(aigerim, instruction, first, "issued_on"))
    assert "Give the date of issue" in page.words
    assert fresh(instruction).issued_on == TODAY


def test_a_value_somebody_has_taken_does_not_come_back(aigerim):
    day = CalendarDay.objects.create(date=date(2026, 3, 7), is_working=False)
    first = day.history.first()
    change(day, date=date(2026, 3, 14))
    CalendarDay.objects.create(date=date(2026, 3, 7), is_working=False)
    assert restore(aigerim, day, first, "date").status_code == 200
    assert fresh(day).date == date(2026, 3, 14)


def test_what_is_gone_does_not_come_back(aigerim):
    source = make_source()
    program = make_program(source=source)
    first = program.history.first()
    change(program, source=None)
    source.delete()
    assert "There is no such record" in read(restore(aigerim, program, first, "source")).words
    assert fresh(program).source is None


def test_no_record_is_restored_into_or_out_of_another_region(bolat):
    make_region(ZHAMBYL)
    cooperative = make_cooperative(ZHAMBYL, name_ru="Береке")
    first = cooperative.history.first()
    change(cooperative, region=make_region(AKMOLA))
    assert restore(bolat, cooperative, first, "region").status_code == 200
    assert fresh(cooperative).region_id == AKMOLA
    foreign = make_cooperative(ZHAMBYL, name_ru="Было")
    version = foreign.history.first()
    change(foreign, name_ru="Канарейка")
    response = restore(bolat, foreign, version, "name_ru")
    assert response.status_code == 302
    assert fresh(foreign).name_ru == "Канарейка"


@pytest.mark.parametrize(
    ("make", "name", "was"),
    [
        (make_instruction, "state", "draft"),
        (make_instruction, "term", "до 1 июля"),
        (make_instruction, "version", 7),
        (make_instruction, "search_text", "x"),
        (make_instruction, "nonsense", ""),
        (make_deadline, "due", TODAY),
        (make_deadline, "state", "draft"),
    ],
)
def test_what_only_acts_change_is_not_restored(aigerim, make, name, was):
    record = make(**({name: was} if name in ("term",) else {}))
    first = record.history.first()
    change(record, **({"term": ""} if name == "term" else {}))
    before = type(record).objects.filter(pk=record.pk).values().get()
    response = sign_in(aigerim).post(question(record, first, name), {"seen": record.history.first().pk})
    assert response.status_code == (403 if isinstance(record, Deadline) else 404)
    assert type(record).objects.filter(pk=record.pk).values().get() == before
    assert "bring back" not in history(aigerim, record).words


def test_who_may_not_change_the_record_restores_nothing(aigerim):
    reader = make_staff(Role.CONTROLLER)
    program = make_program(name_ru="Было")
    first = program.history.first()
    change(program, name_ru="Стало")
    assert "bring back" not in history(reader, program).words
    assert restore(reader, program, first, "name_ru").status_code == 403
    assert fresh(program).name_ru == "Стало"


def test_personal_data_one_does_not_see_one_does_not_restore(aigerim):
    blind = make_staff(Role.EDITOR)
    for group in blind.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="view_personal_data"))
    cooperative = make_cooperative(AKMOLA, phone="87010000001")
    first = cooperative.history.first()
    change(cooperative, phone="87010000002")
    assert "8701000000" not in history(blind, cooperative).html
    assert sign_in(blind).get(question(cooperative, first, "phone")).status_code == 404
    assert restore(aigerim, cooperative, first, "phone").status_code == 302


@pytest.mark.parametrize("version", [0, 10**30])
def test_a_version_there_never_was(aigerim, version):
    program = make_program()
    address = reverse("admin:programs_program_restore", args=(program.pk, version, "name_ru"))
    assert sign_in(aigerim).get(address).status_code == 404
    assert sign_in(aigerim).post(address, {"seen": "1"}).status_code == 404


def test_a_version_of_another_record_is_none_of_this_one(aigerim):
    program, other = make_program(), make_program(name_ru="Чужое")
    assert restore(aigerim, program, other.history.first(), "name_ru").status_code == 404
    assert sign_in(aigerim).get(question(other, other.history.first(), "name_ru")).status_code == 200


@pytest.mark.parametrize("label", sorted(MAKERS.keys() - NOT_ADDED))
def test_the_form_a_value_comes_back_by_changes_nothing_else(aigerim, label):
    """Filled in with the record as it stands, it is valid and finds no field changed."""
    record = MAKERS[label]()
    model_admin = admin.site._registry[apps.get_model(label)]
    request = RequestFactory().get("/")
    request.user = aigerim
    if not hasattr(record, "history") or not (names := model_admin.restorable(request, record)):
        assert label == "accounts.ApiToken"
        return
    assert not names & {"version", "search_text", "created_at", "updated_at", "password", "last_login", "is_superuser"}
    name = sorted(names)[0]
    form = model_admin._form_restoring(request, type(record).objects.get(pk=record.pk), record.history.latest(), name)
    assert form.is_valid(), form.errors
    assert form.changed_data == []
