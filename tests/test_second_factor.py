"""A password and a phone: setting it up, signing in with it, losing it; and nothing open between the two pages."""

from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from registry.accounts.choices import Role
from registry.accounts.models import Authenticator, RecoveryCode, User
from registry.accounts.services import passes_second_factor
from registry.accounts.sessions import HALF_LASTS
from tests.factories import AKMOLA, PASSWORD, ZHAMBYL, make_region, make_token, make_user
from tests.pages import Reader, read, speaking
from tests.phone import waited, wrong
from tests.staff import make_staff, page_of
from tests.staff import sign_in as signed_in

pytestmark = pytest.mark.django_db

DOORS = ["/", "/deadlines/", "/second-factor/", "/second-factor/remove/", "/password/", "/admin/", "/api/v1/docs/"]


@pytest.fixture
def aigerim():
    return make_user(Role.OFFICIAL, username="aigerim")


@pytest.fixture
def protected(aigerim, phone):
    """Aigerim, who has set up a second factor."""
    phone.set_up(aigerim)
    return aigerim


def give_password(user, address="203.0.113.7", target=""):
    """A browser that has given the password."""
    client = speaking("en", REMOTE_ADDR=address)
    form = {"username": user.username, "password": PASSWORD, "next": target}
    client.answer = client.post("/login/", form)
    return client


def give_code(client, code, **fields):
    return client.post("/login/code/", {"code": code, **fields})


def is_in(client):
    return client.get("/second-factor/").status_code == 200


def set_up_by_hand(client, phone, as_typed=str):
    """Goes through the page as a person does."""
    response = client.get("/second-factor/set-up/")
    assert response.status_code == 200
    phone.seconds += 30
    code = phone.of_key(b32decode(response.context["secret"].replace(" ", "")))
    return client.post("/second-factor/set-up/", {"code": as_typed(code)})


# --- Setting it up ----------------------------------------------------------------------------------------------------


def test_it_is_set_up_with_a_key_a_square_and_a_code(aigerim, phone):
    reader = Reader(aigerim)
    page = reader.get("/second-factor/set-up/")
    assert page.has("svg") and not Authenticator.objects.exists()
    done = set_up_by_hand(reader.client, phone)
    assert page.links["Open it in the app on this device"] == Authenticator.objects.get(user=aigerim).config_url
    codes = done.context["codes"]
    assert len(set(codes)) == RecoveryCode.objects.count() == 10
    assert all(code in read(done).words for code in codes)
    assert "no-store" in done["Cache-Control"]
    assert User.objects.get(pk=aigerim.pk).second_factor_since
    assert is_in(reader.client)


def test_the_square_holds_the_address_of_the_key(aigerim):
    """Drawn once more by the same package, it must be the same square."""
    import segno

    context = Reader(aigerim).client.get("/second-factor/set-up/").context
    drawn = segno.make(context["uri"], error="m", micro=False)
    dark = {(x, y) for y, row in enumerate(drawn.matrix_iter(border=4)) for x, module in enumerate(row) if module}
    shown = {tuple(map(int, part.split("h")[0].split())) for part in context["qr"].path.split("M")[1:]}
    assert shown == dark
    assert context["secret"].replace(" ", "") in context["uri"]


def test_a_wrong_code_sets_up_nothing(aigerim, phone):
    client = Reader(aigerim).client
    assert "does not open it" in read(set_up_by_hand(client, phone, wrong)).words
    assert not Authenticator.objects.exists()
    assert User.objects.get(pk=aigerim.pk).second_factor_since is None


def test_the_key_is_not_shown_again(protected):
    client = signed_in(protected)
    assert client.get("/second-factor/set-up/").url == "/second-factor/"
    secret = Authenticator.objects.get().config_url.partition("secret=")[2].partition("&")[0]
    assert secret not in client.get("/second-factor/").content.decode()


def test_setting_it_up_ends_the_other_sessions_and_keeps_the_own(aigerim, phone):
    here, elsewhere = signed_in(aigerim), signed_in(aigerim)
    set_up_by_hand(here, phone)
    assert is_in(here) and not is_in(elsewhere)


