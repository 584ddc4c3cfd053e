"""What a file is made of: tables and texts under a title, and how values are written in it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

COLUMN_WIDTH = 18  # characters
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML may hold them

Text = str | Promise
Value = Text | int | Decimal | date | bool | None


@dataclass(frozen=True)
class Column:
    """`of` gives the value of a row: texts stay texts, numbers and dates are written as such. `width` in characters;
    what is not `on_paper` is left to the formats that are read on a screen."""

    label: Text
    of: Callable[[Any], Value]
    width: int = COLUMN_WIDTH
    on_paper: bool = True


@dataclass(frozen=True)
class Table:
    title: Text
    columns: Sequence[Column]
    rows: Iterable[Any]

    @property
    def head(self) -> list[str]:
        return [capfirst(str(column.label)) for column in self.columns]

    def cells(self) -> Iterator[list[Any]]:
        """Row by row: texts, numbers, dates or None."""
        for row in self.rows:
            yield [_plain(column.of(row)) for column in self.columns]

    def for_paper(self) -> "Table":
        return Table(self.title, [column for column in self.columns if column.on_paper], self.rows)


@dataclass(frozen=True)
class Passage:
    """A text under its heading."""

    title: Text
    text: str


@dataclass(frozen=True)
class Document:
    """`about` are pairs of what stands at its head: the filters in force, the facts of what it is about."""

    title: str
    parts: Sequence[Table | Passage]
    about: Sequence[tuple[Text, str]] = ()

    @property
    def made(self) -> str:
        return date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The office, the day and hour, then `about`."""
        office = [(_("Office"), settings.OFFICE_NAME)] if settings.OFFICE_NAME else []
        return [*office, (_("Made on"), self.made), *((str(name), writable(value)) for name, value in self.about)]

    @property
    def tables(self) -> list[Table]:
        return [part for part in self.parts if isinstance(part, Table)]


def writable(text: str) -> str:
    return UNWRITABLE.sub("", text)


def in_words(cell: Any) -> str:
    """A cell as people of the reader's language write it."""
    match cell:
        case None:
            return ""
        case date():
            return date_format(cell, "SHORT_DATE_FORMAT")
        case int() | Decimal():
            return localize(cell)
    return str(cell)


def _plain(value: Any) -> Any:
    """Yes and no in words, times as the day and hour in Almaty, lazy texts as texts."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        case None | int() | Decimal() | date():
            return value
    return writable(str(value))
