"""Errors as RFC 9457 problem details, in the caller's language."""

import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise
from rest_framework import exceptions

from registry.unavailable import NO_DATABASE, RETRY_AFTER

# status: (name in `type`, title, what to do about it)
PROBLEMS: dict[int, tuple[str, StrPromise, StrPromise]] = {
    400: ("malformed", gettext_lazy("Malformed request"), gettext_lazy("The request could not be read.")),
    401: (
        "not-authenticated",
        gettext_lazy("Not signed in"),
        gettext_lazy("Send a valid token, “Authorization: Token …”, or sign in."),
    ),
    403: ("forbidden", gettext_lazy("Not allowed"), gettext_lazy("Your role does not allow this.")),
    404: ("not-found", gettext_lazy("Not found"), gettext_lazy("There is nothing here, or not for you.")),
    405: ("method-not-allowed", gettext_lazy("Method not allowed"), gettext_lazy("See the header Allow.")),
    406: ("not-acceptable", gettext_lazy("Format not available"), gettext_lazy("The answer is application/json.")),
    411: ("length-required", gettext_lazy("Length not told"), gettext_lazy("Send the header Content-Length.")),
    413: ("too-large", gettext_lazy("Request too large"), gettext_lazy("Send less at a time.")),
    415: ("unsupported-media-type", gettext_lazy("Format not read"), gettext_lazy("Send application/json.")),
    429: ("too-many-requests", gettext_lazy("Too many requests"), gettext_lazy("Wait as the header Retry-After says.")),
    503: (
        "database-unavailable",
        gettext_lazy("Database not available"),
        gettext_lazy("The database does not answer just now: try again after the time in the header Retry-After."),
    ),
}

Errors = dict[str, list[exceptions.ErrorDetail]]


def refuse(field: str, code: str, message: str) -> exceptions.ValidationError:
    """The error of one parameter or field, to be raised."""
    return exceptions.ValidationError({field: [exceptions.ErrorDetail(message, code)]})


def refuse_form(errors: dict[str, list[ValidationError]]) -> exceptions.ValidationError:
    """The errors of a StrictFilterSet's form, to be raised; one that belongs to no field names its parameter."""
    told: Errors = {}
    for name, found in errors.items():
        for error in found:
            parameter = (error.params or {}).get("name", "") if name == "__all__" else name
            told.setdefault(parameter, []).append(exceptions.ErrorDetail(error.messages[0], error.code or "invalid"))
    return exceptions.ValidationError(told)


def problem_handler(exc: Exception, context: dict[str, Any]) -> JsonResponse | None:
    """REST framework's hook: None leaves the exception to Django, as an error of ours."""
    if isinstance(exc, NO_DATABASE):
        unavailable = problem(503, [])
        unavailable["Retry-After"] = RETRY_AFTER
        return unavailable
    error = _as_api_exception(exc)
    if error is None:
        return None
    response = problem(error.status_code, list(_flatten(error.detail)) if error.status_code == 400 else [])
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(math.ceil(wait))
    return response


def problem(status: int, errors: list[dict[str, str]]) -> JsonResponse:
    name, title, advice = PROBLEMS.get(status, PROBLEMS[400])
    body = {
        "type": f"urn:problem:{name}",
        "title": str(title),
        "status": status,
        "detail": errors[0]["message"] if errors else str(advice),
        "errors": errors,
    }
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    match exc:
        case exceptions.APIException():
            return exc
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case SuspiciousOperation():
            return refuse("", "unreadable", _("The request could not be read."))
    return None


def _flatten(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """`errors` of the body: one line per error, its field as a dotted path."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _flatten(inner, ".".join(part for part in (field, own) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, field)
    else:
        yield {"field": field, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}
