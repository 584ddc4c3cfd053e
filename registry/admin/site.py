"""The admin site: its front page is grouped by task, not by where a table happens to live."""

from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.admin.chooser import ScopedAutocomplete
from registry.admin.guard import delete_unchanged
from registry.filters import NO_TEXT


@dataclass(frozen=True)
class Shortcut:
    """A list of its own: the rows of `model` under a filter."""

    name: str | Promise
    model: str
    query: str


@dataclass(frozen=True)
class Group:
    slug: str
    name: str | Promise
    models: tuple[str, ...]
    shortcuts: tuple[Shortcut, ...] = field(default=())


GROUPS = (
    Group(
        "control",
        _("Instruction control"),
        (
            "instructions.Instruction",
            "instructions.Deadline",
            "instructions.Meeting",
            "instructions.Extension",
            "instructions.Report",
            "instructions.Act",
        ),
        (
            Shortcut(_("Overdue today"), "instructions.Deadline", "queue=overdue"),
            Shortcut(_("Awaiting review"), "instructions.Deadline", "queue=review"),
            Shortcut(_("Extension requests"), "instructions.Extension", "state__exact=pending"),
            Shortcut(_("Without a date"), "instructions.Instruction", "queue=no_date"),
            Shortcut(_("Without an executor"), "instructions.Instruction", "queue=no_executor"),
        ),
    ),
    Group(
        "programs",
        _("Programmes and money"),
        (
            "programs.Program",
            "programs.Funding",
            "programs.Project",
            "programs.ProgramTerm",
            "programs.MonthlyIndex",
            "programs.Practice",
            "programs.Finding",
            "programs.InformationSystem",
            "programs.Connection",
            "programs.Source",
        ),
    ),
    Group("indicators", pgettext_lazy("task", "Indicators"), ("indicators.Indicator", "indicators.IndicatorValue")),
    Group(
        "cooperatives",
        pgettext_lazy("task", "Cooperatives"),
        ("cooperatives.Cooperative", "cooperatives.Support", "cooperatives.Facility"),
    ),
    Group(
        "regions",
        _("Regions and organisations"),
        (
            "regions.Region",
            "regions.RegionGroup",
            "regions.RegionRenumbering",
            "regions.Organisation",
            "regions.OrganisationGroup",
            "regions.Official",
        ),
    ),
    Group("standards", _("Regional standards"), ("standards.StandardItem", "standards.Provision")),
    Group("reference", _("Calendar and counts"), ("instructions.CalendarDay", "instructions.MonthEnd")),
    Group("access", _("Users and access"), ("accounts.User", "auth.Group", "accounts.ApiToken")),
)


class RegistryAdminSite(admin.AdminSite):
    site_header = _("Regional Development Registry")
    site_title = _("Registry")
    index_title = _("What to do")
    empty_value_display = "–"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_action(delete_unchanged, "delete_selected")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Our groups; Django's own list of one application where its address is asked for."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        listed = {
            f"{app}.{model['object_name']}": model
            for app, entry in self._build_app_dict(request).items()
            for model in entry["models"]
        }
        groups = (self._group(group, listed) for group in GROUPS)
        return [group for group in groups if group["models"]]

    def _group(self, group: Group, listed: dict[str, Any]) -> dict[str, Any]:
        models = [listed[name] for name in group.models if name in listed]
        shortcuts = [
            _shortcut(shortcut, listed[shortcut.model]) for shortcut in group.shortcuts if shortcut.model in listed
        ]
        return {
            "name": group.name,
            "app_label": f"task-{group.slug}",
            "app_url": "",
            "has_module_perms": True,
            "models": [*shortcuts, *models],
        }

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One sign-in for all: the page of the site, which counts failures and asks for the second factor."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        return redirect_to_login(target, settings.LOGIN_URL)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return ScopedAutocomplete.as_view(admin_site=self)(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _refuse_unreadable(request)
            return inner(request, *args, **kwargs)

        return checked


def _shortcut(shortcut: Shortcut, listed: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": shortcut.name,
        "object_name": f"{listed['object_name']}-{shortcut.query.partition('=')[2]}",
        "admin_url": f"{listed['admin_url']}?{shortcut.query}",
        "add_url": None,
        "view_only": True,
        "is_shortcut": True,
    }


def _refuse_unreadable(request: HttpRequest) -> None:
    """PostgreSQL takes no NUL in text, and a broken letter comes out of the address as U+FFFD: better refused here than
    met by a query. A name given twice would select the rows of either value."""
    for name, values in request.GET.lists():
        if len(values) > 1 or NO_TEXT.search(name) or NO_TEXT.search(values[0]):
            raise SuspiciousOperation("a parameter twice, or what is no text")
    sent = (text for name, texts in request.POST.lists() for text in (name, *texts))
    if any("\x00" in text for text in (request.path_info, *sent)):
        raise SuspiciousOperation("NUL in the request")
