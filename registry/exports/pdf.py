"""Documents as PDF, drawn row by row: a long list needs little memory. Texts are drawn, never read as markup."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import get_language
from font_source_sans_pro import SourceSansPro, SourceSansProBold
from reportlab import rl_config
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from registry.exports.tables import Document, Passage, Table, in_words

PLAIN, BOLD = "Source Sans Pro", "Source Sans Pro Bold"  # both hold Kazakh letters
MARGIN, FOOT = 14 * mm, 16 * mm
SMALL, BODY, TITLE = 8, 9.5, 15  # points
LEADING = 1.25  # of a line, to its letters
GAP = 3  # points, around the text of a cell
WIDE = 6  # columns; a table of more lies on its side
FACT = 45 * mm  # width of the names of facts
NARROWEST = 46  # points, of a column: a date fits

rl_config.useA85 = 0  # bytes as they are: smaller and sooner

for _name, _file in ((PLAIN, SourceSansPro), (BOLD, SourceSansProBold)):
    registerFont(TTFont(_name, Path(_file).with_suffix(".ttf")))


def write_pdf(document: Document, file: BinaryIO) -> None:
    tables = [part.for_paper() if isinstance(part, Table) else part for part in document.parts]
    is_wide = any(isinstance(part, Table) and len(part.columns) > WIDE for part in tables)
    paper = _Paper(document, file, landscape(A4) if is_wide else A4)
    paper.text(document.title, BOLD, TITLE)
    paper.facts(document.facts)
    for part in tables:
        if len(tables) > 1 or isinstance(part, Passage):
            paper.heading(str(part.title))
        if isinstance(part, Passage):
            paper.text(part.text, PLAIN, BODY)
        else:
            paper.table(part)
    paper.save()


@lru_cache(maxsize=20_000)  # a list repeats its executors, programmes and marks
def _lines(text: str, font: str, size: float, width: float) -> tuple[str, ...]:
    """`text` broken into lines of at most `width` points; a word longer than that is cut."""
    found: list[str] = []
    for line in simpleSplit(text, font, size, width):
        while stringWidth(line, font, size) > width and len(line) > 1:
            fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or stringWidth(line[:n], font, size) <= width)
            found.append(line[:fits])
            line = line[fits:]
        found.append(line)
    return tuple(found)


def _widths(table: Table, inner: float) -> list[float]:
    """Points of each column: in proportion, yet none so narrow that a date breaks."""
    whole = sum(column.width for column in table.columns)
    asked = [max(NARROWEST, inner * column.width / whole) for column in table.columns]
    spare = sum(width - NARROWEST for width in asked) or 1
    over = sum(asked) - inner
    return [width - over * (width - NARROWEST) / spare for width in asked]


class _Paper:
    """Pages with a head and a foot, filled from the top; `y` is where the next line begins."""

    def __init__(self, document: Document, file: BinaryIO, size: tuple[float, float]) -> None:
        self.document = document
        self.width, self.height = size
        self.canvas = Canvas(file, pagesize=size, pageCompression=1, lang=get_language())
        self.canvas.setTitle(document.title)
        self.canvas.setAuthor(settings.OFFICE_NAME)
        self.inner = self.width - 2 * MARGIN
        self._begin_page()

    def _begin_page(self) -> None:
        self.y = self.height - MARGIN
        self.canvas.setFont(PLAIN, SMALL)
        self.canvas.drawString(MARGIN, self.y, settings.OFFICE_NAME)
        self.canvas.drawRightString(self.width - MARGIN, self.y, self.document.made)
        title = _lines(self.document.title, PLAIN, SMALL, self.inner * 0.8)[:1]
        self.canvas.drawString(MARGIN, MARGIN / 2, "".join(title))
        self.canvas.drawRightString(self.width - MARGIN - 20, MARGIN / 2, f"{self.canvas.getPageNumber()} /")
        self.canvas.doForm("total")  # how many pages there are is known at the end
        self.y -= SMALL * 2

    def _turn(self) -> None:
        self.canvas.showPage()
        self._begin_page()

    def save(self) -> None:
        total = self.canvas.getPageNumber()
        self.canvas.showPage()
        self.canvas.beginForm("total", 0, 0, self.width, self.height)
        self.canvas.setFont(PLAIN, SMALL)
        self.canvas.drawString(self.width - MARGIN - 18, MARGIN / 2, str(total))
        self.canvas.endForm()
        self.canvas.save()

    @property
    def _room(self) -> float:
        return self.y - FOOT

    def heading(self, text: str) -> None:
        self.y -= BODY
        if self._room < 6 * BODY:  # a heading does not stand alone at the foot
            self._turn()
        self.text(text, BOLD, BODY * 1.2)

    def text(self, text: str, font: str, size: float) -> None:
        for line in _lines(text, font, size, self.inner):
            if self._room < size * LEADING:
                self._turn()
            self.y -= size * LEADING
            self.canvas.setFont(font, size)
            self.canvas.drawString(MARGIN, self.y, line)
        self.y -= size * 0.5

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        for name, value in facts:
            self._row([name, value], [FACT, self.inner - FACT], BODY, PLAIN)
        self.y -= BODY

    def table(self, table: Table) -> None:
        widths = _widths(table, self.inner)
        self._row(table.head, widths, SMALL, BOLD, ruled=True)
        for cells in table.cells():
            self._row([in_words(cell) for cell in cells], widths, SMALL, PLAIN, ruled=True, head=table.head)
        self.y -= BODY

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        size: float,
        font: str,
        ruled: bool = False,
        head: Sequence[str] = (),
    ) -> None:
        """One row; what does not fit on the page goes on on the next, under `head`."""
        lines = [_lines(cell, font, size, width - 2 * GAP) for cell, width in zip(cells, widths, strict=True)]
        left = max(1, *(len(each) for each in lines))
        start = 0
        while left > 0:
            fit = int((self._room - 2 * GAP) / (size * LEADING))
            if fit < min(left, 3):  # two lines alone are not worth beginning a row with
                self._turn()
                if head:
                    self._row(head, widths, size, BOLD, ruled=True)
                continue
            taken = min(left, fit)
            self._draw([each[start : start + taken] for each in lines], widths, size, font, taken, ruled)
            start, left = start + taken, left - taken

    def _draw(
        self,
        lines: Sequence[Sequence[str]],
        widths: Sequence[float],
        size: float,
        font: str,
        taken: int,
        ruled: bool,
    ) -> None:
        x = MARGIN
        for each, width in zip(lines, widths, strict=True):
            text = self.canvas.beginText(x + GAP, self.y - GAP - size)
            text.setFont(font, size, leading=size * LEADING)
            for line in each:
                text.textLine(line)
            self.canvas.drawText(text)
            x += width
        self.y -= taken * size * LEADING + (2 * GAP if ruled else 0)
        if ruled:
            self.canvas.setLineWidth(0.3)
            self.canvas.line(MARGIN, self.y, self.width - MARGIN, self.y)
