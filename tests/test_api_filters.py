"""What lists are asked for, and that a question nobody provided for is refused, never answered with everything."""

import time
from datetime import date

import pytest

from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole, InstructionState
from programs.instructions.filters import DeadlineFilter
from programs.instructions.models import Deadline
from registry.accounts.choices import Role
from tests.api import Caller
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
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
from tests.test_api_access import LISTS

pytestmark = pytest.mark.django_db

DAY_AFTER, THURSDAY, FRIDAY = date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 6)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.fixture
def saule(roles):
    return Caller.of(make_user(Role.CONSUMER))


# Deadlines


def test_overdue_in_a_region(saule):
    """The question of the project office: what is overdue in Akmola?"""
    late = make_deadline(AKMOLA, due=date(2026, 3, 1))
    in_time = make_deadline(AKMOLA, due=TODAY)
    elsewhere = make_deadline(ZHAMBYL, due=date(2026, 3, 1))
    closed = make_deadline(AKMOLA, due=date(2026, 3, 1), state=DeadlineState.FULFILLED)
    assert saule.ids("deadlines/", {"overdue": "true", "region_under": AKMOLA}) == [late.pk]
    assert set(saule.ids("deadlines/", {"overdue": "false"})) == {in_time.pk, closed.pk}
    assert set(saule.ids("deadlines/", {"overdue": "true"})) == {late.pk, elsewhere.pk}


def test_overdue_on_a_day(saule):
    late, soon = make_deadline(due=date(2026, 3, 1)), make_deadline(due=TODAY)
    assert saule.ids("deadlines/", {"overdue_on": "2026-03-01"}) == []
    assert saule.ids("deadlines/", {"overdue_on": "2026-03-02"}) == [late.pk]
    assert saule.ids("deadlines/", {"overdue_on": "2026-03-03"}) == [late.pk, soon.pk]
    assert saule.ids("deadlines/", {"overdue_on": "2026-03-03", "overdue": "false"}) == [soon.pk]


def test_due_within_so_many_working_days(saule):
    days = [make_deadline(due=due).pk for due in (date(2026, 3, 1), TODAY, THURSDAY, FRIDAY)]
    assert saule.ids("deadlines/", {"due_within": 0}) == days[1:2]
    assert saule.ids("deadlines/", {"due_within": 3}) == days[1:3]
    assert saule.ids("deadlines/", {"due_within": 4}) == days[1:4]


def test_the_region_of_a_deadline_is_the_executors(saule):
    deadline = make_deadline("111000000", instruction=make_instruction(ZHAMBYL))
    assert saule.ids("deadlines/", {"region_under": AKMOLA}) == [deadline.pk]
    assert saule.ids("deadlines/", {"region_under": "111000000"}) == [deadline.pk]
    assert saule.ids("deadlines/", {"region_under": ZHAMBYL}) == []
    assert saule.ids("deadlines/", {"region_under": "000000000"}) == [deadline.pk]


def test_deadlines_by_what_belongs_to_them(saule):
    program, meeting, controller = make_program(slug="auyl"), make_meeting(), make_user()
    instruction = make_instruction(program=program, meeting=meeting, controller=controller)
    deadline, _ = make_deadline(instruction=instruction), make_deadline()
    for name, value in {
        "program": "auyl",
        "executor": deadline.executor_id,
        "controller": controller.pk,
        "meeting": meeting.pk,
        "instruction": instruction.pk,
        "id__in": deadline.pk,
        "executor__in": f"{deadline.executor_id},999",
        "instruction__in": instruction.pk,
    }.items():
        assert saule.ids("deadlines/", {name: value}) == [deadline.pk], name


def test_deadlines_by_role_kind_and_state(saule):
    final = make_deadline(state=DeadlineState.REPORTED)
    interim = make_deadline(kind=DeadlineKind.INTERIM, period_key="1", role=ExecutorRole.CO)
    assert saule.ids("deadlines/", {"role": "co"}) == [interim.pk]
    assert saule.ids("deadlines/", {"kind": "final"}) == [final.pk]
    assert saule.ids("deadlines/", {"state": "reported"}) == [final.pk]
    assert saule.ids("deadlines/", {"state__in": "open,reported"}) == [final.pk, interim.pk]


def test_deadlines_without_a_date(saule):
    undated, dated = make_deadline(due=None), make_deadline()
    assert saule.ids("deadlines/", {"without_date": "true"}) == [undated.pk]
    assert saule.ids("deadlines/", {"without_date": "false"}) == [dated.pk]