def test_history_says_who_set_it_up(aigerim, phone):
    set_up_by_hand(signed_in(aigerim), phone)
    row = User.history.filter(id=aigerim.pk).latest()
    assert row.second_factor_since and row.history_actor == "aigerim"


# --- Signing in -------------------------------------------------------------------------------------------------------


def test_password_and_code_sign_in(protected, phone):
    client = give_password(protected, target="/deadlines/?mark=overdue")
    assert client.answer.url == "/login/code/?next=%2Fdeadlines%2F%3Fmark%3Doverdue"
    page = read(client.get(client.answer.url))
    done = give_code(client, phone.code(protected), next=page.fields["next"])
    assert done.url == "/deadlines/?mark=overdue"
    assert is_in(client)


@pytest.mark.parametrize("door", DOORS)
def test_the_password_alone_opens_nothing(phone, door):
    user = make_staff(username="bolat")
    phone.set_up(user)
    client = give_password(user)
    response = client.get(door)
    assert response.status_code == 302 and "/login/" in response.url
    assert client.get("/api/v1/deadlines/").status_code == 401


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_next_stays_here_on_both_pages(protected, phone, target):
    client = give_password(protected, target=target)
    assert client.answer.url == "/login/code/"
    assert give_code(client, phone.code(protected), next=target).url == "/"


def test_the_session_key_changes_at_both_steps(protected, phone):
    client = speaking("en")
    session = client.session
    session.save()
    client.cookies["sessionid"] = given = str(session.session_key)
    client.post("/login/", {"username": "aigerim", "password": PASSWORD})
    half = client.cookies["sessionid"].value
    give_code(client, phone.code(protected))
    assert len({given, half, client.cookies["sessionid"].value}) == 3
    client.cookies["sessionid"] = half
    assert not is_in(client)


def test_a_code_is_taken_once(protected, phone):
    code = phone.code(protected)
    assert give_code(give_password(protected), code).status_code == 302
    again = give_password(protected)
    assert give_code(again, code).status_code == 200
    assert not is_in(again)


def test_the_code_that_set_it_up_signs_nobody_in(aigerim, phone):
    set_up_by_hand(signed_in(aigerim), phone)
    assert give_code(give_password(aigerim), phone.shown(aigerim)).status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait for one another")
@pytest.mark.parametrize("kind", ["code of the app", "recovery code"])
def test_a_code_is_taken_once_also_by_two_at_the_same_moment(transactional_db, phone, kind):
    user = make_user(username="dana")
    recovery = phone.set_up(user)
    code = phone.code(user) if kind == "code of the app" else recovery[0]
    barrier = Barrier(2)

    def enter(_place):
        barrier.wait(timeout=20)
        try:
            return passes_second_factor(User.objects.get(pk=user.pk), code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(enter, range(2))) == [False, True]


def test_a_code_of_another_time_is_refused(protected, phone):
    old = phone.code(protected)
    phone.seconds += 300
    assert give_code(give_password(protected), old).status_code == 200


def test_after_a_wrong_code_one_must_wait(protected, phone):
    client = give_password(protected)
    give_code(client, wrong(phone.code(protected)))
    assert give_code(client, phone.shown(protected)).status_code == 200
    waited(protected)
    assert give_code(client, phone.shown(protected)).status_code == 302


def test_the_wait_doubles_and_has_an_end(protected):
    app = Authenticator.objects.get()
    waits = []
    for count in (1, 2, 5, 12, 200):
        app.throttling_failure_count, app.throttling_failure_timestamp = count, timezone.now()
        _allowed, told = app.verify_is_allowed()
        waits.append(round((told["locked_until"] - app.throttling_failure_timestamp).total_seconds()))
    assert waits == [1, 2, 16, 900, 900]


