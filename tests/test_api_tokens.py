"""Keys of other systems: made in the admin or at the command line, shown once, used within bounds, revoked and kept."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.accounts.services import USE_RECORDED_EVERY, TokenRefused, issue_token
from registry.api.permissions import TokenAllows
from tests.factories import AKMOLA, ZHAMBYL, make_region, make_token, make_user
from tests.pages import read
from tests.staff import errors_at, filled, make_staff, page_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

SOON = timedelta(days=1)


@pytest.fixture
def country():
    return sign_in(make_staff(Role.ADMINISTRATOR), "en")


@pytest.fixture
def akmola():
    """The administrator of one region."""
    make_region(ZHAMBYL)
    return sign_in(make_staff(Role.ADMINISTRATOR, region=AKMOLA), "en")


@pytest.fixture
def consumer():
    return make_user(Role.CONSUMER, region=AKMOLA, username="vitrina")


def post(client, **given):
    page = reverse("admin:accounts_apitoken_add")
    return client.post(page, filled(client.get(page), **given))


def ask(client, key, path="regions"):
    return client.get(f"/api/v1/{path}/", headers={"authorization": f"Token {key}"}).status_code


def command(name, *args):
    out, err = StringIO(), StringIO()
    call_command(name, *args, stdout=out, stderr=err)
    return out.getvalue().strip()


def revoke(client, *tokens):
    chosen = {"action": "revoke", "_selected_action": [token.pk for token in tokens]}
    return client.post(page_of(tokens[0], "changelist"), chosen)


# --- Making -----------------------------------------------------------------------------------------------------------


def test_a_key_is_shown_once(country, consumer, caplog):
    response = post(country, name="Витрина", user=consumer.pk, days="30")
    token, key = ApiToken.objects.get(), response.context["key"]
    assert key in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert (token.name, token.user, token.scopes) == ("Витрина", consumer, "read")
    assert token.created_by.roles == {Role.ADMINISTRATOR}
    assert round((token.expiry - token.created) / timedelta(days=1)) == 30
    for page in ("changelist", "change"):
        assert key not in country.get(page_of(token, page)).content.decode()
    assert key not in country.get("/admin/").content.decode()
    assert key not in country.get(page_of(consumer)).content.decode()
    kept = [*Session.objects.all(), *LogEntry.objects.all(), *User.history.all(), *ApiToken.objects.all()]
    assert not any(key in str(vars(row) | (row.get_decoded() if isinstance(row, Session) else {})) for row in kept)
    assert key not in caplog.text


def test_the_key_works(country, client, consumer):
    assert ask(client, post(country, name="Витрина", user=consumer.pk, days="30").context["key"]) == 200


@pytest.mark.parametrize("scopes", [["read"], ["write"], ["read", "write"]])
def test_it_is_said_what_it_allows(country, consumer, scopes):
    post(country, name="Витрина", user=consumer.pk, days="30", scopes=scopes)
    assert ApiToken.objects.get().scopes == " ".join(scopes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("days", days) for days in ("0", "-1", "1096", "x", "99999999999999999999")),
        *(("scopes", scopes) for scopes in ([], ["delete"])),
        *(("name", name) for name in ("", "a" * 101)),
    ],
)
def test_nothing_is_made_of_what_is_not_allowed(akmola, consumer, field, value):
    given = {"name": "К", "user": consumer.pk, "days": "30"} | {field: value}
    assert errors_at(post(akmola, **given)).keys() == {field}
    assert not ApiToken.objects.exists()


def test_not_for_somebody_of_a_wider_scope(akmola):
    for user in (make_user(region=ZHAMBYL), make_user(), make_user(region=AKMOLA, is_superuser=True)):
        assert errors_at(post(akmola, name="К", user=user.pk, days="30")).keys() == {"user"}
    assert not ApiToken.objects.exists()


def test_not_for_somebody_who_may_do_more_than_who_makes_it(akmola):
    bolat = make_user(Role.CONTROLLER, AKMOLA)
    assert errors_at(post(akmola, name="К", user=bolat.pk, days="30")).keys() == {"user"}


def test_not_for_somebody_disabled(akmola, consumer):
    User.objects.update_or_create(pk=consumer.pk, defaults={"is_active": False})
    assert errors_at(post(akmola, name="К", user=consumer.pk, days="30")).keys() == {"user"}


def test_the_service_alone_refuses_as_much(consumer):
    akmola = make_staff(Role.ADMINISTRATOR, region=AKMOLA)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"user": make_user(Role.CONSUMER)}, "user"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "delete"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 1096}, "days"),
        ({"name": " "}, "name"),
    ]
    for given, field in wrong:
        with pytest.raises(TokenRefused) as refused:
            issue_token(**{"user": consumer, "name": "К", "scopes": ["read"], "days": 1, "by": akmola} | given)
        assert refused.value.field == field


def test_the_command_prints_the_key_and_nothing_else(client, consumer):
    key = command("create_api_token", "vitrina", "--name", "Витрина", "--days", "7")
    token = ApiToken.objects.get()
    assert ask(client, key) == 200
    assert (token.scopes, token.created_by) == ("read", None)
    assert round((token.expiry - token.created) / timedelta(days=1)) == 7


@pytest.mark.parametrize(
    "wrong",
    [["nobody", "--name", "К"], ["vitrina", "--name", "К", "--days", "9999"], ["vitrina"], ["vitrina", "--name"]],
)
def test_the_command_says_what_is_wrong(consumer, wrong):
    with pytest.raises(CommandError):
        command("create_api_token", *wrong)
    assert not ApiToken.objects.exists()


# --- Using ------------------------------------------------------------------------------------------------------------


class WhateverView(APIView):
    permission_classes = (TokenAllows,)

    def get(self, request):
        return Response()

    post = put = patch = delete = get


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [("read", 200, 403), ("write", 403, 200), ("read write", 200, 200), (None, 200, 200)],
)
def test_a_key_reads_and_writes_where_it_was_made_for_it(consumer, scopes, reads, writes):
    for method, status in {"get": reads, **dict.fromkeys(("post", "put", "patch", "delete"), writes)}.items():
        request = getattr(APIRequestFactory(), method)("/")
        force_authenticate(request, consumer, token=ApiToken(scopes=scopes) if scopes else None)
        assert WhateverView.as_view()(request).status_code == status, method


def test_a_key_made_for_writing_alone_reads_nothing(client, consumer):
    assert ask(client, make_token(consumer, scopes="write")) == 403


def test_a_key_never_gives_more_than_its_user_has(client):
    assert ask(client, make_token(make_user(Role.EDITOR), scopes="read write"), "deadlines") == 403


def test_what_the_user_loses_the_key_loses_at_the_next_request(client, consumer):
    key = make_token(consumer)
    assert ask(client, key) == 200
    consumer.groups.clear()
    assert ask(client, key) == 403
    User.objects.filter(pk=consumer.pk).update(is_active=False)
    assert ask(client, key) == 401


def test_use_is_recorded_now_and_then(client, consumer):
    key = make_token(consumer)
    ask(client, key)
    first = ApiToken.objects.get().last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    ask(client, key)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - USE_RECORDED_EVERY)
    ask(client, key)
    assert ApiToken.objects.get().last_used_at >= first


def test_a_refused_request_records_no_use(client, consumer):
    key = make_token(consumer)
    ApiToken.objects.update(revoked_at=timezone.now())
    ask(client, key)
    assert ApiToken.objects.get().last_used_at is None


@pytest.mark.parametrize("revoked", [None, -SOON])
@pytest.mark.parametrize("expiry", [None, -SOON, timedelta(0), SOON])
def test_in_force_means_the_same_for_rows_and_for_one(client, consumer, revoked, expiry):
    now = timezone.now()
    key = make_token(consumer)
    ApiToken.objects.update(
        expiry=now + expiry if expiry is not None else None, revoked_at=now + revoked if revoked is not None else None
    )
    in_force = ApiToken.objects.get().is_in_force(at=now)
    assert in_force == ApiToken.objects.in_force(at=now).exists()
    assert in_force == (revoked is None and expiry in (None, SOON))
    assert ask(client, key) == (200 if in_force else 401)


def test_the_database_holds_no_key(consumer):
    key = make_token(consumer)
    held = ApiToken.objects.values_list().get()
    assert not any(len(str(value)) > 15 and str(value) in key for value in held)
    assert not any(key in str(value) for value in held)


# --- Revoking ---------------------------------------------------------------------------------------------------------


def test_a_revoked_key_is_refused_at_once_and_stays_to_be_seen(country, client, consumer):
    key = make_token(consumer, "Витрина")
    token = ApiToken.objects.get()
    assert "1 key is revoked" in read(revoke(country, token).client.get(page_of(token, "changelist"))).words
    assert ask(client, key) == 401
    token.refresh_from_db()
    assert token.revoked_by.roles == {Role.ADMINISTRATOR}
    assert "revoked" in read(country.get(page_of(token))).words


def test_revoking_again_changes_nothing(country, consumer):
    make_token(consumer)
    token = ApiToken.objects.get()
    revoke(country, token)
    first = ApiToken.objects.get().revoked_at
    revoke(country, token)
    assert ApiToken.objects.get().revoked_at == first


def test_keys_are_not_deleted_or_changed(country, consumer):
    make_token(consumer)
    token = ApiToken.objects.get()
    assert country.post(page_of(token, "delete"), {"post": "yes"}).status_code == 403
    assert country.post(page_of(token), {"name": "x"}).status_code == 403


def test_keys_of_other_regions_are_neither_seen_nor_revoked(akmola):
    make_token(make_user(region=ZHAMBYL), "Чужой")
    make_token(make_user(), "Всей страны")
    foreign, country_wide = (ApiToken.objects.get(name=name) for name in ("Чужой", "Всей страны"))
    assert "Чужой" not in akmola.get(page_of(foreign, "changelist")).content.decode()
    assert akmola.get(page_of(foreign)).status_code == 302
    revoke(akmola, foreign, country_wide)
    assert not ApiToken.objects.exclude(revoked_at=None).exists()


def test_who_only_reads_users_revokes_nothing(consumer):
    make_token(consumer)
    revoke(sign_in(make_staff(Role.EDITOR)), ApiToken.objects.get())
    assert ApiToken.objects.get().revoked_at is None


def test_the_list_is_asked_for_those_in_force(country, consumer):
    make_token(consumer, "Живой")
    make_token(consumer, "Старый", expiry=-SOON)
    make_token(consumer, "Отозванный")
    ApiToken.objects.filter(name="Отозванный").update(revoked_at=timezone.now())
    names = {"in_force": "Живой", "expired": "Старый", "revoked": "Отозванный"}
    for state, name in names.items():
        rows = country.get(page_of(ApiToken(), "changelist"), {"state": state}).context["cl"].result_list
        assert [row.name for row in rows] == [name]


def test_the_page_of_a_user_lists_the_keys(country, consumer):
    make_token(consumer, "Витрина")
    assert "Витрина" in read(country.get(page_of(consumer))).words
    assert country.post(page_of(consumer), filled(country.get(page_of(consumer)), last_name="Т")).status_code == 302


def test_the_command_revokes_by_the_beginning(client, consumer):
    key = make_token(consumer)
    other = make_token(consumer)
    assert command("revoke_api_token", key[:10]) == "1 revoked."
    assert (ask(client, key), ask(client, other)) == (401, 200)
    assert command("revoke_api_token", key) == "0 revoked."


def test_the_command_revokes_all_of_a_user(client, consumer):
    keys = [make_token(consumer), make_token(consumer)]
    assert command("revoke_api_token", "--user", "vitrina") == "2 revoked."
    assert [ask(client, key) for key in keys] == [401, 401]


@pytest.mark.parametrize("wrong", [["0123456789"], ["012"], ["--user", "nobody"], []])
def test_the_command_revokes_nothing_by_mistake(consumer, wrong):
    make_token(consumer)
    with pytest.raises(CommandError):
        command("revoke_api_token", *wrong)
    assert ApiToken.objects.get().revoked_at is None
