"""Which rule of the data was broken, in words for people, and at which field to say so.

Every invariant is a named constraint with a message. A form meets it before the write; a race meets it in the write, as
an IntegrityError that names the constraint (PostgreSQL), its index or its columns (SQLite).
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint, CheckConstraint, F, Model, Q, UniqueConstraint
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANWHILE = _("A record this one refers to was changed or removed meanwhile. Reload the page and try again.")

_SQLITE_NAMED = re.compile(r"constraint failed: (?:index ')?(\w+)'?\Z")
_SQLITE_COLUMNS = re.compile(r"UNIQUE constraint failed: ([\w., ]+)\Z")
_POSTGRES_COLUMNS = re.compile(r"\AKey \(([\w, \"]+)\)=")


@dataclass(frozen=True)
class BrokenRule:
    """`model` is None where the database did not tell; `fields` are those the rule is about, the one to blame first."""

    message: str | Promise
    model: type[Model] | None = None
    fields: tuple[str, ...] = ()

    def field_among(self, shown: Collection[str]) -> str | None:
        """The field of a form at which to say it; None: at the form as a whole."""
        return next((field for field in self.fields if field in shown), None)


def rule_of(model: type[Model], constraint: BaseConstraint) -> BrokenRule:
    return BrokenRule(str(constraint.get_violation_error_message()), model, tuple(_fields_of(constraint)))


def broken_rule(error: IntegrityError) -> BrokenRule:
    """What `error` means, found by the constraint's name or by its columns."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        names = {diagnosis.constraint_name}
        columns = _POSTGRES_COLUMNS.match(diagnosis.message_detail or "")
        table, listed = diagnosis.table_name, columns[1].replace('"', "").split(", ") if columns else []
    else:
        names = set(_SQLITE_NAMED.findall(str(error)))
        columns = _SQLITE_COLUMNS.search(str(error))
        pairs = [column.split(".") for column in columns[1].split(", ")] if columns else []
        table, listed = pairs[0][0] if pairs else "", [column for _table, column in pairs]
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name in names or (model._meta.db_table == table and _columns(model, constraint) == listed):
                return rule_of(model, constraint)
        if model._meta.db_table == table and len(listed) == 1:
            return _taken(model, listed[0])
    return BrokenRule(MEANWHILE)


def _taken(model: type[Model], column: str) -> BrokenRule:
    """The value of one unique column is taken."""
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    if not field.unique:
        return BrokenRule(MEANWHILE)
    message = field.error_messages["unique"] % {
        "model_name": model._meta.verbose_name,
        "field_label": field.verbose_name,
    }
    return BrokenRule(message, model, (field.name,))


def _columns(model: type[Model], constraint: BaseConstraint) -> list[str]:
    """Those of a rule over plain fields; a rule over expressions has none, which no error lists."""
    names = constraint.fields if isinstance(constraint, UniqueConstraint) else ()
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return [columns[name] for name in names] or [""]


def _fields_of(constraint: BaseConstraint) -> list[str]:
    """Of a unique rule first what makes it apply, then its fields; of a check the last, which people fill last."""
    if isinstance(constraint, UniqueConstraint):
        named = [_name_of(expression) for expression in constraint.expressions]
        return [*_named_in(constraint.condition), *constraint.fields, *(name for name in named if name)]
    if isinstance(constraint, CheckConstraint):
        return list(_named_in(constraint.condition))[::-1]
    return []


def _named_in(condition: Any) -> Iterator[str]:
    children: Iterable[Any] = condition.children if isinstance(condition, Q) else ()
    for child in children:
        if isinstance(child, Q):
            yield from _named_in(child)
        else:
            yield child[0].split("__")[0]


def _name_of(expression: Any) -> str | None:
    """The field an expression such as `F("a")` or `Coalesce("a", 0)` is about."""
    parts: list[Any] = [expression, *getattr(expression, "get_source_expressions", list)()]
    return next((part.name for part in parts if isinstance(part, F)), None)  # type: ignore[attr-defined]
