"""How much one request may bring. Its header is asked, before a byte of the body is read or put on the disk."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from registry.api.problems import problem

MB = 1024 * 1024


class RequestSizeMiddleware:
    """413 for a request larger than is taken, 411 for one that does not say how large it is.

    A request with files may be of REQUEST_MAX_MB, any other of what Django reads into memory. A length that is told
    wrong lets nothing more in: Django reads no further than it. To stand where nothing before it reads the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "HTTP_TRANSFER_ENCODING" in request.META:
            return _refused(request, 411, _("The request does not say how large it is, so it is not read."))
        limit = most_bytes(request)
        if length.isdecimal() and int(length[:20]) > limit:
            said = _("The request is larger than %(limit)s: send fewer files at a time, or smaller ones.")
            return _refused(request, 413, said % {"limit": filesizeformat(limit)})
        return self.get_response(request)


def most_bytes(request: HttpRequest) -> int:
    with_files = request.content_type == "multipart/form-data"
    return settings.REQUEST_MAX_MB * MB if with_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _refused(request: HttpRequest, status: int, said: str) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem(status, [{"field": "", "code": "size", "message": said}])
    return render(request, "413.html", {"said": said}, status=status)
