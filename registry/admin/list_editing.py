"""Rows edited in a list: each is held to the edition it was shown in, and only rows of the list are taken."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry.admin.conflict import ListComparison
from registry.admin.forms import Refused, RegistryForm
from registry.admin.guard import CONTINUE, as_get, sent_again
from registry.admin.merge import put_in_rows
from registry.models import StaleRecord


class ListFormSet(BaseModelFormSet):
    """Rows the user only reads are shown and take no input."""

    user: ClassVar[Any] = None  # set by the admin for each request
    model: Any
    _pk_field: Any

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if form.instance.pk is not None and self.is_closed(form.instance):
            for name, field in form.fields.items():
                field.disabled = name != self._pk_field.name
        return form

    def is_closed(self, row: Any) -> bool:
        if not hasattr(self, "_editable"):
            shown = [each.pk for each in self.get_queryset()]
            rows = self.model._default_manager.editable_by(self.user).filter(pk__in=shown)
            self._editable = set(rows.values_list("pk", flat=True))
        return row.pk not in self._editable

    def clean(self) -> None:
        """Raises StaleRecord for a row that is not of the list, or is so no more: nobody is told which."""
        self.require_no_more()
        if any(form.instance._state.adding for form in self.initial_forms):
            raise StaleRecord(self.model)
        super().clean()

    def require_no_more(self) -> None:
        if self.extra_forms:
            raise SuspiciousOperation("a row is added where rows are only changed")


class GuardedList:
    """Part of an admin class: what `list_editable` names is under the same guard as the form."""

    opts: Any
    admin_site: Any

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        form: Any = super().get_changelist_form(request, **{"form": RegistryForm, **kwargs})  # type: ignore[misc]
        form.user = request.user
        return form

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset: Any = super().get_changelist_formset(request, **{"formset": ListFormSet, **kwargs})  # type: ignore[misc]
        formset.user = request.user
        return formset

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if CONTINUE in request.POST:
            return self._list_anew(request, extra_context)
        try:
            return super().changelist_view(request, extra_context)  # type: ignore[misc]
        except StaleRecord:
            return self._stale_list(request)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)  # type: ignore[attr-defined]
            return HttpResponseRedirect(request.get_full_path())

    def _stale_list(self, request: HttpRequest) -> HttpResponse:
        comparison = self._compared_list(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Somebody else changed these records meanwhile"),
            "opts": self.opts,
            "comparison": comparison,
            "parts": comparison.parts,
            "continue_name": CONTINUE,
            "sent": sent_again(request.POST),
        }
        return TemplateResponse(request, "admin/conflict.html", context, status=409)

    def _list_anew(self, request: HttpRequest, extra_context: Any) -> HttpResponse:
        """The list as a GET shows it, with what was typed put in."""
        response = super().changelist_view(as_get(request), extra_context)  # type: ignore[misc]
        context: Any = getattr(response, "context_data", {})
        if "cl" not in context or context["cl"].formset is None:  # nothing is edited in it
            raise PermissionDenied
        comparison = self._compared_list(request)
        without_place = put_in_rows(context["cl"].formset, comparison.parts)
        context |= {"comparison": comparison, "without_place": without_place}
        return response

    def _compared_list(self, request: HttpRequest) -> ListComparison:
        FormSet = self.get_changelist_formset(request)
        rows = self._get_list_editable_queryset(request, FormSet.get_default_prefix())  # type: ignore[attr-defined]
        formset = FormSet(request.POST, queryset=rows)
        formset.require_no_more()
        return ListComparison(self, request, formset)
