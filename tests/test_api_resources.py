"""What each resource says of a record, and how many questions to the database a list costs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import Approximation
from programs.instructions.choices import DeadlineState, ExecutorRole, Mark
from registry.accounts.choices import Role
from tests.api import Caller
from tests.factories import (
    AKMOLA,
    TODAY,
    make_cooperative,
    make_deadline,
    make_funding,
    make_indicator,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_user,
    make_value,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.fixture
def saule(roles):
    return Caller.of(make_user(Role.CONSUMER))


def test_a_region_is_addressed_by_its_code(saule):
    make_region("110000000", name_ru="Акмолинская область", name_kk="Ақмола облысы", name_en="Akmola Region")
    region = saule.get("regions/110000000/").json()
    assert (region["code"], region["level"], region["parent"]) == ("110000000", 1, "000000000")
    assert (region["name_ru"], region["name_kk"], region["name_en"]) == (
        "Акмолинская область",
        "Ақмола облысы",
        "Akmola Region",
    )


def test_an_organisation_names_its_region_and_superior(saule):
    ministry = make_organisation(name_ru="Министерство")
    akimat = make_organisation(AKMOLA, parent=ministry)
    shown = saule.get(f"organisations/{akimat.pk}/").json()
    assert shown["region"]["code"] == AKMOLA
    assert shown["parent"]["name_ru"] == "Министерство"


def test_a_programme_and_an_indicator_are_addressed_by_their_slug(saule):
    program = make_program(slug="auyl-amanaty")
    make_indicator(slug="jobs", program=program, unit_ru="чел.")
    assert saule.get("programs/auyl-amanaty/").json()["id"] == program.pk
    assert saule.get("indicators/jobs/").json()["program"]["slug"] == "auyl-amanaty"


def test_money_is_decimal_text_with_its_whole(saule):
    whole = make_funding(amount=Decimal("100000000000.00"), approximation=Approximation.ABOUT)
    part = make_funding(amount=Decimal("0.50"), part_of=whole, program=whole.program, source=make_source(title="Закон"))
    shown = saule.get(f"funding/{part.pk}/").json()
    assert (shown["amount"], shown["part_of"], shown["source"]["title"]) == ("0.50", whole.pk, "Закон")
    shown = saule.get(f"funding/{whole.pk}/").json()
    assert (shown["amount"], shown["approximation"], shown["part_of"]) == ("100000000000.00", "about", None)


def test_a_value_keeps_the_words_of_its_source(saule):
    value = make_value(
        value=Decimal("1300"),
        approximation=Approximation.MORE,
        approximation_word="свыше",
        quote="создано свыше 1300 мест",
        period_label="за два года",
        source=make_source(),
    )
    shown = saule.get(f"indicator-values/{value.pk}/").json()
    assert shown["value"] == "1300.0000"
    assert (shown["approximation"], shown["approximation_word"]) == ("more", "свыше")
    assert (shown["quote"], shown["period_label"]) == ("создано свыше 1300 мест", "за два года")
    assert shown["source"]["id"] == value.source_id


def test_a_source_says_why_its_date_is_unknown(saule):
    source = make_source(published_on=None, published_note="Дата не указана")
    shown = saule.get(f"sources/{source.pk}/").json()
    assert (shown["published_on"], shown["published_note"]) == (None, "Дата не указана")


def test_an_instruction_says_what_its_date_rests_on(saule):
    controller = make_user(first_name="Айгерим", last_name="Сейтова")
    instruction = make_instruction(
        issued_on_is_estimate=True, issued_on_note="Оценка", source=make_source(), controller=controller
    )
    shown = saule.get(f"instructions/{instruction.pk}/").json()
    assert (shown["issued_on"], shown["issued_on_is_estimate"]) == ("2026-01-31", True)
    assert shown["issued_on_note"] == "Оценка"
    assert shown["source"]["url"] == instruction.source.url
    assert shown["controller"] == {"id": controller.pk, "name": "Айгерим Сейтова"}


def test_a_deadline_says_how_late_it_is(saule):
    deadline = make_deadline(AKMOLA, due=date(2026, 2, 16), role=ExecutorRole.EQUAL)
    shown = saule.get(f"deadlines/{deadline.pk}/").json()
    assert (shown["mark"], shown["days_late"], shown["state"]) == ("overdue", 14, "open")
    assert (shown["due"], shown["due_original"]) == ("2026-02-16", "2026-02-16")
    assert (shown["region"], shown["executor"]["id"]) == (AKMOLA, deadline.executor_id)
    assert shown["instruction"]["text"] == deadline.instruction.text


def test_a_deadline_out_of_a_public_text_says_that_execution_is_not_reported(saule):
    told = make_instruction(ref="told", source=make_source())
    silent, entered = make_deadline(instruction=told, due=date(2026, 2, 16)), make_deadline()
    assert saule.get(f"deadlines/{silent.pk}/").json()["execution_not_reported"] is True
    assert saule.get(f"deadlines/{silent.pk}/").json()["execution_note"]
    assert saule.get(f"deadlines/{entered.pk}/").json()["execution_not_reported"] is False
    assert saule.get(f"deadlines/{entered.pk}/").json()["execution_note"] == ""


def test_the_steps_of_a_date_are_told_in_words(saule):
    steps = [{"step": "stated", "to": "2026-03-02"}]
    deadline = make_deadline(reckoning=steps)
    assert saule.get(f"deadlines/{deadline.pk}/").json()["reckoning"] == ["date as stated: 02.03.2026"]


@pytest.mark.parametrize("state", [state for state in DeadlineState if state != DeadlineState.DRAFT])
@pytest.mark.parametrize("due", [date(2026, 3, 1), TODAY, date(2026, 3, 5), date(2026, 3, 6), None])
def test_mark_and_lateness_are_those_of_the_model(saule, state, due):
    deadline = make_deadline(state=state, due=due)
    shown = saule.get(f"deadlines/{deadline.pk}/").json()
    assert shown["mark"] == deadline.mark_on(on=TODAY, until=date(2026, 3, 5)).value
    assert shown["days_late"] == deadline.days_late(on=TODAY)
    assert saule.ids("deadlines/", {"mark": shown["mark"]}) == [deadline.pk]


def test_every_mark_can_be_asked_for(saule):
    assert all(saule.rows("deadlines/", {"mark": mark}) == [] for mark in Mark)


# Questions to the database of one list: the token with its user, the user's and the groups' permissions, and the rows;
# where executors are told apart, the user's roles; for deadlines the calendar, which says until when "soon" is.
QUERIES = {
    "regions": (4, lambda n: make_region(f"11{n:02}00000")),
    "organisations": (4, lambda n: make_organisation(AKMOLA, parent=make_organisation())),
    "sources": (4, lambda n: make_source()),
    "programs": (4, lambda n: make_program(parent=make_program(), owner=make_organisation(), source=make_source())),
    "funding": (4, lambda n: make_funding(AKMOLA, source=make_source(), part_of=make_funding())),
    "indicators": (4, lambda n: make_indicator(program=make_program())),
    "indicator-values": (4, lambda n: make_value(AKMOLA, source=make_source())),
    "cooperatives": (4, lambda n: make_cooperative(AKMOLA, source=make_source())),
    "meetings": (5, lambda n: make_meeting(source=make_source())),
    "instructions": (5, lambda n: full_instruction()),
    "deadlines": (6, lambda n: make_deadline(AKMOLA, instruction=full_instruction())),
}


def full_instruction():
    return make_instruction(
        meeting=make_meeting(), program=make_program(), source=make_source(), controller=make_user()
    )


@pytest.mark.parametrize("path", QUERIES)
def test_a_list_costs_the_same_at_1_row_and_at_50(saule, path):
    expected, make = QUERIES[path]
    make(1)
    assert queries(saule, path) == expected
    for n in range(2, 51):
        make(n)
    assert queries(saule, path) == expected


def queries(caller, path):
    with CaptureQueriesContext(connection) as captured:
        caller.rows(f"{path}/")
    return len(captured)
