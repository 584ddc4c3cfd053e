"""History of every record: who changed what, when, from what to what."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class HistoryRow(models.Model):
    """What a row of history says besides the record: its author as id and text, without a foreign key.

    A key would change history when the user goes; history never changes.
    """

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
            excluded_fields=list(excluded_fields),
            history_user_id_field=models.BigIntegerField(null=True),
            history_user_getter=_get_actor,
            history_user_setter=_set_actor,
            **kwargs,
        )
