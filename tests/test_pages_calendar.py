"""The calendar of deadlines: what falls due on which day, which days are off, and the way to every list."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import AccessMark, DeadlineState
from programs.instructions.models import CalendarDay
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_program,
    make_region,
    make_user,
)
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def march():
    """Two in work on the 10th, one of them of a programme; one overdue on the 1st, a Sunday; others of no account."""
    program = make_program(slug="spk", name_ru="СПК")
    make_deadline(AKMOLA, due=date(2026, 3, 10), instruction=make_instruction(program=program))
    make_deadline(ZHAMBYL, due=date(2026, 3, 10))
    make_deadline(due=date(2026, 3, 10), state=DeadlineState.REPORTED)
    make_deadline(due=date(2026, 3, 31), state=DeadlineState.FULFILLED)
    make_deadline(due=date(2026, 3, 1))
    make_deadline(due=date(2026, 3, 11), state=DeadlineState.CANCELLED)
    make_deadline(due=date(2026, 3, 11), state=DeadlineState.DRAFT)
    make_deadline(due=date(2026, 3, 11), instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    make_deadline(due=date(2026, 4, 1))
    make_deadline(due=None)


def month_of(reader, query=None):
    return reader.client.get("/calendar/", query).context["month"]


def days(reader, query=None):
    """What stands on every day that has something on it."""
    cells = [cell for week in month_of(reader, query).weeks for cell in week if cell and cell.figures]
    return {cell.date.day: [(str(figure.label), figure.n) for figure in cell.figures] for cell in cells}


def test_each_day_says_what_falls_due_and_how_it_stands(march, official):
    assert days(official) == {
        1: [("overdue", 1)],
        10: [("in work", 2), ("under review", 1)],
        31: [("fulfilled", 1)],
    }
    assert days(official, {"month": "2026-04"}) == {1: [("in work", 1)]}


def test_every_figure_leads_to_as_many_rows(march, official):
    month = month_of(official)
    assert [figure.n for figure in month.figures] == [3, 1, 1, 1]
    for figure in [*month.figures, *(f for week in month.weeks for cell in week if cell for f in cell.figures)]:
        assert official.count(figure.address) == figure.n, figure


@pytest.mark.parametrize("query", [{"region_under": AKMOLA}, {"program": "spk"}])
def test_filters_are_kept_in_every_link(march, official, query):
    assert days(official, query) == {10: [("in work", 1)]}
    for figure in month_of(official, query).figures:
        assert official.count(figure.address) == figure.n
    key, value = next(iter(query.items()))
    assert f"{key}={value}" in official.get("/calendar/", query).link("April")


def test_days_off_holidays_and_worked_weekends_are_told(official):
    CalendarDay.objects.create(date=date(2026, 3, 10), is_working=False, name_ru="Перенос", name_en="Moved day off")
    CalendarDay.objects.create(date=date(2026, 3, 14), is_working=True)
    cells = {cell.date.day: cell for week in month_of(official).weeks for cell in week if cell}
    assert (cells[10].is_working, cells[10].name) == (False, "Moved day off")
    assert (cells[14].is_working, cells[14].name) == (True, "working day")
    assert not cells[15].is_working
    assert cells[2].is_today
    assert "Moved day off" in official.get("/calendar/").words


def test_the_month_shown_stands_in_its_field(official):
    assert official.get("/calendar/").fields["month"] == "2026-03"
    assert official.get("/calendar/?month=2026-12").fields["month"] == "2026-12"


def test_turning_the_page(official):
    page = official.get("/calendar/?month=2026-12")
    assert page.link("November") == "?month=2026-11"
    assert page.link("January") == "?month=2027-01"
    assert page.link("present month") in ("?", "/calendar/", "")
    assert not [words for words in official.get("/calendar/?month=2100-12").links if "→" in words]


def test_region_sees_its_own(march):
    assert days(Reader(make_user(Role.OFFICIAL, region=AKMOLA))) == {10: [("in work", 1)]}
    assert Reader(make_user(Role.EDITOR)).get("/calendar/").status == 403


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=1999-12", "month=x", "region_under=999999999", "program=nothing", "day=1", "month=%00",
     "month=2026-01&month=2026-02"],
)  # fmt: skip
def test_nonsense_is_named(official, query):
    page = official.get(f"/calendar/?{query}")
    assert page.status == 400
    assert "mend the following" in page.words


def test_empty_month_says_so(official):
    assert "No deadline falls into this month" in official.get("/calendar/").words


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_page_is_whole(march, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/calendar/", "/calendar/?month=x&foo=1"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    make_region()
    counts = set()
    for n in (1, 20):
        for number in range(n):
            make_deadline(due=date(2026, 3, 1 + number))
        with CaptureQueriesContext(connection) as captured:
            assert official.get("/calendar/").status == 200
        counts.add(len(captured))
    # 4 for the session and rights, the role, 2 for the drop-downs, the counts, special days twice, the own feed
    assert counts == {11}
