"""What the control board shows on a day: the figures, the rows worth reading first, and the pictures of them.

The figures are counted with the same queryset words that the list and the API use, so that each link leads to as many
rows as it promised. The number of queries does not grow with the number of rows.
"""

from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.instructions.board.counts import AGES, Counts
from programs.instructions.board.figures import Figure, most_first, with_bars
from programs.instructions.board.groups import Group, grouped
from programs.instructions.board.heat import Heat
from programs.instructions.board.months import Months
from programs.instructions.board.regions import Regions
from programs.instructions.choices import Mark
from programs.instructions.listing import Day, deadlines_marked
from programs.instructions.models import Instruction
from programs.instructions.restricted import Counted

GROUPS_SHOWN = 10  # instructions in full; the list has the rest
ROWS_SHOWN = 10  # in the shorter tables
EXECUTORS_RANKED = 10


class Board:
    """Of what is `counted` on one day; the ended months are without restricted instructions whatever is asked."""

    def __init__(self, counted: Counted, day: Day) -> None:
        self.day = day
        self.counts = Counts(counted, day)
        self.lists = self.counts.lists
        self.months = Months(counted.user, on=day.on)
        self.total = self.counts.total

    # Figures

    @property
    def headline(self) -> list[Figure]:
        """The figures of the day; the numbers stand apart from the labels, which agree with them."""
        overdue, soon, review = (self.total(name) for name in ("overdue", "due_soon", "under_review"))
        undated, untold, control = (self.total(name) for name in ("without_date", "without_executor", "on_control"))
        until = date_format(self.day.until, "SHORT_DATE_FORMAT")
        return [
            self.lists.overdue(
                deadlines_marked(Mark.OVERDUE, overdue),
                overdue,
                self._of_instructions("overdue_instructions"),
            ),
            self.lists.deadlines(
                deadlines_marked(Mark.DUE_SOON, soon),
                soon,
                _("by %(day)s") % {"day": until},
                mark="due_soon",
            ),
            self.lists.deadlines(deadlines_marked(Mark.UNDER_REVIEW, review), review, mark="under_review"),
            self.lists.deadlines(
                deadlines_marked(Mark.NO_DATE, undated),
                undated,
                self._of_instructions("without_date_instructions"),
                without_date="true",
            ),
            self.lists.instructions(
                ngettext("instruction without an executor", "instructions without an executor", untold),
                untold,
                without_executor="true",
            ),
            self.lists.instructions(
                ngettext("instruction on control", "instructions on control", control), control, state="on_control"
            ),
        ]

    def _of_instructions(self, figure: str) -> str:
        n = self.total(figure)
        return ngettext("in %(n)d instruction", "in %(n)d instructions", n) % {"n": n} if n else ""

    @property
    def overdue(self) -> int:
        return self.total("overdue")

    @property
    def silent(self) -> int:
        """Of the overdue ones those whose execution the public source does not report."""
        return self.total("silent")

    @property
    def ages(self) -> list[Figure]:
        figures = []
        for low, high in AGES:
            query = {name: day.isoformat() for name, day in self.counts.bounds(low, high).items()}
            label = _("%(low)d–%(high)d days") % {"low": low, "high": high} if high else _("more than 90 days")
            figures.append(self.lists.overdue(label, self.counts.age(low), **query))
        return with_bars(figures)

    @property
    def by_program(self) -> list[Figure]:
        names = self.counts.programs | {"": _("without a programme")}
        return most_first(
            self.lists.overdue(names[slug], n, **({"program": slug} if slug else {"without_program": "true"}))
            for slug, n in self.counts.tally(lambda each: each.slug, Mark.OVERDUE).items()
        )

    @cached_property
    def by_executor(self) -> list[Figure]:
        """All of them; the page shows the first."""
        return most_first(self.lists.overdue(name, n, executor=key) for key, name, n in self.counts.executors)

    @property
    def worst_executors(self) -> list[Figure]:
        return self.by_executor[:EXECUTORS_RANKED]

    @property
    def other_executors(self) -> Figure | None:
        """How many more there are, with the list in which they stand one after another."""
        n = len(self.by_executor) - EXECUTORS_RANKED
        label = ngettext("%(n)d more executor with overdue deadlines", "%(n)d more executors with overdue deadlines", n)
        return self.lists.overdue(label % {"n": n}, n, ordering="executor") if n > 0 else None

    # Pictures

    @cached_property
    def regions(self) -> Regions:
        return Regions(self.counts)

    @cached_property
    def heat(self) -> Heat:
        return Heat(self.counts)

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
        return grouped(self.counts.overdue, self.day, limit=GROUPS_SHOWN)

    @cached_property
    def without_date_groups(self) -> list[Group]:
        return grouped(self.counts.deadlines.without_date(), self.day, limit=ROWS_SHOWN)

    @cached_property
    def without_executor(self) -> list[Instruction]:
        return list(self.counts.instructions.without_executor().for_listing()[:ROWS_SHOWN])

    @cached_property
    def nothing_due(self) -> list[Instruction]:
        """In work, told to somebody with a day to do it by, and nothing overdue: with the nearest day."""
        mine = self.counts.deadlines.filter(instruction=OuterRef("pk"))
        nearest = mine.open().order_by("due_key").values("due")[:1]
        rows = self.counts.instructions.unfinished().filter(
            Exists(mine), ~Exists(mine.overdue(on=self.day.on)), ~Exists(mine.without_date())
        )
        return list(rows.annotate(nearest_due=nearest).for_listing()[:ROWS_SHOWN])
