"""Who guesses passwords is stopped, and nobody else: not the colleagues behind the address, not the owner elsewhere."""

import logging

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.test import RequestFactory
from django.utils import timezone

from registry.accounts.choices import Role
from registry.accounts.lockout import address_of
from registry.accounts.services import lock_key
from tests.factories import AKMOLA, PASSWORD, ZHAMBYL, make_region, make_user
from tests.pages import read, speaking
from tests.staff import make_staff, page_of
from tests.staff import sign_in as signed_in

pytestmark = pytest.mark.django_db

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.4"
GUESSES = settings.AXES_FAILURE_LIMIT


@pytest.fixture(autouse=True)
def aigerim():
    return make_user(Role.OFFICIAL, username="aigerim")


def attempt(username="aigerim", password="wrong", address=OFFICE, forwarded="", language="en", **fields):
    client = speaking(language, REMOTE_ADDR=address, headers={"x-forwarded-for": forwarded} if forwarded else {})
    return client.post("/login/", {"username": username, "password": password, **fields})


def guess(times=GUESSES, **how):
    return [attempt(**how).status_code for _ in range(times)]


def test_many_guesses_close_the_name_even_to_the_right_password():
    assert guess() == [200] * (GUESSES - 1) + [429]
    assert attempt(password=PASSWORD).status_code == 429


@pytest.mark.parametrize(
    "how",
    [
        {"forwarded": "10.0.0.{n}"},
        {"username": "aIGERIM"},
        {"username": " aigerim "},
        {"username": "ａigerim"},
        {"address": OFFICE},
    ],
    ids=["forwarded", "case", "blanks", "full width", "plain"],
)
def test_disguises_do_not_help(how):
    for n in range(GUESSES):
        attempt(**{name: value.format(n=n) for name, value in how.items()})
    assert attempt(password=PASSWORD).status_code == 429


def test_another_browser_does_not_help():
    for n in range(GUESSES):
        speaking("en", REMOTE_ADDR=OFFICE, headers={"user-agent": f"Browser {n}"}).post(
            "/login/", {"username": "aigerim", "password": "wrong"}
        )
    assert attempt(password=PASSWORD).status_code == 429


def test_colleagues_behind_the_same_address_still_sign_in():
    make_user(Role.OFFICIAL, username="bolat")
    guess()
    assert attempt(username="bolat", password=PASSWORD).status_code == 302


def test_the_owner_signs_in_from_another_address():
    guess(address=ELSEWHERE)
    assert attempt(password=PASSWORD).status_code == 302


def test_it_opens_again_after_a_while_however_long_somebody_went_on_guessing(monkeypatch):
    guess(GUESSES + 3)
    later = timezone.now() + settings.AXES_COOLOFF_TIME
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    assert attempt(password=PASSWORD).status_code == 302


def test_signing_in_forgets_the_failures_before_it():
    guess(GUESSES - 1)
    assert attempt(password=PASSWORD).status_code == 302
    assert guess(GUESSES - 1) == [200] * (GUESSES - 1)


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_the_answers_are_alike_for_a_name_nobody_has(language):
    known = [read(attempt(language=language)) for _ in range(GUESSES)]
    unknown = [read(attempt(username="nobody", language=language)) for _ in range(GUESSES)]
    assert [page.status for page in known] == [page.status for page in unknown]
    assert known[0].words == unknown[0].words
    assert known[-1].words == unknown[-1].words


def test_the_page_says_when_to_try_again():
    guess(GUESSES - 1)
    response = attempt()
    until = AccessAttempt.objects.get().attempt_time + settings.AXES_COOLOFF_TIME
    assert f"{timezone.localtime(until):%H:%M}" in read(response).words
    assert abs(int(response["Retry-After"]) - settings.AXES_COOLOFF_TIME.total_seconds()) < 60


@pytest.mark.parametrize("username", ["aigerim", "nobody", "off"])
def test_a_password_is_reckoned_with_whoever_is_named(username, monkeypatch):
    """So that the time an answer takes does not tell which names there are."""
    make_user(username="off", is_active=False)
    hashed = []

    def encode(self, password, salt):
        hashed.append(password)
        return "md5$x$y"

    monkeypatch.setattr(f"{settings.PASSWORD_HASHERS[0]}.encode", encode)
    attempt(username=username, password="a wrong one")
    assert hashed == ["a wrong one"]


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("a\x00b", "x"),
        ("aigerim", "a\x00b"),
        ("a" * 1_000_000, "x"),
        ("aigerim", "x" * 1_000_000),
        ("\ufdfa" * 150, "x"),
        ("ß" * 150, "x"),
    ],
    ids=["NUL", "NUL in the password", "1 MB", "1 MB of password", "grows when normalised", "grows when folded"],
)
def test_what_is_no_name_is_refused_with_a_page(username, password):
    assert attempt(username=username, password=password).status_code == 200


