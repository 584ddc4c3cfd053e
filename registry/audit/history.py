"""History of every record: who changed what, when, from what to what."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class AppendOnly(models.Model):
    """A table whose rows are written once: the database refuses to change or delete them (`audit.triggers`).

    Their author is kept as id and text, without a foreign key: a key would change the rows when the user goes.
    """

    author_field: ClassVar[str] = ""  # the field that holds the author's id

    class Meta:
        abstract = True


class HistoryRow(AppendOnly):
    """What a row of history says besides the record."""

    author_field = "history_user_id"

    history_actor = models.CharField(_("changed by"), max_length=200, blank=True)

    class Meta:
        abstract = True


def _set_actor(row: Any, user: Any) -> None:
    if user is not None:
        row.history_user_id = user.pk
        row.history_actor = str(user)


def _get_actor(row: Any) -> str | None:
    return row.history_actor or None


class RecordHistory(HistoricalRecords):
    """History as every record of the registry keeps it; derived columns are left out."""

    def __init__(self, excluded_fields: tuple[str, ...] = ("search_text", "due_key"), **kwargs: Any) -> None:
        super().__init__(
            inherit=True,
            bases=(HistoryRow,),
            m2m_bases=(AppendOnly,),
            excluded_fields=list(excluded_fields),
            history_user_id_field=models.BigIntegerField(null=True),
            history_user_getter=_get_actor,
            history_user_setter=_set_actor,
            **kwargs,
        )

    def _get_history_user_fields(self) -> dict[str, Any]:
        """Each table has a field of its own: the package shares one, so that an UPDATE would go to the last of them."""
        return super()._get_history_user_fields() | {"history_user_id": models.BigIntegerField(null=True)}

    def post_save(
        self,
        instance: Any,
        created: bool,
        using: Any = None,
        update_fields: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Silent where nothing it keeps was written: a sign-in is no change of the user."""
        if not update_fields or set(update_fields) - set(self.excluded_fields):
            super().post_save(instance, created, using=using, update_fields=update_fields, **kwargs)

    def m2m_changed(
        self, instance: Any, action: str, attr: str, pk_set: Any, reverse: bool, *, model: Any, **kwargs: Any
    ) -> None:
        """Also from the other end, as by `group.user_set.add(user)`; silent where nothing came or went.

        Emptied or deleted at the other end, the links go unseen: Django does not say whose they were.
        """
        records = model._base_manager.filter(pk__in=pk_set or ()) if reverse else [instance]
        for record in records if pk_set is None or pk_set else ():
            super().m2m_changed(record, action, attr, pk_set, reverse=False)


def load_linked(rows: Collection[Any]) -> None:
    """Puts on each of `rows`, of one history, `linked`: the keys its many-to-many fields held, by name of the field.

    One query for each such field that is kept, so none for most histories.
    """
    for row in rows:
        row.linked = {}
    for field in kept_links(next(iter(rows), None)):
        links = getattr(type(next(iter(rows))), field.name).model._base_manager
        held: dict[Any, list[Any]] = defaultdict(list)
        of_rows = links.filter(history__in=[row.pk for row in rows])
        for key, linked in of_rows.values_list("history_id", f"{field.m2m_reverse_field_name()}_id"):
            held[key].append(linked)
        for row in rows:
            row.linked[field.name] = tuple(sorted(held[row.pk]))


def kept_links(row: Any) -> list[Any]:
    """Many-to-many fields that the history of `row` keeps."""
    return getattr(row, "_history_m2m_fields", [])


def kept_value(row: Any, field: Any) -> Any:
    """As stored: keys of many-to-many fields by `load_linked`, None of those that are not kept."""
    return row.linked.get(field.name) if field.many_to_many else getattr(row, field.attname)
