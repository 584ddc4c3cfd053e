from typing import Any

from django.core.management.commands import migrate

from registry.audit import triggers


class Command(migrate.Command):
    """Django's own, which keeps history and journal append-only: also how missing triggers are mended."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        self.using = options["database"]
        try:
            super().handle(*args, **options)
        finally:
            guarded = triggers.install(self.using)
            if guarded and options["verbosity"]:
                self.stdout.write(f"Made append-only: {', '.join(guarded)}")

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Only when something is about to run: where nothing is to be done, nothing is unguarded for a moment."""
        if action in ("apply_start", "unapply_start"):
            triggers.lift(self.using)
        super().migration_progress_callback(action, migration, fake)