@pytest.mark.parametrize("field", ["username", "password", "next"])
def test_lone_surrogates_are_refused_with_a_page(field):
    """Letters of an encoding that only the header of the request speaks of."""
    sent = {"username": "aigerim", "password": "wrong"} | {field: "\\ud800"}
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in sent.items()]
    body = "".join([*parts, "--b--\r\n"]).encode()
    kind = "multipart/form-data; boundary=b; charset=raw_unicode_escape"
    assert speaking("en").generic("POST", "/login/", body, content_type=kind).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "address"),
    [
        (0, "198.51.100.4", OFFICE, OFFICE),
        (1, "198.51.100.4", "10.0.0.1", "198.51.100.4"),
        (1, "6.6.6.6, 198.51.100.4", "10.0.0.1", "198.51.100.4"),
        (2, "6.6.6.6, 198.51.100.4, 10.0.0.2", "10.0.0.1", "198.51.100.4"),
        (2, "6.6.6.6", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "10.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "10.0.0.1", "2001:db8:1:2::"),
        (0, "", "::ffff:203.0.113.7", OFFICE),
        (0, "", "fe80::1%eth0", "fe80::"),
        (0, "", "", None),
    ],
)
def test_the_address_is_what_the_trusted_proxies_tell(settings, proxies, forwarded, peer, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == address


def test_log_and_database_keep_neither_name_nor_password(caplog):
    caplog.set_level(logging.DEBUG)
    guess(password="Sapar-1987", next="/deadlines/?search=Sadykova")
    assert "AXES" in caplog.text
    for secret in ("aigerim", "Sapar-1987", OFFICE, "Sadykova"):
        assert secret not in caplog.text
    kept = str(AccessAttempt.objects.values().get())
    for secret in ("aigerim", "Sapar-1987", "Sadykova"):
        assert secret not in kept


def test_a_password_typed_as_the_name_is_not_kept(caplog):
    attempt(username="Sapar-1987", password="aigerim")
    assert "sapar" not in (str(AccessAttempt.objects.values().get()) + caplog.text).lower()


def test_old_attempts_go_by_themselves():
    guess()
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
    attempt(username="bolat")
    assert AccessAttempt.objects.get().username == lock_key("bolat")


# --- What an administrator does about it ------------------------------------------------------------------------------


def lift(client, user):
    chosen = {"action": "open_sign_in", "_selected_action": [user.pk]}
    return client.post(page_of(user, "changelist"), chosen)


def test_an_administrator_sees_the_lock_and_lifts_it(roles, aigerim):
    boss = signed_in(make_staff(Role.ADMINISTRATOR), "en")
    guess(username="AIGERIM")
    assert f"from {OFFICE} until" in read(boss.get(page_of(aigerim))).words
    lift(boss, aigerim)
    assert f"from {OFFICE} until" not in read(boss.get(page_of(aigerim))).words
    assert attempt(password=PASSWORD).status_code == 302


def test_the_administrator_of_another_region_does_not(roles, aigerim):
    make_region(ZHAMBYL)
    dana = make_user(Role.OFFICIAL, ZHAMBYL, username="dana")
    guess(username="dana")
    lift(signed_in(make_staff(Role.ADMINISTRATOR, region=AKMOLA)), dana)
    assert attempt(username="dana", password=PASSWORD).status_code == 429


def test_the_command_lifts_it_too(capsys):
    guess()
    call_command("open_sign_in", "aigerim")
    assert "from 1 addresses" in capsys.readouterr().out
    assert attempt(password=PASSWORD).status_code == 302


# --- The door of the admin --------------------------------------------------------------------------------------------


def test_the_admin_has_no_sign_in_of_its_own(client):
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/auth/").url == "/login/?next=/admin/auth/"
    assert client.post("/admin/login/", {"username": "aigerim", "password": PASSWORD}).url == "/login/?next=/admin/"


def test_who_is_no_staff_is_told_so_there(client, aigerim):
    client.force_login(aigerim)
    assert client.get("/admin/login/?next=/admin/").status_code == 403
