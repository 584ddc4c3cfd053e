"""The board by the parts of the reader's territory: a table, and a schematic map where the parts have a place on it."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from programs.instructions.board.counts import Counts, Place
from programs.instructions.board.figures import Figure, percent
from programs.instructions.choices import DeadlineState, Mark
from registry.alphabet import alphabetical
from registry.maps import Tile, TileMap
from registry.scope import COUNTRY

IN_WORK = "in_work"
COLUMNS = (IN_WORK, Mark.OVERDUE, Mark.DUE_SOON, Mark.UNDER_REVIEW)
CLASSES = (10, 25, 50, 100)  # percent overdue, the last of each class


@dataclass(frozen=True)
class Part:
    """How the deadlines of one part stand."""

    name: str
    in_work: Figure
    overdue: Figure
    due_soon: Figure
    under_review: Figure

    @property
    def share(self) -> int | None:
        """Percent of those in work that are overdue."""
        return percent(self.overdue.n, self.in_work.n)


class Regions:
    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._n = {
            IN_WORK: counts.tally(lambda each: each.part),
            Mark.OVERDUE: counts.tally(lambda each: each.part, Mark.OVERDUE),
            Mark.DUE_SOON: counts.tally(lambda each: each.part, Mark.DUE_SOON),
            Mark.UNDER_REVIEW: counts.under_review,
        }

    @cached_property
    def parts(self) -> list[Part]:
        """Those with something in work or under review, most overdue first."""
        codes = set().union(*self._n.values())
        parts = [self._part(code, self.name(code), of_part(code, self.counts.home)) for code in codes]
        return sorted(parts, key=lambda part: (-part.overdue.n, -part.in_work.n, alphabetical(part.name)))

    @property
    def is_worth_showing(self) -> bool:
        """One part alone says no more than the figures of the day, unless the map shows where it lies."""
        return len(self.parts) > 1 or self.map is not None

    @property
    def total(self) -> Part:
        return self._part("", _("Total"), {})

    def name(self, code: str) -> str:
        place = self.counts.places.get(code)
        return self.of_the_whole if code == self.counts.home else place.name if place else code

    def short_name(self, code: str) -> str:
        place = self.counts.places.get(code)
        return place.short_name if place else self.name(code)

    @property
    def of_the_whole(self) -> str:
        """Executors that belong to the territory itself and to none of its parts."""
        return _("Central bodies") if self.counts.home == COUNTRY else _("Bodies of the region itself")

    def _part(self, code: str, name: str, where: dict[str, str]) -> Part:
        """All parts together for the code ""."""
        n = {column: self._n[column][code] if code else self._n[column].total() for column in COLUMNS}
        deadlines = self.counts.lists.deadlines
        return Part(
            name,
            in_work=deadlines(name, n[IN_WORK], state=DeadlineState.OPEN.value, **where),
            **{mark.value: deadlines(name, n[mark], mark=mark.value, **where) for mark in COLUMNS[1:]},
        )

    @cached_property
    def map(self) -> TileMap | None:
        """Of the parts that have a place on it; None where nothing is in work there."""
        places = [(place, place.spot) for place in self.counts.places.values() if place.spot]
        if not any(self._n[IN_WORK][place.code] for place, _spot in places):
            return None
        tiles = (self._tile(place, spot) for place, spot in places)
        return TileMap("regions", _("Share of overdue deadlines by region"), tiles)

    def _tile(self, place: Place, spot: tuple[int, int]) -> Tile:
        part = self._part(place.code, place.name, of_part(place.code, self.counts.home))
        share = part.share
        told = (
            _("%(region)s: no deadlines in work")
            if share is None
            else _("%(region)s: %(n)d overdue of %(all)d in work, %(share)d %%")
        )
        return Tile(
            *spot,
            place.short_name,
            "–" if share is None else f"{share} %",
            told % {"region": place.name, "n": part.overdue.n, "all": part.in_work.n, "share": share},
            series=series(share),
            address="" if share is None else part.overdue.address,
        )

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Colours of the map and what they mean."""
        lows = (0, *CLASSES)
        between = [
            (series(high), _("%(low)d–%(high)d %%") % {"low": low + 1, "high": high})
            for low, high in zip(lows, CLASSES, strict=False)
        ]
        return [(series(0), _("nothing overdue")), *between, (series(None), _("no data: no deadlines in work"))]


def of_part(code: str, home: str) -> dict[str, str]:
    """What the list of deadlines is filtered by to show the executors of a part of `home`."""
    return {"region": code} if code == home else {"region_under": code}


def series(share: int | None) -> str:
    """Name of the colour."""
    if share is None:
        return "no-data"
    return f"share-{sum(share > low for low in (0, *CLASSES[:-1]))}"
