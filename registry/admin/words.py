"""Values in the words people know them by, as far as the reader may know what they point to."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field, ForeignKey
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.admin.chooser import scoped_choices
from registry.admin.history import EMPTY


def formfield_of(column: Field, reader: Any) -> forms.Field:
    """The field that `column` would have in a form filled in by `reader`."""
    options: Any = {"queryset": scoped_choices(column, reader)} if isinstance(column, ForeignKey) else {}
    return column.formfield(**options) or forms.CharField(label=capfirst(column.verbose_name))


def in_words(field: forms.Field, value: Any) -> str:
    """`value` as stored or as sent; what `field` does not take is said as sent, a record out of reach not at all."""
    try:
        value = field.to_python(value)
    except ValidationError:
        return _("a record outside your scope") if isinstance(field, forms.ModelChoiceField) else str(value)
    if value is None or value == "":
        return EMPTY
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(field.label_from_instance(each)) for each in value) or EMPTY
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(flatten_choices(choices)).get(value, value))
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(localize(value)) if isinstance(value, Decimal) else str(value)
