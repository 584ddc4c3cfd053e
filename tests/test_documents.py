"""The control card, the справка of a meeting and discipline as files: the facts of the page, in every letter."""

import io
from datetime import date

import pytest
from django.utils import timezone
from docx import Document as read_docx
from pypdf import PdfReader

from programs.instructions import services
from programs.instructions.choices import AccessMark
from registry.accounts.choices import Role
from registry.exports import Column, Document, Passage, Table, file_of
from tests.factories import AKMOLA, ZHAMBYL, make_deadline, make_instruction, make_meeting, make_organisation, make_user
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("roles")]

ON = date(2026, 2, 25)
KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі Ёё «№» – →"
HOSTILE = ["{{777*777}}", "<img src=file:///etc/passwd>", "<b>x</b>", "=1+1", "\x00\x0bx"]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: ON)


@pytest.fixture
def aigerim():
    return make_user(Role.CONTROLLER, first_name="Айгерим")


def words_of_pdf(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def words_of_docx(content):
    docx = read_docx(io.BytesIO(content))
    cells = [cell.text for table in docx.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([paragraph.text for paragraph in docx.paragraphs] + cells).split())


WORDS = {"pdf": words_of_pdf, "docx": words_of_docx}


def written(name, *parts, **fields):
    return WORDS[name](file_of(Document("Проба", parts, **fields), name).read())


def fetched(reader, address):
    response = reader.client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("name", WORDS)
def test_kazakh_letters_are_written(name):
    assert KAZAKH in written(name, Passage("Мәтін", KAZAKH))
    assert KAZAKH in written(name, Table("Кесте", [Column("x", lambda row: row, 60)], [KAZAKH]))


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_drawn_and_never_read(name, text):
    shown = text.lstrip("\x00\x0b")
    told = written(name, Table("Кесте", [Column("x", lambda row: row)], [text]), about=[("Фильтр", text)])
    assert told.count(shown) == 2
    assert "603729" not in told


def test_a_word_longer_than_its_column_and_a_text_longer_than_a_page_lose_nothing():
    columns = [Column("x", lambda row: row)] + [Column(str(n), lambda row: 0) for n in range(9)]
    long = [f"слово{n}" for n in range(3000)]
    found = words_of_pdf(
        file_of(Document("Проба", [Table("Кесте", columns, [" ".join(long), "я" * 300])]), "pdf").read()
    )
    assert all(word in found for word in long)
    assert found.count("я") >= 300


def test_pages_are_numbered_and_the_head_is_repeated(settings):
    settings.OFFICE_NAME = "Проектный офис"
    table = Table("Кесте", [Column("Столбец", lambda row: row)], map(str, range(200)))
    pages = PdfReader(file_of(Document("Проба", [table]), "pdf")).pages
    assert len(pages) > 2
    for n, page in enumerate(pages, start=1):
        text = " ".join(page.extract_text().split())
        assert f"{n} / {len(pages)}" in text
        assert "Проектный офис" in text
        assert "Столбец" in text


# The pages


def test_a_control_card_tells_what_the_page_tells(aigerim):
    akmola = make_organisation(AKMOLA, name_ru="Акимат Акмолы")
    instruction = make_instruction(text="Подключить к Amanatnesie", number="1.2", term="в двухнедельный срок")
    deadline = make_deadline(instruction=instruction, executor=akmola, due=date(2026, 2, 16))
    asked = services.request_extension(deadline=deadline, new_due=date(2026, 3, 18), reason="Снег", by=aigerim, on=ON)
    services.grant_extension(extension=asked, by=aigerim, on=ON)
    services.submit_report(deadline=deadline, text="Сделано", by=aigerim, on=ON)
    for name, words in WORDS.items():
        told = words(fetched(Reader(aigerim), f"/instructions/{instruction.pk}/?format={name}"))
        for expected in (
            "Control card № 1.2", "Подключить к Amanatnesie", "в двухнедельный срок", "Акимат Акмолы", "18.03.2026",
            "Снег", "Сделано", "extension granted", "last day: 16.02.2026 → 18.03.2026",
        ):  # fmt: skip
            assert expected in told, (name, expected)


def test_a_card_holds_what_its_reader_sees(aigerim):
    instruction = make_instruction(text="Общее")
    own = make_deadline(AKMOLA, instruction=instruction, role="equal")
    other = make_deadline(ZHAMBYL, instruction=instruction, role="equal")
    services.submit_report(deadline=other, text="Чужой отчёт", by=aigerim, on=ON)
    dana = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    told = words_of_pdf(fetched(dana, f"/instructions/{instruction.pk}/?format=pdf"))
    assert own.executor.name in told
    assert other.executor.name not in told
    assert "Чужой" not in told
    assert dana.client.get(f"/instructions/{make_instruction(ZHAMBYL).pk}/?format=pdf").status_code == 404


def test_a_restricted_card_carries_its_mark(aigerim):
    instruction = make_instruction(text="Тайное", access_mark=AccessMark.RESTRICTED)
    for name, words in WORDS.items():
        assert "(ДСП)" in words(fetched(Reader(aigerim), f"/instructions/{instruction.pk}/?format={name}"))
    official = Reader(make_user(Role.OFFICIAL))
    assert official.client.get(f"/instructions/{instruction.pk}/?format=pdf").status_code == 404


def test_a_meeting_tells_what_came_of_its_instructions(aigerim):
    meeting = make_meeting(title="Заседание офиса", notes="Позиция без поручения")
    make_deadline(instruction=make_instruction(text="Первое", meeting=meeting), due=date(2026, 2, 16))
    make_instruction(text="Ничьё", meeting=meeting)
    for name, words in WORDS.items():
        told = words(fetched(Reader(aigerim), f"/meetings/{meeting.pk}/?format={name}"))
        for expected in ("Заседание офиса", "Первое", "Ничьё", "overdue", "Позиция без поручения"):
            assert expected in told, (name, expected)


def test_discipline_is_had_with_its_total(aigerim):
    make_deadline(executor=make_organisation(name_ru="Акимат Акмолы"), due=date(2026, 2, 16))
    told = words_of_pdf(fetched(Reader(aigerim), "/discipline/?format=pdf"))
    for expected in ("Executive discipline", "01.01.2026", "present last day", "Акимат Акмолы", "Total"):
        assert expected in told
    assert "format" in Reader(aigerim).get("/discipline/").links["XLSX"]


@pytest.mark.parametrize("address", ["/instructions/{}/?format=zip", "/instructions/{}/?format=csv"])
def test_an_unknown_format_does_not_exist(aigerim, address):
    assert Reader(aigerim).get(address.format(make_instruction().pk)).status == 404
