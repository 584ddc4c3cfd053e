"""Text comes in UTF-8, whatever the request says of itself, and leaves compressed to those who take it so."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware


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


class CompressedPages(GZipMiddleware):
    """Django's own for pages alone. A file keeps its length, by which a browser shows its progress; between systems the
    proxy compresses, if anybody: not every client that takes gzip can read it.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response
