"""The profile of a region: what it is part of, what lies in it and all that is told of it, in few queries.

Money, indicators, projects and deadlines stand in apps above and are reached by reverse relations. A section asks its
one query when a template shows it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Left
from django.urls import reverse

from regions.choices import RegionLevel
from regions.models import Organisation, Region
from registry.alphabet import by_name, named
from registry.facts import Disagreement, Measured, Money, Standing, measured, standings, wholes
from registry.relations import First, Line, by_state, counted, first, gathered, lines, rows_of
from registry.scope import LENGTHS, subtree, within

AMOUNTS_SHOWN = 100
VALUES_SHOWN = 300
ROWS_SHOWN = 60


@dataclass(frozen=True)
class Figure:
    """A number and the list of its rows."""

    label: Any
    n: int
    address: str


class Profile:
    """For one user on one day. Raises Region.DoesNotExist when there is no such region for this user."""

    def __init__(self, user: Any, code: str, *, on: date) -> None:
        self.user, self.code, self.on = user, code, on
        around = list(Region.objects.visible_to(user).around(code).select_related("centre", "successor"))
        self.region: Any = next((each for each in around if each.pk == code), None)
        if self.region is None:
            raise Region.DoesNotExist
        self.path = [each for each in around if each.parent_id != code and each.pk != code]
        self._parts = [each for each in around if each.parent_id == code]

    @property
    def is_outside(self) -> bool:
        """Neither in the user's own territory nor around it: nothing but reference data is to be seen."""
        mine, this = subtree(self.user.region_id), subtree(self.code)
        return mine[1] < this[0] or this[1] < mine[0]

    def _rows(self, relation: str) -> Any:
        """Of the records that point to regions, those of this territory and its parts that the user may see."""
        return rows_of(Region, relation, self.user).filter(within("region_id", self.code))

    # Figures

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """By figure and key. One query."""
        arms = [
            counted(
                "places", Region.objects.filter(Q(code__range=subtree(self.code)), ~Q(code=self.code)), key=F("level")
            ),
            *self._deadline_arms(),
            counted("cooperatives", self._rows("cooperatives"), key=F("status")),
        ]
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for figure, key, _name, n in arms[0].union(*arms[1:], all=True):
            found[figure][key] = n
        return found

    def _deadline_arms(self) -> list[QuerySet]:
        rows = rows_of(Organisation, "deadlines", self.user).unrestricted().under(self.code)
        return [
            counted("overdue", rows.overdue(on=self.on), key=self._part),
            counted("silent", rows.overdue(on=self.on).with_silence().filter(is_silent=True)),
            counted("in_time", rows.in_time(until=self.on - timedelta(days=1))),
            counted("under_review", rows.awaiting_review()),
            counted("without_date", rows.without_date()),
        ]

    @property
    def _part(self) -> Any:
        """Code of the part an executor sits in; the territory's own code for those of the whole."""
        digits = LENGTHS[min(self.region.level + 1, RegionLevel.SETTLEMENT)]
        return Concat(Left("executor__region_id", digits), Value("0" * (9 - digits)))

    @property
    def standings(self) -> list[Standing]:
        """Deadlines of executors in the territory."""
        numbers = {figure: sum(by_key.values()) for figure, by_key in self.counts.items()}
        return standings(numbers, on=self.on, region_under=self.code)

    @property
    def cooperatives(self) -> list[Figure]:
        """By status."""
        model: Any = Region._meta.get_field("cooperatives").related_model
        status = model._meta.get_field("status")
        return [
            Figure(label, self.counts["cooperatives"][value], self._listed("cooperatives", {"status": value}))
            for value, label in status.flatchoices
            if value in self.counts["cooperatives"]
        ]

    @property
    def places(self) -> list[Figure]:
        """How many places of each level lie in the territory."""
        return [
            Figure(level.label, self.counts["places"][str(level)], self._listed("regions", {"level": str(level)}))
            for level in RegionLevel
            if str(level) in self.counts["places"]
        ]

    @cached_property
    def parts(self) -> list[tuple[Region, Figure]]:
        """What lies in the territory, each with its overdue deadlines."""
        return [
            (part, Figure(part.name, self.counts["overdue"].get(part.pk, 0), self._overdue(part.pk)))
            for part in self._parts
        ]

    def _overdue(self, code: str) -> str:
        return f"{reverse('deadlines')}?{urlencode({'mark': 'overdue', 'region_under': code})}"

    def _listed(self, page: str, query: dict[str, str]) -> str:
        return f"{reverse(page)}?{urlencode({'region_under': self.code} | query)}"

    # Money, indicators, projects

    @cached_property
    def amounts(self) -> First:
        rows = self._rows("funding").for_listing()
        latest = F("year_to").desc(nulls_first=True), F("year_from").desc(nulls_last=True)
        return first(rows.order_by("region__level", "region", "program", *latest, "pk"), AMOUNTS_SHOWN)

    @property
    def moneys(self) -> list[Money]:
        return wholes(self.amounts.rows)

    @cached_property
    def values(self) -> First:
        rows = self._rows("indicator_values").filter(region=self.code).for_listing()
        return first(rows.select_related("indicator__program").order_by("indicator", "pk"), VALUES_SHOWN)

    @cached_property
    def measured(self) -> list[Measured]:
        return measured(self.values.rows)

    @property
    def compared(self) -> list[Measured]:
        return [each for each in self.measured if len(each.values) > 1]

    @property
    def alone(self) -> list[Measured]:
        return [each for each in self.measured if len(each.values) == 1]

    @property
    def disagreements(self) -> list[Disagreement]:
        return [Disagreement(group) for group in self.values.rows.disagreements()]

    @cached_property
    def projects(self) -> First:
        return first(self._rows("projects").for_listing().order_by("region", by_name(), "pk"), ROWS_SHOWN)

    @cached_property
    def provisions(self) -> First:
        """By the standards, of this region itself."""
        rows = self._rows("provisions").filter(region=self.code).for_listing()
        return first(rows.order_by("-year", by_name("item__name"), "pk"), ROWS_SHOWN)

    # What else is told

    @cached_property
    def told(self) -> dict[str, list[Line]]:
        """Groups, connections, practices and findings. One query."""
        source: Any = {"source": F("source__title"), "url": F("source__url")}
        of_region: Any = {"place": named("region__"), **source}
        where: Any = {"state": "state", **of_region}
        return gathered(
            [
                lines(
                    "groups",
                    self._memberships(),
                    title=named("group__"),
                    key=F("region_id"),
                    place=named("region__"),
                    state="status",
                ),
                lines(
                    "connections",
                    self._rows("connections"),
                    title=named("system__"),
                    key=F("system__slug"),
                    text=F("note"),
                    since=F("since"),
                    **where,
                ),
                lines("practices", self._rows("practices"), title=named(), text=F("description"), **of_region),
                lines("replications", self._rows("replications"), title=named("practice__"), since=F("since"), **where),
                lines(
                    "findings",
                    self._rows("findings"),
                    title=F("subject"),
                    place=named("authority__"),
                    state="state",
                    since=F("found_on"),
                    **source,
                ),
            ]
        )

    def _memberships(self) -> Any:
        """In groups of territories: of what lies here, and of what this lies in."""
        here = within("region_id", self.code) | Q(region__in=[each.pk for each in self.path])
        return rows_of(Region, "memberships", self.user).filter(here)

    @property
    def groups(self) -> list[tuple[str, str, list[Line]]]:
        return by_state(self.told["groups"])

    @property
    def connections(self) -> list[tuple[str, str, list[Line]]]:
        return by_state(self.told["connections"])

    @property
    def replications(self) -> list[tuple[str, str, list[Line]]]:
        return by_state(self.told["replications"])
