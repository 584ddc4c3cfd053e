"""A deadline as a page shows it on a day: its mark, lateness and how its date was reckoned, in words; and a meeting."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from programs.instructions.choices import DeadlineState, Mark
from programs.instructions.models import Deadline, Meeting
from programs.instructions.month import Figure
from programs.instructions.terms import in_words
from programs.instructions.workdays import WorkCalendar

# What is counted of a meeting: its name, and the list of it.
MEETING_COUNTS: dict[str, tuple[str | Promise, str, dict[str, str]]] = {
    "told": (_("instructions"), "instructions", {}),
    "in_work": (pgettext_lazy("deadlines", "in work"), "deadlines", {"state": DeadlineState.OPEN.value}),
    "overdue": (pgettext_lazy("deadlines", "overdue"), "deadlines", {"mark": Mark.OVERDUE.value}),
    "under_review": (pgettext_lazy("deadlines", "under review"), "deadlines", {"state": DeadlineState.REPORTED.value}),
    "fulfilled": (pgettext_lazy("deadlines", "fulfilled"), "deadlines", {"state": DeadlineState.FULFILLED.value}),
}


SAID_BY_MARK = (Mark.UNDER_REVIEW, Mark.DRAFT)  # what a mark of these adds to the state of its deadline is nothing


def deadlines_marked(mark: Mark, n: int) -> str:
    """What stands after the number of deadlines with `mark`; the closed ones counted are those fulfilled."""
    labels = {
        Mark.OVERDUE: ngettext("deadline overdue", "deadlines overdue", n),
        Mark.DUE_SOON: ngettext("deadline due soon", "deadlines due soon", n),
        Mark.IN_TIME: ngettext("deadline not passed", "deadlines not passed", n),
        Mark.UNDER_REVIEW: ngettext("deadline under review", "deadlines under review", n),
        Mark.NO_DATE: ngettext("deadline without a date", "deadlines without a date", n),
        Mark.DRAFT: ngettext("deadline not issued yet", "deadlines not issued yet", n),
        Mark.CLOSED: ngettext("deadline fulfilled", "deadlines fulfilled", n),
    }
    return labels[mark]


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
    def state(self) -> str:
        """In words; empty where the mark says the same."""
        return "" if self.mark in SAID_BY_MARK else self.deadline.get_state_display()

    @property
    def reckoning(self) -> list[str]:
        return in_words(self.deadline.reckoning)

    @property
    def is_silent(self) -> bool:
        """Overdue as far as the public text goes, which says nothing of what was done since."""
        return self.mark == Mark.OVERDUE and bool(getattr(self.deadline, "is_silent", False))


@dataclass(frozen=True)
class MeetingRow:
    """A meeting from a queryset `with_counts`, and its counts, each with the list of what is counted."""

    meeting: Meeting

    @property
    def figures(self) -> Iterator[Figure]:
        for name, (label, page, query) in MEETING_COUNTS.items():
            asked = urlencode({"meeting": self.meeting.pk, **query})
            yield Figure(label, getattr(self.meeting, name), f"{reverse(page)}?{asked}", name == "overdue")


def as_rows(deadlines: Iterable[Deadline], day: Day) -> Iterator[Row]:
    for deadline in deadlines:
        yield Row(deadline, day)
