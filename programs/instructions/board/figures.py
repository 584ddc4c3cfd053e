"""Numbers of the board, each with the list that shows its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.urls import reverse

from programs.instructions.choices import Mark
from registry.alphabet import alphabetical


@dataclass(frozen=True)
class Figure:
    """A number and the query string of the list that shows its rows; `bar` is its percentage of the largest."""

    label: str
    n: int
    query: str
    page: str = "deadlines"
    detail: str = ""
    bar: int = 0

    @property
    def address(self) -> str:
        return f"{reverse(self.page)}?{self.query}"


@dataclass(frozen=True)
class Lists:
    """Makes the figures of a page; their lists are asked for what the page as a whole was, `kept`, as well."""

    kept: Mapping[str, str] = field(default_factory=dict)

    def deadlines(self, label: str, n: int, detail: str = "", **query: str) -> Figure:
        return Figure(label, n, urlencode({**query, **self.kept}), detail=detail)

    def overdue(self, label: str, n: int, detail: str = "", **query: str) -> Figure:
        return self.deadlines(label, n, detail, mark=Mark.OVERDUE.value, **query)

    def instructions(self, label: str, n: int, **query: str) -> Figure:
        return Figure(label, n, urlencode({**query, **self.kept}), "instructions")


def with_bars(figures: Iterable[Figure]) -> list[Figure]:
    rows = list(figures)
    most = max((figure.n for figure in rows), default=0)
    return [replace(figure, bar=100 * figure.n // most if most else 0) for figure in rows]


def most_first(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: (-figure.n, alphabetical(figure.label)))


def percent(part: int, whole: int) -> int | None:
    """Rounded, yet 0 and 100 only where it is none and all; None of nothing."""
    if not whole:
        return None
    return part and max(1, min(round(100 * part / whole), 99 + part // whole))
