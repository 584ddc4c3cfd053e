"""What each role may do: permissions by model, given to the Django groups by `manage.py sync_roles`.

A permission says which kind of record a role may touch; scope says which rows of it.
"""

from collections.abc import Iterator

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