def test_guessing_codes_closes_sign_in_where_it_came_from(protected, phone):
    code = phone.code(protected)
    client = give_password(protected)
    answers = [give_code(client, wrong(code)).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    waited(protected)
    assert give_code(client, code).status_code == 429
    assert give_password(protected).answer.status_code == 429
    elsewhere = give_password(protected, address="198.51.100.4")
    assert give_code(elsewhere, code).status_code == 302


def test_the_right_password_between_does_not_forget_wrong_codes(protected, phone):
    code = wrong(phone.code(protected))
    answers = [give_code(give_password(protected), code).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429


@pytest.mark.parametrize(
    "code", ["", "\x00", "x" * 1_000_000, "９" * 6, "1e5", "-12345", "\ufdfa" * 6, "0" * 40, "'; --"]
)
def test_what_is_no_code_is_refused_with_a_page(protected, code):
    assert give_code(give_password(protected), code).status_code == 200


def test_lone_surrogates_are_refused_with_a_page(protected):
    body = b'--b\r\nContent-Disposition: form-data; name="code"\r\n\r\n\\ud800\r\n--b--\r\n'
    kind = "multipart/form-data; boundary=b; charset=raw_unicode_escape"
    assert give_password(protected).generic("POST", "/login/code/", body, content_type=kind).status_code == 200
    assert not passes_second_factor(protected, "\ud800")


def test_who_takes_too_long_starts_again(protected, phone, monkeypatch):
    client = give_password(protected)
    code = phone.code(protected)
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(seconds=HALF_LASTS + 1))
    assert give_code(client, code).url == "/login/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "md5$x$y"}, {"second_factor_since": None}])
def test_what_changes_between_the_pages_counts(protected, phone, change):
    client = give_password(protected)
    User.objects.filter(pk=protected.pk).update(**change)
    assert give_code(client, phone.code(protected)).url == "/login/"
    assert not is_in(client)


def test_nobody_reaches_the_second_page_without_the_first(client, protected, phone):
    assert client.get("/login/code/").url == "/login/"
    assert give_code(client, phone.code(protected)).url == "/login/"


# --- Recovery codes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_recovery_code_signs_in_once_however_it_is_typed(aigerim, phone, typed):
    code = phone.set_up(aigerim)[3]
    assert give_code(give_password(aigerim), typed(code)).status_code == 302
    assert give_code(give_password(aigerim), typed(code)).status_code == 200
    assert RecoveryCode.objects.count() == 9


def test_a_recovery_code_works_while_the_app_must_wait(aigerim, phone):
    codes = phone.set_up(aigerim)
    client = give_password(aigerim)
    give_code(client, wrong(phone.code(aigerim)))
    assert give_code(client, codes[0]).status_code == 302


def test_codes_of_others_open_nothing(protected, phone):
    foreign = phone.set_up(make_user(Role.OFFICIAL))
    assert give_code(give_password(protected), foreign[0]).status_code == 200


def test_the_database_holds_no_recovery_code(aigerim, phone):
    codes = phone.set_up(aigerim)
    held = str(list(RecoveryCode.objects.values()))
    assert not any(code in held or code.replace("-", "") in held for code in codes)


# --- Changing it ------------------------------------------------------------------------------------------------------


def test_new_recovery_codes_ask_for_a_code_and_void_the_old(aigerim, phone):
    old = phone.set_up(aigerim)
    client = signed_in(aigerim)
    assert "codes" not in client.post("/second-factor/codes/", {"code": wrong(phone.code(aigerim))}).context
    waited(aigerim)
    new = client.post("/second-factor/codes/", {"code": phone.code(aigerim)}).context["codes"]
    assert len(new) == 10 and not set(new) & set(old)
    assert not passes_second_factor(aigerim, old[0]) and passes_second_factor(aigerim, new[0])


def test_removing_asks_for_a_code(protected, phone):
    here, elsewhere = signed_in(protected), signed_in(protected)
    here.post("/second-factor/remove/", {"code": wrong(phone.code(protected))})
    assert User.objects.get(pk=protected.pk).second_factor_since
    waited(protected)
    assert here.post("/second-factor/remove/", {"code": phone.code(protected)}).url == "/second-factor/"
    assert not Authenticator.objects.exists() and not RecoveryCode.objects.exists()
    assert is_in(here) and not is_in(elsewhere)
    assert give_password(protected).answer.url == "/"


@pytest.mark.parametrize("page", ["codes", "remove"])
def test_there_is_nothing_to_change_without_one(aigerim, page):
    client = signed_in(aigerim)
    assert client.get(f"/second-factor/{page}/").url == "/second-factor/"
    assert client.post(f"/second-factor/{page}/", {"code": "123456"}).status_code == 200


# --- Where it is demanded ---------------------------------------------------------------------------------------------


def test_who_owes_one_sets_it_up_before_anything_else(settings, phone):
    settings.SECOND_FACTOR = "staff"
    bolat = make_staff(username="bolat")
    client = give_password(bolat, target="/deadlines/")
    assert client.answer.url == "/second-factor/set-up/?next=%2Fdeadlines%2F"
    for door in DOORS:
        assert "/login/" in client.get(door).url
    assert client.get("/api/v1/deadlines/").status_code == 401
    done = set_up_by_hand(client, phone)
    assert len(done.context["codes"]) == 10
    assert is_in(client)


def test_a_session_from_before_is_nobody_s(settings):
    client = signed_in(make_staff())
    assert is_in(client)
    settings.SECOND_FACTOR = "staff"
    assert not is_in(client)
    assert client.get("/api/v1/deadlines/").status_code == 401
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(("demanded", "lets_in"), [("off", True), ("staff", True), ("all", False)])
def test_of_whom_it_is_demanded(settings, aigerim, demanded, lets_in):
    settings.SECOND_FACTOR = demanded
    assert is_in(give_password(aigerim)) == lets_in


def test_systems_with_a_key_have_no_phone(roles, settings, client):
    settings.SECOND_FACTOR = "all"
    headers = {"authorization": f"Token {make_token(make_user(Role.CONSUMER))}"}
    assert client.get("/api/v1/regions/", headers=headers).status_code == 200


def test_a_change_of_phone_goes_straight_on(settings, protected, phone):
    settings.SECOND_FACTOR = "all"
    client = signed_in(protected)
    assert client.post("/second-factor/remove/", {"code": phone.code(protected)}).url == "/second-factor/set-up/"
    assert not is_in(client)
    set_up_by_hand(client, phone)
    assert is_in(client)


# --- A lost phone -----------------------------------------------------------------------------------------------------


def remove(client, *users):
    chosen = {"action": "remove_second_factor", "_selected_action": [user.pk for user in users]}
    return client.post(page_of(users[0], "changelist"), chosen, follow=True)


def has_one(user):
    return Authenticator.objects.filter(user=user, confirmed=True).exists()


def test_an_administrator_removes_it_and_history_says_so(roles, protected):
    boss = make_staff(Role.ADMINISTRATOR, username="boss")
    client, lost = signed_in(boss, "en"), signed_in(protected)
    assert "The second factor of 1 user is removed" in read(remove(client, protected)).words
    assert not has_one(protected) and not is_in(lost)
    row = User.history.filter(id=protected.pk).latest()
    assert (row.second_factor_since, row.history_actor) == (None, "boss")
    assert "econd factor since" in read(client.get(page_of(protected, "history"))).words


def test_not_of_others_than_the_administrator_may_change(roles, phone):
    make_region(ZHAMBYL)
    foreign, country, root = make_user(region=ZHAMBYL), make_user(), make_user(region=AKMOLA, is_superuser=True)
    boss = make_staff(Role.ADMINISTRATOR, region=AKMOLA)
    for user in (foreign, country, root, boss):
        phone.set_up(user)
    remove(signed_in(boss), foreign, country, root, boss)
    assert all(has_one(user) for user in (foreign, country, root, boss))


def test_who_does_not_administer_users_removes_nothing(roles, protected):
    remove(signed_in(make_staff(Role.CONTROLLER, Role.EDITOR)), protected)
    assert has_one(protected)


def test_the_admin_shows_no_key(roles, protected):
    assert not any(model._meta.app_label == "otp_totp" for model in admin.site._registry)
    html = signed_in(make_staff(Role.ADMINISTRATOR)).get(page_of(protected)).content.decode()
    assert Authenticator.objects.get().key not in html


def test_the_command_is_for_the_last_administrator(protected, capsys):
    call_command("remove_second_factor", "aigerim")
    assert not has_one(protected)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "aigerim")
