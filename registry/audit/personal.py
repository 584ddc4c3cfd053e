"""Where a person occurs: every text of every record, of its history and of the journal is looked through."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from registry.search import fold

TEXTS = (models.CharField, models.TextField, models.JSONField)
WORDLESS = frozenset({"sessions.Session", "contenttypes.ContentType", "auth.Permission"})  # nothing people wrote
PHONE_DIGITS = 10  # without the country's 7 or the trunk's 8


@dataclass(frozen=True)
class Occurrence:
    """Rows of `model` that name the subject in some of `fields`. `keys` are those of the records: a row of history
    (`is_history`) gives the key of the record it tells of."""

    model: Any
    is_history: bool
    fields: list[str]
    keys: list[Any]


def occurrences(subject: str) -> Iterator[Occurrence]:
    """By model. All words of `subject` must stand in one row, in any order and field, case and ё/е, қ/к apart; a phone
    is found however it is written. Reads whole tables: for the rare request, not for a page.

    Raises ValueError for a subject of fewer than three letters or digits: it would name everybody.
    """
    sought = _Sought(subject)
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model._meta.label not in WORDLESS and (found := _in_model(model, sought)):
            yield found


class _Sought:
    def __init__(self, subject: str) -> None:
        self.words = fold(subject).split()
        if len("".join(self.words)) < 3:
            raise ValueError("the subject is too short: give a name, an e-mail or a phone")
        digits = re.sub(r"\D", "", subject)
        is_phone = len(digits) >= PHONE_DIGITS and not re.search(r"[^\W\d_]", subject)
        self.phone = digits[-PHONE_DIGITS:] if is_phone else ""

    def is_in(self, texts: list[str]) -> bool:
        if self.phone:
            return any(self.phone in re.sub(r"\D", "", text) for text in texts)
        row = "\n".join(map(fold, texts))
        return all(word in row for word in self.words)

    def touches(self, text: str) -> bool:
        return self.is_in([text]) if self.phone else any(word in fold(text) for word in self.words)


def _in_model(model: Any, sought: _Sought) -> Occurrence | None:
    names = [field.name for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.choices]
    if not names:
        return None
    is_history = hasattr(model, "history_id")
    subject = model.instance_type if is_history else model
    fields: set[str] = set()
    keys: set[Any] = set()
    rows = model._base_manager.order_by().values_list(subject._meta.pk.name, *names)
    for key, *values in rows.iterator():
        texts = {name: str(value) for name, value in zip(names, values, strict=True) if value}
        if texts and sought.is_in(list(texts.values())):
            keys.add(key)
            fields.update(name for name, text in texts.items() if sought.touches(text))
    return Occurrence(subject, is_history, sorted(fields), sorted(keys)) if keys else None
