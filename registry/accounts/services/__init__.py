"""Writes to users, roles, tokens and what guards sign-in."""

from registry.accounts.services.locks import Lock, lift_locks, locks_of, plain_name
from registry.accounts.services.roles import sync_roles

__all__ = ["Lock", "lift_locks", "locks_of", "plain_name", "sync_roles"]
