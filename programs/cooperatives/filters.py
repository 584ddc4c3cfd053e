"""What cooperatives are filtered by, on pages and in the API. Personal data are not among it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.cooperatives.choices import ChainPlace, CooperativeStatus
from registry.filters import (
    DayFilter,
    IdFilter,
    InFilter,
    OptionFilter,
    RegionFilter,
    RegionUnderFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    UpdatedSinceFilter,
    WholeNumberFilter,
)

PLACES = [(code, label) for code, label in ChainPlace.choices if code]


class CountFilter(WholeNumberFilter):
    """Within what the column holds: beyond it Django takes every row for a match, those with no count as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, least=0, most=2**31 - 1, **kwargs)


class CooperativeFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    search = SearchFilter()
    bin = TextFilter(label=_("БИН"))
    region = RegionFilter()
    region_under = RegionUnderFilter()
    status = OptionFilter(choices=CooperativeStatus.choices, label=_("status"))
    chain_place = OptionFilter(choices=PLACES, label=_("place in the chain"))
    registered_on__gte = DayFilter("registered_on", "gte", label=_("registered from"))
    registered_on__lte = DayFilter("registered_on", "lte", label=_("registered to"))
    members__gte = CountFilter("members", "gte", label=_("members, from"))
    members__lte = CountFilter("members", "lte", label=_("members, to"))
    households_served__gte = CountFilter("households_served", "gte", label=_("households served, from"))
    households_served__lte = CountFilter("households_served", "lte", label=_("households served, to"))
    updated_since = UpdatedSinceFilter()
