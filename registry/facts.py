"""Figures of sources side by side, as pages of programmes and regions show them: grouped, drawn, never added up.

Two sources may speak of overlapping things, so a sum of theirs would be a number nobody reported.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.alphabet import alphabetical
from registry.charts import BarChart, Datum
from registry.figures import figure, tenge

MOST_BARS = 16  # of one picture; the table has the rest


@dataclass(frozen=True)
class Measured:
    """An indicator with its values, the whole country's first, then by period."""

    indicator: Any
    values: Sequence[Any]

    @cached_property
    def chart(self) -> BarChart | None:
        """Where there are two values or more, so that there is something to compare."""
        if len(self.values) < 2:
            return None
        data = [
            Datum(_where_and_when(value), value.get_kind_display(), value.kind, value.value, value.shown)
            for value in self.values[:MOST_BARS]
        ]
        title = f"{self.indicator.name}, {self.indicator.unit}"
        return BarChart(self.indicator.slug, title, data)


def measured(values: Iterable[Any]) -> list[Measured]:
    """`values` by indicator, those with most to compare first."""
    ordered = sorted(values, key=lambda value: (alphabetical(value.indicator.name), value.indicator_id, *_order(value)))
    groups = groupby(ordered, key=lambda value: value.indicator)
    return sorted((Measured(indicator, list(rows)) for indicator, rows in groups), key=lambda one: -len(one.values))


def _order(value: Any) -> tuple[Any, ...]:
    return value.region_id, value.period_key, value.kind, value.pk


def _where_and_when(value: Any) -> str:
    return f"{value.region.short_name}, {value.period or value.as_of_shown or _('period not stated')}"


@dataclass(frozen=True)
class Disagreement:
    """Values on one thing and period that cannot all be true."""

    values: Sequence[Any]

    @property
    def one(self) -> Any:
        """Any of them: what they speak of is the same."""
        return self.values[0]

    @property
    def claims(self) -> list[tuple[Any, str]]:
        """Each value with what it lets the true one be."""
        return [(value, _allowed(*value.bounds())) for value in self.values]


def _allowed(low: Decimal | None, high: Decimal | None) -> str:
    if low is None or high is None:
        if low is not None:
            return _("%(low)s or more") % {"low": figure(low)}
        return _("%(high)s or less") % {"high": figure(high)} if high is not None else ""
    if low == high:
        return _("exactly %(value)s") % {"value": figure(low)}
    return _("from %(low)s to %(high)s") % {"low": figure(low), "high": figure(high)}


@dataclass(frozen=True)
class Money:
    """An amount, with the parts of it that are known by themselves; `beneath` has parts of parts as well."""

    row: Any
    parts: list[Any]
    beneath: list[Any]

    @property
    def known(self) -> str:
        """What the parts come to: of one whole they may be added, and never exceed it."""
        return tenge(sum((part.amount for part in self.parts), Decimal(0)))


def wholes(rows: Iterable[Any]) -> list[Money]:
    """Each amount with its parts; a part whose whole is not among `rows` stands by itself. The order is kept."""
    rows = list(rows)
    keys = {row.pk for row in rows}
    parts: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        parts[row.part_of_id if row.part_of_id in keys else None].append(row)
    return [Money(row, parts[row.pk], list(_beneath(row, parts))) for row in parts[None]]


def _beneath(row: Any, parts: Mapping[int | None, list[Any]]) -> Iterator[Any]:
    for part in parts[row.pk]:
        yield part
        yield from _beneath(part, parts)


Cells = list[tuple[str, list[Any]]]


def by_period(moneys: Sequence[Money], stages: Mapping[str, str]) -> list[tuple[str, Cells]]:
    """Whole amounts by period, in the order they come, and within it by the label of each of `stages`."""
    table: dict[str, dict[str, list[Any]]] = {}
    for money in moneys:
        cells = table.setdefault(_period(money.row), {stage: [] for stage in stages})
        cells[money.row.stage].append(money.row)
    return [(period, [(stages[stage], rows) for stage, rows in cells.items()]) for period, cells in table.items()]


def _period(row: Any) -> str:
    return row.period or _("period not stated")


def money_chart(key: str, moneys: Sequence[Money]) -> BarChart | None:
    """Amounts by period and stage, each a bar of its own with its parts below it."""
    rows = [row for money in moneys for row in (money.row, *money.beneath)]
    data = [
        Datum(
            _period(row),
            f"{row.get_stage_display()}: {row.purpose}",
            row.stage,
            row.amount,
            row.shown,
        )
        for row in rows[:MOST_BARS]
    ]
    return BarChart(key, _("Money by period and stage"), data) if len(data) > 1 else None


# Deadlines


@dataclass(frozen=True)
class Standing:
    """How many deadlines stand so, of how many of them the public text says no more, and the list of them."""

    label: Any
    name: str
    n: int
    silent: int
    address: str


def standings(numbers: Mapping[str, int], *, on: date, **scope: str) -> list[Standing]:
    """`numbers` of deadlines by how they stand on the day `on`, with lists filtered by `scope`."""
    asked: Sequence[tuple[str, str, dict[str, str]]] = (
        ("overdue", _("overdue"), {"mark": "overdue"}),
        ("in_time", _("in work, the day has not passed"), {"state": "open", "due__gte": on.isoformat()}),
        ("under_review", _("under review"), {"mark": "under_review"}),
        ("without_date", _("without a date"), {"without_date": "true"}),
    )
    return [
        Standing(
            label,
            name,
            numbers.get(name, 0),
            numbers.get("silent", 0) if name == "overdue" else 0,
            f"{reverse('deadlines')}?{urlencode(scope | query)}",
        )
        for name, label, query in asked
    ]
