"""Users, their roles and the keys of other systems."""

from registry.accounts.admin.tokens import ApiTokenAdmin
from registry.accounts.admin.users import RoleAdmin, UserAdmin

__all__ = ["ApiTokenAdmin", "RoleAdmin", "UserAdmin"]
