"""How far every region is with every information system, those of which nothing is known among them.

"No data" is not "not connected": it says that nobody told the registry, whether by an empty row or by none.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from programs.choices import ConnectionState
from programs.models import Connection, InformationSystem
from programs.querysets import ConnectionQuerySet
from regions.models import Region
from regions.querysets import RegionQuerySet
from registry.alphabet import by_name
from registry.scope import COUNTRY

NOTHING_KNOWN = Value(ConnectionState.NO_DATA.value)


def own_regions(user: Any) -> RegionQuerySet:
    """Of the reader's own territory: of others the registry would show "no data" where it merely shows nothing."""
    return Region.objects.visible_to(user).under(user.region_id or COUNTRY)


def own_connections(user: Any) -> ConnectionQuerySet:
    return Connection.objects.visible_to(user).under(user.region_id or COUNTRY)


def regions_of(system: InformationSystem, user: Any) -> Any:
    """The 20 regions and any other place with a row for `system`: adds `state`, its `progress` from 0, and `since`."""
    known = own_connections(user).filter(system=system, region=OuterRef("pk"))
    places = [When(state=state.value, then=Value(place)) for place, state in enumerate(ConnectionState)]
    return (
        own_regions(user)
        .filter(Q(tile_row__isnull=False) | Exists(known))
        .annotate(
            state=Coalesce(Subquery(known.values("state")[:1]), NOTHING_KNOWN),
            since=Subquery(known.values("since")[:1]),
        )
        .annotate(progress=Case(*places, default=Value(0)))
    )


@dataclass(frozen=True)
class Cell:
    """So many regions are so far with a system."""

    state: ConnectionState
    n: int
    system: InformationSystem

    @property
    def label(self) -> Any:
        return self.state.label

    @property
    def address(self) -> str:
        return f"{reverse('system', args=(self.system.slug,))}?state={self.state.value}"


class Overview:
    """Systems × states, and regions × systems. Three queries."""

    def __init__(self, user: Any) -> None:
        self.systems = list(InformationSystem.objects.visible_to(user).select_related("program", "owner"))
        regions = {region.pk: region for region in own_regions(user).tiles().order_by(by_name())}
        self.states: dict[tuple[int, str], ConnectionState] = {}
        tiles = set(regions)
        for connection in own_connections(user).select_related("region").order_by("region"):
            regions.setdefault(connection.region_id, connection.region)
            self.states[connection.system_id, connection.region_id] = ConnectionState(connection.state)
        self.regions, self._tiles = list(regions.values()), tiles

    def _counted(self, system: InformationSystem) -> Counter[ConnectionState]:
        known = {region for of, region in self.states if of == system.pk}
        return Counter(self.states.get((system.pk, region), ConnectionState.NO_DATA) for region in self._tiles | known)

    @property
    def by_system(self) -> Iterable[tuple[InformationSystem, list[Cell]]]:
        for system in self.systems:
            counts = self._counted(system)
            yield system, [Cell(state, counts[state], system) for state in ConnectionState]

    @property
    def by_region(self) -> Iterable[tuple[Region, list[tuple[InformationSystem, ConnectionState]]]]:
        for region in self.regions:
            yield (
                region,
                [(system, self.states.get((system.pk, region.pk), ConnectionState.NO_DATA)) for system in self.systems],
            )
