"""Writes to users, roles, tokens and what guards sign-in."""

from registry.accounts.services.locks import Lock, lift_locks, lock_key, locks_of
from registry.accounts.services.roles import sync_roles
from registry.accounts.services.second_factor import (
    confirm_second_factor,
    passes_second_factor,
    proposed_app,
    remove_second_factor,
    renew_recovery_codes,
)
from registry.accounts.services.tokens import (
    USE_RECORDED_EVERY,
    TokenRefused,
    feed_token,
    issue_token,
    record_use,
    renew_feed_key,
    revoke_tokens,
)

__all__ = [
    "USE_RECORDED_EVERY",
    "Lock",
    "TokenRefused",
    "confirm_second_factor",
    "feed_token",
    "issue_token",
    "lift_locks",
    "lock_key",
    "locks_of",
    "passes_second_factor",
    "proposed_app",
    "record_use",
    "remove_second_factor",
    "renew_feed_key",
    "renew_recovery_codes",
    "revoke_tokens",
    "sync_roles",
]
