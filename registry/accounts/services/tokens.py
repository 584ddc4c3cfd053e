"""Keys of other systems and of calendar feeds: made for a user, used, revoked."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.settings import CONSTANTS

from registry.accounts.choices import TokenScope
from registry.accounts.models import ApiToken, ApiTokenQuerySet, User
from registry.accounts.roles import holding_no_more

USE_RECORDED_EVERY = timedelta(minutes=10)  # so that reading does not write each time
KEY = re.compile("[0-9A-Za-z_-]{1,200}")


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
    is_mixed = TokenScope.CALENDAR in chosen and len(chosen) > 1  # its key stands in an address
    if not chosen or is_mixed or len(chosen) < len(set(scopes)):
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


@transaction.atomic
def renew_feed_key(user: User, *, at: datetime) -> tuple[ApiToken, str]:
    """As `issue_token`, of the user's own calendar feed; the address from before is void. Raises TokenRefused."""
    User.objects.select_for_update().get(pk=user.pk)  # two at once would leave two addresses
    revoke_tokens(ApiToken.objects.of_feed(user), at=at, by=user)
    name = str(capfirst(TokenScope.CALENDAR.label))
    return issue_token(user=user, name=name, scopes=[TokenScope.CALENDAR], days=settings.API_TOKEN_DAYS, by=user)


def feed_token(key: str, *, at: datetime) -> ApiToken | None:
    """Whose calendar feed `key` opens; None where it opens none, for whatever reason."""
    if not KEY.fullmatch(key):
        return None
    digest, beginning = hash_token(key), key[: CONSTANTS.TOKEN_KEY_LENGTH]
    tokens = ApiToken.objects.in_force(at=at).filter(token_key=beginning, user__is_active=True)
    found = (token for token in tokens.select_related("user") if constant_time_compare(token.digest, digest))
    return next((token for token in found if token.allows(TokenScope.CALENDAR)), None)


def revoke_tokens(tokens: ApiTokenQuerySet, *, at: datetime, by: User | None = None) -> int:
    """Takes the keys back at once and for good; returns how many were not revoked before."""
    return tokens.filter(revoked_at=None).update(revoked_at=at, revoked_by=by)


def record_use(token: ApiToken, *, at: datetime) -> None:
    if token.last_used_at is None or at - token.last_used_at >= USE_RECORDED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
