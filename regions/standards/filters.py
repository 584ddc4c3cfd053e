"""What items of the standards and their provision are filtered by."""

from django.utils.translation import gettext_lazy as _

from regions.standards.choices import SettlementType, StandardKind, StandardStatus
from regions.standards.models import StandardItem
from registry.filters import (
    OptionFilter,
    RegionUnderFilter,
    RowFilter,
    SearchFilter,
    StrictFilterSet,
    WholeNumberFilter,
    WordFilter,
)


class StandardItemFilter(StrictFilterSet):
    search = SearchFilter()
    status = OptionFilter(choices=StandardStatus.choices, label=_("status"))
    kind = OptionFilter(choices=StandardKind.choices, label=_("kind"))
    settlement_type = OptionFilter(choices=SettlementType.choices, label=_("type of settlement"))


class ProvisionFilter(StrictFilterSet):
    search = SearchFilter("item__search_text")
    item = RowFilter("item", model=StandardItem, label=_("item"))
    region_under = RegionUnderFilter()
    year = WholeNumberFilter("year", label=_("year"), least=1, most=9999)
    status = OptionFilter("item__status", choices=StandardStatus.choices, label=_("status"))
    kind = OptionFilter("item__kind", choices=StandardKind.choices, label=_("kind"))
    short = WordFilter("short", label=_("less is provided than required"))
