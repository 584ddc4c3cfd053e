from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.audit.personal import Occurrence, occurrences

KEYS_SHOWN = 20


class Command(BaseCommand):
    help = "Lists where a person occurs: records, their history, the journal, names of files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subject", required=True, help="a name, an e-mail or a phone; all its words must occur")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = list(occurrences(options["subject"]))
        except ValueError as error:
            raise CommandError(str(error)) from error
        for occurrence in found:
            self.stdout.write(_line(occurrence))
        if not found:
            self.stdout.write("No record names this person.")
        self.stdout.write(
            "Not looked into: what attached files contain, backups, logs of the web server and the proxy."
        )


def _line(occurrence: Occurrence) -> str:
    """The model, its fields and the keys of the records; the text itself need not be printed to be found."""
    keys = [str(key) for key in occurrence.keys]
    more = f" and {len(keys) - KEYS_SHOWN} more" if len(keys) > KEYS_SHOWN else ""
    where = f"{occurrence.model._meta.label}{' (history)' if occurrence.is_history else ''}"
    return f"{where} [{', '.join(occurrence.fields)}]: {', '.join(keys[:KEYS_SHOWN])}{more}"
