from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from programs.instructions.choices import DeadlineKind
from programs.instructions.models import Instruction
from programs.instructions.services import roll_periods


class Command(BaseCommand):
    help = "Opens the deadlines of periodic instructions up to the horizon (PERIODS_AHEAD_DAYS). Run daily; repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        on = timezone.localdate()
        added = 0
        periodic = Instruction.objects.on_control().filter(deadlines__kind=DeadlineKind.PERIODIC).distinct()
        for instruction in periodic.order_by("pk"):
            added += len(roll_periods(instruction=instruction, by="roll_periods", on=on))
        if options["verbosity"]:
            self.stdout.write(f"{added} deadlines opened")
