"""Filters of lists, strict and shared by every door: a filter nobody declared is an error, never an unfiltered list.

`?overdu=true` must not return everything. So an unknown name, a repeated one, a malformed value and more than
MAX_VALUES values in one filter are refused, each by name; a filterset with an error selects no rows.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from registry.scope import within
from registry.search import containing

MAX_VALUES = 100  # values of one `__in`
MAX_UNKNOWN = 20  # unknown names told of at once: an answer is no longer than its question
NAME_SHOWN = 60
SLUG = re.compile("[-a-zA-Z0-9_]{1,80}")
# NUL breaks PostgreSQL; a lone surrogate breaks every encoder, and reaches us as U+FFFD from a query string.
NO_TEXT = re.compile("[\x00\ud800-\udfff\ufffd]")


# Fields: what a value must look like. Messages are ours, so that they are translated into every language we speak.


class _Patterned(forms.Field):
    """A field whose text must match `pattern` as a whole before it is read."""

    pattern: re.Pattern[str]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if not self.pattern.fullmatch(str(value)):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return self.read(str(value))

    def read(self, text: str) -> Any:
        return text


class WholeNumberField(_Patterned):
    pattern = re.compile("-?[0-9]{1,18}")
    widget = forms.NumberInput
    default_error_messages = {
        "invalid": _("A whole number of at most 18 digits is expected."),
        "range": _("A number from %(least)s to %(most)s is expected."),
    }

    def __init__(self, *, least: int = -(10**18), most: int = 10**18, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        number = int(text)
        if not self.least <= number <= self.most:
            params = {"least": self.least, "most": self.most}
            raise ValidationError(self.error_messages["range"], code="range", params=params)
        return number


class IdField(WholeNumberField):
    pattern = re.compile("[0-9]{1,18}")
    default_error_messages = {"invalid": _("An id is a whole number of at most 18 digits.")}


class AmountField(_Patterned):
    pattern = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,4})?")
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {"invalid": _("A number such as 1500.25 is expected, at most 11 digits before the point.")}


class CodeField(_Patterned):
    pattern = re.compile("[0-9]{9}")
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    default_error_messages = {"invalid": _("A КАТО code has nine digits.")}


class RegionField(CodeField):
    def read(self, text: str) -> str:
        if not apps.get_model("regions.Region").objects.filter(pk=text).exists():
            raise ValidationError(_("There is no region with this КАТО code."), code="unknown_region")
        return text


class DayField(_Patterned):
    pattern = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("A date such as 2026-03-31 is expected.")}

    def read(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class InstantField(_Patterned):
    pattern = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]{5,18}([Zz]|[+-][0-9]{2}:[0-9]{2})")
    widget = forms.HiddenInput
    default_error_messages = {
        "invalid": _(
            "A time with its offset is expected: 2026-03-31T09:00:00Z, or +05:00 with its plus percent-encoded."
        )
    }

    def read(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class FlagField(forms.TypedChoiceField):
    default_error_messages = {"invalid_choice": _("true or false is expected.")}

    def __init__(self, **kwargs: Any) -> None:
        choices = (("", "—"), ("true", pgettext_lazy("filter", "yes")), ("false", pgettext_lazy("filter", "no")))
        super().__init__(choices=choices, coerce=lambda value: value == "true", empty_value=None, **kwargs)


class OptionField(forms.ChoiceField):
    default_error_messages = {"invalid_choice": _("This is not one of the values allowed here.")}

    def __init__(self, *, choices: Iterable[tuple[str, StrOrPromise]], **kwargs: Any) -> None:
        super().__init__(choices=[("", "—"), *choices], **kwargs)


class ListField(forms.CharField):
    """Values separated by commas, each as `item` reads it."""

    default_error_messages = {"too_many_values": _("At most %(most)s values are taken at once.")}

    def __init__(self, *, item: forms.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.item = item
        self.item.required = True
        self.item.error_messages["required"] = _("There is nothing between two commas.")

    def clean(self, value: Any) -> list[Any]:
        if value in self.empty_values:
            return []
        if value.count(",") >= MAX_VALUES:
            raise ValidationError(
                self.error_messages["too_many_values"], code="too_many_values", params={"most": MAX_VALUES}
            )
        return [self.item.clean(part) for part in value.split(",")]


class RowField(forms.ModelChoiceField):
    """A row the caller may see, named by its id or slug."""

    default_error_messages = {"invalid_choice": _("There is no such record.")}

    def to_python(self, value: Any) -> Any:
        pattern = SLUG if self.to_field_name else IdField.pattern
        if value not in self.empty_values and not pattern.fullmatch(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


# Filters: what a value selects.


class StrictFilter(django_filters.Filter):
    """A filter with an explicit label; the others of the package accept too much."""

    def __init__(
        self, field_name: str | None = None, lookup: str = "exact", *, label: StrOrPromise, **kwargs: Any
    ) -> None:
        super().__init__(field_name, lookup, label=label, **kwargs)


class IdFilter(StrictFilter):
    field_class = IdField


class WholeNumberFilter(StrictFilter):
    field_class = WholeNumberField


class AmountFilter(StrictFilter):
    field_class = AmountField


class CodeFilter(StrictFilter):
    field_class = CodeField


class TextFilter(StrictFilter):
    """An exact text, such as a БИН."""

    field_class = forms.CharField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=200, **kwargs)


class DayFilter(StrictFilter):
    field_class = DayField


class UpdatedSinceFilter(StrictFilter):
    """Rows changed at this instant or later."""

    field_class = InstantField

    def __init__(self) -> None:
        super().__init__("updated_at", "gte", label=_("changed since"))


class OptionFilter(StrictFilter):
    field_class = OptionField


class FlagFilter(StrictFilter):
    field_class = FlagField


class WordFilter(FlagFilter):
    """true keeps the rows a word of the queryset names, false keeps the others."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs if value is None else keep(qs, value, lambda rows: getattr(rows, str(self.field_name))())


