"""Which regions are connected to which information system."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.choices import ConnectionState
from programs.models import Connection, InformationSystem
from programs.systems import Cell, Overview, own_connections, regions_of
from regions.filters import TerritoryChoices
from regions.models import Region
from registry.exports import Column
from registry.filters import OptionFilter, RegionUnderFilter, SearchFilter, StrictFilterSet
from registry.pages import ListPage, RegistryPage, Sort


class SystemRegionFilter(StrictFilterSet):
    """Of regions as `regions_of` gives them."""

    search = SearchFilter()
    region_under = RegionUnderFilter()
    state = OptionFilter(choices=ConnectionState.choices, label=_("state"))


@dataclass(frozen=True)
class Row:
    """`connection` is None where the registry holds nothing of the region."""

    region: Region
    connection: Connection | None

    @property
    def state(self) -> ConnectionState:
        return ConnectionState(self.connection.state) if self.connection else ConnectionState.NO_DATA

    def of(self, field: str) -> Any:
        return getattr(self.connection, field) if self.connection else None


class SystemListPage(RegistryPage):
    permission_required = ("programs.view_informationsystem", "programs.view_connection")
    template_name = "programs/system_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(overview=Overview(self.request.user), states=ConnectionState, **kwargs)


class SystemPage(TerritoryChoices, ListPage):
    permission_required = ("programs.view_informationsystem", "programs.view_connection")
    template_name = "programs/system.html"
    filterset_class = SystemRegionFilter
    sorts: ClassVar = {
        "region": Sort(_("region"), "name", is_name=True),
        "state": Sort(_("state"), "progress"),
        "since": Sort(_("since"), "since", nullable=True),
    }
    default_sort = "state"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "region, by name"),
        "region_under": _("territory"),
        "state": _("state"),
    }
    columns = (
        Column(_("КАТО"), lambda row: row.region.pk, 11),
        Column(_("region"), lambda row: row.region.name, 30),
        Column(_("state"), lambda row: row.state.label, 18),
        Column(_("since"), lambda row: row.of("since"), 12),
        Column(_("evidence"), lambda row: row.of("evidence"), 50),
        Column(_("quote"), lambda row: row.of("quote"), 40),
        Column(_("note"), lambda row: row.of("note"), 40),
        Column(_("source"), lambda row: row.connection and row.connection.source and row.connection.source.title, 40),
    )

    @cached_property
    def system(self) -> InformationSystem:
        rows = InformationSystem.objects.visible_to(self.request.user)
        return get_object_or_404(rows.select_related("program", "owner", "source"), slug=self.kwargs["slug"])

    @property
    def title(self) -> str | Promise:  # type: ignore[override]
        return self.system.name

    def rows(self) -> Any:
        return regions_of(self.system, self.request.user)

    def joined(self, rows: Any) -> Any:
        return rows

    def shown(self, records: Iterable[Region]) -> Iterator[Row]:
        of_system = own_connections(self.request.user).filter(system=self.system).for_listing()
        connections = {connection.region_id: connection for connection in of_system}
        for region in records:
            yield Row(region, connections.get(region.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = reverse("system", args=(self.system.slug,))
        return super().get_context_data(system=self.system, figures=self._figures(), here=here, **kwargs)

    def _figures(self) -> list[Cell]:
        counts = dict(self.rows().order_by().values_list("state").annotate(n=Count("pk")))
        return [Cell(state, counts.get(state.value, 0), self.system) for state in ConnectionState]
