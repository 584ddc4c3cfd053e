"""Documents as CSV and XLSX. One place writes cells, so that nothing people typed is ever taken for a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from registry.exports.tables import COLUMN_WIDTH, Document, Passage, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a text beginning so may be run by a spreadsheet
LONGEST_CELL = 32_767  # characters, of an XLSX cell
LONGEST_SHEET_NAME = 31
BOM = "\ufeff"  # tells spreadsheets that a CSV is UTF-8
A4 = 9


def inert(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write_csv(document: Document, file: BinaryIO) -> None:
    """The first table by RFC 4180, in UTF-8: a comma between cells, dates ISO 8601, a point in numbers."""
    table = document.tables[0]
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([inert(label) for label in table.head])
    for cells in table.cells():
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    text.flush()
    text.detach()


def write_xlsx(document: Document, file: BinaryIO) -> None:
    """Each table on a sheet, its head frozen and filters on, ready for paper; facts and texts on the last one."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        for n, table in enumerate(document.tables, start=1):
            sheet = book.add_worksheet(f"{n}. {table.title}"[:LONGEST_SHEET_NAME].translate(_NOT_IN_SHEET_NAMES))
            _write_table(_Writer(book, sheet), table)
            _for_paper(sheet, document)
        about = _Writer(book, book.add_worksheet(_("About")))
        about.sheet.set_column(0, 1, 2 * COLUMN_WIDTH)
        told = [(str(part.title), part.text) for part in document.parts if isinstance(part, Passage)]
        for n, pair in enumerate([(_("Title"), document.title), *document.facts, *told]):
            about.row(n, list(pair))


_NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "()     ’")


def _write_table(writer: "_Writer", table: Table) -> None:
    last = 0
    writer.row(0, table.head, writer.bold)
    for last, cells in enumerate(table.cells(), start=1):
        writer.row(last, cells)
    for n, column in enumerate(table.columns):
        writer.sheet.set_column(n, n, column.width)
    writer.sheet.freeze_panes(1, 0)
    writer.sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _for_paper(sheet: Any, document: Document) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    office, title = (
        text.replace("&", "&&")[:100] for text in (settings.OFFICE_NAME, document.title)
    )  # & begins a code
    sheet.set_header(f"&L{office}&R{document.made}")
    sheet.set_footer(f"&L{title}&R&P / &N")


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
                case "":
                    continue
                case str():
                    guarded = self._guarded if cell.startswith(FORMULA) else self._text
                    self.sheet.write_string(n, column, _fitting(cell), style or guarded)
                case date():
                    self.sheet.write_datetime(n, column, cell, self._date)
                case int() | Decimal():
                    self.sheet.write_number(n, column, cell, self._text)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
