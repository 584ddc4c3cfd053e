"""Attached files: what is accepted, under which name it is kept, to whom and how it is given."""

import io
import stat
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from programs.instructions import services
from programs.instructions.choices import AccessMark, ExecutorRole
from programs.instructions.files import check_attachment
from programs.instructions.models import Attachment
from programs.instructions.views.card import as_attachment
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_deadline, make_instruction, make_organisation, make_user
from tests.pages import Reader

PDF = b"%PDF-1.4 report"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 32


def office(*names):
    """A zip archive laid out as office programs do."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>" * 50)
    return buffer.getvalue()


DOCX = office("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "word/document.xml")
XLSX = office("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")


def sent(name, content, content_type="text/html"):
    return SimpleUploadedFile(name, content, content_type)


# What is accepted


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("отчёт.pdf", PDF, "application/pdf"),
        ("REPORT.PDF", PDF, "application/pdf"),
        ("фото.jpg", JPG, "image/jpeg"),
        ("фото.jpeg", JPG, "image/jpeg"),
        ("скан.png", PNG, "image/png"),
        ("есеп.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("кесте.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_of_an_accepted_type_is_known_by_its_content(name, content, expected):
    file = sent(name, content)
    check_attachment(file)
    assert file.content_type == expected
    assert file.read() == content  # it is read from the start again


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("вирус.exe", b"MZ\x90", "file_type"),
        ("страница.html", b"<html>", "file_type"),
        ("рисунок.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type"),
        ("макрос.docm", DOCX, "file_type"),
        ("без-окончания", PDF, "file_type"),
        ("двойное.pdf.exe", PDF, "file_type"),
        (".pdf", PDF, "file_type"),
        ("страница.pdf", b"<html>", "file_content"),
        ("фото.jpg", PNG, "file_content"),
        ("архив.docx", office("a.txt"), "file_content"),
        ("таблица.docx", XLSX, "file_content"),
        ("обрывок.pdf", b"%P", "file_content"),
        ("пустой.pdf", b"", "file_empty"),
    ],
)
def test_any_other_file_is_refused(name, content, code):
    with pytest.raises(ValidationError) as caught:
        check_attachment(sent(name, content))
    assert caught.value.code == code
    assert name in str(caught.value.message % caught.value.params)


def test_size_has_a_limit(settings):
    settings.ATTACHMENT_MAX_MB = 1
    check_attachment(sent("ровно.pdf", PDF.ljust(1024 * 1024, b" ")))
    with pytest.raises(ValidationError) as caught:
        check_attachment(sent("больше.pdf", PDF.ljust(1024 * 1024 + 1, b" ")))
    assert caught.value.code == "file_size"


# How it is named when given


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("отчёт.pdf", "отчёт.pdf"),
        ("Әкімдік есебі – ұқсас үлгі (Ң).pdf", "Әкімдік есебі – ұқсас үлгі (Ң).pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ('кавычки".pdf', "кавычки.pdf"),
        ("сто%20.pdf; filename=evil.exe", "сто%20.pdf; filename=evil.exe"),
        ("exe.\u202efdp.pdf", "exe.fdp.pdf"),
        ("\x00\x1f", "file"),
        ("..", "file"),
        ("", "file"),
        ("\ud800.pdf", "?.pdf"),
    ],
)
def test_name_in_the_header(name, expected):
    header = as_attachment(name)
    assert header.isascii()
    assert header.isprintable()
    plain, _, encoded = header.partition("; filename*=UTF-8''")
    assert unquote(encoded) == expected
    assert plain.startswith('attachment; filename="')
    assert plain.count('"') == 2


# Who is given it


def attach(deadline, name="отчёт.pdf", content=PDF):
    file = sent(name, content)
    check_attachment(file)
    return services.submit_report(
        deadline=deadline, text="Сделано", by="Болат", on=TODAY, files=[file]
    ).attachments.get()


def get(user, attachment):
    return Reader(user).client.get(f"/attachments/{attachment.pk}/")


pages = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]


class TestDownload:
    pytestmark = pages

    def test_file_is_given_as_an_attachment_that_nothing_opens_by_itself(self):
        response = get(make_user(Role.OFFICIAL), attach(make_deadline(), "Есеп ң.pdf"))
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("attachment;")
        assert unquote(response["Content-Disposition"]).endswith("Есеп ң.pdf")
        assert response["Content-Length"] == str(len(PDF))
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]

    @pytest.mark.parametrize("name", ["../../x.pdf", "a\r\nX-Evil: 1.pdf", '".pdf', "%0d%0aX.pdf"])
    def test_a_hostile_name_that_got_into_the_store_breaks_nothing(self, name):
        attachment = attach(make_deadline())
        Attachment.objects.filter(pk=attachment.pk).update(name=name)
        response = get(make_user(Role.OFFICIAL), attachment)
        assert response.status_code == 200
        assert "X-Evil" not in response
        assert "/" not in response["Content-Disposition"].partition("filename*")[0]

    def test_file_is_kept_under_a_random_name_in_a_private_place(self, settings):
        attachment = attach(make_deadline(), "../../x.pdf")
        path = Path(attachment.file.path)
        assert Path(settings.MEDIA_ROOT) == Path(settings.VAR_DIR) / "files"
        assert path.is_relative_to(Path(settings.MEDIA_ROOT) / "attachments")
        assert len(path.stem) == 32
        assert path.suffix == ".pdf"
        assert attachment.name == "x.pdf"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_nothing_is_served_from_the_store_itself(self):
        attachment = attach(make_deadline())
        reader = Reader(make_user(Role.OFFICIAL))
        for path in (f"/{attachment.file.name}", f"/media/{attachment.file.name}", f"/static/{attachment.file.name}"):
            assert reader.get(path).status == 404

    def test_those_see_it_who_see_its_deadline(self):
        instruction = make_instruction(AKMOLA)
        deadline = make_deadline(AKMOLA, instruction=instruction, role=ExecutorRole.CO)
        lead = make_deadline(ZHAMBYL, instruction=instruction)
        attachment = attach(deadline)
        seen = {
            200: [
                make_user(Role.OFFICIAL),
                make_user(Role.OFFICIAL, region=AKMOLA),
                make_user(Role.EXECUTOR, organisation=deadline.executor),
                make_user(Role.EXECUTOR, organisation=lead.executor),
            ],
            404: [
                make_user(Role.OFFICIAL, region=ZHAMBYL),
                make_user(Role.CONTROLLER, region=ZHAMBYL),
                make_user(Role.EXECUTOR, organisation=make_organisation(AKMOLA)),
                make_user(Role.OFFICIAL, region=None),
            ],
            403: [make_user(Role.EDITOR), make_user()],
        }
        for status, users in seen.items():
            assert [get(user, attachment).status_code for user in users] == [status] * len(users)
        assert Reader().client.get(f"/attachments/{attachment.pk}/").status_code == 302

    def test_file_of_a_restricted_instruction(self):
        attachment = attach(make_deadline(instruction=make_instruction(access_mark=AccessMark.RESTRICTED)))
        assert get(make_user(Role.OFFICIAL), attachment).status_code == 404
        assert get(make_user(Role.CONTROLLER), attachment).status_code == 200

    def test_file_that_is_lost_or_was_never_there(self):
        attachment = attach(make_deadline())
        Path(attachment.file.path).unlink()
        reader = Reader(make_user(Role.OFFICIAL))
        assert reader.get(f"/attachments/{attachment.pk}/").status == 404
        assert reader.get("/attachments/0/").status == 404
        assert reader.get(f"/attachments/{'9' * 30}/").status == 404
        assert reader.client.post(f"/attachments/{attachment.pk}/").status_code == 405
