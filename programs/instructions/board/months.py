"""Twelve months as their ends were counted: how many deadlines were overdue, and how many had been met in time."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programs.instructions.board.figures import Lists, percent
from programs.instructions.models import MonthEnd
from programs.instructions.services import ended_months
from registry.trend import Period, TrendChart

SUMS = ("overdue__sum", "fell_due__sum", "in_time__sum")


@dataclass(frozen=True)
class Month:
    """`overdue` and what follows are None for a month that nobody counted."""

    end: date
    overdue: int | None = None
    fell_due: int | None = None
    in_time: int | None = None

    @property
    def address(self) -> str:
        """Of the list of what was overdue at its end; never with restricted instructions, as it was counted."""
        return Lists().deadlines("", self.overdue or 0, overdue_on=self.end.isoformat()).address

    @property
    def name(self) -> str:
        return capfirst(date_format(self.end, "YEAR_MONTH_FORMAT"))

    @property
    def share(self) -> int | None:
        """Percent in time of those that fell due in the month."""
        return percent(self.in_time or 0, self.fell_due or 0)

    @property
    def period(self) -> Period:
        told = _("no data")
        if self.overdue is not None:
            told = _("%(n)d overdue") % {"n": self.overdue}
            told += "" if self.share is None else ", " + _("%(share)d %% in time") % {"share": self.share}
        label, year = date_format(self.end, "M"), str(self.end.year)
        return Period(label, year, f"{self.name}: {told}", self.overdue, self.share)


class Months:
    """For one user; what the counts leave out, restricted instructions, is left out here. One query."""

    def __init__(self, user: Any, *, on: date) -> None:
        self.user, self.on = user, on

    @cached_property
    def all(self) -> list[Month]:
        """The last twelve ended months, earliest first."""
        ends = ended_months(on=self.on)
        rows = MonthEnd.objects.visible_to(self.user).filter(month__in=ends).order_by().values("month")
        sums = rows.annotate(Sum("overdue"), Sum("fell_due"), Sum("in_time"))
        counted = {end: Month(end, *numbers) for end, *numbers in sums.values_list("month", *SUMS)}
        return [counted.get(end, Month(end)) for end in ends]

    @property
    def are_counted(self) -> bool:
        return any(month.overdue is not None for month in self.all)

    @property
    def chart(self) -> TrendChart:
        return TrendChart(
            "trend",
            _("Overdue and in time over twelve months"),
            (_("In time, % of those due in the month"), _("Overdue at the end of the month")),
            [month.period for month in self.all],
        )
