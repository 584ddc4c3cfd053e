"""History of every record: who changed what, when, from what to what."""

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
