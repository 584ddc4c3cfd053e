"""What every list and form of the admin has in common."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError
from django.db.models import ForeignKey, Model, ProtectedError, QuerySet, RestrictedError, URLField
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from registry.admin.chooser import LabelledChoices, ScopedChoices, is_seen, possible_keys, region_path
from registry.admin.deletion import deletion_of
from registry.admin.filters import ScopedRelatedFilter
from registry.admin.forms import Refused, RegistryForm, RegistryFormSet
from registry.admin.guard import Guarded
from registry.admin.list_editing import GuardedList
from registry.admin.restoring import Restores
from registry.constraints import broken_rule
from registry.models import StaleRecord
from registry.scope import COUNTRY, ScopedQuerySet
from registry.search import LONGEST, fold

STALE = _("Somebody else changed a record that this one belongs to. Nothing was saved: look at what you typed again.")
HELD = _("Other records refer to this one, so it cannot be deleted.")
MOVED_OUT = _("This would put the record outside your scope.")
TOO_LARGE = _("A number is too large to be stored.")
OWN_LOOKUPS = frozenset({"exact", "isnull", "gte", "gt", "lte", "lt", "id__exact", "pk__exact", "code__exact"})
LONGEST_KEY = 18  # digits
ROWS_WITHOUT_SCRIPT = 3
RECORD_FIELDS = ("ref", "version", "created_at", "updated_at")


class InScope(BaseModelAdmin):
    """Part of an admin class or inline: only rows the user sees, and of those only own ones to change."""

    added_by_all: ClassVar[bool] = False  # reference data that every region adds to, and the country alone changes

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Reference data is written by users of country scope alone."""
        user: Any = request.user
        rows = self.model._default_manager.none()
        everywhere = not region_path(self.model) and type(rows).editable_by is ScopedQuerySet.editable_by
        of_country = everywhere and not self.added_by_all
        in_reach = user.region_id == COUNTRY if of_country else bool(user.region_id)
        return in_reach and super().has_add_permission(request, *args)


class CappedPaginator(Paginator):
    """A page beyond the last is the last one: it went with the rows that were on it."""

    def page(self, number: Any) -> Any:
        number = int(number) if str(number).lstrip("-").isdecimal() else 1
        return super().page(max(1, min(number, self.num_pages)))


