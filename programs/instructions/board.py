"""What the control board shows on a day: every figure from one query, then the rows worth reading first.

The figures are counted with the same queryset words that the list and the API use, so that each link leads to as many
rows as it promised. The number of queries does not grow with the number of rows.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Concat, Left, RowNumber
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.instructions.choices import ExecutorRole, Mark
from programs.instructions.listing import Day, Row, as_rows
from programs.instructions.models import Deadline, Instruction
from programs.instructions.querysets import DeadlineQuerySet
from regions.models import Region
from registry.relations import counted, named
from registry.scope import COUNTRY

GROUPS_SHOWN = 20  # instructions in full; the list has the rest
EXECUTORS_SHOWN = 30  # of one instruction
ROWS_SHOWN = 10  # in the shorter tables
AGES = ((1, 7), (8, 30), (31, 90), (91, None))  # days late, both included

ROLE_ORDER = Case(When(role=ExecutorRole.LEAD, then=0), When(role=ExecutorRole.EQUAL, then=1), default=2)


@dataclass(frozen=True)
class Figure:
    """A number and the query string of the list that shows its rows."""

    label: str
    n: int
    query: str
    page: str = "deadlines"
    detail: str = ""

    @property
    def address(self) -> str:
        return f"{reverse(self.page)}?{self.query}"


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


class Board:
    """For one user on one day; restricted instructions are left out of every figure and list."""

    def __init__(self, user: Any, day: Day) -> None:
        self.day = day
        self.deadlines = Deadline.objects.visible_to(user).unrestricted()
        self.instructions = Instruction.objects.visible_to(user).unrestricted()
        self.overdue = self.deadlines.overdue(on=day.on)

    # Figures

    @cached_property
    def counts(self) -> dict[str, dict[str, tuple[str, int]]]:
        """By figure and key: name and number. One query."""
        arms = [*self._totals(), *self._ages(), *self._breakdowns()]
        found: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        for figure, key, name, n in arms[0].union(*arms[1:], all=True):
            found[figure][key] = (name, n)
        found["overdue"][""] = ("", sum(n for _name, n in found["age"].values()))
        return found

    def total(self, figure: str) -> int:
        return self.counts[figure].get("", ("", 0))[1]

    def _totals(self) -> list[QuerySet]:
        on, until = self.day.on, self.day.until
        instructions = Count("instruction", distinct=True)
        return [
            counted("overdue_instructions", self.overdue, count=instructions),
            counted("due_soon", self.deadlines.due_soon(on=on, until=until)),
            counted("under_review", self.deadlines.awaiting_review()),
            counted("without_date", self.deadlines.without_date()),
            counted("without_date_instructions", self.deadlines.without_date(), count=instructions),
            counted("without_executor", self.instructions.without_executor()),
            counted("on_control", self.instructions.on_control()),
        ]

    def _ages(self) -> list[QuerySet]:
        """All overdue deadlines, by the least days of their age: one arm, since each reads the same rows again."""
        whens = [When(**self._age(low, high), then=Value(str(low))) for low, high in AGES]
        return [counted("age", self.overdue, key=Case(*whens, output_field=CharField()))]

    def _age(self, low: int, high: int | None) -> dict[str, date]:
        """The last days that make a deadline `low` to `high` days late."""
        bounds = {"due__lte": self.day.on - timedelta(days=low)}
        return bounds | ({"due__gte": self.day.on - timedelta(days=high)} if high else {})

    def _breakdowns(self) -> list[QuerySet]:
        """Overdue by oblast, by central body and by programme, and the names of the oblasts."""
        oblast = Concat(Left("executor__region_id", 2), Value("0000000"))
        return [
            counted("region", self.overdue.exclude(executor__region=COUNTRY), key=oblast),
            counted(
                "central", self.overdue.filter(executor__region=COUNTRY), key=F("executor_id"), name=named("executor__")
            ),
            counted(
                "program",
                self.overdue,
                key=Coalesce(F("instruction__program__slug"), Value("")),
                name=named("instruction__program__"),
            ),
            counted("oblast", Region.objects.filter(level=1), key=F("code"), name=named()),
        ]

    @property
    def headline(self) -> list[Figure]:
        """The figures of the day; the numbers stand apart from the labels, which agree with them."""
        overdue, soon, review = (self.total(name) for name in ("overdue", "due_soon", "under_review"))
        undated, untold, control = (self.total(name) for name in ("without_date", "without_executor", "on_control"))
        until = date_format(self.day.until, "SHORT_DATE_FORMAT")
        return [
            Figure(
                ngettext("deadline overdue", "deadlines overdue", overdue),
                overdue,
                "mark=overdue",
                detail=self._of_instructions("overdue_instructions"),
            ),
            Figure(
                ngettext("deadline due soon", "deadlines due soon", soon),
                soon,
                "mark=due_soon",
                detail=_("by %(day)s") % {"day": until},
            ),
            Figure(ngettext("deadline under review", "deadlines under review", review), review, "mark=under_review"),
            Figure(
                ngettext("deadline without a date", "deadlines without a date", undated),
                undated,
                "without_date=true",
                detail=self._of_instructions("without_date_instructions"),
            ),
            Figure(
                ngettext("instruction without an executor", "instructions without an executor", untold),
                untold,
                "without_executor=true",
                "instructions",
            ),
            Figure(
                ngettext("instruction on control", "instructions on control", control),
                control,
                "state=on_control",
                "instructions",
            ),
        ]

    def _of_instructions(self, figure: str) -> str:
        n = self.total(figure)
        return ngettext("in %(n)d instruction", "in %(n)d instructions", n) % {"n": n} if n else ""

    @property
    def ages(self) -> list[Figure]:
        figures = []
        for low, high in AGES:
            query = {"mark": Mark.OVERDUE.value} | {k: v.isoformat() for k, v in self._age(low, high).items()}
            label = _("%(low)d–%(high)d days") % {"low": low, "high": high} if high else _("more than 90 days")
            figures.append(Figure(label, self.counts["age"].get(str(low), ("", 0))[1], urlencode(query)))
        return figures

    @property
    def by_region(self) -> list[Figure]:
        """Most overdue first."""
        names = self.counts["oblast"]
        figures = [
            _overdue(names.get(code, (code, 0))[0], n, region_under=code)
            for code, (_name, n) in self.counts["region"].items()
        ]
        return _most_first(figures)

    @property
    def central_bodies(self) -> list[Figure]:
        return _most_first(_overdue(name, n, executor=key) for key, (name, n) in self.counts["central"].items())

    @property
    def by_program(self) -> list[Figure]:
        return _most_first(
            _overdue(name, n, program=slug) if slug else _overdue(_("without a programme"), n, without_program="true")
            for slug, (name, n) in self.counts["program"].items()
        )

    # Rows

    @property
    def overdue_groups_hidden(self) -> int:
        return self.total("overdue_instructions") - len(self.overdue_groups)

    @property
    def without_date_hidden(self) -> int:
        return self.total("without_date_instructions") - len(self.without_date_groups)

    @property
    def without_executor_hidden(self) -> int:
        return self.total("without_executor") - len(self.without_executor)

    @cached_property
    def overdue_groups(self) -> list[Group]:
        return self._grouped(self.overdue, limit=GROUPS_SHOWN)

    @cached_property
    def without_date_groups(self) -> list[Group]:
        return self._grouped(self.deadlines.without_date(), limit=ROWS_SHOWN)

    @cached_property
    def without_executor(self) -> list[Instruction]:
        return list(self.instructions.without_executor().for_listing()[:ROWS_SHOWN])

    @cached_property
    def nothing_due(self) -> list[Instruction]:
        """In work, told to somebody with a day to do it by, and nothing overdue: with the nearest day."""
        mine = self.deadlines.filter(instruction=OuterRef("pk"))
        nearest = mine.open().order_by("due_key").values("due")[:1]
        rows = self.instructions.unfinished().filter(
            Exists(mine), ~Exists(mine.overdue(on=self.day.on)), ~Exists(mine.without_date())
        )
        return list(rows.annotate(nearest_due=nearest).for_listing()[:ROWS_SHOWN])

    def _grouped(self, rows: DeadlineQuerySet, *, limit: int) -> list[Group]:
        """The first `limit` instructions by date, each with its first executors. One query."""
        first = rows.values("instruction").annotate(day=Min("due_key")).order_by("day", "instruction")
        of_one = F("instruction_id")
        shown = (
            rows.filter(instruction__in=first.values("instruction")[:limit])
            .with_silence()
            .annotate(
                day=Window(Min("due_key"), partition_by=of_one),
                total=Window(Count("pk"), partition_by=of_one),
                place=Window(
                    RowNumber(), partition_by=of_one, order_by=[ROLE_ORDER, F("executor__region_id"), F("pk")]
                ),
            )
            .filter(place__lte=EXECUTORS_SHOWN)
            .for_listing()
            .select_related("instruction__source")
            .order_by("day", "instruction_id", "place")
        )
        groups = groupby(shown, key=attrgetter("instruction_id"))
        return [self._group(list(deadlines)) for _key, deadlines in groups]

    def _group(self, deadlines: list[Any]) -> Group:
        return Group(deadlines[0].instruction, list(as_rows(deadlines, self.day)), deadlines[0].total)


def _overdue(label: str, n: int, **query: str) -> Figure:
    return Figure(label, n, urlencode({"mark": Mark.OVERDUE.value} | query))


def _most_first(figures: Any) -> list[Figure]:
    return sorted(figures, key=lambda figure: (-figure.n, figure.label))
