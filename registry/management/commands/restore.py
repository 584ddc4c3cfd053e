from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from registry.backup import BackupError, own_place, restore_archive


class Command(BaseCommand):
    help = (
        "Puts an archive of `backup` in place of the SQLite database and the attached files. "
        "Without --yes it only checks the archive, unless there is nothing to replace. Stop the server before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--yes", action="store_true", help="replace the present data; it is kept in VAR_DIR/backups"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore_archive(
                options["archive"],
                own_place(),
                migrations=MigrationLoader(None).disk_migrations,
                replace=options["yes"],
                aside=settings.VAR_DIR / "backups",
                at=timezone.localtime(),
            )
        except BackupError as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        if options["verbosity"]:
            self.stdout.write(f"Restored: {restored.manifest}")
            if restored.kept:
                self.stdout.write(f"What was there before is kept in {restored.kept}")
            self.stdout.write("Now run `manage.py prepare`: the archive may be of an older release.")
