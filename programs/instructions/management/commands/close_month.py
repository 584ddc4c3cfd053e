from collections.abc import Iterator
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programs.instructions.services import close_month, ended_months, uncounted_months


class Command(BaseCommand):
    help = "Counts months at their end from the journal: the last one, unless told otherwise. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--from", dest="first", help="this month, as 2026-01, and those since")
        which.add_argument(
            "--missing",
            action="store_true",
            help="those of the last twelve that are not counted yet, as far back as the journal goes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for month in _months(options["first"], options["missing"], on=timezone.localdate()):
            rows = close_month(month=month)
            if options["verbosity"]:
                self.stdout.write(f"{month:%Y-%m}: {rows} rows")


def _months(first: str | None, missing: bool, *, on: date) -> list[date]:
    (last,) = ended_months(on=on, n=1)
    if missing:
        return uncounted_months(on=on)
    return list(_since(_month(first), last)) if first else [last]


def _since(month: date, last: date) -> Iterator[date]:
    if month > last:
        raise CommandError("That month has not ended yet.")
    while month <= last:
        yield month
        month += relativedelta(months=1, day=1)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise CommandError(f"--from {text}: write the month as 2026-01") from error
