"""What a deletion takes with it and what forbids it, naming nothing that the user may not see."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import ngettext

from registry.scope import ScopedQuerySet

NAMED_AT_MOST = 20

Deletion = tuple[list[str], dict[Any, int], set[str], list[str]]


def deletion_of(records: Iterable[Model], user: Any) -> Deletion:
    """As the admin asks: names of what goes, counts by kind, kinds that may not go, names of what forbids it."""
    records = list(records)
    if not records:
        return [], {}, set(), []
    collector = _collected(records)
    goes: list[str] = []
    counts: dict[Any, int] = {}
    forbidden: set[str] = set()
    going: dict[type[Model], Any] = collector.model_objs  # type: ignore[assignment]
    for model, rows in going.items():
        counts[model._meta.verbose_name_plural] = len(rows)
        goes += _names(model, rows, user)
        if not _may_delete(model, rows, user):
            forbidden.add(str(model._meta.verbose_name))
    protected: list[str] = []
    for model, held in _by_model(collector.protected).items():
        protected += _names(model, held, user)
    return goes, counts, forbidden, protected


def seals(records: Iterable[Model]) -> dict[Any, str]:
    """For each of `records`, by key, what names exactly that which goes with it, in the editions stored now."""
    records = list(records)
    edges = _collected(records).edges if records else {}
    return {record.pk: _seal(record, edges) for record in records}


def _seal(record: Model, edges: dict[Any, list[Any]]) -> str:
    going, waiting = set(), [record]
    while waiting:
        row = waiting.pop()
        if row not in going:
            going.add(row)
            waiting += edges.get(row, ())
    named = sorted(f"{row._meta.label} {row.pk} {getattr(row, 'edition', '')}" for row in going)
    return sha256("\n".join(named).encode()).hexdigest()


def _collected(records: list[Model]) -> NestedObjects:
    collector = NestedObjects(using=router.db_for_write(type(records[0])))
    collector.collect(records)
    return collector


def _by_model(rows: Iterable[Any]) -> dict[type[Model], list[Model]]:
    grouped: dict[type[Model], list[Model]] = {}
    for row in rows:
        grouped.setdefault(type(row), []).append(row)
    return grouped


def _names(model: type[Model], rows: Iterable[Model], user: Any) -> list[str]:
    rows = list(rows)
    seen = _within(model, rows, user, "visible_to")
    named = [row for row in rows if row.pk in seen][:NAMED_AT_MOST]
    names = [f"{capfirst(model._meta.verbose_name)}: {row}" for row in named]
    if more := len(rows) - len(named):
        kind = capfirst(model._meta.verbose_name_plural)
        names.append(
            ngettext("%(kind)s: %(n)d more record", "%(kind)s: %(n)d more records", more) % {"kind": kind, "n": more}
        )
    return names


def _may_delete(model: type[Model], rows: Iterable[Model], user: Any) -> bool:
    """With the permission for the kind and every row in the scope; rows of a link table go with their record."""
    if model._meta.auto_created:
        return True
    opts = model._meta
    if not user.has_perm(f"{opts.app_label}.delete_{opts.model_name}"):
        return False
    rows = list(rows)
    return len(_within(model, rows, user, "editable_by")) == len(rows)


def _within(model: type[Model], rows: list[Model], user: Any, word: str) -> set[Any]:
    keys = [row.pk for row in rows]
    scoped = model._default_manager.all()
    if not isinstance(scoped, ScopedQuerySet):  # nobody says who may see it
        return set()
    return set(getattr(scoped, word)(user).filter(pk__in=keys).values_list("pk", flat=True))