class ReadOnly(BaseModelAdmin):
    """Part of an admin class whose records only services write."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RegistryInline(ScopedChoices, InScope, admin.TabularInline):
    """Rows of a record on its own page."""

    form = RegistryForm
    formset = RegistryFormSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        fields: Any = self.fields
        shown = (field for field in self.opts.fields if isinstance(field, ForeignKey) and field.name in fields)
        return super().get_queryset(request).select_related(*(field.name for field in shown))

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Empty rows are added by script, and without it by a link to the form with some."""
        return ROWS_WITHOUT_SCRIPT if "rows" in request.GET else 0

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the edition of each row, hidden, where rows can be changed."""
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, (None, {"fields": ("opened",)})] if self.has_change_permission(request, obj) else fieldsets

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, ForeignKey) and formfield is not None:
            formfield.widget.can_add_related = formfield.widget.can_view_related = False  # a row is one line high
        return formfield

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.user, formset.is_guarded = request.user, self.has_change_permission(request, obj)
        return formset


class RegistryAdmin(Guarded, GuardedList, ScopedChoices, LabelledChoices, InScope, Restores):
    """The base of every model's admin. Subclasses declare columns, filters, search and fields; nothing is derived."""

    form = RegistryForm
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    show_full_result_count = False
    list_per_page = 50
    paginator: Any = CappedPaginator
    save_on_top = True
    folded_search = True  # search_fields name folded columns; else words are tried as typed and capitalised
    link_lookups: ClassVar[tuple[str, ...]] = ()  # lookups other pages link with, besides list_filter
    private_fields: ClassVar[dict[str, tuple[str, ...]]] = {}  # permission → fields hidden from those without it

    # --- Which rows ---------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.for_listing() if hasattr(rows, "for_listing") else rows

    def _reaches(self, request: HttpRequest, obj: Any, word: str) -> bool:
        """Whether the stored row is in the user's scope; asked several times for one page, answered by one query."""
        answers = request.__dict__.setdefault("_scope_answers", {})
        key = (word, self.model, obj.pk)
        if key not in answers:
            rows = self.model._default_manager.visible_to(request.user)
            rows = rows.editable_by(request.user) if word == "editable_by" else rows
            answers[key] = rows.filter(pk=obj.pk).exists()
        return answers[key]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or self._reaches(request, obj, "visible_to"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or self._reaches(request, obj, "editable_by")
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or self._reaches(request, obj, "editable_by")
        )

    # --- The list -----------------------------------------------------------------------------------------------------

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        field: Any = None
        for part in item.split("__"):
            field = (field.remote_field.model if field else self.model)._meta.get_field(part)
        return (item, ScopedRelatedFilter) if isinstance(field, ForeignKey) else item

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what is offered: a filter of the list, or a lookup our own pages link with; no key has 19 digits."""
        if value.isdecimal() and len(value) > LONGEST_KEY:
            return False
        for item in (*self.list_filter, *self.link_lookups):
            if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
                if lookup == item.parameter_name:
                    return True
                continue
            path = item if isinstance(item, str) else item[0]
            if lookup == path or (lookup.startswith(f"{path}__") and lookup[len(path) + 2 :] in OWN_LOOKUPS):
                return True
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A filter that cannot be read is an error; Django's own way round it is to show every row. More keys of an
        order than there are columns must repeat one."""
        if request.GET.get("o", "").count(".") > len(self.list_display):
            raise SuspiciousOperation("a column stands in the order twice")
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise SuspiciousOperation("a filter that cannot be read") from error

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        if len(search_term) > LONGEST:
            raise SuspiciousOperation("more words than a search takes")
        if self.folded_search:
            return super().get_search_results(request, queryset, fold(search_term))
        found, distinct = super().get_search_results(request, queryset, search_term)
        # SQLite folds only ASCII, so that «иванов» would miss «Иванов».
        capital, _distinct = super().get_search_results(request, queryset, search_term.title())
        return (found | capital, distinct) if search_term else (found, distinct)

    # --- The form -----------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = self.hidden_fields(request) | self.hidden_keys(request, obj)
        fieldsets = [
            (name, {**options, "fields": _without(options["fields"], hidden)})
            for name, options in super().get_fieldsets(request, obj)
        ]
        if obj is not None and (kept := self._record_fields()):
            fieldsets.append((_("The record"), {"classes": ("collapse",), "fields": (kept,)}))
        return fieldsets

    def hidden_fields(self, request: HttpRequest) -> set[str]:
        lacking = (
            fields for permission, fields in self.private_fields.items() if not request.user.has_perm(permission)
        )
        return {field for fields in lacking for field in fields}

    def hidden_keys(self, request: HttpRequest, obj: Any) -> set[str]:
        """Foreign keys of `obj` to rows the user does not see: left out, so that they are neither shown nor emptied."""
        if obj is None:
            return set()
        answers = request.__dict__.setdefault("_hidden_keys", {})
        if obj.pk not in answers:
            keys = [field.name for field in self.opts.fields if isinstance(field, ForeignKey)]
            answers[obj.pk] = {name for name in keys if not is_seen(getattr(obj, name), request.user)}
        return answers[obj.pk]

    def _record_fields(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.opts.fields if field.name in RECORD_FIELDS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *self._record_fields()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusals, form.user = getattr(request, "refusals", ()), request.user
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: Any = super().get_changeform_initial_data(request)
        user: Any = request.user
        if region_path(self.model) == "region_id" and user.region_id != COUNTRY:
            initial.setdefault("region", user.region_id)
        return initial

    # --- Saving -------------------------------------------------------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """What the write meets rolls it back and comes back as a message in the form, which keeps what was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (StaleRecord, Refused, IntegrityError, DataError, ProtectedError, RestrictedError) as error:
            request.refusals = [self._refusal(error)]  # type: ignore[attr-defined]
            request.__dict__.pop("_scope_answers", None)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _refusal(self, error: Exception) -> Refused:
        match error:
            case Refused():
                return error
            case StaleRecord():
                return Refused(STALE)
            case ProtectedError() | RestrictedError():
                return Refused(HELD)
            case IntegrityError():
                rule = broken_rule(error)
                return Refused(rule.message, rule.fields[0] if rule.model is self.model and rule.fields else None)
        return Refused(TOO_LARGE)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A form sent as it was leaves no new version and no row of history."""
        own = {field.name for field in (*self.opts.fields, *self.opts.many_to_many)}
        if not change or own & set(form.changed_data):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        """Scope is checked once more on what was written, within its transaction: no record is moved out of it."""
        formsets = list(formsets)
        super().save_related(request, form, formsets, change)
        if change or not self.added_by_all:
            self.require_scope(request, form.instance, region_path(self.model).split("__")[0].removesuffix("_id"))
        for formset in formsets:
            for row in (*formset.new_objects, *(changed for changed, _fields in formset.changed_objects)):
                self.require_scope(request, row, None)

    def require_scope(self, request: HttpRequest, row: Model, field: str | None) -> None:
        rows: Any = type(row)._default_manager
        if not rows.editable_by(request.user).filter(pk=row.pk).exists():
            raise Refused(MOVED_OUT, field)

    # --- Deleting -----------------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return deletion_of(objs, request.user)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, RestrictedError, IntegrityError):
            self.message_user(request, HELD, messages.ERROR)
            return HttpResponseRedirect("../change/")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if len(possible_keys(self.model, selected)) < len(selected):
            raise SuspiciousOperation("a selected key is none")
        try:
            return super().changelist_view(request, extra_context)
        except (ProtectedError, RestrictedError, IntegrityError):
            self.message_user(request, HELD, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def _without(fields: Sequence[Any], hidden: set[str]) -> tuple[Any, ...]:
    """`fields` of a fieldset, lines of several included, less the hidden ones."""
    kept: list[Any] = []
    for field in fields:
        if isinstance(field, str):
            kept += [field] if field not in hidden else []
        elif line := tuple(name for name in field if name not in hidden):
            kept.append(line)
    return tuple(kept)
