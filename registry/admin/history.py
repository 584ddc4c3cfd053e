"""What changed between two rows of history, in the words people know the values by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import display_for_field
from django.db.models import BooleanField, Field, ForeignKey, JSONField, ManyToManyField, Model
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from registry.admin.chooser import LabelledChoices
from registry.audit.history import kept_links, kept_value
from registry.scope import ScopedQuerySet

UNSAID = frozenset({"version", "created_at", "updated_at", "ref"})  # every change moves them, or none does
LONGEST = 400  # characters of a text shown in a list; the record has the rest
LEAD = 60  # characters shown of what two long texts begin with alike
EMPTY = "–"


@dataclass(frozen=True)
class Difference:
    """One field, as stored before and after; its words need the `Names` of all that is shown with it."""

    field: Field
    old: Any
    new: Any

    @property
    def label(self) -> str:
        return str(capfirst(self.field.verbose_name))

    def in_words(self, names: "Names") -> tuple[str, str]:
        return in_words(self.field, self.old, names), in_words(self.field, self.new, names)

    def in_short(self, names: "Names") -> tuple[str, str]:
        """Of long texts what is around the place where they begin to differ."""
        old, new = self.in_words(names)
        return _cut(old, new), _cut(new, old)


class Names:
    """What the rows that keys and links point to are called, asked once a table; the user's scope decides on each."""

    def __init__(self, site: Any, user: Any, differences: Iterable[Difference]) -> None:
        wanted: dict[type[Model], set[Any]] = {}
        for each in differences:
            if isinstance(each.field, ForeignKey | ManyToManyField):
                keys = wanted.setdefault(each.field.related_model, set())
                keys.update(_keys(each.field, each.old), _keys(each.field, each.new))
        self._found = {model: labels(site, user, model, keys) for model, keys in wanted.items()}

    def knows(self, field: Field, key: Any) -> bool:
        return not isinstance(field, ForeignKey) or key is None or key in self._found[field.related_model]

    def of(self, field: Any, key: Any) -> str:
        return self._found[field.related_model].get(key) or _("no longer there, or outside your scope")


def labels(site: Any, user: Any, model: type[Model], keys: Collection[Any]) -> dict[Any, str]:
    """By key, as forms call the rows; none for those that are gone or out of the user's scope."""
    rows: Any = model._default_manager.filter(pk__in=keys)
    rows = rows.visible_to(user) if isinstance(rows, ScopedQuerySet) else rows
    rows = rows.for_listing() if hasattr(rows, "for_listing") else rows
    admin = site.get_model_admin(model) if site.is_registered(model) else None
    return admin.labels(rows) if isinstance(admin, LabelledChoices) else {row.pk: str(row) for row in rows}


def differing(newer: Any, older: Any, hidden: Collection[str]) -> list[Difference]:
    """Fields people do not edit are told too, such as a state; what is kept for machines is not.

    Without one of the two rows: all that the other one says. Both are rows that `load_linked` has read.
    """
    unsaid = UNSAID | {*hidden}
    row = newer or older
    kept = [each for each in (*row.tracked_fields, *kept_links(row)) if each.name not in unsaid]
    fields = [each for each in kept if not (each.primary_key or isinstance(each, JSONField))]
    pairs = [(each, _stored(older, each), _stored(newer, each)) for each in fields]
    return [Difference(field, old, new) for field, old, new in pairs if old != new and {old, new} != {None, ""}]


def _stored(row: Any, field: Field) -> Any:
    return None if row is None else kept_value(row, field)


def _keys(field: Any, value: Any) -> Collection[Any]:
    """Of the rows that `value` points to."""
    return value or () if field.many_to_many else {value} - {None}


def in_words(field: Field, value: Any, names: Names) -> str:
    if field.many_to_many:
        return ", ".join(names.of(field, key) for key in value or ()) or EMPTY
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value or EMPTY))
    if value is None or value == "":
        return EMPTY
    if isinstance(field, ForeignKey):
        return names.of(field, value)
    if isinstance(field, BooleanField):
        return _("yes") if value else _("no")
    return str(display_for_field(value, field, EMPTY, avoid_link=True))


def _cut(text: str, other: str) -> str:
    alike = next((n for n, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), len(other))
    start = min(alike, len(text)) - LEAD if max(len(text), len(other)) > LONGEST else 0
    return Truncator(f"…{text[start:]}" if start > 0 else text).chars(LONGEST)
