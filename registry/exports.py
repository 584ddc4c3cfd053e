"""Tables as files. One place writes cells, so that nothing people typed is ever taken for a formula.

A file is made whole before it is sent: a reader gets all rows or an error, never half a table. Memory stays the same
whatever the number of rows.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a text beginning so may be run by a spreadsheet
LONGEST_CELL = 32_767  # characters, of an XLSX cell
BOM = "\ufeff"  # tells spreadsheets that a CSV is UTF-8
COLUMN_WIDTH = 18  # characters

Value = str | int | Decimal | date | bool | None


@dataclass(frozen=True)
class Column:
    """`of` gives the value of a row: texts stay texts, numbers and dates are written as such. `width` in characters."""

    label: str | Promise
    of: Callable[[Any], Value | Promise]
    width: int = COLUMN_WIDTH


@dataclass(frozen=True)
class Table:
    """`about` are pairs of what stands beside the table: the filters in force and the like."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    about: Sequence[tuple[str, str]] = ()

    @property
    def head(self) -> list[str]:
        return [str(capfirst(column.label)) for column in self.columns]

    def cells(self) -> Iterable[list[Any]]:
        for row in self.rows:
            yield [_plain(column.of(row)) for column in self.columns]

    def facts(self) -> list[tuple[str, str]]:
        """The office, the day and hour, then `about`."""
        made = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
        return [(_("Office"), settings.OFFICE_NAME), (_("Table"), self.title), (_("Made on"), made), *self.about]


def inert(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def file_of(table: Table, name: str) -> BinaryIO:
    """`table` in the format `name` of FORMATS, ready to be read; gone from the disk when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 – the response closes it
    FORMATS[name].write(table, file)
    file.seek(0)
    return file


def write_csv(table: Table, file: BinaryIO) -> None:
    """RFC 4180 in UTF-8: a comma between cells, dates ISO 8601, a point in numbers."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([inert(label) for label in table.head])
    for cells in table.cells():
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    text.flush()
    text.detach()


def write_xlsx(table: Table, file: BinaryIO) -> None:
    """The table with its head frozen and filters on, ready for paper; what it is about stands on a second sheet."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(_("Table"))
        write = _Writer(book, sheet)
        write.row(0, table.head, write.bold)
        last = 0
        for last, cells in enumerate(table.cells(), start=1):
            write.row(last, cells)
        for n, column in enumerate(table.columns):
            sheet.set_column(n, n, column.width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
        _for_paper(sheet, table)
        about = _Writer(book, book.add_worksheet(_("About")))
        about.sheet.set_column(0, 1, 2 * COLUMN_WIDTH)
        for n, fact in enumerate(table.facts()):
            about.row(n, list(fact))


def _for_paper(sheet: Any, table: Table) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    made = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    office = settings.OFFICE_NAME.replace("&", "&&")  # & begins a code there
    sheet.set_header(f"&L{office}&R{made}")
    sheet.set_footer(f"&L{table.title.replace('&', '&&')}&R&P / &N")


class _Writer:
    """Cells of one sheet; rows are written in order and leave the memory."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.sheet = sheet
        wrapped = {"text_wrap": True, "valign": "top"}
        self.bold = book.add_format(wrapped | {"bold": True, "bottom": 1})
        self._text = book.add_format(wrapped)
        self._guarded = book.add_format(wrapped | {"quote_prefix": True})  # stays a text when it is edited
        self._date = book.add_format(wrapped | {"num_format": "dd.mm.yyyy"})

    def row(self, n: int, cells: Sequence[Any], style: Any = None) -> None:
        for column, cell in enumerate(cells):
            match cell:
                case str():
                    guarded = self._guarded if cell.startswith(FORMULA) else self._text
                    self.sheet.write_string(n, column, _fitting(cell), style or guarded)
                case date():
                    self.sheet.write_datetime(n, column, cell, self._date)
                case int() | Decimal():
                    self.sheet.write_number(n, column, cell, self._text)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _plain(value: Any) -> Any:
    """Yes and no in words, times as the day and hour in Almaty, lazy texts as texts."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        case None | int() | Decimal() | date():
            return value
    return str(value)


@dataclass(frozen=True)
class Format:
    content_type: str
    write: Callable[[Table, BinaryIO], None]


FORMATS = {
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": Format("text/csv; charset=utf-8", write_csv),
}