def test_bounds_of_dates_count_themselves(saule):
    first, second = make_deadline(due=TODAY), make_deadline(due=DAY_AFTER)
    assert saule.ids("deadlines/", {"due__gte": "2026-03-03"}) == [second.pk]
    assert saule.ids("deadlines/", {"due__lte": "2026-03-02"}) == [first.pk]
    assert saule.ids("deadlines/", {"due__gte": "2026-03-02", "due__lte": "2026-03-03"}) == [first.pk, second.pk]
    assert saule.ids("deadlines/", {"due": "2026-03-02"}) == [first.pk]


def test_search_knows_neither_case_nor_kazakh_letters(saule):
    deadline = make_deadline(instruction=make_instruction(text="Обеспечить учёт в Көкшетау"))
    for words in ("УЧЕТ", "учёт", "кокшетау", "КӨКШЕ", "учёт в"):
        assert saule.ids("deadlines/", {"search": words}) == [deadline.pk], words
        assert saule.ids("instructions/", {"search": words}) == [deadline.instruction_id], words
    assert saule.ids("deadlines/", {"search": "уч%т"}) == []


def test_changed_since(saule):
    deadline = make_deadline()
    moment = deadline.updated_at.isoformat()
    assert saule.ids("deadlines/", {"updated_since": moment}) == [deadline.pk]
    assert saule.ids("deadlines/", {"updated_since": "2999-01-01T00:00:00Z"}) == []
    assert saule.errors("deadlines/", {"updated_since": "2026-01-01T00:00:00"}) == [("updated_since", "invalid")]
    assert saule.errors("deadlines/", {"updated_since": "0001-01-01T00:00:00+14:00"}) == [("updated_since", "invalid")]


# The others


def test_instructions_by_state_and_gaps(saule):
    undated = make_deadline(due=None, instruction=make_instruction(AKMOLA)).instruction
    idle = make_instruction(state=InstructionState.DRAFT, issued_on=None)
    assert saule.ids("instructions/", {"without_date": "true"}) == [undated.pk]
    assert saule.ids("instructions/", {"without_executor": "true"}) == [idle.pk]
    assert saule.ids("instructions/", {"state__in": "draft,removed"}) == [idle.pk]
    assert saule.ids("instructions/", {"region_under": AKMOLA}) == [undated.pk]
    assert saule.ids("instructions/", {"issued_on__gte": "2026-01-31"}) == [undated.pk]


def test_regions_and_organisations(saule):
    make_region("111010000", name_ru="Көкшетау", kind="city_district")
    akimat = make_organisation(AKMOLA, name_ru="Акимат", bin="990140000011", parent=make_organisation(ZHAMBYL))
    assert [row["code"] for row in saule.rows("regions/", {"search": "кокшет"})] == ["111010000"]
    assert [row["code"] for row in saule.rows("regions/", {"region_under": "111000000"})] == ["111000000", "111010000"]
    assert [row["code"] for row in saule.rows("regions/", {"level": 1})] == ["110000000", "310000000"]
    assert [row["code"] for row in saule.rows("regions/", {"parent": "000000000"})] == ["110000000", "310000000"]
    for query in (
        {"region_under": AKMOLA},
        {"bin": "990140000011"},
        {"parent": akimat.parent_id},
        {"search": "акимат"},
    ):
        assert saule.ids("organisations/", query) == [akimat.pk]


def test_funding_and_values(saule):
    program = make_program(slug="auyl")
    funding, _ = make_funding(AKMOLA, program=program, year_from=2025, year_to=2026, amount=500), make_funding()
    value = make_value(AKMOLA, indicator=make_indicator(slug="jobs", program=program), value=7, as_of=TODAY)
    for query in ({"program": "auyl"}, {"region": AKMOLA}, {"amount__gte": "100.01"}):
        assert saule.ids("funding/", query) == [funding.pk], query
    assert funding.pk in saule.ids("funding/", {"year": 2026})
    assert funding.pk not in saule.ids("funding/", {"year": 2027})
    for query in ({"program": "auyl"}, {"indicator": "jobs"}, {"value__lte": "7"}, {"as_of__gte": "2026-03-02"}):
        assert saule.ids("indicator-values/", query) == [value.pk], query


def test_cooperatives_and_sources(saule):
    source = make_source(language="kk", published_on=TODAY)
    cooperative, _ = make_cooperative(AKMOLA, members=3, product="сүт"), make_cooperative(ZHAMBYL)
    for query in ({"members__lte": 3}, {"search": "сут"}, {"region_under": AKMOLA}):
        assert saule.ids("cooperatives/", query) == [cooperative.pk], query
    assert saule.ids("sources/", {"language": "kk", "published_on__lte": "2026-03-02"}) == [source.pk]


