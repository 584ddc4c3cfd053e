"""What indicators and their values are filtered by, on pages and in the API."""

from django.utils.translation import gettext_lazy as _

from programs.indicators.choices import IndicatorNature, ValueKind
from programs.indicators.models import Indicator
from programs.models import Program, Source
from registry.filters import (
    AmountFilter,
    DayFilter,
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


class IndicatorFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    slug__in = InFilter("slug", of=TextFilter(label=_("short name")), label=_("any of these short names"))
    search = SearchFilter()
    program = RowFilter("program", model=Program, key="slug", label=_("programme"))
    nature = OptionFilter(choices=IndicatorNature.choices, label=_("nature"))
    updated_since = UpdatedSinceFilter()


class IndicatorValueFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    indicator = RowFilter("indicator", model=Indicator, key="slug", label=_("indicator"))
    indicator__in = InFilter("indicator__slug", of=TextFilter(label=_("indicator")), label=_("any of these indicators"))
    program = RowFilter("indicator__program", model=Program, key="slug", label=_("programme"))
    region = RegionFilter()
    region_under = RegionUnderFilter()
    kind = OptionFilter(choices=ValueKind.choices, label=_("kind"))
    period_from__gte = DayFilter("period_from", "gte", label=_("period begins on this day or later"))
    period_from__lte = DayFilter("period_from", "lte", label=_("period begins on this day or earlier"))
    period_to__gte = DayFilter("period_to", "gte", label=_("period ends on this day or later"))
    period_to__lte = DayFilter("period_to", "lte", label=_("period ends on this day or earlier"))
    as_of__gte = DayFilter("as_of", "gte", label=_("as of, from"))
    as_of__lte = DayFilter("as_of", "lte", label=_("as of, to"))
    value__gte = AmountFilter("value", "gte", label=_("value from"))
    value__lte = AmountFilter("value", "lte", label=_("value to"))
    source = RowFilter("source", model=Source, label=_("source"))
    updated_since = UpdatedSinceFilter()
