"""Documents as DOCX, to be signed or gone on with in an office program."""

from typing import Any, BinaryIO

from django.conf import settings
from docx import Document as new_docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from registry.exports.tables import Document, Passage, Table, in_words

A4 = (Mm(210), Mm(297))
MARGIN = Mm(18)
WIDE = 6  # columns; a table of more lies on its side
FONT, BODY, SMALL = "Times New Roman", Pt(12), Pt(9)


def write_docx(document: Document, file: BinaryIO) -> None:
    docx = new_docx()
    docx.core_properties.title, docx.core_properties.author = document.title[:255], settings.OFFICE_NAME
    style = docx.styles["Normal"]
    style.font.name, style.font.size = FONT, BODY
    parts = [part.for_paper() if isinstance(part, Table) else part for part in document.parts]
    _lay_out(docx, document, any(isinstance(part, Table) and len(part.columns) > WIDE for part in parts))
    docx.add_heading(document.title, level=1)
    _add_rows(docx, None, [list(fact) for fact in document.facts])
    for part in parts:
        docx.add_heading(str(part.title), level=2)
        if isinstance(part, Passage):
            docx.add_paragraph(part.text)
        else:
            _add_rows(docx, part.head, [[in_words(cell) for cell in cells] for cells in part.cells()])
    docx.save(file)


def _lay_out(docx: Any, document: Document, is_wide: bool) -> None:
    section = docx.sections[0]
    section.page_width, section.page_height = A4[::-1] if is_wide else A4
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = MARGIN
    section.header.paragraphs[0].text = " · ".join(filter(None, [settings.OFFICE_NAME, document.made]))
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_field(foot, "PAGE")
    foot.add_run(" / ")
    _add_field(foot, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    """What the office program itself fills in, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)


def _add_rows(docx: Any, head: list[str] | None, rows: list[list[str]]) -> None:
    columns = len(head or (rows[0] if rows else ()))
    if not columns:
        return
    table = docx.add_table(rows=0, cols=columns, style="Table Grid" if head else None)
    for n, cells in enumerate([head, *rows] if head else rows):
        row = table.add_row()
        for cell, text in zip(row.cells, cells, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = (SMALL if head else BODY), bool(head) and n == 0
        if head and n == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on every page
