"""Pages and answers that belong to no app: is the service well, and what to say when it is not."""

import sys
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from registry.audit import triggers
from registry.unavailable import NO_DATABASE, RETRY_AFTER


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Requests can be served: the database answers, every migration is applied, history and journal are guarded."""
    try:
        unapplied = len(_known_migrations() - MigrationRecorder(connection).applied_migrations().keys())
        unguarded = len(triggers.missing())
    except NO_DATABASE:
        return _unavailable("the database does not answer")
    if unapplied:
        return _unavailable(f"{unapplied} migrations are not applied")
    if unguarded:
        return _unavailable(f"{unguarded} tables of history lack the triggers that keep them: run manage.py migrate")
    return JsonResponse({"status": "ready"})


def _unavailable(reason: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "reason": reason}, status=503)


@cache
def _known_migrations() -> set[tuple[str, str]]:
    """Those of the running code, read from the files once: a probe then costs one query."""
    return set(MigrationLoader(None).disk_migrations)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database does not answer; the page asks neither database nor session for anything."""
    is_database = isinstance(sys.exc_info()[1], NO_DATABASE)
    body = loader.render_to_string("500.html", {"is_database": is_database})
    if is_database:
        return HttpResponse(body, status=503, headers={"Retry-After": RETRY_AFTER})
    return HttpResponse(body, status=500)
