"""A deadline as a page shows it on a day: its mark, its lateness, and how its date was reckoned, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from django.conf import settings

from programs.instructions.choices import Mark
from programs.instructions.models import Deadline
from programs.instructions.terms import in_words
from programs.instructions.workdays import WorkCalendar


@dataclass(frozen=True)
class Day:
    """The day a page speaks of: `until` ends "due soon". One query, for the calendar."""

    on: date
    until: date
    calendar: WorkCalendar

    @classmethod
    def load(cls, *, on: date) -> Self:
        calendar = WorkCalendar.load()
        return cls(on, calendar.add_working_days(on, settings.DUE_SOON_WORKING_DAYS), calendar)


@dataclass(frozen=True)
class Row:
    """A deadline from a queryset `with_silence`."""

    deadline: Deadline
    day: Day

    @cached_property
    def mark(self) -> Mark:
        return self.deadline.mark_on(on=self.day.on, until=self.day.until)

    @cached_property
    def days_late(self) -> int:
        return self.deadline.days_late(on=self.day.on)

    @cached_property
    def working_days_late(self) -> int:
        """As `days_late`, in working days."""
        if not self.days_late or self.deadline.due is None:
            return 0
        end = self.deadline.reported_on or self.day.on
        return self.day.calendar.working_days_between(self.deadline.due, end)

    @property
    def reckoning(self) -> list[str]:
        return in_words(self.deadline.reckoning)

    @property
    def is_silent(self) -> bool:
        """Overdue as far as the public text goes, which says nothing of what was done since."""
        return self.mark == Mark.OVERDUE and bool(getattr(self.deadline, "is_silent", False))


def as_rows(deadlines: Iterable[Deadline], day: Day) -> Iterator[Row]:
    for deadline in deadlines:
        yield Row(deadline, day)
