"""What sources, programmes, funding and projects are filtered by, on pages and in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.choices import BudgetLevel, FundingStage, Language, ProgramKind, ProgramStatus, ProjectStatus
from programs.models import Program, Source
from regions.models import Organisation
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
    WholeNumberFilter,
)


class SourceFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    search = SearchFilter("search_text")
    language = OptionFilter(choices=Language.choices, label=_("language"))
    url = TextFilter(label=_("address"))
    published_on__gte = DayFilter("published_on", "gte", label=_("published from"))
    published_on__lte = DayFilter("published_on", "lte", label=_("published to"))
    updated_since = UpdatedSinceFilter()


class ProgramFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    slug__in = InFilter("slug", of=TextFilter(label=_("short name")), label=_("any of these short names"))
    search = SearchFilter()
    kind = OptionFilter(choices=ProgramKind.choices, label=_("kind"))
    kind__in = InFilter(
        "kind", of=OptionFilter(choices=ProgramKind.choices, label=_("kind")), label=_("any of these kinds")
    )
    status = OptionFilter(choices=ProgramStatus.choices, label=_("status"))
    status__in = InFilter(
        "status", of=OptionFilter(choices=ProgramStatus.choices, label=_("status")), label=_("any of these statuses")
    )
    parent = RowFilter("parent", model=Program, key="slug", label=_("part of the programme"))
    owner = RowFilter("owner", model=Organisation, label=_("owner"))
    source = RowFilter("source", model=Source, label=_("source"))
    updated_since = UpdatedSinceFilter()


class OfYearsFilter(StrictFilterSet):
    """Part of the filters of what has a period."""

    year = WholeNumberFilter(label=_("in force in the year"), method="filter_year", least=1, most=9999)

    def filter_year(self, rows: Any, name: str, value: int) -> Any:
        return rows.in_year(value)


class FundingFilter(OfYearsFilter):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    program = RowFilter("program", model=Program, key="slug", label=_("programme"))
    region = RegionFilter()
    region_under = RegionUnderFilter()
    budget_level = OptionFilter(choices=BudgetLevel.choices, label=_("budget"))
    stage = OptionFilter(choices=FundingStage.choices, label=_("stage"))
    part_of = IdFilter("part_of_id", label=_("part of"))
    amount__gte = AmountFilter("amount", "gte", label=_("amount from, tenge"))
    amount__lte = AmountFilter("amount", "lte", label=_("amount to, tenge"))
    as_of__gte = DayFilter("as_of", "gte", label=_("as of, from"))
    as_of__lte = DayFilter("as_of", "lte", label=_("as of, to"))
    source = RowFilter("source", model=Source, label=_("source"))
    updated_since = UpdatedSinceFilter()


class ProjectFilter(OfYearsFilter):
    search = SearchFilter("search_text")
    program = RowFilter("program", model=Program, key="slug", label=_("programme"))
    region = RegionFilter()
    region_under = RegionUnderFilter()
    status = OptionFilter(choices=ProjectStatus.choices, label=_("status"))
    cost__gte = AmountFilter("cost", "gte", label=_("cost from, tenge"))
    cost__lte = AmountFilter("cost", "lte", label=_("cost to, tenge"))
    source = RowFilter("source", model=Source, label=_("source"))
