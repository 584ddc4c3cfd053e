"""What a session knows of the sign-in: when it began, and between the two pages of it who has given the password."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp.util import random_hex

from registry.accounts.backends import SignedInBackend
from registry.accounts.models import User

HALF = "half_signed_in"
HALF_LASTS = 600  # seconds to find the phone
APP_KEY = "second_factor_key"
BEGAN, RENEWED = "signed_in_at", "renewed_at"
RENEWED_EVERY = 60  # seconds, so that reading pages seldom writes the session
BACKEND = f"{SignedInBackend.__module__}.{SignedInBackend.__qualname__}"


def sign_in(request: HttpRequest, user: User) -> None:
    """The session gets a new key, and its time begins."""
    request.session.pop(HALF, None)
    login(request, user, BACKEND)
    request.session[BEGAN] = timezone.now().timestamp()
    renew(request, at=timezone.now())


def renew(request: HttpRequest, *, at: datetime) -> None:
    """Lets the session live on: as long as it may lie idle, but not beyond its longest life."""
    now = at.timestamp()
    left = request.session[BEGAN] + settings.SESSION_MAX_HOURS * 3600 - now
    request.session[RENEWED] = now
    request.session.set_expiry(max(1, int(min(settings.SESSION_COOKIE_AGE, left))))


def remember_half(request: HttpRequest, user: User) -> None:
    """The password was right and the second factor is still to come: a session of nobody, with a new key."""
    request.session.flush()
    request.session[HALF] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": timezone.now().timestamp() + HALF_LASTS,
    }


def app_key(request: HttpRequest) -> str:
    """The key offered for a second factor, in hexadecimal digits; the same until it is confirmed."""
    return request.session.setdefault(APP_KEY, random_hex(20))


def half_signed_in(request: HttpRequest) -> User | None:
    """Who is between the two pages of sign-in, which opens nothing but the second; None when that took too long."""
    half = request.session.get(HALF)
    if half is None or half["until"] < timezone.now().timestamp():
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    if user is None or not constant_time_compare(half["hash"], user.get_session_auth_hash()):
        return None
    return user
