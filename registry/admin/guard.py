"""No edit overwrites another unseen: what a page was opened with goes back with it, and a stale page meets a conflict.

Forms carry the edition of their record and of each row, the question about a deletion the seal of all that goes.
"""

from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.admin.conflict import Comparison, changed_by, form_of, typed_into
from registry.admin.deletion import NAMED_AT_MOST, seals
from registry.admin.merge import put_in
from registry.models import StaleRecord

CONTINUE = "_continue_beside"
CHANGED = gettext_lazy("Nothing was deleted: the record was changed meanwhile (%s). Look at it again.")
KEPT_FIELDS = ("_popup", "_to_field")


class Guarded:
    """Part of an admin class: stale forms, deletions and bulk deletions."""

    model: Any
    opts: Any
    admin_site: Any
    get_object: Any
    has_change_permission: Any

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if object_id is None or request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        if CONTINUE in request.POST:
            return self._opened_anew(request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        except StaleRecord:
            request.__dict__.pop("_scope_answers", None)
            return self._conflict(request, object_id)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Rows are written under the record they were shown under, even where nothing of its own was changed."""
        if change and formsets:
            form.instance.hold()
        super().save_related(request, form, formsets, change)  # type: ignore[misc]

    # --- A stale form -------------------------------------------------------------------------------------------------

    def _compared(self, request: HttpRequest, object_id: str) -> Comparison | None:
        """None where the record is gone, or out of the user's reach, which nobody is told apart."""
        stored = self.get_object(request, unquote(object_id))
        if stored is None:
            return None
        if not self.has_change_permission(request, stored):
            raise PermissionDenied
        return Comparison(self, request, stored)

    def _conflict(self, request: HttpRequest, object_id: str) -> HttpResponse:
        comparison = self._compared(request, object_id)
        if comparison is None:
            return self._gone(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Somebody else changed this record meanwhile"),
            "opts": self.opts,
            "original": comparison.stored,
            "comparison": comparison,
            "parts": comparison.parts,
            "continue_name": CONTINUE,
            "sent": sent_again(request.POST),
        }
        return TemplateResponse(request, "admin/conflict.html", context, status=409)

    def _opened_anew(self, request: HttpRequest, object_id: str, form_url: str, extra_context: Any) -> HttpResponse:
        """The page as a GET shows it, with what was typed put in."""
        comparison = self._compared(request, object_id)
        if comparison is None:
            return self._gone(request)
        response = super().changeform_view(as_get(request), object_id, form_url, extra_context)  # type: ignore[misc]
        if isinstance(response, TemplateResponse):  # the record did not go in this very moment
            context: Any = response.context_data
            context |= {"comparison": comparison, "without_place": put_in(context, comparison)}
        return response

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        match = request.resolver_match
        is_form = request.method == "POST" and match is not None and str(match.url_name).endswith("_change")
        return self._gone(request) if is_form else super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]

    def _gone(self, request: HttpRequest) -> HttpResponse:
        """What was typed stays on the page to copy; it is all that the page tells."""
        form = form_of(self, request, None, request.POST)
        formsets, _inlines = self._create_formsets(request, form.instance, change=False)  # type: ignore[attr-defined]
        forms = [form, *(row for formset in formsets for row in formset.forms if row.has_changed())]
        context = {
            **self.admin_site.each_context(request),
            "title": _("This record is not there any more"),
            "opts": self.opts,
            "typed": [typed for each in forms if (typed := typed_into(each))],
        }
        return TemplateResponse(request, "admin/gone.html", context, status=404)

    # --- Deleting -----------------------------------------------------------------------------------------------------

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        if request.method != "POST":
            return self._deletion_page(request, object_id, extra_context)
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[misc]
        except StaleRecord as stale:
            self.message_user(  # type: ignore[attr-defined]
                request, CHANGED % changed_by(stale.args[0], request.user), messages.ERROR
            )
            response = self._deletion_page(as_get(request), object_id, extra_context)
            response.status_code = 409 if response.status_code == 200 else response.status_code
            return response

    def _deletion_page(self, request: HttpRequest, object_id: str, extra_context: Any) -> Any:
        return super().delete_view(request, object_id, extra_context)  # type: ignore[misc]

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> Any:
        context["seals"] = _sealed([context["object"]])
        return super().render_delete_form(request, context)  # type: ignore[misc]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if _changed(request, self.model, [obj.pk]):
            raise StaleRecord(obj)
        super().delete_model(request, obj)  # type: ignore[misc]


@admin.action(permissions=["delete"], description=delete_selected.short_description)  # type: ignore[attr-defined]
def delete_unchanged(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Django's own, for those rows alone that are as the question showed them."""
    with transaction.atomic():
        if request.POST.get("post"):
            # Not those of `queryset` alone: a filter of the list would hide what changed since the question was asked.
            chosen = model_admin.get_queryset(request).filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))
            changed = _changed(request, model_admin.model, chosen.order_by().values_list("pk", flat=True))
            _tell_refused(model_admin, request, changed)
            queryset = chosen.exclude(pk__in=[row.pk for row in changed])
        response = delete_selected(model_admin, request, queryset) if queryset else None
    if isinstance(response, TemplateResponse):
        response.context_data["seals"] = _sealed(queryset)  # type: ignore[index]
    return response


def _sealed(records: Any) -> list[tuple[str, str]]:
    """Hidden fields of the question."""
    return [(f"seal-{key}", seal) for key, seal in seals(records).items()]


def _changed(request: HttpRequest, model: Any, keys: Any) -> list[Any]:
    """Those rows that no longer are as the question showed them; all are locked, so that the others stay so."""
    rows = list(model._base_manager.select_for_update().filter(pk__in=list(keys)).order_by("pk"))
    sealed = seals(rows)
    return [row for row in rows if request.POST.get(f"seal-{row.pk}") != sealed[row.pk]]


def _tell_refused(model_admin: Any, request: HttpRequest, changed: list[Any]) -> None:
    if changed:
        authors = "; ".join(f"{row}: {changed_by(row, request.user)}" for row in changed[:NAMED_AT_MOST])
        said = ngettext(
            "%(n)d not deleted, changed meanwhile: %(authors)s",
            "%(n)d not deleted, changed meanwhile: %(authors)s",
            len(changed),
        )
        model_admin.message_user(request, said % {"n": len(changed), "authors": authors}, messages.WARNING)


def sent_again(sent: QueryDict) -> list[tuple[str, Any]]:
    """What the next form carries on; buttons and the token are its own."""
    names = [
        name for name in sent if name != "csrfmiddlewaretoken" and (not name.startswith("_") or name in KEPT_FIELDS)
    ]
    return [(name, value) for name in names for value in sent.getlist(name)]


def as_get(request: HttpRequest) -> HttpRequest:
    """The same request as if it asked for the page alone."""
    again = copy(request)
    again.method, again.POST = "GET", QueryDict()
    return again
