"""Geometry of pictures drawn on the server: where bars and words stand. The templates in registry/charts/ draw them.

Units are those of the viewBox and whole numbers, which no language writes in its own way. A picture is as wide as its
place, so one WIDTH serves desk, phone and paper; colours are classes of the stylesheet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby

WIDTH = 720
HEADING, LINE, THICKNESS, GAP = 40, 28, 20, 14  # heights: of a group's name, of the words over a bar, of the bar
LETTER = 14  # width of a letter, roughly: words are cut before they run into the number


@dataclass(frozen=True)
class Datum:
    """`series` names the colour, `shown` is the value as a reader sees it; neighbours of one `group` stand together."""

    group: str
    label: str
    series: str
    value: Decimal
    shown: str


@dataclass(frozen=True)
class Word:
    text: str
    y: int


@dataclass(frozen=True)
class Bar:
    """`label` and `shown` stand at `y`, the bar below it from `x` on; its `width` is 0 for nothing."""

    label: str
    shown: str
    series: str
    y: int
    bar_y: int
    x: int
    width: int


class BarChart:
    """Horizontal bars on one scale, each under its words; bars of one group under its name. `key` is part of an id."""

    width, thickness = WIDTH, THICKNESS

    def __init__(self, key: str, title: str, data: Iterable[Datum]) -> None:
        self.key, self.title = key, title
        self.data: Sequence[Datum] = list(data)
        self.headings: list[Word] = []
        self.bars: list[Bar] = []
        self.height = 0
        for group, rows in groupby(self.data, key=lambda datum: datum.group):
            self._add_group(group, list(rows))

    @property
    def description(self) -> str:
        """The whole picture in words."""
        said = (f"{datum.label}: {datum.shown}" for datum in self.data)
        heads = (f"{datum.group}, " if datum.group else "" for datum in self.data)
        return "; ".join(head + words for head, words in zip(heads, said, strict=True))

    @property
    def zero(self) -> int:
        """Where the bars begin; not the left edge when some value is below nothing."""
        return self._at(Decimal(0))

    def _add_group(self, group: str, rows: list[Datum]) -> None:
        if group:
            self.headings.append(Word(_short(group, WIDTH // LETTER), self.height + HEADING - 12))
            self.height += HEADING
        for datum in rows:
            left, right = sorted((self._at(datum.value), self.zero))
            words, bar = self.height + LINE - 8, self.height + LINE
            label = _short(datum.label, (WIDTH - GAP) // LETTER - len(datum.shown))
            self.bars.append(Bar(label, datum.shown, datum.series, words, bar, left, right - left))
            self.height += LINE + THICKNESS + GAP

    @cached_property
    def _scale(self) -> tuple[Decimal, Decimal]:
        """The least value drawn and the length of the whole scale."""
        values = [Decimal(0), *(datum.value for datum in self.data)]
        return min(values), (max(values) - min(values)) or Decimal(1)

    def _at(self, value: Decimal) -> int:
        least, length = self._scale
        return round((value - least) / length * WIDTH)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most - 1, 0)].rstrip()}…"
