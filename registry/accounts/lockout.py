"""Sign-in closes after repeated failures for one name from one address; django-axes counts and asks here for its words.

The pair spares the colleagues behind the same address, and the owner of the name at any other. A name nobody has is
treated like one somebody has, so that the answers tell nothing.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.accounts.models import User
from registry.accounts.services import lock_key, locks_of, passes_second_factor


def key_of(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    return lock_key((credentials or request.POST).get("username") or "")


def address_of(request: HttpRequest) -> str | None:
    """Where the request comes from, as the nearest TRUSTED_PROXIES proxies tell; what stands before was the caller's to
    write.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    way = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), peer]
    told = way[-1 - settings.TRUSTED_PROXIES] if len(way) > settings.TRUSTED_PROXIES else peer
    return _subscriber(told) or _subscriber(peer)


def _subscriber(text: str) -> str | None:
    """The address; of IPv6 its first 64 bits, since every subscriber has all the rest to choose from."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.IPv6Address(int(address) >> 64 << 64))


def passes(request: HttpRequest, user: User, code: str) -> bool:
    """Whether the code is right; a wrong one counts like a wrong password, and once closed no code is looked at."""
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]
    elif passes_second_factor(user, code):
        return True
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return False


def closed(request: HttpRequest, response: HttpResponse, credentials: Mapping[str, Any]) -> HttpResponse:
    """The page that says when to try again, instead of the one that would tell whether the password was right."""
    now = timezone.now()
    locks = {lock.address: lock.until for lock in locks_of(credentials["username"], at=now)}
    until = locks.get(address_of(request), now)
    page = render(request, "registration/closed.html", {"until": until}, status=429)
    page["Retry-After"] = str(max(1, round((until - now).total_seconds())))
    return page
