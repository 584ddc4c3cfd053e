"""A month of deadlines: how many fall due on each day and how they stand, and which days are off."""

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState
from programs.instructions.models import CalendarDay
from programs.instructions.querysets import DeadlineQuerySet
from programs.instructions.workdays import WorkCalendar

LABELS = {
    DeadlineState.OPEN: pgettext_lazy("deadlines", "in work"),
    DeadlineState.REPORTED: pgettext_lazy("deadlines", "under review"),
    DeadlineState.FULFILLED: pgettext_lazy("deadlines", "fulfilled"),
}
EARLIEST, LATEST = 2000, 2100  # years
OVERDUE, OF_THEM_OVERDUE = pgettext_lazy("deadlines", "overdue"), pgettext_lazy("deadlines", "of those in work overdue")


@dataclass(frozen=True)
class Figure:
    """So many deadlines, and the list of them."""

    label: str | Promise
    n: int
    address: str
    is_overdue: bool = False


@dataclass(frozen=True)
class Cell:
    """A day of the month; `name` is that of a holiday or of a transferred day."""

    date: date
    is_working: bool
    name: str
    is_today: bool
    figures: list[Figure]


class Month:
    """`rows` that fall due from the first day to the last; `query` are the filters they were taken with. Three queries.

    Drafts and cancelled deadlines are nobody's duty and are not counted.
    """

    def __init__(self, rows: DeadlineQuerySet, first: date, *, on: date, query: dict[str, str]) -> None:
        self.first, self.on, self.query = first, on, query
        self.last = first + relativedelta(day=31)
        self.rows = rows.filter(due_key__gte=first, due_key__lte=self.last, state__in=LABELS)

    @property
    def previous(self) -> date | None:
        return self._beside(-1)

    @property
    def next(self) -> date | None:
        return self._beside(1)

    def _beside(self, months: int) -> date | None:
        """None beyond the years the calendar knows."""
        first = self.first + relativedelta(months=months)
        return first if EARLIEST <= first.year <= LATEST else None

    @cached_property
    def counts(self) -> dict[tuple[date, str], int]:
        found = self.rows.order_by().values_list("due", "state").annotate(n=Count("pk"))
        return {(due, state): n for due, state, n in found}

    @property
    def figures(self) -> list[Figure]:
        """Of the whole month, those overdue already among the ones in work."""
        period = {"due__gte": str(self.first), "due__lte": str(self.last)}
        totals = {state: sum(n for (_due, of), n in self.counts.items() if of == state) for state in LABELS}
        overdue = sum(n for (due, state), n in self.counts.items() if self._is_overdue(due, state))
        return [
            *(
                Figure(label, totals[state], self._address(state=state.value, **period))
                for state, label in LABELS.items()
            ),
            Figure(OF_THEM_OVERDUE, overdue, self._address(mark="overdue", **period), is_overdue=True),
        ]

    @cached_property
    def weeks(self) -> list[list[Cell | None]]:
        """Monday to Sunday; None for days of other months."""
        work, names = WorkCalendar.load(), self._names()
        weeks = calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)
        return [
            [self._cell(day, work, names) if day.month == self.first.month else None for day in week] for week in weeks
        ]

    def _names(self) -> dict[date, str]:
        special = CalendarDay.objects.filter(date__range=(self.first, self.last))
        field = f"name_{(get_language() or 'ru')[:2]}"
        return {day.date: getattr(day, field, "") or day.name_ru for day in special}

    def _cell(self, day: date, work: WorkCalendar, names: dict[date, str]) -> Cell:
        figures = [
            Figure(
                OVERDUE if self._is_overdue(day, state) else label,
                self.counts[day, state],
                self._address(due=str(day), state=state.value),
                self._is_overdue(day, state),
            )
            for state, label in LABELS.items()
            if (day, state) in self.counts
        ]
        is_working = work.is_working(day)
        name = names.get(day, "") or (str(_("working day")) if is_working and day.weekday() > 4 else "")
        return Cell(day, is_working, name, day == self.on, figures)

    def _is_overdue(self, due: date, state: str) -> bool:
        """As `DeadlineQuerySet.overdue` has it."""
        return state == DeadlineState.OPEN and due < self.on

    def _address(self, **query: Any) -> str:
        return f"{reverse('deadlines')}?{urlencode(self.query | query)}"
