from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programs.instructions.services import close_month


class Command(BaseCommand):
    help = "Counts months at their end from the journal: the last one, or those from --from to it. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", help="first month, as 2026-01; default: the last ended month")

    def handle(self, *args: Any, **options: Any) -> None:
        last = timezone.localdate() + relativedelta(day=1, days=-1)
        month = _month(options["first"]) if options["first"] else last
        if month > last:
            raise CommandError("That month has not ended yet.")
        while month <= last:
            rows = close_month(month=month)
            if options["verbosity"]:
                self.stdout.write(f"{month:%Y-%m}: {rows} rows")
            month += relativedelta(months=1, day=1)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise CommandError(f"--from {text}: write the month as 2026-01") from error
