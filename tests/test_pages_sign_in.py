"""Nobody reads a page without signing in, and who has signed in is let only where the role leads."""

import pytest

from registry.accounts.choices import Role
from tests.factories import PASSWORD, make_user
from tests.pages import Reader, read, speaking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

PAGES = [
    "/",
    "/deadlines/",
    "/instructions/",
    "/discipline/",
    "/password/",
    "/second-factor/",
    "/second-factor/set-up/",
]


@pytest.fixture
def official():
    return make_user(Role.OFFICIAL, username="aigerim")


def sign_in(client, username="aigerim", password=PASSWORD, address="/login/?next=/", **fields):
    return client.post(address, {"username": username, "password": password, **fields})


@pytest.mark.parametrize("path", PAGES)
def test_anonymous_is_sent_to_sign_in_and_back(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.url == f"/login/?next={path}"


def test_sign_in_at_the_root_leads_to_the_board(official):
    client = speaking("en")
    assert client.get("/", follow=True).status_code == 200
    assert sign_in(client).url == "/"
    assert "Control board" in read(client.get("/")).words


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_stays_here(client, official, target):
    assert sign_in(client, address="/login/", next=target).url == "/"


def test_known_and_unknown_user_get_the_same_words(client, official):
    wrong = read(sign_in(client, password="wrong"))
    unknown = read(sign_in(client, username="nobody", password="wrong"))
    assert wrong.status == unknown.status == 200
    assert wrong.words == unknown.words


def test_signed_in_user_is_not_asked_again(client, official):
    client.force_login(official)
    assert client.get("/login/").url == "/"


def test_sign_out_needs_post(client, official):
    client.force_login(official)
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200


def test_post_without_token_gets_a_page_that_says_what_to_do(official):
    response = sign_in(speaking("en", enforce_csrf_checks=True))
    assert response.status_code == 403
    assert "reload the page" in read(response).words


def test_password_is_changed_at_its_page(client, official):
    client.force_login(official)
    new = "another long enough"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/password/", form).url == "/"
    client.logout()
    assert sign_in(client, password=new).status_code == 302


def test_language_switch_keeps_the_page_and_its_filters(client, official):
    client.force_login(official)
    address = "/deadlines/?mark=overdue"
    assert 'name="next" value="/deadlines/?mark=overdue"' in client.get(address).content.decode()
    assert client.post("/i18n/setlang/", {"language": "kk", "next": address}).url == address
    assert read(client.get(address)).has("html", lang="kk")


def test_language_switch_leads_nowhere_else(client):
    assert client.post("/i18n/setlang/", {"language": "kk", "next": "//evil.example"}).url == "/"


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OFFICIAL, 200), (Role.CONTROLLER, 200), (Role.EXECUTOR, 200), ("", 403)]
)
@pytest.mark.parametrize("path", ["/", "/deadlines/", "/instructions/", "/discipline/"])
def test_role_opens_the_page(role, status, path):
    assert Reader(make_user(role)).get(path).status == status


def test_user_without_a_role_is_told_what_to_do():
    assert "Ask the administrator" in Reader(make_user()).get("/").words


def test_staff_of_other_records_start_in_the_administration():
    editor = Reader(make_user(Role.EDITOR, is_staff=True))
    assert editor.client.get("/").url == "/admin/"
    assert editor.get("/deadlines/").status == 403


def test_user_disabled_in_mid_session_is_out_at_the_next_request(client, official):
    client.force_login(official)
    official.is_active = False
    official.save()
    assert client.get("/").status_code == 302


def test_user_without_a_region_sees_nothing_and_is_told_why():
    reader = Reader(make_user(Role.OFFICIAL, region=None))
    assert "has no region" in reader.get("/").words
    assert reader.count("/deadlines/") == 0


def test_nothing_of_a_page_stays_in_the_browser(client, official):
    client.force_login(official)
    assert "no-store" in client.get("/")["Cache-Control"]


def test_menu_offers_the_administration_to_staff_only():
    assert "/admin/" not in Reader(make_user(Role.OFFICIAL)).get("/").links.values()
    assert "/admin/" in Reader(make_user(Role.CONTROLLER, is_staff=True)).get("/").links.values()
