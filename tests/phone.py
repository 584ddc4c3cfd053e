"""The phone of a test: an app that shows codes, and a clock that goes on when the next one is wanted."""

from types import SimpleNamespace

import pytest
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.util import random_hex

from registry.accounts.models import Authenticator, User
from registry.accounts.services import confirm_second_factor


class Phone:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1_800_000_000
        monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", SimpleNamespace(time=lambda: self.seconds))

    def code(self, user: User) -> str:
        """What the app shows now; half a minute later than the one before."""
        self.seconds += 30
        return self.shown(user)

    def shown(self, user: User) -> str:
        return self.of_key(Authenticator.objects.get(user=user).bin_key)

    def of_key(self, key: bytes) -> str:
        reckoned = TOTP(key)
        reckoned.time = self.seconds
        return f"{reckoned.token():06d}"

    def set_up(self, user: User) -> list[str]:
        """Gives `user` a second factor; returns the recovery codes."""
        self.seconds += 30
        key = random_hex(20)
        return confirm_second_factor(user, key, self.of_key(bytes.fromhex(key)), at=timezone.now())


def wrong(code: str) -> str:
    """Another code than this one."""
    return f"{(int(code) + 500_000) % 1_000_000:06d}"


def waited(user: User) -> None:
    """As long as one must after wrong codes."""
    Authenticator.objects.filter(user=user).update(throttling_failure_timestamp=None)
