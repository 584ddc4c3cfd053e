"""Instructions shown in full on the board, each with its first executors."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, F, Min, Window
from django.db.models.functions import RowNumber

from programs.instructions.choices import ExecutorRole
from programs.instructions.listing import Day, Row, as_rows
from programs.instructions.models import Instruction
from programs.instructions.querysets import ROLE_ORDER, DeadlineQuerySet
from registry.alphabet import by_name

EXECUTORS_SHOWN = 30  # of one instruction


@dataclass(frozen=True)
class Group:
    """An instruction and its deadlines of one sort; `total` counts those not shown as well."""

    instruction: Instruction
    rows: list[Row]
    total: int

    @property
    def lead(self) -> Row | None:
        """The executor who answers for the whole, where there is one."""
        return next((row for row in self.rows if row.deadline.role == ExecutorRole.LEAD), None)

    @property
    def first(self) -> Row:
        """The one that is late the longest."""
        return min(self.rows, key=lambda row: (row.deadline.due_key, row.deadline.pk))

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)

    @property
    def dues(self) -> list[date]:
        return sorted({row.deadline.due for row in self.rows if row.deadline.due})

    @property
    def is_silent(self) -> bool:
        return all(row.is_silent for row in self.rows)


def grouped(rows: DeadlineQuerySet, day: Day, *, limit: int) -> list[Group]:
    """The first `limit` instructions by date, each with its first executors. One query."""
    first = rows.values("instruction").annotate(day=Min("due_key")).order_by("day", "instruction")
    of_one = F("instruction_id")
    shown = (
        rows.filter(instruction__in=first.values("instruction")[:limit])
        .with_silence()
        .annotate(
            day=Window(Min("due_key"), partition_by=of_one),
            total=Window(Count("pk"), partition_by=of_one),
            place=Window(RowNumber(), partition_by=of_one, order_by=[ROLE_ORDER, by_name("executor__name"), F("pk")]),
        )
        .filter(place__lte=EXECUTORS_SHOWN)
        .for_listing()
        .select_related("instruction__source")
        .order_by("day", "instruction_id", "place")
    )
    groups = [list(deadlines) for _key, deadlines in groupby(shown, key=attrgetter("instruction_id"))]
    return [Group(rows[0].instruction, list(as_rows(rows, day)), rows[0].total) for rows in groups]
