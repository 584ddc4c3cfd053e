"""What cooperatives are filtered by, on pages and in the API. Personal data are not among it."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.cooperatives.choices import ChainPlace, CooperativeStatus, WarningSign
from programs.cooperatives.querysets import in_mrp
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
    WordFilter,
)

PLACES = [(code, label) for code, label in ChainPlace.choices if code]
ANY_SIGN = "any"


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


def yardstick() -> dict[str, Any]:
    """What signs are measured with, as the words of the queryset take it."""
    mrps = settings.COOPERATIVE_CEILING_MRP
    return {"few": settings.COOPERATIVE_FEW_MEMBERS, "ceiling": in_mrp(mrps) if mrps else None}


class CooperativeListFilter(CooperativeFilter):
    """As on the page of the register, which also asks for doubt."""

    sign = OptionFilter(
        choices=[(ANY_SIGN, pgettext_lazy("warning sign", "any")), *WarningSign.choices],
        label=_("warning sign"),
        method="filter_sign",
    )
    supported = WordFilter("supported", label=_("received support"))
    without_bin = WordFilter("without_bin", label=_("without a БИН"))
    without_village = WordFilter("without_village", label=_("village not known"))

    def filter_sign(self, rows: Any, name: str, value: str) -> Any:
        if value == ANY_SIGN:
            return rows.with_any_sign(**yardstick())
        return rows.showing(value, **yardstick())
