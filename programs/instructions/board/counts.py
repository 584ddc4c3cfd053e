"""Every count of the board in one query, by the queryset words of the lists: each link leads to as many rows as told.

Open deadlines are counted once, by mark, part of the reader's territory and programme; what the board shows by region,
by programme or by both is added up from that.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Left

from programs.instructions.board.figures import Lists
from programs.instructions.choices import Mark
from programs.instructions.listing import Day
from programs.instructions.models import Deadline, Instruction
from programs.instructions.querysets import DeadlineQuerySet, InstructionQuerySet
from programs.instructions.restricted import Counted
from regions.models import Region
from registry.alphabet import named, short_named
from registry.relations import counted
from registry.scope import COUNTRY, LENGTHS, level_of

AGES = ((1, 7), (8, 30), (31, 90), (91, None))  # days late, both included


class Standing(NamedTuple):
    """How many open deadlines carry `mark` in one part of the territory and one programme, "" for none."""

    mark: str
    part: str
    slug: str
    program: str
    n: int


class Executor(NamedTuple):
    key: str
    name: str
    n: int


class Place(NamedTuple):
    """A part of the reader's territory; `spot` is its row and column on the schematic map, None for off it."""

    code: str
    name: str
    short_name: str
    spot: tuple[int, int] | None


class Counts:
    """Of what is `counted` on one day."""

    def __init__(self, counted: Counted, day: Day) -> None:
        self.day = day
        self.home: str = counted.user.region_id or COUNTRY  # who has no region sees no rows of any
        self.lists = Lists(counted.kept)
        self.deadlines: DeadlineQuerySet = counted.rows(Deadline)
        self.instructions: InstructionQuerySet = counted.rows(Instruction)
        self.overdue = self.deadlines.overdue(on=day.on)

    @cached_property
    def _found(self) -> dict[str, dict[str, tuple[str, int]]]:
        """By figure and key: name and number. One query."""
        arms = [*self._totals(), self._ages(), *self._breakdowns(), *self._names()]
        found: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        for figure, key, name, n in arms[0].union(*arms[1:], all=True):
            found[figure][key] = (name, n)
        return found

    def _totals(self) -> list[QuerySet]:
        instructions = Count("instruction", distinct=True)
        return [
            counted("overdue_instructions", self.overdue, count=instructions),
            counted("silent", self.overdue.with_silence().filter(is_silent=True)),
            counted("without_date", self.deadlines.without_date()),
            counted("without_date_instructions", self.deadlines.without_date(), count=instructions),
            counted("without_executor", self.instructions.without_executor()),
            counted("on_control", self.instructions.on_control()),
        ]

    def _ages(self) -> QuerySet:
        """All overdue deadlines, by the least days of their age: one arm, since each reads the same rows again."""
        whens = [When(**self.bounds(low, high), then=Value(str(low))) for low, high in AGES]
        return counted("age", self.overdue, key=Case(*whens, output_field=CharField()))

    def bounds(self, low: int, high: int | None) -> dict[str, date]:
        """The last days that make a deadline `low` to `high` days late."""
        bounds = {"due__lte": self.day.on - timedelta(days=low)}
        return bounds | ({"due__gte": self.day.on - timedelta(days=high)} if high else {})

    def _breakdowns(self) -> list[QuerySet]:
        """Keys are words with a blank between them; `open` of all open deadlines."""
        marked = self.deadlines.open().with_mark(on=self.day.on, until=self.day.until)
        program = Coalesce(F("instruction__program__slug"), Value(""), output_field=CharField())
        key = Concat(F("mark"), Value(" "), self._part, Value(" "), program)
        return [
            counted("open", marked, key=key, name=named("instruction__program__")),
            counted("under_review", self.deadlines.awaiting_review(), key=self._part),
            counted("executor", self.overdue, key=F("executor_id"), name=named("executor__")),
        ]

    @property
    def _part(self) -> Concat:
        """Code of the part an executor sits in; the territory's own code for those of the whole."""
        digits = LENGTHS[min(level_of(self.home) + 1, max(LENGTHS))]
        return Concat(Left("executor__region_id", digits), Value("0" * (9 - digits)))

    def _names(self) -> list[QuerySet]:
        """The parts of the territory: name and row, then short name and column."""
        parts, code = Region.objects.filter(parent=self.home), F("code")
        return [
            counted("row", parts, key=code, name=named(), count=Max("tile_row")),
            counted("column", parts, key=code, name=short_named(), count=Max("tile_column")),
        ]

    # Read from what was found

    def total(self, figure: str) -> int:
        """A mark, or one of the figures counted by themselves."""
        if figure in Mark.values and figure != Mark.UNDER_REVIEW:
            return sum(each.n for each in self.open if each.mark == figure)
        return sum(n for _name, n in self._found[figure].values())

    def age(self, low: int) -> int:
        return self._found["age"].get(str(low), ("", 0))[1]

    @cached_property
    def open(self) -> list[Standing]:
        found = ((*key.split(" "), name, n) for key, (name, n) in self._found["open"].items())
        return [Standing._make(each) for each in found]

    def tally(self, key: Callable[[Standing], Any], *marks: str) -> Counter[Any]:
        """Open deadlines that carry one of `marks`, any where none is named, added up by `key`."""
        found: Counter[Any] = Counter()
        for each in self.open:
            if not marks or each.mark in marks:
                found[key(each)] += each.n
        return found

    @property
    def under_review(self) -> Counter[str]:
        """By part."""
        return Counter({part: n for part, (_name, n) in self._found["under_review"].items()})

    @property
    def executors(self) -> list[Executor]:
        """Those with something overdue."""
        return [Executor(key, name, n) for key, (name, n) in self._found["executor"].items()]

    @cached_property
    def programs(self) -> dict[str, str]:
        """Names by slug of those with an open deadline."""
        return {each.slug: each.program for each in self.open}

    @cached_property
    def places(self) -> dict[str, Place]:
        rows, columns = self._found["row"], self._found["column"]
        places = {}
        for code, (name, row) in rows.items():
            short, column = columns[code]
            spot = None if row is None or column is None else (row, column)
            places[code] = Place(code, name, short, spot)
        return places
