"""A session has a key of its own from sign-in on, lives while it is used, and ends for good; forms come from here."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from registry.accounts.choices import Role
from registry.accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.pages import speaking
from tests.staff import filled, make_staff, page_of

pytestmark = pytest.mark.django_db

NEW = "another long enough"
IDLE = timedelta(seconds=settings.SESSION_COOKIE_AGE)


@pytest.fixture(autouse=True)
def aigerim():
    return make_user(Role.OFFICIAL, username="aigerim")


def signed_in(password=PASSWORD, **options):
    client = speaking("en", **options)
    assert client.post("/login/", {"username": "aigerim", "password": password}).status_code == 302
    return client


def is_in(client):
    return client.get("/second-factor/").status_code == 200


@pytest.fixture
def wait(monkeypatch):
    """Moves the clock on."""
    start, passed = timezone.now(), [timedelta(0)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: start + passed[0])

    def _wait(span):
        passed[0] += span

    return _wait


def test_the_key_changes_at_sign_in():
    client = speaking("en")
    session = client.session
    session.save()
    client.cookies["sessionid"] = given = str(session.session_key)
    client.post("/login/", {"username": "aigerim", "password": PASSWORD})
    assert client.cookies["sessionid"].value != given
    client.cookies["sessionid"] = given
    assert not is_in(client)


def test_it_dies_at_sign_out():
    client = signed_in()
    key = client.cookies["sessionid"].value
    assert client.post("/logout/").url == "/login/"
    client.cookies["sessionid"] = key
    assert not is_in(client)
    assert not Session.objects.exists()


def test_the_database_holds_no_key_that_opens_it():
    client = signed_in()
    row = Session.objects.get()
    assert client.cookies["sessionid"].value not in row.pk + row.session_data
    client.cookies["sessionid"] = row.pk
    assert not is_in(client)


def test_a_new_password_ends_all_others_and_keeps_the_own():
    here, elsewhere = signed_in(), signed_in()
    here.post("/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert is_in(here) and not is_in(elsewhere)


def test_a_password_given_by_the_administrator_ends_them_all(roles, aigerim):
    theirs = signed_in()
    boss = speaking("en")
    boss.force_login(make_staff(Role.ADMINISTRATOR))
    page = reverse("admin:auth_user_password_change", args=(aigerim.pk,))
    sent = filled(boss.get(page), password1=NEW, password2=NEW, usable_password="true")
    assert boss.post(page, sent).url == page_of(aigerim)
    assert not is_in(theirs)
    assert is_in(signed_in(NEW))


def test_the_next_request_knows_of_a_disabled_user(aigerim):
    client = signed_in()
    User.objects.filter(pk=aigerim.pk).update(is_active=False)
    assert not is_in(client)


# --- How long it lasts ------------------------------------------------------------------------------------------------


def test_an_idle_session_ends(wait):
    client = signed_in()
    wait(IDLE - timedelta(seconds=5))
    assert is_in(client)
    wait(IDLE + timedelta(seconds=5))
    assert not is_in(client)


def test_a_session_in_use_lives_on(wait):
    client = signed_in()
    for _ in range(4):
        wait(IDLE * 0.75)
        assert is_in(client)


def test_an_old_session_ends_however_much_it_is_used(wait, settings):
    settings.SESSION_MAX_HOURS = 3
    client = signed_in()
    for _ in range(2):
        wait(timedelta(hours=1.4))
        assert is_in(client)
    wait(timedelta(hours=0.3))
    assert not is_in(client)


def test_reading_writes_the_session_once_a_minute(wait):
    client = signed_in()
    expires = Session.objects.get().expire_date
    wait(timedelta(seconds=30))
    is_in(client)
    assert Session.objects.get().expire_date == expires
    wait(timedelta(seconds=31))
    is_in(client)
    assert Session.objects.get().expire_date > expires


# --- Whose form it is -------------------------------------------------------------------------------------------------

FORMS = {
    "/login/": {"username": "aigerim", "password": PASSWORD},
    "/login/code/": {"code": "123456"},
    "/logout/": {},
    "/password/": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    "/second-factor/set-up/": {"code": "123456"},
    "/second-factor/codes/": {"code": "123456"},
    "/second-factor/remove/": {"code": "123456"},
    "/i18n/setlang/": {"language": "kk"},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_elsewhere_is_refused(path, aigerim):
    client = speaking("en", enforce_csrf_checks=True)
    client.force_login(aigerim)
    client.get("/second-factor/set-up/")
    assert client.post(path, FORMS[path]).status_code == 403
    sent = FORMS[path] | {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post(path, sent, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(path, sent, headers={"origin": "http://testserver"}).status_code in (200, 302)


def test_the_api_asks_it_of_sessions_too(aigerim):
    client = speaking("en", enforce_csrf_checks=True)
    client.force_login(aigerim)
    assert client.post("/api/v1/deadlines/", "{}", content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("password", "refused"), [("Ab3-x", True), ("12345678901234", True), ("password1234", True), (NEW, False)]
)
def test_a_password_keeps_the_rules(password, refused):
    client = signed_in()
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert (client.post("/password/", form).status_code == 200) == refused
