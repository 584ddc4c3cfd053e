"""Lists as files: the same rows as on the page, real dates and numbers, nothing that a spreadsheet would run."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import AccessMark
from registry.accounts.choices import Role
from registry.exports import Column, Document, Table, file_of
from registry.exports.spreadsheets import LONGEST_CELL
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_deadline, make_instruction, make_user
from tests.pages import Reader

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil")']


def table(rows, **fields):
    columns = [Column("value", lambda row: row)]
    return Document("Проба", [Table("Таблица", columns, rows)], **fields)


def as_csv(of):
    return file_of(of, "csv")


def as_xlsx(of):
    return file_of(of, "xlsx")


def csv_rows(file):
    text = file.read().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def cells(file, sheet=1):
    """(type, text) of each cell that is written by its column's letter, row by row; a formula would be of type
    "formula"."""
    with zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return [{cell.get("r").rstrip("0123456789"): cell_of(cell) for cell in row} for row in root.iter(f"{SHEET}row")]


def cell_of(cell):
    kind = "formula" if cell.find(f"{SHEET}f") is not None else cell.get("t", "n")
    return kind, "".join(cell.itertext())


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_is_never_a_formula(text):
    assert csv_rows(as_csv(table([text])))[1] == [f"'{text}"]
    [row] = cells(as_xlsx(table([text])))[1:]
    assert row["A"][0] == "inlineStr"


def test_numbers_and_dates_stay_what_they_are():
    values = [-5, Decimal("-1234567890123.45"), date(2026, 2, 16), True, None, "Көкшетау"]
    assert [row[0] if row else "" for row in csv_rows(as_csv(table(values)))[1:]] == [
        "-5", "-1234567890123.45", "2026-02-16", "yes", "", "Көкшетау",
    ]  # fmt: skip
    written = [row["A"] for row in cells(as_xlsx(table(values)))[1:] if row]
    assert written[0] == ("n", "-5")
    assert written[2] == ("n", "46069")  # the day's number, shown as a date
    assert written[-1] == ("inlineStr", "Көкшетау")


def test_a_text_too_long_for_a_cell_says_so():
    [row] = cells(as_xlsx(table(["я" * 40_000])))[1:]
    text = row["A"][1]
    assert len(text) == LONGEST_CELL
    assert text.endswith("…")


def test_a_file_says_whose_it_is_when_made_and_by_which_filters(settings):
    settings.OFFICE_NAME = "Отдел & Ко"
    facts = cells(as_xlsx(table(["x"], about=[("Регион", "=Акмола")])), sheet=2)
    assert [[row["A"][1], row["B"][1]] for row in facts[:2]] == [["Title", "Проба"], ["Office", "Отдел & Ко"]]
    assert facts[-1] == {"A": ("inlineStr", "Регион"), "B": ("inlineStr", "=Акмола")}


# On the pages


@pytest.fixture
def official(db, roles):
    return Reader(make_user(Role.OFFICIAL))


def fetched(reader, address):
    response = reader.client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; ")
    return io.BytesIO(b"".join(response.streaming_content))


@pytest.mark.parametrize("path", ["/deadlines/", "/instructions/"])
def test_a_list_is_offered_as_files_with_its_filters_and_order(official, path):
    for n in range(60):  # more than a page
        make_deadline(instruction=make_instruction(text=f"Построить школу {n}"))
    make_deadline(instruction=make_instruction(text="Другое"))
    ordering = "-instruction" if path == "/deadlines/" else "-text"
    page = official.get(f"{path}?search=школу&ordering={ordering}&page=2")
    assert "page" not in page.links["CSV"]
    rows = csv_rows(fetched(official, path + page.links["CSV"]))
    texts = [row[1] for row in rows[1:]]
    assert rows[0][:2] == ["Number", "Instruction"]
    assert texts == sorted((f"Построить школу {n}" for n in range(60)), reverse=True)
    assert len(cells(fetched(official, path + page.links["XLSX"]))) == 61


def test_an_empty_list_is_not_offered(official):
    assert "CSV" not in official.get("/deadlines/").links


@pytest.mark.parametrize("path", ["/deadlines/", "/instructions/"])
def test_a_file_holds_what_its_reader_sees(roles, path):
    make_deadline(AKMOLA, instruction=make_instruction(AKMOLA, text="Своё"))
    make_deadline(ZHAMBYL, instruction=make_instruction(ZHAMBYL, text="Чужое"))
    make_deadline(AKMOLA, instruction=make_instruction(AKMOLA, text="Тайное", access_mark=AccessMark.RESTRICTED))
    aigerim = Reader(make_user(Role.CONTROLLER, region=AKMOLA))  # who may see what is restricted
    for name in ("csv", "xlsx"):
        file = fetched(aigerim, f"{path}?format={name}")
        texts = [row[1] for row in csv_rows(file)] if name == "csv" else [row["B"][1] for row in cells(file)]
        assert texts == ["Instruction", "Своё"]


def test_a_deadline_says_how_late_it_is_and_what_is_in_doubt(official, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)
    told = make_instruction(text="Подключить", issued_on_is_estimate=True, issued_on_note="по публикации")
    make_deadline(instruction=told, due=date(2026, 2, 20))
    [head, row] = csv_rows(fetched(official, "/deadlines/?format=csv"))
    found = dict(zip(head, row, strict=True))
    assert (found["Last day"], found["Mark"]) == ("2026-02-20", "overdue")
    assert (found["Days late"], found["Working days late"]) == ("10", "6")
    assert found["Doubt"] == "the date is an estimate; по публикации"


@pytest.mark.parametrize("path", ["/deadlines/", "/instructions/"])
def test_number_of_queries_of_a_file_does_not_grow(official, path):
    counts = set()
    for _n in range(2):
        for _m in range(10):
            make_deadline()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            fetched(official, f"{path}?format=csv")
        counts.add(len(queries))
    assert len(counts) == 1


def test_what_cannot_be_had_is_told(official, settings):
    make_deadline()
    make_deadline()
    page = official.get("/deadlines/?format=docx")
    assert (page.status, "This can be had as: xlsx, csv, pdf." in page.words) == (400, True)
    settings.EXPORT_MAX_ROWS = 1
    page = official.get("/deadlines/?format=csv")
    assert page.status == 400
    assert "A file of this kind holds at most 1 rows, and the list has 2: narrow it by filters." in page.words
