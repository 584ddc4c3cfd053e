"""Who granted which role to whom and when: kept by the history of the user, told on its pages, never changed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.accounts.choices import Role
from registry.accounts.models import User
from registry.audit import triggers
from registry.audit.naming import is_named
from tests.factories import AKMOLA, make_user
from tests.pages import read
from tests.staff import filled, make_staff, page_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

LINKS = User.history.model.groups.model


def group(role):
    return Group.objects.get(name=role)


@pytest.fixture
def aigerim():
    return make_staff(Role.ADMINISTRATOR, first_name="Айгерим")


def grant(granter, user, *roles, **changes):
    client = sign_in(granter, "en")
    form = filled(client.get(page_of(user)), groups=[group(role).pk for role in roles], **changes)
    assert client.post(page_of(user), form).status_code == 302


def kept(user):
    """Roles and author of each row of the history, the latest first."""
    return [
        ({link.group.name for link in row.groups.select_related("group")}, row.history_actor)
        for row in user.history.order_by("-pk")
    ]


def test_a_role_granted_and_one_taken_are_kept_with_their_author(aigerim):
    user = make_user(Role.OFFICIAL, AKMOLA)
    grant(aigerim, user, Role.OFFICIAL, Role.EXECUTOR)
    assert kept(user)[0] == ({Role.OFFICIAL, Role.EXECUTOR}, "Айгерим")
    grant(aigerim, user)
    assert kept(user)[0] == (set(), "Айгерим")
    assert kept(user)[-1] == (set(), "")


def test_the_history_page_tells_it_in_words(aigerim):
    user = make_user(Role.OFFICIAL, AKMOLA)
    grant(aigerim, user, Role.OFFICIAL, Role.EDITOR)
    html = sign_in(aigerim, "en").get(page_of(user, "history")).content.decode()
    assert "<del>official</del> → <ins>editor, official</ins>" in html
    said = read(sign_in(aigerim, "ru").get(page_of(user, "history"))).words
    assert "Айгерим" in said and "редактор" in said


def test_another_change_says_nothing_of_roles(aigerim):
    user = make_user(Role.OFFICIAL, AKMOLA)
    grant(aigerim, user, Role.OFFICIAL, last_name="Садыкова")
    [changes] = [row.changes for row in history(aigerim, user) if row.history_actor]
    assert [(each["field"], each["new"]) for each in changes] == [("Last name", "Садыкова")]
    assert kept(user)[0] == ({Role.OFFICIAL}, "Айгерим")


def history(reader, user):
    return list(sign_in(reader, "en").get(page_of(user, "history")).context["page_obj"])


def test_a_group_that_is_gone_is_not_a_key(aigerim):
    user = make_user(Role.OFFICIAL, AKMOLA)
    clerks = Group.objects.create(name="clerks")
    user.groups.add(clerks)
    clerks.delete()
    assert "no longer there" in read(sign_in(aigerim, "en").get(page_of(user, "history"))).words


def test_from_the_other_end_and_by_hand():
    user, other = make_user(region=AKMOLA), make_user(region=AKMOLA)
    group(Role.EDITOR).user_set.add(user, other)
    assert [kept(each)[0][0] for each in (user, other)] == [{Role.EDITOR}] * 2
    group(Role.EDITOR).user_set.remove(other)
    user.groups.clear()
    assert [kept(each)[0][0] for each in (user, other)] == [set()] * 2


def test_what_changes_nothing_leaves_no_row():
    user = make_user(Role.EDITOR, AKMOLA)
    before = user.history.count()
    user.groups.set([group(Role.EDITOR)])
    user.groups.add(group(Role.EDITOR))
    call_command("sync_roles")
    assert user.history.count() == before


def test_roles_come_back_by_granting_alone(aigerim):
    """A former value is not restored past the rule of who grants what."""
    user = make_user(Role.OFFICIAL, AKMOLA)
    grant(aigerim, user, Role.EDITOR)
    told = [each for row in history(aigerim, user) for each in row.changes if each["field"] == "Roles"]
    assert told and not any(each["restore"] for each in told)
    page = reverse("admin:accounts_user_restore", args=(user.pk, user.history.earliest().pk, "groups"))
    for ask in (sign_in(aigerim).get, sign_in(aigerim).post):
        assert ask(page).status_code == 404


def test_the_conflict_page_names_who_changed_the_roles(aigerim):
    user, bolat = make_staff(Role.EDITOR, region=AKMOLA), make_staff(Role.ADMINISTRATOR, first_name="Болат")
    mine = filled(sign_in(bolat).get(page_of(user)), groups=[group(Role.CONTROLLER).pk])
    grant(aigerim, user, Role.OFFICIAL)
    response = sign_in(bolat).post(page_of(user), mine)
    assert response.status_code == 409
    [told] = [each for part in response.context["parts"] for each in part.differences if each.name == "groups"]
    assert told.is_clash and told.author.who == "Айгерим"


def test_kept_rows_are_never_changed():
    make_user(Role.EDITOR, AKMOLA)
    row = LINKS.objects.first()
    for act in (row.delete, LINKS.objects.all().delete, lambda: LINKS.objects.update(group=None)):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            act()
    assert LINKS._meta.db_table in {model._meta.db_table for model in triggers.append_only_models()}
    assert triggers.missing() == []


def test_the_own_history_does_not_keep_an_account_alive(aigerim):
    user = make_user(Role.EDITOR, AKMOLA)
    assert not is_named(user)
    user.delete()
    assert LINKS.objects.exists()


def test_rows_from_before_say_the_roles_of_today(aigerim):
    """As after the migration: the next change is not told as the granting of what was there."""
    user = make_user(region=AKMOLA, is_staff=True)
    User.groups.through.objects.create(user=user, group=group(Role.EDITOR))  # past the history
    assert kept(user) == [(set(), "")]
    migration = import_module("registry.accounts.migrations.0005_present_roles_into_history")
    for _n in range(2):
        migration.write_present_roles(apps, None)
        assert kept(user) == [({Role.EDITOR}, "")]
    assert LINKS.objects.filter(user=user).count() == 1
    grant(aigerim, user, Role.EDITOR, last_name="Садыкова")
    assert [each["field"] for row in history(aigerim, user) for each in row.changes] == ["Last name"]


def test_as_many_queries_for_many_grants(aigerim):
    user = make_user(Role.OFFICIAL, AKMOLA)

    def queries():
        client = sign_in(aigerim)
        with CaptureQueriesContext(connection) as found:
            assert client.get(page_of(user, "history")).status_code == 200
        return len(found)

    grant(aigerim, user, Role.OFFICIAL, Role.EDITOR)
    few = queries()
    for _n in range(10):
        grant(aigerim, user, Role.OFFICIAL)
        grant(aigerim, user, Role.OFFICIAL, Role.EDITOR)
    assert queries() == few
