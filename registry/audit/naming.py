"""Whether a user is named in what is kept for ever: then the account is closed and never deleted."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import CASCADE, QuerySet

from registry.audit.triggers import append_only_models


def is_named(user: Any) -> bool:
    """By a record, its history, the journal or the log of the admin; asks each table till one says yes.

    What is the user's own, such as tokens and the history of the account itself, names nobody else.
    """
    return any(rows.exists() for rows in _naming(user))


def _naming(user: Any) -> Iterator[QuerySet[Any]]:
    own = type(user).history.model
    own_links = {relation.related_model for relation in own._meta.related_objects}
    for relation in user._meta.get_fields(include_hidden=True):  # hidden: those of history
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created:
            model: Any = relation.related_model
            if model in own_links:
                continue
            if relation.on_delete is not CASCADE or model is LogEntry:
                yield model._base_manager.filter(**{relation.field.attname: user.pk})
    for written in append_only_models():
        if written.author_field:
            rows: Any = written._base_manager.filter(**{written.author_field: user.pk})
            yield rows.exclude(id=user.pk) if written is own else rows
