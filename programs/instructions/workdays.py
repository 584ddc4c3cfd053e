"""Working days of Kazakhstan: the `holidays` package, corrected by the special days staff keep.

The five-day week. A `WorkCalendar` reads the special days once; the functions below are for a single question.
"""

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
        self._spans: dict[tuple[date, date], int] = {}  # a list repeats its days ten thousand times

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
        span = (start, end)
        if span not in self._spans:
            days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
            self._spans[span] = sum(map(self.is_working, days))
        return self._spans[span]

    def worked_by(self, start: date, end: date) -> dict[date, int]:
        """Working days after `start` up to each day from `start` to `end`: their differences answer for many spans."""
        days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        return dict(zip(days, accumulate(map(self.is_working, days[1:]), initial=0), strict=True))


def is_working(day: date) -> bool:
    return WorkCalendar.load().is_working(day)


def add_working_days(day: date, n: int) -> date:
    return WorkCalendar.load().add_working_days(day, n)


def roll(day: date, policy: str) -> date:
    return WorkCalendar.load().roll(day, policy)
