"""Text comes in UTF-8, whatever the request says of itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Utf8Middleware:
    """Reads a form or address in UTF-8 although another encoding is declared: some of those make lone surrogates of
    plain letters, which no database stores. Browsers send UTF-8, since the pages are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding is not None:
            request.encoding = "utf-8"
        return self.get_response(request)
