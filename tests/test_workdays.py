from datetime import date, timedelta

import pytest
from django.conf import settings

from programs.instructions.choices import RollPolicy
from programs.instructions.models import CalendarDay
from programs.instructions.workdays import WorkCalendar, add_working_days, is_working, roll
from registry.loading import read_csv

SPECIAL = {date.fromisoformat(row["date"]): row["kind"] for row in read_csv("kz_days.csv")}
YEARS = (2024, 2025, 2026, 2027)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_the_official_calendar(year):
    calendar = WorkCalendar({})
    day = date(year, 1, 1)
    while day.year == year:
        expected = SPECIAL[day] == "working_weekend" if day in SPECIAL else day.weekday() < 5
        assert calendar.is_working(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(("year", "days"), list(zip(YEARS, (249, 246, 247, 247), strict=True)))
def test_working_days_of_the_year(year, days):
    assert WorkCalendar({}).working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


@pytest.mark.parametrize(("policy", "to"), [(RollPolicy.NEXT, 16), (RollPolicy.PREVIOUS, 13), (RollPolicy.NONE, 14)])
def test_roll_of_a_saturday(db, policy, to):
    assert roll(date(2026, 2, 14), policy) == date(2026, 2, to)


def test_a_working_day_is_not_rolled(db):
    assert roll(date(2026, 2, 16), RollPolicy.PREVIOUS) == date(2026, 2, 16)


def test_counting_goes_both_ways_and_leaves_out_the_first_day(db):
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 16)
    assert add_working_days(date(2026, 2, 16), -1) == date(2026, 2, 13)
    assert add_working_days(date(2026, 2, 14), 0) == date(2026, 2, 14)


def test_a_special_day_of_ours_overrides_the_package(db):
    assert is_working(date(2026, 2, 16))
    CalendarDay.objects.create(date=date(2026, 2, 16), is_working=False)
    assert not is_working(date(2026, 2, 16))
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 17)


def test_the_calendar_is_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        WorkCalendar.load().working_days_between(date(2026, 1, 1), date(2026, 12, 31))


def test_fixture_is_where_the_settings_say():
    assert (settings.FIXTURES_DIR / "kz_days.csv").is_file()
