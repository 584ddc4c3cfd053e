"""How much one request may bring: refused by its header, before anything of its body is read."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programs.instructions.models import Report
from registry.accounts.choices import Role
from registry.checks import the_largest_file_fits_into_a_request
from registry.limits import MB
from tests.factories import make_deadline, make_user
from tests.pages import Reader, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

FORM = "multipart/form-data; boundary=x"


class Unread(io.RawIOBase):
    """A body nobody may read."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


@pytest.fixture(autouse=True)
def limit(settings):
    settings.REQUEST_MAX_MB, settings.ATTACHMENT_MAX_MB = 2, 1


@pytest.fixture
def deadline():
    return make_deadline()


@pytest.fixture
def bolat(deadline):
    return Reader(make_user(Role.EXECUTOR, organisation=deadline.executor))


def send(reader, path, **header):
    """A POST with this header, whose body must not be read."""
    header = {"CONTENT_TYPE": FORM, "wsgi.input": Unread()} | header
    return reader.client.generic("POST", path, **header)


@pytest.mark.parametrize("length", [2 * MB + 1, 10**9, 10**60])
def test_too_large_a_request_is_refused_unread(bolat, length):
    for path in ("/deadlines/1/act/report/", reverse("login"), "/admin/login/", "/nowhere/"):
        response = send(bolat, path, CONTENT_LENGTH=str(length))
        assert response.status_code == 413
        assert "larger than 2.0\xa0MB" in response.content.decode()
        assert "Nothing was saved" in read(response).words


def test_what_is_no_file_may_be_no_larger_than_what_is_kept_in_memory(bolat, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain", ""):
        assert send(bolat, reverse("login"), CONTENT_LENGTH="1001", CONTENT_TYPE=kind).status_code == 413


def test_the_api_tells_it_as_a_problem(bolat):
    response = send(bolat, "/api/v1/deadlines/", CONTENT_LENGTH=str(3 * MB), CONTENT_TYPE="application/json")
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:problem:too-large"
    assert "2.5\xa0MB" in response.json()["detail"]


def test_a_request_of_no_told_length_is_refused_unread(bolat):
    response = send(bolat, reverse("login"), CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 411
    assert "does not say how large it is" in read(response).words


@pytest.mark.parametrize("length", ["", "x", "-1", "1e9", "٣", "0x10"])
def test_a_length_that_is_none_lets_nothing_in(length):
    body = io.BytesIO(b"--x\r\nContent-Disposition: form-data; name=username\r\n\r\nx\r\n--x--\r\n")
    response = send(Reader(), reverse("login"), CONTENT_LENGTH=length, **{"wsgi.input": body})
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("told", [-1, 1])
def test_a_length_that_lies_is_no_error_of_ours(bolat, deadline, told):
    """Nothing beyond the length told is read, and a body shorter than told is read to its end."""
    body = b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\nx\r\n--x--\r\n"
    length = str(len(body) * 2 if told > 0 else len(body) // 2)
    sent = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(body)}
    assert send(bolat, f"/deadlines/{deadline.pk}/act/report/", **sent).status_code == 400
    assert not Report.objects.exists()


def test_what_is_within_the_limit_goes_through(bolat, deadline):
    path = f"/deadlines/{deadline.pk}/act/report/"
    page = bolat.get(path)
    assert "each up to 1 MB, at most 10, and less than 2 MB in all" in page.words
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4".ljust(MB - 1000)) for n in range(3)]
    sent = page.fields | {"text": "Готово"}
    assert bolat.client.post(path, sent | {"files": files}).status_code == 413
    assert not Report.objects.exists()
    for file in files:
        file.seek(0)
    assert bolat.client.post(path, sent | {"files": files[:2]}).status_code == 302
    assert Report.objects.get().attachments.count() == 2


@pytest.mark.parametrize(("request_mb", "found"), [(2, []), (1, ["registry.E002"])])
def test_a_limit_that_leaves_no_room_for_a_file_stops_the_start(settings, request_mb, found):
    settings.REQUEST_MAX_MB = request_mb
    assert [error.id for error in the_largest_file_fits_into_a_request(None)] == found
