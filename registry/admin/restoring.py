"""A former value of a field comes back by a new change: through the form, its rules, scope and history."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.admin.forms import Refused
from registry.admin.history import Difference, Names
from registry.admin.history_pages import HistoryPages
from registry.models import StaleRecord

SEEN = "seen"  # the version of the record the question was asked about
CHANGED = _("Somebody else changed this record meanwhile. Nothing was restored: look at it again.")


class Restores(HistoryPages):
    """Part of an admin class. What is read-only in the form, such as a state, is changed by acts and never restored."""

    def get_urls(self) -> list[Any]:
        urls = super().get_urls()
        if not self.has_history():
            return urls
        view = self.admin_site.admin_view(self.restore_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [path("<path:object_id>/history/<int:version>/<slug:name>/", view, name=name), *urls]

    def restorable(self, request: HttpRequest, obj: Any) -> frozenset[str]:
        if not self.has_change_permission(request, obj):
            return frozenset()
        fields = self.get_form(request, obj, change=True).base_fields
        kept = {field.name for field in self.model.history.model.tracked_fields}
        return frozenset(name for name, field in fields.items() if name in kept and not field.disabled)

    def restore_view(self, request: HttpRequest, object_id: str, version: int, name: str) -> Any:
        """Asks on GET, restores on POST; what the write meets rolls it back and is told beside the question."""
        if request.method != "POST":
            return self._restore(request, object_id, version, name)
        try:
            with transaction.atomic():
                return self._restore(request, object_id, version, name)
        except (StaleRecord, Refused, IntegrityError, DataError, ProtectedError, RestrictedError) as error:
            request.__dict__.pop("_scope_answers", None)
            obj = self.get_object(request, unquote(object_id))
            if obj is None:
                raise Http404 from error
            refused: Refused = self._refusal(error)
            return self._ask_to_restore(request, obj, self._past_version(obj, version), name, [refused.message])

    def _restore(self, request: HttpRequest, object_id: str, version: int, name: str) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and request.method == "POST":  # nobody changes it between the checks and the write
            self.model._base_manager.select_for_update().filter(pk=obj.pk).order_by("pk").first()
            obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        if name not in self.restorable(request, obj):
            raise Http404
        past = self._past_version(obj, version)
        if request.method != "POST":
            return self._ask_to_restore(request, obj, past, name, [])
        if request.POST.get(SEEN) != str(_newest(obj)):
            return self._ask_to_restore(request, obj, past, name, [CHANGED], status=409)
        form = self._form_restoring(request, obj, past, name)
        if not form.is_valid():
            told = [message for errors in form.errors.values() for message in errors]
            obj.refresh_from_db()
            return self._ask_to_restore(request, obj, past, name, told)
        self._save_restored(request, form, past)
        return HttpResponseRedirect(self._history_address(obj))

    def _past_version(self, obj: Any, version: int) -> Any:
        found = obj.history.filter(pk=version).first()
        if found is None:
            raise Http404
        return found

    def _form_restoring(self, request: HttpRequest, obj: Any, past: Any, name: str) -> Any:
        """The record's whole form as it stands, with the one field as it was: rules across fields are checked too."""
        form_class = self.get_form(request, obj, change=True)
        blank = form_class(instance=obj)
        sent = {each.name: each.value() for each in blank}
        field: Any = self.opts.get_field(name)
        sent[name] = blank.fields[name].prepare_value(getattr(past, field.attname))
        return form_class(sent, instance=obj)

    def _save_restored(self, request: HttpRequest, form: Any, past: Any) -> None:
        """As Django's own view saves a form without rows."""
        form.instance._change_reason = gettext("restored as it was on %s") % _moment(past)
        obj = self.save_form(request, form, change=True)
        self.save_model(request, obj, form, change=True)
        self.save_related(request, form, [], change=True)
        self.log_change(request, obj, self.construct_change_message(request, form, []))
        self.message_user(request, gettext("The former value is back."), messages.SUCCESS)

    def _ask_to_restore(
        self, request: HttpRequest, obj: Any, past: Any, name: str, errors: list[Any], status: int = 200
    ) -> HttpResponse:
        field: Any = self.opts.get_field(name)
        change = Difference(field, getattr(obj, field.attname), getattr(past, field.attname))
        now, then = change.in_words(Names(self.admin_site, request.user, [change]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Restore a former value"),
            "opts": self.opts,
            "original": obj,
            "field": change.label,
            "now": now,
            "then": then,
            "past": past,
            "errors": errors,
            "is_so_already": change.old == change.new,
            "seen": _newest(obj),
            "history": self._history_address(obj),
        }
        return TemplateResponse(request, "admin/restore.html", context, status=status)

    def _history_address(self, obj: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=(quote(obj.pk),))


def _newest(obj: Any) -> int:
    """Key of the last row of its history: by key and not by date, since clocks are set back."""
    return obj.history.order_by("-pk").values_list("pk", flat=True)[0]


def _moment(past: Any) -> str:
    return formats.date_format(timezone.localtime(past.history_date), "SHORT_DATETIME_FORMAT")
