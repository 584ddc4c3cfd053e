"""Keys of other systems: made for a user, used, revoked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.accounts.choices import TokenScope
from registry.accounts.models import ApiToken, ApiTokenQuerySet, User
from registry.accounts.roles import holding_no_more

USE_RECORDED_EVERY = timedelta(minutes=10)  # so that reading does not write each time


class TokenRefused(Exception):
    """No key is made; `field` is the argument to change."""

    def __init__(self, message: str | Promise, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def issue_token(
    *, user: User, name: str, scopes: Iterable[str], days: int, by: User | None = None
) -> tuple[ApiToken, str]:
    """The record and its key, which is known here alone. `by` is None at the command line, which may do everything.

    Raises TokenRefused.
    """
    chosen = [scope.value for scope in TokenScope if scope in set(scopes)]
    if not chosen or len(chosen) < len(set(scopes)):
        raise TokenRefused(_("Choose what the key allows: read, write or both."), "scopes")
    if not name.strip() or len(name) > 100:
        raise TokenRefused(_("From 1 to 100 characters."), "name")
    if not 1 <= days <= settings.API_TOKEN_MAX_DAYS:
        refused = _("From 1 to %(most)d days.") % {"most": settings.API_TOKEN_MAX_DAYS}
        raise TokenRefused(refused, "days")
    if not user.is_active:
        raise TokenRefused(_("This user is disabled."), "user")
    if by is not None and not _is_within(user, by):
        raise TokenRefused(_("This user may do more than you, or lies outside your scope."), "user")
    return ApiToken.objects.create(
        user=user, name=name, scopes=" ".join(chosen), expiry=timedelta(days=days), created_by=by
    )


def _is_within(user: User, by: User) -> bool:
    """Whether `by` may hand out all that `user` may do, which is what the key does."""
    return holding_no_more(User.objects.editable_by(by), by).filter(pk=user.pk).exists()


def revoke_tokens(tokens: ApiTokenQuerySet, *, at: datetime, by: User | None = None) -> int:
    """Takes the keys back at once and for good; returns how many were not revoked before."""
    return tokens.filter(revoked_at=None).update(revoked_at=at, revoked_by=by)


def record_use(token: ApiToken, *, at: datetime) -> None:
    if token.last_used_at is None or at - token.last_used_at >= USE_RECORDED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
