"""What a user may choose in a foreign key, and how the choices are called: one answer for forms and autocomplete."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import Media, ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.scope import ScopedQuerySet, within

NO_SUCH_CHOICE = _("There is no such record, or it lies outside your scope.")
SEVERAL = _("Several answer to these words: %(names)s. Type more of them.")
FEW = 5  # of the several that are named


def scoped_choices(field: Any, user: Any) -> QuerySet[Any]:
    """Rows of the model `field` points to that the user sees; where `field` places the record, only own territory."""
    rows = field.remote_field.model._default_manager.all()
    if not isinstance(rows, ScopedQuerySet):
        return rows
    visible = rows.visible_to(user)
    path = region_path(field.model)
    if path == field.attname:
        return visible.filter(within("pk", user.region_id)) if user.region_id else visible
    if path.startswith(f"{field.name}__") and rows.region_path:
        return visible.editable_by(user)
    return visible


def offered(choices: Any) -> Any:
    """Those of `choices` that are chosen anew: what is retired stays only where it stands."""
    return choices.choosable(on=timezone.localdate()) if isinstance(choices, ScopedQuerySet) else choices


def is_seen(record: Model | None, user: Any) -> bool:
    """Whether `user` may read `record`; none is no secret. One query, none for reference data."""
    rows = type(record)._default_manager.all() if record is not None else None
    if not isinstance(rows, ScopedQuerySet) or rows.is_reference:
        return True
    return rows.visible_to(user).filter(pk=record.pk).exists()  # type: ignore[union-attr]


def region_path(model: type[Model]) -> str:
    """Lookup of the region that places a row of `model`; empty for reference data."""
    return getattr(model._default_manager.none(), "region_path", "")


class LabelledChoices:
    """Part of an admin class whose records are chosen elsewhere; `labels` is the one to override."""

    def labels(self, records: Iterable[Any]) -> dict[Any, str]:
        """What the user chooses by, for a page of records at once, by key."""
        return {record.pk: str(record) for record in records}

    def label(self, record: Any) -> str:
        return self.labels([record])[record.pk]


def possible_keys(model: type[Model], values: Iterable[Any]) -> list[str]:
    """Those of `values` that may be keys of `model`; the database would fail on others."""
    return [str(value) for value in values if _may_be_key(model, value)]


def _may_be_key(model: type[Model], value: Any) -> bool:
    try:
        model._meta.pk.clean(value, None)
    except ValidationError:
        return False
    return True


class Words(str):
    """Typed in place of a choice, where no script helps to choose."""

    __slots__ = ()


class SafeAutocomplete(AutocompleteSelect):
    """Shows a form again whatever was posted in it; Django's own looks any text up as a key.

    `known` are labels by key that are at hand already: a page of many rows then asks for them once, not row by row.
    """

    template_name = "admin/widgets/choice.html"
    takes_words = True  # its field is a ChoiceByWords
    known: Mapping[str, str] = MappingProxyType({})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        words = data.get(f"{name}-words", "").strip() if self.takes_words else ""
        return Words(words) if words else super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"words": value if isinstance(value, Words) else "", "takes_words": self.takes_words}
        return context

    @property
    def media(self) -> Any:
        return super().media + Media(js=["admin/js/autocomplete.js", "registry/autocomplete.js"])

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        chosen = possible_keys(self.field.remote_field.model, value)
        if not chosen or not self.known.keys() >= set(chosen):
            return super().optgroups(name, chosen, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options = [self.create_option(name, key, self.known[key], True, n) for n, key in enumerate(chosen, len(empty))]
        return [(None, empty + options, 0)]


class ChoiceByWords(ModelChoiceField):
    """Also takes words that one of the choices alone answers to. The two below are the admin's of what is chosen."""

    labels: Callable[[Iterable[Any]], dict[Any, str]]
    search: Callable[[QuerySet[Any], str], tuple[QuerySet[Any], bool]]

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, Words):
            return super().to_python(value)
        rows, repeats = self.search(offered(self.queryset), value)
        found = list((rows.distinct() if repeats else rows)[: FEW + 1])
        if not found:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        if len(found) > 1:
            names = "; ".join(self.labels(found[:FEW]).values())
            raise ValidationError(SEVERAL, code="several", params={"names": names})
        return found[0]


class ScopedChoices:
    """Part of an admin class or inline: every foreign key is an autocomplete over the rows the user may choose.

    None is left out by forgetting, so no form ever holds a drop-down of 15,594 regions.
    """

    plain_choices: tuple[str, ...] = ()  # foreign keys to a handful of rows, shown as an ordinary list
    opts: Any
    admin_site: Any

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return [field.name for field in self._keys() if field.name not in self.plain_choices]

    def _keys(self) -> Iterable[Any]:
        for field in (*self.opts.fields, *self.opts.many_to_many):
            is_key = isinstance(field, ForeignKey | ManyToManyField)
            if is_key and (admin := self._admin_of(field)) and admin.search_fields:
                yield field

    def _admin_of(self, field: Any) -> Any:
        try:
            return self.admin_site.get_model_admin(field.remote_field.model)
        except NotRegistered:
            return None

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        return scoped_choices(db_field, request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SafeAutocomplete(db_field, self.admin_site))
            kwargs.setdefault("form_class", ChoiceByWords)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if formfield is not None and isinstance(db_field, ForeignKey | ManyToManyField):
            formfield.error_messages["invalid_choice"] = NO_SUCH_CHOICE
            # One looks at what is chosen and adds what is missing; a pencil and a bin there invite accidents.
            formfield.widget.can_change_related = formfield.widget.can_delete_related = False
            if isinstance(admin := self._admin_of(db_field), LabelledChoices):
                formfield.label_from_instance, formfield.labels = admin.label, admin.labels
                formfield.search = partial(admin.get_search_results, request)  # type: ignore[attr-defined]
        return formfield


class ScopedAutocomplete(AutocompleteJsonView):
    """Answers with what the same user could choose in the form, no more; what is retired is not offered anew."""

    source_field: Any
    model_admin: Any

    def get_queryset(self) -> QuerySet[Any]:
        choices = offered(scoped_choices(self.source_field, self.request.user))
        return super().get_queryset().filter(pk__in=choices.order_by().values("pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        self.labels = self.model_admin.labels(context["object_list"])
        return context

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": self.labels[obj.pk]}

    def process_request(self, request: HttpRequest) -> Any:
        found = super().process_request(request)
        if not isinstance(found[1], LabelledChoices):
            raise PermissionDenied
        return found

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who fills in the form may search its choices, without a permission to look through the other list."""
        opts = self.source_field.model._meta
        fills = any(request.user.has_perm(f"{opts.app_label}.{verb}_{opts.model_name}") for verb in ("add", "change"))
        return fills or super().has_perm(request, obj)
