"""Indexes that find a part of a word, on PostgreSQL; SQLite reads the table, which a pilot's size allows."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db.migrations.operations.base import Operation


class AddTrigramIndex(Operation):
    """Of the folded text of a Searchable model; outside the model's state, since SQLite could not make it.

    Serves three letters and more: PostgreSQL reads the table for shorter words. Needs the extension pg_trgm.
    """

    reversible = True

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.add_index(to_state.apps.get_model(app_label, self.model_name), self._index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.remove_index(to_state.apps.get_model(app_label, self.model_name), self._index)

    def describe(self) -> str:
        return f"Add the trigram index {self.name} on the folded text of {self.model_name}"

    @property
    def _index(self) -> GinIndex:
        return GinIndex(fields=["search_text"], name=self.name, opclasses=["gin_trgm_ops"])
