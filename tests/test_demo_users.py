import json
import stat

import pytest
from django.core.management import CommandError, call_command

from regions.choices import OrganisationKind
from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from tests.factories import AKMOLA, make_organisation, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(roles, settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    make_region(AKMOLA)
    make_organisation(AKMOLA, kind=OrganisationKind.OBLAST_AKIMAT)
    return tmp_path / "demo-users.json"


def signs_in(client, credentials):
    client.logout()
    return client.post("/login/", credentials).status_code == 302


def test_a_user_per_role_with_a_password_that_works(demo, client, capsys):
    call_command("demo_users")
    credentials = json.loads(demo.read_text())
    assert credentials.keys() == set(Role)
    printed = capsys.readouterr().out
    for role, entry in credentials.items():
        if role == Role.CONSUMER:
            assert entry.keys() == {"token"} and entry["token"] in printed
        else:
            assert signs_in(client, entry) and entry["password"] in printed


def test_scopes_are_those_of_the_roles(demo):
    call_command("demo_users")
    users = {user.username.removeprefix("demo-"): user for user in User.objects.filter(is_demo=True)}
    assert {role for role, user in users.items() if user.region_id == AKMOLA} == {Role.EDITOR, Role.EXECUTOR}
    assert users[Role.EXECUTOR].organisation.kind == OrganisationKind.OBLAST_AKIMAT
    assert {role for role, user in users.items() if user.is_staff} == {"administrator", "controller", "editor"}
    assert not any(user.is_superuser for user in users.values())


def test_passwords_are_printed_once_and_kept_for_the_owner_alone(demo, capsys):
    call_command("demo_users")
    before = demo.read_text()
    assert stat.S_IMODE(demo.stat().st_mode) == 0o600
    capsys.readouterr()
    call_command("demo_users")
    assert capsys.readouterr().out == ""
    assert demo.read_text() == before


def test_a_second_database_takes_the_same_passwords_and_token(demo, client):
    call_command("demo_users")
    credentials = json.loads(demo.read_text())
    User.objects.filter(is_demo=True).delete()
    call_command("demo_users")
    assert json.loads(demo.read_text()) == credentials
    assert signs_in(client, credentials["controller"])
    token = credentials["consumer"]["token"]
    assert client.get("/api/v1/regions/", headers={"Authorization": f"Token {token}"}).status_code == 200


def test_outside_the_demo_none_is_made_and_those_there_are_closed(demo, settings, client):
    call_command("demo_users")
    credentials = json.loads(demo.read_text())
    settings.DEMO = False
    call_command("demo_users")
    assert not User.objects.filter(is_active=True).exists()
    assert not ApiToken.objects.exists()
    assert not signs_in(client, credentials["administrator"])


def test_without_the_regions_it_says_what_to_do_first(roles, settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    with pytest.raises(CommandError, match="load_registry"):
        call_command("demo_users")


def test_a_user_of_your_own_is_never_taken_over(demo):
    make_user(username="demo-editor")
    with pytest.raises(CommandError, match="demo-editor"):
        call_command("demo_users")
    assert not demo.exists()
