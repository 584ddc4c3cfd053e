"""Indexes that PostgreSQL alone can make or read; SQLite reads the table, which a pilot's size allows."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.migrations.operations.base import Operation


class AddPostgresIndex(Operation):
    """Outside the model's state, since SQLite could not make it."""

    reversible = True

    def __init__(self, model_name: str, index: models.Index) -> None:
        self.model_name, self.index = model_name, index

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.add_index(to_state.apps.get_model(app_label, self.model_name), self.index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.remove_index(to_state.apps.get_model(app_label, self.model_name), self.index)

    def describe(self) -> str:
        return f"Add the index {self.index.name} on {self.model_name}"


class AddTrigramIndex(AddPostgresIndex):
    """Of the folded text of a Searchable model: finds parts of words.

    Serves three letters and more: PostgreSQL reads the table for shorter words. Needs the extension pg_trgm.
    """

    def __init__(self, model_name: str, name: str) -> None:
        super().__init__(model_name, GinIndex(fields=["search_text"], name=name, opclasses=["gin_trgm_ops"]))
