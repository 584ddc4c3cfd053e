from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.backup import BackupError, make_archive, own_place


class Command(BaseCommand):
    help = "Writes one archive of the SQLite database and the attached files, while the registry goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "archive", nargs="?", type=Path, help="file to write; default: VAR_DIR/backups/registry-<date>-<time>.zip"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        archive = options["archive"] or settings.VAR_DIR / f"backups/registry-{now:%Y%m%d-%H%M%S}.zip"
        try:
            manifest = make_archive(own_place(), archive, at=now)
        except BackupError as error:
            raise CommandError(f"There is no backup. {error}") from error
        if options["verbosity"]:
            self.stdout.write(f"{archive}: {manifest}")
