"""Users and keys in the admin: nobody grants, sees or raises more than the own rights; history shows who did what."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from programs.cooperatives.choices import CooperativeStatus
from registry.accounts.choices import Role
from registry.accounts.models import User
from tests.factories import AKMOLA, PASSWORD, ZHAMBYL, make_cooperative, make_instruction, make_region, make_user
from tests.staff import errors_at, filled, in_russian, make_staff, page_of, sign_in


@pytest.fixture
def country(roles):
    return sign_in(make_staff(Role.ADMINISTRATOR))


@pytest.fixture
def akmola(roles):
    """The administrator of one region."""
    make_region(ZHAMBYL)
    return sign_in(make_staff(Role.ADMINISTRATOR, region=AKMOLA))


def post(client, target, **changes):
    page = page_of(target, "add" if isinstance(target, type) else "change")
    return client.post(page, filled(client.get(page), **changes))


def group(role):
    return Group.objects.get(name=role).pk


NEW = {"username": "dana", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}


def test_a_user_is_made_with_a_role_and_a_region(country):
    make_region(AKMOLA)
    assert post(country, User, **NEW, region=AKMOLA, groups=[group(Role.EDITOR)]).status_code == 302
    dana = User.objects.get(username="dana")
    assert (dana.region_id, dana.is_staff, dana.is_superuser) == (AKMOLA, True, False)
    assert dana.roles == {Role.EDITOR}


def test_who_enters_the_admin_follows_from_the_role(country):
    user = make_user(region=AKMOLA)
    post(country, user, groups=[group(Role.CONTROLLER)])
    assert User.objects.get(pk=user.pk).is_staff
    post(country, user, groups=[group(Role.OFFICIAL)])
    assert not User.objects.get(pk=user.pk).is_staff


@pytest.mark.parametrize("region", [ZHAMBYL, "000000000", ""])
def test_nobody_grants_a_wider_scope(akmola, region):
    response = post(akmola, User, **NEW, region=region, groups=[group(Role.EDITOR)])
    assert "region" in errors_at(response)
    assert not User.objects.filter(username="dana").exists()


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "user_permissions", "is_demo"])
def test_rights_beyond_roles_are_not_granted(country, field):
    user = make_user(region=AKMOLA)
    post(country, user, **{field: Permission.objects.earliest("pk").pk if field == "user_permissions" else "on"})
    user.refresh_from_db()
    assert not (user.is_superuser or user.is_staff or user.is_demo or user.user_permissions.exists())


def test_nobody_raises_the_own_rights(roles):
    boss = make_staff(Role.ADMINISTRATOR, region=AKMOLA)
    post(sign_in(boss), boss, groups=[group(Role.CONTROLLER)], region="000000000", last_name="Садыкова")
    boss = User.objects.get(pk=boss.pk)
    assert (boss.roles, boss.region_id, boss.last_name) == ({Role.ADMINISTRATOR}, AKMOLA, "Садыкова")


def test_a_superuser_is_changed_by_a_superuser_alone(country):
    root = make_user(is_superuser=True, is_staff=True)
    password = reverse("admin:auth_user_password_change", args=(root.pk,))
    assert country.post(page_of(root), {"username": "x"}).status_code == 403
    assert country.get(password).status_code == 403
    assert country.get(page_of(root)).status_code == 200


def test_users_of_other_regions_are_not_reached(akmola):
    foreign = make_user(region=ZHAMBYL)
    assert akmola.get(page_of(foreign)).status_code == 302
    assert akmola.get(reverse("admin:auth_user_password_change", args=(foreign.pk,))).status_code in (302, 403, 404)


def test_a_password_is_never_shown_and_not_in_the_history(country):
    user = make_user(region=AKMOLA)
    user.set_password("another long one")
    user.save()
    for page in ("change", "history"):
        html = country.get(page_of(user, page)).content.decode()
        assert user.password not in html
        assert user.password.split("$")[-1] not in html


def test_roles_are_read_and_not_edited(country):
    role = Group.objects.get(name=Role.EDITOR)
    assert "view_cooperative" in country.get(page_of(role)).content.decode()
    assert country.post(page_of(role), {"name": "x"}).status_code == 403


# --- History ----------------------------------------------------------------------------------------------------------


def test_history_says_who_when_and_from_what_to_what(roles):
    boss = make_staff(first_name="Айгерим", last_name="Садыкова")
    cooperative = make_cooperative(AKMOLA, name_ru="Береке")
    post(sign_in(boss), cooperative, name_ru="Дружба", status="dormant")
    html = sign_in(boss).get(page_of(cooperative, "history")).content.decode()
    for said in (
        "Айгерим Садыкова",
        "<del>Береке</del> → <ins>Дружба</ins>",
        f"<ins>{in_russian(CooperativeStatus.DORMANT.label)}</ins>",
    ):
        assert said in html


def test_history_tells_of_a_state_services_change(roles):
    instruction = make_instruction()
    instruction.state = "removed"
    instruction.save()
    html = sign_in(make_staff()).get(page_of(instruction, "history")).content.decode()
    assert "<del>на контроле</del>" in html


def test_a_past_version_is_not_a_form(roles):
    """Simple-history's form of a past version would save it past scope, versions and services."""
    cooperative = make_cooperative(AKMOLA)
    version = cooperative.history.get().pk
    client = sign_in(make_staff())
    for method in (client.get, client.post):
        assert method(f"{page_of(cooperative, 'history')}{version}/").status_code in (302, 404)


def test_the_journal_is_read_only(roles):
    client = sign_in(make_staff())
    assert client.get(reverse("admin:instructions_act_add")).status_code == 403
    assert client.get(reverse("admin:instructions_monthend_add")).status_code == 403


def test_who_is_not_staff_stays_outside(roles):
    official = sign_in(make_user(Role.OFFICIAL))
    assert official.get("/admin/").status_code == 302
