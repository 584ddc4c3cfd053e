"""Headers that keep a page from being framed, sniffed, scripted or told of elsewhere: on every kind of answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programs.instructions import services
from registry.accounts.choices import Role
from tests.factories import TODAY, make_deadline, make_user
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("roles")]

ANSWERS = {
    "/": 200,
    "/login/": 302,
    "/deadlines/?overdu=1": 400,
    "/nowhere/": 404,
    "/admin/": 200,
    "/admin/accounts/user/": 403,
    "/api/v1/deadlines/": 200,
    "/api/v1/deadlines/?overdu=1": 400,
    "/api/v1/docs/": 200,
    "/healthz": 200,
    "/readyz": 200,
}


@pytest.fixture
def aigerim():
    return Reader(make_user(Role.CONTROLLER, first_name="Айгерим", is_staff=True))


def guarded(response):
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "geolocation=()" in response["Permissions-Policy"]
    return True


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_kind_of_answer_is_guarded(aigerim, path, status):
    response = aigerim.client.get(path)
    assert response.status_code == status
    assert guarded(response)


def test_a_file_is_guarded_and_never_shown_in_the_page(aigerim):
    file = SimpleUploadedFile("<b>акт</b>\r\nX: y.pdf", b"%PDF-1.4 <script>alert(1)</script>", "application/pdf")
    report = services.submit_report(deadline=make_deadline(), text="x", files=[file], by="А", on=TODAY)
    response = aigerim.client.get(f"/attachments/{report.attachments.get().pk}/")
    assert guarded(response)
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "X" not in response.headers


def test_signed_in_pages_are_not_kept_by_the_browser(aigerim):
    for path in ("/", "/deadlines/", "/admin/"):
        assert "no-store" in aigerim.client.get(path)["Cache-Control"]
