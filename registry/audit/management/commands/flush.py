from typing import Any

from django.core.management.commands import flush

from registry.audit import triggers


class Command(flush.Command):
    """Django's own, which empties history and journal as well: for a database of trial, and after a test."""

    def handle(self, **options: Any) -> None:
        with triggers.lifted(options["database"]):
            super().handle(**options)
