"""Overdue by programme and region at once: only rows and columns that have something."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from programs.instructions.board.counts import Counts
from programs.instructions.board.figures import Figure, percent
from programs.instructions.board.regions import Regions, of_part
from programs.instructions.choices import Mark
from registry.alphabet import alphabetical

PROGRAMS_SHOWN = 8  # the others wait behind a line
LEVELS = 4


@dataclass(frozen=True)
class Cell:
    """`told` says it in full, `level` is how dark it is, 1 to LEVELS; no figure where there is nothing overdue."""

    region: str  # the short name
    figure: Figure | None = None
    told: str = ""
    level: int = 0


@dataclass(frozen=True)
class Row:
    name: str
    cells: list[Cell]
    total: Figure


class Heat:
    def __init__(self, counts: Counts) -> None:
        self.counts, self.regions = counts, Regions(counts)
        self._overdue = counts.tally(lambda each: (each.part, each.slug), Mark.OVERDUE)
        self._in_work = counts.tally(lambda each: (each.part, each.slug))
        self._most = max(self._overdue.values(), default=0)

    @cached_property
    def parts(self) -> list[str]:
        """Codes of the columns: the body of the whole first, then by name."""
        codes = {part for part, _slug in self._overdue}
        return sorted(codes, key=lambda code: (code != self.counts.home, alphabetical(self.regions.short_name(code))))

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Short and full names."""
        return [(self.regions.short_name(code), self.regions.name(code)) for code in self.parts]

    @cached_property
    def rows(self) -> list[Row]:
        """By programme, most overdue first."""
        totals = self.counts.tally(lambda each: each.slug, Mark.OVERDUE)
        rows = [self._row(slug, n) for slug, n in totals.items()]
        return sorted(rows, key=lambda row: (-row.total.n, alphabetical(row.name)))

    @property
    def shown(self) -> list[Row]:
        return self.rows[:PROGRAMS_SHOWN]

    @property
    def others(self) -> list[Row]:
        return self.rows[PROGRAMS_SHOWN:]

    @property
    def is_worth_showing(self) -> bool:
        """One row or one column says no more than the tables beside the list."""
        return len(self.rows) > 1 and len(self.parts) > 1

    def _row(self, slug: str, n: int) -> Row:
        name = self.counts.programs[slug] if slug else _("without a programme")
        of_program = {"program": slug} if slug else {"without_program": "true"}
        cells = [self._cell(part, slug, name, of_program) for part in self.parts]
        return Row(name, cells, self.counts.lists.overdue(name, n, **of_program))

    def _cell(self, part: str, slug: str, program: str, of_program: dict[str, str]) -> Cell:
        n, whole = self._overdue[part, slug], self._in_work[part, slug]
        if not n:
            return Cell(self.regions.short_name(part))
        told = _("%(region)s, %(program)s: %(n)d overdue of %(all)d in work, %(share)d %%") % {
            "region": self.regions.name(part),
            "program": program,
            "n": n,
            "all": whole,
            "share": percent(n, whole),
        }
        figure = self.counts.lists.overdue(told, n, **of_part(part, self.counts.home), **of_program)
        return Cell(self.regions.short_name(part), figure, told, -(-LEVELS * n // self._most))
