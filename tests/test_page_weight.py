"""What a page weighs on its way: compressed, and light enough for a village's line."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programs.instructions import services
from programs.instructions.models import Instruction
from registry.accounts.choices import Role
from tests.factories import TODAY, make_deadline, make_instruction, make_user
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("roles")]

TAKES_GZIP = {"HTTP_ACCEPT_ENCODING": "br, gzip"}


@pytest.fixture
def aigerim():
    return Reader(make_user(Role.CONTROLLER, first_name="Айгерим", is_staff=True))


@pytest.mark.parametrize("path", ["/deadlines/", "/admin/"])
def test_a_page_is_compressed_for_those_who_take_it(aigerim, path):
    make_deadline()
    plain, packed = aigerim.client.get(path), aigerim.client.get(path, **TAKES_GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(gzip.decompress(packed.content)) == pytest.approx(len(plain.content), abs=200)


def test_answers_of_the_api_go_as_they_are(aigerim):
    make_deadline()
    assert "Content-Encoding" not in aigerim.client.get("/api/v1/deadlines/", **TAKES_GZIP).headers


def test_a_file_keeps_its_length(aigerim):
    file = SimpleUploadedFile("акт.pdf", b"%PDF-1.4 " + b"x" * 5000, "application/pdf")
    report = services.submit_report(deadline=make_deadline(), text="x", files=[file], by="А", on=TODAY)
    answer = aigerim.client.get(f"/attachments/{report.attachments.get().pk}/", **TAKES_GZIP)
    assert "Content-Encoding" not in answer.headers
    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content))


def test_the_heaviest_lists_stay_light(aigerim):
    """Fifty rows of long texts, as the sources have them."""
    for number in range(50):
        text = f"Акимату области обеспечить исполнение мероприятия № {number}. " * 20
        make_deadline(instruction=make_instruction(text=text))
    assert Instruction.objects.count() == 50
    for path in ("/", "/deadlines/", "/instructions/", "/discipline/", "/quality/", "/calendar/"):
        assert len(aigerim.client.get(path, **TAKES_GZIP).content) < 100_000, path
