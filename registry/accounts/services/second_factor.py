"""The second factor of a user: an app on the phone, and recovery codes for the day the phone is lost."""

import hashlib
import re
import secrets
from base64 import b32encode
from datetime import datetime

from django.db import transaction

from registry.accounts.models import Authenticator, RecoveryCode, User

RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits: too many to try out, so that a plain digest keeps the code safe


def proposed_app(user: User, key: str) -> Authenticator:
    """An app that is not in force yet: for its address, which a phone reads."""
    return Authenticator(user=user, name="", key=key)


@transaction.atomic
def confirm_second_factor(user: User, key: str, code: str, *, at: datetime) -> list[str]:
    """From now on sign-in asks for a code of the app that holds `key`, in hexadecimal digits.

    Returns the recovery codes, none where `code` is not that of the app. All sessions of the user end; the caller
    renews the own.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    app = proposed_app(user, key)
    if stored.second_factor_since is not None or not app.verify_token(_plain(code)):
        transaction.set_rollback(True)  # the app stores itself with its failures
        return []
    user._history_user = user  # type: ignore[attr-defined]  # who is only half signed in is not the request's user yet
    _set_since(user, at)
    return _make_recovery_codes(user)


@transaction.atomic
def passes_second_factor(user: User, code: str) -> bool:
    """Whether it is the app's code of this moment or a recovery code; either is used up by this."""
    code = _plain(code)
    if not re.fullmatch("[0-9]{6}", code):
        used, _kinds = RecoveryCode.objects.filter(user=user, digest=_digest(code)).delete()
        return bool(used)
    app = Authenticator.objects.select_for_update().filter(user=user).first()
    return app is not None and app.verify_token(code)


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """New ones; those from before are void."""
    User.objects.select_for_update().get(pk=user.pk)  # two tabs at once leave one set of codes
    RecoveryCode.objects.filter(user=user).delete()
    return _make_recovery_codes(user)


@transaction.atomic
def remove_second_factor(user: User) -> None:
    """The password alone signs in again, or a new app must be set up where one is demanded. Sessions end."""
    Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    _set_since(user, None)


def _set_since(user: User, at: datetime | None) -> None:
    """Goes into the history of the user, which says who did it."""
    user.second_factor_since = at
    user.save(update_fields=["second_factor_since"])


def _make_recovery_codes(user: User) -> list[str]:
    codes = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return ["-".join(re.findall("....", code)) for code in codes]


def _plain(code: str) -> str:
    """As it is reckoned with, however it was typed: people keep the blanks and hyphens they see."""
    return re.sub(r"[\s-]", "", code).upper()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()
