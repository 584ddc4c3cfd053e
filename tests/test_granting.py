"""Nobody grants a role wider than the own ones, nor comes by more rights through somebody else's account."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.accounts.roles import grantable, is_above, permissions_of
from tests.factories import AKMOLA, PASSWORD, make_user
from tests.staff import errors_at, filled, make_staff, page_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

USERS = {
    f"accounts.{action}_{model}" for action in ("view", "add", "change", "delete") for model in ("user", "apitoken")
}


def permissions(names):
    wanted = {tuple(name.split(".")) for name in names}
    every = Permission.objects.select_related("content_type")
    return [each for each in every if (each.content_type.app_label, each.codename) in wanted]


def group_of(role):
    return Group.objects.get(name=role).pk


@pytest.fixture
def clerks():
    """No role: a group whose people keep the accounts of officials."""
    group = Group.objects.create(name="clerks")
    group.permissions.set(permissions({*USERS, *permissions_of(Role.OFFICIAL)}))
    return group


@pytest.fixture
def marat(clerks):
    """A clerk, no administrator."""
    user = make_user(region=AKMOLA, is_staff=True)
    user.groups.add(clerks)
    return user


def boss():
    return make_staff(Role.ADMINISTRATOR, region=AKMOLA)


def powerful(how):
    """Somebody of Akmola who may do what no clerk may, by role, by a permission of the own, or though closed."""
    if how == "role":
        return make_user(Role.CONTROLLER, AKMOLA)
    if how == "administrator":
        return make_user(Role.ADMINISTRATOR, AKMOLA)
    user = make_user(Role.CONTROLLER if how == "closed" else "", AKMOLA, is_active=how != "closed")
    if how == "permission":
        user.user_permissions.set(permissions({"instructions.control_instruction"}))
    return user


POWERFUL = pytest.mark.parametrize("how", ["role", "administrator", "closed", "permission"])


def post(client, target, **changes):
    page = page_of(target, "add" if isinstance(target, type) else "change")
    return client.post(page, filled(client.get(page), **changes))


def offered(client, target):
    context = client.get(page_of(target, "add" if isinstance(target, type) else "change")).context
    return {each.name for each in context["adminform"].form.fields["groups"].queryset}


NEW = {"username": "dana", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "region": AKMOLA}


def test_an_administrator_and_a_superuser_grant_every_role():
    for granter in (boss(), make_user(is_superuser=True, is_staff=True)):
        assert {group.name for group in grantable(granter)} == set(Role.values)


def test_others_are_offered_what_their_permissions_cover(marat):
    assert offered(sign_in(marat), User) == {Role.OFFICIAL, Role.CONSUMER}
    user = make_user(Role.CONSUMER, AKMOLA)
    assert post(sign_in(marat), user, groups=[group_of(Role.OFFICIAL)]).status_code == 302
    assert User.objects.get(pk=user.pk).roles == {Role.OFFICIAL}


def test_all_permissions_of_an_administrator_do_not_make_one(marat, clerks):
    clerks.permissions.set(Permission.objects.all())
    assert {group.name for group in grantable(marat)} == set(Role.values) - {Role.ADMINISTRATOR}
    assert is_above(boss(), marat)


@pytest.mark.parametrize("role", [Role.CONTROLLER, Role.ADMINISTRATOR, Role.EXECUTOR])
def test_a_forged_role_is_refused(marat, role):
    user = make_user(Role.OFFICIAL, AKMOLA)
    assert "groups" in errors_at(post(sign_in(marat), user, groups=[group_of(role)]))
    assert "groups" in errors_at(post(sign_in(marat), User, **NEW, groups=[group_of(role)]))
    assert User.objects.get(pk=user.pk).roles == {Role.OFFICIAL}
    assert not User.objects.filter(username="dana").exists()


def test_a_group_that_is_no_role_is_not_taken_from_a_form(marat, clerks):
    user = make_user(Role.OFFICIAL, AKMOLA)
    for granter in (marat, boss()):
        assert "groups" in errors_at(post(sign_in(granter), user, groups=[clerks.pk]))


def test_a_group_one_does_not_give_stays_and_is_told(clerks):
    """Neither a save of another field nor one of the roles takes it away."""
    client, user = sign_in(boss(), "en"), make_user(Role.OFFICIAL, AKMOLA)
    user.groups.add(clerks)
    assert "Also in: clerks." in client.get(page_of(user)).content.decode()
    for changes, roles in (
        ({"last_name": "Садыкова"}, {Role.OFFICIAL}),
        ({"groups": [group_of(Role.EDITOR)]}, {Role.EDITOR}),
    ):
        assert post(client, user, **changes).status_code == 302
        assert User.objects.get(pk=user.pk).roles == {*roles, "clerks"}
    assert post(client, user, groups=[]).status_code == 302
    assert User.objects.get(pk=user.pk).roles == {"clerks"}


@POWERFUL
def test_whoever_may_do_more_is_left_alone(marat, how):
    """Neither form nor password, deletion, second factor or lock."""
    user = powerful(how)
    User.objects.filter(pk=user.pk).update(second_factor_since=timezone.now())
    before = User.objects.values().get(pk=user.pk)
    client = sign_in(marat)
    password = reverse("admin:auth_user_password_change", args=(user.pk,))
    assert client.post(page_of(user), {"username": "x"}).status_code == 403
    assert client.post(password, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403
    assert client.post(page_of(user, "delete"), {"post": "yes"}).status_code == 403
    action = {"action": "remove_second_factor", "_selected_action": [user.pk]}
    client.post(page_of(user, "changelist"), action)
    assert User.objects.values().get(pk=user.pk) == before
    assert client.get(page_of(user)).status_code == 200


@POWERFUL
def test_nor_is_a_key_made_for_them(marat, how):
    user = powerful(how)
    assert "user" in errors_at(post(sign_in(marat), ApiToken, name="К", user=user.pk, days="30"))
    assert not ApiToken.objects.exists()


@POWERFUL
def test_an_administrator_changes_them(how):
    assert post(sign_in(boss()), powerful(how), last_name="Садыкова").status_code == 302


def test_equals_and_lesser_ones_are_changed(marat, clerks):
    other = make_user(region=AKMOLA)
    other.groups.add(clerks)
    for user in (other, make_user(Role.OFFICIAL, AKMOLA), make_user(region=AKMOLA)):
        assert post(sign_in(marat), user, last_name="Садыкова").status_code == 302
        assert post(sign_in(marat), ApiToken, name="К", user=user.pk, days="30").status_code == 200


def test_the_own_account_is_open_to_oneself_without_its_roles(marat, clerks):
    assert post(sign_in(marat), marat, last_name="Оспанов", groups=[group_of(Role.CONTROLLER)]).status_code == 302
    marat = User.objects.get(pk=marat.pk)
    assert (marat.last_name, marat.roles) == ("Оспанов", {"clerks"})
