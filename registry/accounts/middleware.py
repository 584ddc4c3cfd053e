from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from registry.accounts.sessions import RENEWED, RENEWED_EVERY, renew


class SessionLimits:
    """A session in use lives on; an idle or an old one ends (SESSION_IDLE_MINUTES, SESSION_MAX_HOURS).

    Looks at sessions only that the page has asked for, and not after a failure, when the database may be away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 500 and request.session.accessed:
            now = timezone.now()
            renewed = request.session.get(RENEWED)
            if renewed is not None and now.timestamp() - renewed >= RENEWED_EVERY:
                renew(request, at=now)
        return response
