"""Which names are closed at sign-in after repeated failures, and opening them before their time."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Lock:
    """`address` is None where the server knows none, as behind a socket."""

    address: str | None
    until: datetime


def lock_key(username: str) -> str:
    """What failures are counted under: "Aigerim" and "aigerim" are one.

    A digest, for people type their password where the name belongs, and the database is not to keep it.
    """
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    return salted_hmac("registry.accounts.locks", name, algorithm="sha256").hexdigest()


def locks_of(username: str, *, at: datetime) -> list[Lock]:
    """From which addresses this name cannot sign in at that moment."""
    recent = AccessAttempt.objects.filter(
        username=lock_key(username), attempt_time__gte=at - settings.AXES_COOLOFF_TIME
    )
    by_address = recent.order_by("ip_address").values("ip_address")
    closed = by_address.annotate(failures=Sum("failures_since_start"), last=Max("attempt_time")).filter(
        failures__gte=settings.AXES_FAILURE_LIMIT
    )
    return [Lock(row["ip_address"], row["last"] + settings.AXES_COOLOFF_TIME) for row in closed]


def lift_locks(username: str) -> int:
    """Forgets the failures under this name from every address; returns from how many."""
    attempts = AccessAttempt.objects.filter(username=lock_key(username))
    addresses = attempts.values("ip_address").distinct().count()
    attempts.delete()
    return addresses
