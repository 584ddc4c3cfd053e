"""What changed between two rows of history, in the words people know the values by."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, Field, ForeignKey, JSONField
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from registry.admin.chooser import is_seen

UNSAID = frozenset({"version", "created_at", "updated_at", "ref"})  # every change moves them, or none does
LONGEST = 400  # characters of a text shown; the record has the rest
EMPTY = "–"


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str


def changes(newer: Any, older: Any, hidden: Collection[str], user: Any) -> list[Change]:
    """As `user` may read them. What people do not edit is told too, such as a state; what machines keep is not."""
    fields = [field for field in newer.tracked_fields if field.name not in UNSAID and field.name not in hidden]
    return [
        Change(str(capfirst(field.verbose_name)), _in_words(older, field, user), _in_words(newer, field, user))
        for field in fields
        if not isinstance(field, JSONField) and getattr(newer, field.attname) != getattr(older, field.attname)
    ]


def _in_words(row: Any, field: Field, user: Any) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return str(dict(field.flatchoices).get(value, EMPTY))
    if isinstance(field, ForeignKey):
        try:
            record = getattr(row, field.name)
            return str(record) if is_seen(record, user) else _("a record outside your scope")
        except ObjectDoesNotExist:
            return str(value)
    if isinstance(field, BooleanField):
        return _("yes") if value else _("no")
    return Truncator(str(display_for_field(value, field, EMPTY))).chars(LONGEST)
