"""The language of an answer: pages are in Russian until the reader chooses, the API answers as the caller asks."""

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, except that a browser's setting does not choose for a page: many an office PC speaks English."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith("/api/"):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)
