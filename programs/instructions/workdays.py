"""Working days of Kazakhstan: the `holidays` package, corrected by the special days staff keep.

The five-day week. A `WorkCalendar` reads the special days once; the functions below are for a single question.
"""

from calendar import isleap
from datetime import date, timedelta
from itertools import accumulate
from typing import Self

import holidays

from programs.instructions.choices import RollPolicy
from programs.instructions.models import CalendarDay

ONE_DAY = timedelta(days=1)


class WorkCalendar:
    """The calendar as it stands now; `special` maps a date to whether it is worked."""

    def __init__(self, special: dict[date, bool]) -> None:
        self._special = special
        self._public = holidays.country_holidays("KZ")
        self._years: dict[int, list[int]] = {}

    @classmethod
    def load(cls) -> Self:
        """One query."""
        return cls(dict(CalendarDay.objects.values_list("date", "is_working")))

    def is_working(self, day: date) -> bool:
        if day in self._special:
            return self._special[day]
        return self._public.is_working_day(day)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it, for a negative n); `day` itself does not count."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def roll(self, day: date, policy: str) -> date:
        """Where `day` goes when it is a day off, by the policy NEXT, PREVIOUS or NONE."""
        if policy == RollPolicy.NONE or self.is_working(day):
            return day
        return self.add_working_days(day, 1 if policy == RollPolicy.NEXT else -1)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to `end`, which counts; 0 when `end` is not after `start`."""
        if end <= start:
            return 0
        before = sum(self._in_year(year)[-1] for year in range(start.year, end.year))
        return before + self._in_year(end.year)[_place(end)] - self._in_year(start.year)[_place(start)]

    def _in_year(self, year: int) -> list[int]:
        """Working days of `year` up to each of its days: a list reckons with the same years ten thousand times."""
        if year not in self._years:
            days = (date(year, 1, 1) + timedelta(days=n) for n in range(365 + isleap(year)))
            self._years[year] = list(accumulate(map(self.is_working, days)))
        return self._years[year]


def _place(day: date) -> int:
    return day.timetuple().tm_yday - 1


def is_working(day: date) -> bool:
    return WorkCalendar.load().is_working(day)


def add_working_days(day: date, n: int) -> date:
    return WorkCalendar.load().add_working_days(day, n)


def roll(day: date, policy: str) -> date:
    return WorkCalendar.load().roll(day, policy)
