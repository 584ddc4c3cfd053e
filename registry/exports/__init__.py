"""Files for people: lists and documents as XLSX, CSV, PDF and DOCX.

A file is made whole before it is sent: a reader gets all rows or an error, never half a table. Of a list, memory holds
a few rows at a time, whatever their number; a DOCX is for what one person reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from registry.exports.pdf import write_pdf
from registry.exports.spreadsheets import write_csv, write_xlsx
from registry.exports.tables import Column, Document, Passage, Table
from registry.exports.word import write_docx

__all__ = ["FORMATS", "Column", "Document", "Passage", "Table", "file_of"]


@dataclass(frozen=True)
class Format:
    content_type: str
    write: Callable[[Document, BinaryIO], None]


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "xlsx": Format(f"{OFFICE}.spreadsheetml.sheet", write_xlsx),
    "csv": Format("text/csv; charset=utf-8", write_csv),
    "pdf": Format("application/pdf", write_pdf),
    "docx": Format(f"{OFFICE}.wordprocessingml.document", write_docx),
}


def file_of(document: Document, name: str) -> BinaryIO:
    """`document` in the format `name` of FORMATS, ready to be read; gone from the disk when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 – the response closes it
    FORMATS[name].write(document, file)
    file.seek(0)
    return file