# What is refused


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "name", ["overdu", "user__password__startswith", "format", "offset", "page", "id__gt", "ё" * 300]
)
def test_an_unknown_parameter_is_refused_by_name(saule, path, name):
    assert saule.errors(f"{path}/", {name: "1"}) == [(name[:60], "unknown_parameter")]


def test_a_filterset_with_an_error_selects_nothing(rf):
    """Whoever forgets to look at the errors shows too little, never too much."""
    make_deadline()
    request = rf.get("/")
    request.user = make_user()
    for data in ({"overdu": "true"}, {"overdue": "yes"}, {"search": "x", "state": "opened"}):
        chosen = DeadlineFilter(data, Deadline.objects.all(), request=request, on=TODAY, until=THURSDAY)
        assert not chosen.is_valid()
        assert not chosen.qs.exists()


def test_a_detail_takes_no_parameter(saule):
    pk = make_deadline().pk
    assert saule.errors(f"deadlines/{pk}/", {"overdue": "true"}) == [("overdue", "unknown_parameter")]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("overdue=yes", "invalid_choice"),
        ("overdue=", "empty_parameter"),
        ("state=opened", "invalid_choice"),
        ("state__in=open,,reported", "required"),
        ("state__in=open,opened", "invalid_choice"),
        ("due__gte=0000-00-00", "invalid"),
        ("due__gte=2026-02-30", "invalid"),
        ("due__gte=01.02.2026", "invalid"),
        ("due__gte=2026-2-1", "invalid"),
        ("overdue_on=tomorrow", "invalid"),
        ("due_within=-1", "range"),
        ("due_within=251", "range"),
        ("due_within=1.5", "invalid"),
        ("due_within=١", "invalid"),
        ("instruction=" + "9" * 30, "invalid"),
        ("instruction=1_0", "invalid"),
        ("id__in=1," + "9" * 30, "invalid"),
        ("executor=" + "9" * 30, "invalid_choice"),
        ("executor=0", "invalid_choice"),
        ("executor=1.0", "invalid_choice"),
        ("program=nowhere", "invalid_choice"),
        ("program=%00", "invalid_choice"),
        ("region_under=11", "invalid"),
        ("region_under=999999999", "unknown_region"),
        ("region_under=11000000%00", "invalid"),
        ("search=%00", "null_characters_not_allowed"),
        ("search=%ED%A0%80", "not_text"),
        ("search=%FF", "not_text"),
        ("search=" + "a" * 201, "max_length"),
        ("updated_since=2026-01-01", "invalid"),
    ],
)
def test_a_malformed_value_is_refused_by_name(saule, query, code):
    assert saule.errors("deadlines/", query) == [(query.partition("=")[0], code)]


@pytest.mark.parametrize("query", ["state=open&state=reported", "limit=1&limit=2", "count=true&count=true"])
def test_a_parameter_given_twice_is_refused(saule, query):
    assert saule.errors("deadlines/", query) == [(query.partition("=")[0], "repeated_parameter")]


def test_every_error_is_told(saule):
    errors = saule.errors("deadlines/", "overdue=yes&state=opened&overdu=true")
    assert set(errors) == {
        ("overdue", "invalid_choice"),
        ("state", "invalid_choice"),
        ("overdu", "unknown_parameter"),
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("id__in=" + ",".join(["1"] * 101), "too_many_values"),
        ("id__in=" + ",".join(["1"] * 10_000), "too_many_values"),
        ("ordering=" + ",".join(["due"] * 200), "unknown_ordering"),
        ("&".join(f"a{n}=1" for n in range(900)), "unknown_parameter"),
        ("&".join(f"a{n}=1" for n in range(10_000)), "unreadable"),
        ("&".join(["state=open"] * 900), "repeated_parameter"),
    ],
    ids=["101 values", "10,000 values", "200 keys", "900 names", "10,000 names", "900 times"],
)
def test_a_flood_is_refused_at_once(saule, query, code):
    started = time.monotonic()
    errors = saule.errors("deadlines/", query)
    assert time.monotonic() - started < 1
    assert {found for _, found in errors} == {code}
    assert len(errors) <= 20


def test_a_hundred_values_are_taken(saule):
    assert saule.ids("deadlines/", {"id__in": ",".join(str(n) for n in range(100))}) == []