class InFilter(StrictFilter):
    """Any of several values, each as the filter `of` takes one."""

    field_class = ListField

    def __init__(self, field_name: str, *, of: StrictFilter, label: StrOrPromise) -> None:
        self.of = of
        super().__init__(field_name, "in", label=label, help_text=_("Several values are separated by commas."))

    @property
    def field(self) -> forms.Field:
        self.extra["item"] = self.of.field
        return super().field


class SearchFilter(StrictFilter):
    """All the words, anywhere in the searched text, whatever their case; ё is е, қ is к. By the queryset's `search`."""

    field_class = forms.CharField

    def __init__(self, path: str = "", *, label: StrOrPromise | None = None) -> None:
        self.path = path  # lookup of the folded text where the queryset has no word of its own
        label = label or pgettext_lazy("filter", "words")
        super().__init__("search", label=label, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        return qs.filter(containing(value, self.path)) if self.path else qs.search(value)


class RegionFilter(StrictFilter):
    """Rows of exactly this region."""

    field_class = RegionField

    def __init__(self, path: str = "region_id", *, label: StrOrPromise | None = None) -> None:
        super().__init__(path, label=label or _("region (КАТО)"))


class RegionUnderFilter(StrictFilter):
    """Rows of the territory and of everything in it, by the queryset's word `under`."""

    field_class = RegionField

    def __init__(self, path: str = "", *, label: StrOrPromise | None = None) -> None:
        self.path = path  # lookup of the region where the queryset has no word of its own
        super().__init__("region_under", label=label or _("territory (КАТО) with all its parts"))

    def filter(self, qs: Any, value: str | None) -> Any:
        if not value:
            return qs
        return qs.filter(within(self.path, value)) if self.path else qs.under(value)


class RowFilter(django_filters.ModelChoiceFilter):
    """Rows that belong to one row of `model`, named by `key`; drop-downs and answers know only what the user sees."""

    field_class = RowField

    def __init__(
        self, field_name: str, *, model: Any, label: StrOrPromise, key: str | None = None, method: str | None = None
    ) -> None:
        super().__init__(
            field_name,
            label=label,
            method=method,
            to_field_name=key,
            empty_label="—",
            queryset=lambda request: model.objects.visible_to(request.user),
        )


def keep(rows: Any, wanted: bool, word: Callable[[Any], QuerySet]) -> Any:
    """The rows `word` selects where `wanted`, else all the others."""
    return word(rows) if wanted else rows.exclude(pk__in=word(rows.model._default_manager).values("pk"))


# Filtersets: which filters a list has.


class StrictForm(forms.Form):
    """Refuses unknown and repeated names and broken text; fields that ask the database refuse the last themselves."""

    reserved: frozenset[str] = frozenset()
    allow_empty = True

    def clean(self) -> None:
        unknown = [name for name in self.data if name not in self.fields and name not in self.reserved]
        for name in unknown[:MAX_UNKNOWN]:
            self._refuse(name, _("There is no parameter “%(name)s” here."), "unknown_parameter")
        for name in self.data:
            self._refuse_values(name, values_of(self.data, name))

    def _refuse_values(self, name: str, values: list[str]) -> None:
        if len(values) > 1:
            self._refuse(name, _("“%(name)s” is given more than once."), "repeated_parameter")
        elif NO_TEXT.search(values[0]) and name not in self.errors:
            self._refuse(name, _("“%(name)s” holds what is no text."), "not_text")
        elif not values[0] and not self.allow_empty:
            self._refuse(name, _("“%(name)s” has no value: leave it out."), "empty_parameter")

    def _refuse(self, name: str, message: StrOrPromise, code: str) -> None:
        shown = NO_TEXT.sub("?", name[:NAME_SHOWN])
        error = ValidationError(message, code=code, params={"name": shown})
        self.add_error(name if name in self.fields else None, error)


def values_of(data: Any, name: str) -> list[str]:
    """All values of `name` in a QueryDict or a plain mapping."""
    return data.getlist(name) if isinstance(data, QueryDict) else [str(data[name])]


class StrictFilterSet(django_filters.FilterSet):
    """`reserved` are the names the door itself reads (page, cursor, ordering…); `allow_empty` is for HTML forms, whose
    untouched fields come as empty texts. An error of a name no field has says that name in its params."""

    def __init__(
        self,
        data: Any = None,
        queryset: Any = None,
        *,
        request: Any = None,
        prefix: str | None = None,
        reserved: Iterable[str] = (),
        allow_empty: bool = True,
    ) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.form_options = {"reserved": frozenset(reserved), "allow_empty": allow_empty}

    def get_form_class(self) -> type[forms.Form]:
        fields = {name: declared.field for name, declared in self.filters.items()}
        return type(f"{type(self).__name__}Form", (StrictForm,), fields | self.form_options)

    @property
    def qs(self) -> Any:
        return self.queryset.none() if self.is_bound and self.errors else super().qs
