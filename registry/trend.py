"""Geometry of two pictures over one row of periods: a line of percentages above columns of counts.

registry/charts/trend.html draws it. Units are those of the viewBox, in whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

WIDTH, HEIGHT = 480, 300
HEADS = (14, 144)  # where the words over the two pictures stand
TOP, BOTTOM = 44, 114  # of the line: 100 and 0 percent
COLUMNS, GROUND = 176, 258  # of the columns: the highest and their foot
NAMES = (275, 292)  # of the periods and of their years


@dataclass(frozen=True)
class Period:
    """`told` says in words what is drawn; a value is None where there is no data, which is not nothing."""

    label: str
    year: str
    told: str
    count: int | None
    percent: int | None


@dataclass(frozen=True)
class Slot:
    """What is drawn of a period, around its `middle`. `year` is empty but where a new one begins."""

    period: Period
    middle: int
    width: int
    year: str
    height: int

    @property
    def x(self) -> int:
        return self.middle - self.width // 2

    @property
    def y(self) -> int:
        return GROUND - self.height

    @property
    def count_y(self) -> int:
        return self.y - 5

    @property
    def point_y(self) -> int:
        return BOTTOM - (BOTTOM - TOP) * (self.period.percent or 0) // 100

    @property
    def percent_y(self) -> int:
        return self.point_y - 9


class TrendChart:
    """`heads` are the words over the line and over the columns; `key` is part of an id."""

    width, height, ground, bottom = WIDTH, HEIGHT, GROUND, BOTTOM
    names_y, years_y = NAMES

    def __init__(self, key: str, title: str, heads: tuple[str, str], periods: Sequence[Period]) -> None:
        self.key, self.title, self.periods = key, title, periods
        self.heads = list(zip(heads, HEADS, strict=True))

    @property
    def description(self) -> str:
        """The whole picture in words."""
        return "; ".join(period.told for period in self.periods)

    @cached_property
    def slots(self) -> list[Slot]:
        step = WIDTH // len(self.periods)
        most = max((period.count or 0 for period in self.periods), default=0) or 1
        years = ["", *(period.year for period in self.periods)]
        return [
            Slot(
                period,
                middle=step * place + step // 2,
                width=step * 3 // 5,
                year=period.year if period.year != years[place] else "",
                height=(GROUND - COLUMNS) * (period.count or 0) // most,
            )
            for place, period in enumerate(self.periods)
        ]

    @property
    def lines(self) -> list[str]:
        """Points of the line, broken where there is no data."""
        runs = groupby(self.slots, key=lambda slot: slot.period.percent is not None)
        return [" ".join(f"{slot.middle},{slot.point_y}" for slot in run) for known, run in runs if known]
