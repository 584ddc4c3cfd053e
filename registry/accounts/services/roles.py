"""What each role may do, written to the groups of Django."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from registry.accounts.roles import ROLES, permissions_of


@transaction.atomic
def sync_roles() -> None:
    """Makes the groups of all roles and gives each exactly the permissions of its role.

    Raises LookupError naming a permission that does not exist, so that a renamed model cannot leave a role without it.
    """
    known = {
        name: pk
        for pk, name in Permission.objects.values_list("pk", Concat("content_type__app_label", Value("."), "codename"))
    }
    for role in ROLES:
        wanted = set(permissions_of(role))
        if unknown := sorted(wanted - known.keys()):
            raise LookupError(f"role {role}: no such permission: {', '.join(unknown)}")
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in wanted])
