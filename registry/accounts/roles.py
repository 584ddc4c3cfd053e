"""What each role may do: permissions by model, given to the Django groups by `manage.py sync_roles`; and who grants it.

A permission says which kind of record a role may touch; scope says which rows of it. Nobody grants a role wider than
the own ones: an administrator, whose right it is, grants any; who may change users without being one grants what the
own permissions cover, and leaves alone whoever may do more. Scope is looked at beside this.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.accounts.choices import Role

REFERENCE = (
    "regions.region", "regions.regionrenumbering", "regions.regiongroup", "regions.regiongroupmember",
    "regions.organisation", "regions.organisationgroup", "regions.organisationgroupmember", "regions.official",
    "instructions.calendarday", "programs.source", "programs.program", "programs.programlink",
    "programs.programterm", "programs.monthlyindex", "programs.informationsystem",
)  # fmt: skip
PROGRAMS = (
    "programs.source", "programs.program", "programs.programlink", "programs.programterm", "programs.monthlyindex",
    "programs.funding", "programs.project", "programs.informationsystem", "programs.connection", "programs.practice",
    "programs.practicereplication", "programs.finding", "indicators.indicator", "indicators.indicatorvalue",
    "cooperatives.cooperative", "cooperatives.support", "cooperatives.facility",
    "standards.standarditem", "standards.provision",
)  # fmt: skip
CONTROL = ("instructions.meeting", "instructions.instruction", "instructions.deadline")
LEDGER = (
    "instructions.extension", "instructions.report", "instructions.attachment", "instructions.act",
    "instructions.monthend",
)  # fmt: skip
ACCESS = ("accounts.user", "accounts.apitoken", "auth.group")

# role → (models read, models written, permissions of their own)
ROLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    Role.ADMINISTRATOR: (
        REFERENCE + PROGRAMS + CONTROL + LEDGER + ACCESS,
        REFERENCE + PROGRAMS + ("accounts.user", "accounts.apitoken"),
        ("cooperatives.view_personal_data", "instructions.view_restricted"),
    ),
    Role.CONTROLLER: (
        REFERENCE + PROGRAMS + CONTROL + LEDGER,
        (*CONTROL, "programs.source"),
        ("instructions.issue_instruction", "instructions.control_instruction", "instructions.view_restricted"),
    ),
    Role.EDITOR: (REFERENCE + PROGRAMS, PROGRAMS, ("cooperatives.view_personal_data",)),
    Role.EXECUTOR: (REFERENCE + CONTROL + LEDGER, (), ("instructions.report_deadline",)),
    Role.OFFICIAL: (REFERENCE + PROGRAMS + CONTROL + LEDGER, (), ("cooperatives.view_personal_data",)),
    Role.CONSUMER: (REFERENCE + PROGRAMS + CONTROL + LEDGER, (), ()),
}
STAFF_ROLES = frozenset({Role.ADMINISTRATOR, Role.CONTROLLER, Role.EDITOR})  # who enters the admin


def roles_with(permission: str) -> list[str]:
    """Roles that have the permission "app.codename"."""
    return [role for role in ROLES if permission in permissions_of(role)]


def permissions_of(role: str) -> Iterator[str]:
    """Names of the role's permissions, as "app.codename"."""
    read, written, own = ROLES[role]
    for label in read:
        yield label.replace(".", ".view_")
    for label in written:
        for action in ("view", "add", "change", "delete"):
            yield label.replace(".", f".{action}_")
    yield from own


def grants_all(granter: Any) -> bool:
    return granter.is_superuser or Role.ADMINISTRATOR in granter.roles


def grantable(granter: Any) -> QuerySet[Group]:
    """Roles `granter` may give and take. An administrator's is more than its permissions: it grants the others."""
    roles = Group.objects.filter(name__in=Role.values)
    if grants_all(granter):
        return roles
    wider = _lacking(granter).filter(group=OuterRef("pk"))
    return roles.exclude(name=Role.ADMINISTRATOR).exclude(Exists(wider))


def is_above(user: Any, granter: Any) -> bool:
    """Whether `granter` would come by more than the own rights with the password of `user`."""
    if granter.is_superuser or user.is_superuser:
        return not granter.is_superuser
    if grants_all(granter):
        return False
    return Role.ADMINISTRATOR in user.roles or not holding_no_more(type(user)._base_manager, granter).filter(pk=user.pk)


def holding_no_more(users: Any, than: Any) -> Any:
    """Those of `users` whose every permission `than` holds too; closed accounts count as if they were open."""
    if than.is_superuser:
        return users.all()
    more = _lacking(than).filter(Q(group__user=OuterRef("pk")) | Q(user=OuterRef("pk")))
    return users.filter(~Exists(more), is_superuser=False)


def _lacking(user: Any) -> QuerySet[Permission]:
    held = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return Permission.objects.exclude(pk__in=held.values("pk"))
