"""What regions and organisations are filtered by, on pages and in the API."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from regions.choices import OrganisationKind, RegionKind, RegionLevel
from regions.models import Organisation, Region
from registry.alphabet import by_name
from registry.filters import (
    CodeField,
    CodeFilter,
    DayFilter,
    FlagFilter,
    IdFilter,
    InFilter,
    OptionFilter,
    RegionFilter,
    RegionUnderFilter,
    RowFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    UpdatedSinceFilter,
)


class RegionRowFilter(StrictFilterSet):
    code__in = InFilter("code", of=CodeFilter(label=_("КАТО code")), label=_("any of these КАТО codes"))
    search = SearchFilter()
    region_under = RegionUnderFilter()
    parent = RegionFilter("parent_id", label=_("part of"))
    level = OptionFilter(choices=RegionLevel.choices, label=_("level"))
    kind = OptionFilter(choices=RegionKind.choices, label=_("kind"))
    kind__in = InFilter(
        "kind", of=OptionFilter(choices=RegionKind.choices, label=_("kind")), label=_("any of these kinds")
    )
    valid_to__gte = DayFilter("valid_to", "gte", label=_("retired on this day or later"))
    valid_to__lte = DayFilter("valid_to", "lte", label=_("retired on this day or earlier"))
    updated_since = UpdatedSinceFilter()


class OrganisationFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    search = SearchFilter("search_text")
    kind = OptionFilter(choices=OrganisationKind.choices, label=_("kind"))
    kind__in = InFilter(
        "kind", of=OptionFilter(choices=OrganisationKind.choices, label=_("kind")), label=_("any of these kinds")
    )
    bin = TextFilter(label=_("БИН"))
    region = RegionFilter()
    region_under = RegionUnderFilter()
    parent = RowFilter("parent", model=Organisation, label=_("subordinate to"))
    is_active = FlagFilter(label=_("active"))
    updated_since = UpdatedSinceFilter()


class TerritoryChoices:
    """Part of a list that is filtered by territory."""

    request: HttpRequest

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        return {"region_under": region_choices(self.request.user, self.request.GET.get("region_under", ""))}


def region_choices(user: Any, asked: str) -> list[tuple[str, str]]:
    """Options of a drop-down: the parts of the user's own territory; and the one asked for, at whatever depth."""
    named = Q(pk=asked) if CodeField.pattern.fullmatch(asked) else Q()
    regions = Region.objects.visible_to(user).filter(Q(parent=user.region_id) | named)
    return [(region.pk, region.name) for region in regions.order_by("level", by_name(), "pk")]
