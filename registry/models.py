"""What every record of the registry is made of."""

import re
from collections.abc import Iterable
from copy import copy
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.audit.history import RecordHistory
from registry.scope import ScopedQuerySet
from registry.search import fold

_VERSION = re.compile("[1-9][0-9]{0,8}")


class StaleRecord(Exception):
    """Somebody else saved the record after this copy of it was read; nothing was written."""


class Record(models.Model):
    """A row people edit: versioned, timed, with its whole history.

    `save()` and `delete()` write only where the stored version is still the one that was read, so no edit overwrites
    another unseen. What was read in an earlier request is held to its `edition`, which the reader sends back.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    history = RecordHistory()
    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Raises StaleRecord when the stored version has moved on since this copy was read."""
        if self._state.adding:
            super().save(update_fields=update_fields, **kwargs)
            return
        with transaction.atomic():
            self._claim()
            if update_fields is not None:
                update_fields = {*update_fields, "version", "updated_at"}
            super().save(update_fields=update_fields, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises StaleRecord as `save()` does."""
        with transaction.atomic():
            self._claim()
            return super().delete(*args, **kwargs)

    def hold(self) -> None:
        """Locks the row until the transaction ends; raises StaleRecord as `save()` does."""
        rows = type(self)._base_manager.select_for_update().filter(pk=self.pk, version=self.version)
        if not list(rows.values_list("pk")):
            raise StaleRecord(self)

    def _claim(self) -> None:
        rows = type(self)._base_manager.filter(pk=self.pk, version=self.version)
        if not rows.update(version=self.version + 1):
            raise StaleRecord(self)
        self.version += 1

    @property
    def edition(self) -> str:
        """Names the state of the record that a reader saw, in a form or in an ETag."""
        return str(self.version)

    def require_edition(self, edition: str) -> None:
        """Raises StaleRecord unless this copy is of the edition that was seen, whatever text `edition` is."""
        if edition != self.edition:
            raise StaleRecord(self)

    def in_edition(self, edition: str) -> Self | None:
        """The record as it was in an edition, read from its history; None where history knows none."""
        if not _VERSION.fullmatch(edition):
            return None
        row = self.history.filter(version=int(edition)).order_by("-pk").first()
        if row is None:
            return None
        past = copy(self)
        for field in row.tracked_fields:
            setattr(past, field.attname, getattr(row, field.attname))
        return past


class Loaded(models.Model):
    """A row the loader may have brought: `ref` is its stable key in fixtures/, empty for what people entered."""

    ref = models.CharField(_("reference in the loaded data"), max_length=120, unique=True, null=True, editable=False)  # noqa: DJ001  many rows have none

    class Meta:
        abstract = True


class Named(models.Model):
    """A thing with a name in the three languages; Russian is never empty."""

    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_kk = models.CharField(_("name in Kazakh"), max_length=300, blank=True)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language, else in Russian."""
        return in_language(self, "name")


def in_language(record: models.Model, field: str) -> str:
    """`field_kk` of `record` for a Kazakh reader and so on; `field_ru` where the translation is missing."""
    language = (get_language() or "ru")[:2]
    return getattr(record, f"{field}_{language}", "") or getattr(record, f"{field}_ru")


def short_in_language(record: Any) -> str:
    """The short name of `record` in the reader's language, else its name: another's short form says little."""
    language = (get_language() or "ru")[:2]
    return getattr(record, f"short_name_{language}") or record.name


class Searchable(models.Model):
    """A thing found by words: `search_text` holds the `searched` fields folded, since SQLite folds only ASCII."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en")

    search_text = models.TextField(editable=False, default="")

    class Meta:
        abstract = True

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.fill_search_text()
        if update_fields is not None:
            update_fields = {*update_fields, "search_text"}
        super().save(update_fields=update_fields, **kwargs)

    def fill_search_text(self) -> Self:
        """Call before a bulk write, which goes past `save()`."""
        self.search_text = fold(" ".join(str(getattr(self, field) or "") for field in self.searched))
        return self
