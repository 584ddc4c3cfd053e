"""The list of values behind every figure of an indicator."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from programs.indicators.exports import VALUE_COLUMNS
from programs.indicators.filters import IndicatorValueFilter
from programs.indicators.models import IndicatorValue
from programs.indicators.querysets import IndicatorValueQuerySet
from regions.filters import TerritoryChoices
from registry.pages import ListPage, Sort


class ValueListPage(TerritoryChoices, ListPage):
    permission_required = "indicators.view_indicatorvalue"
    template_name = "indicators/value_list.html"
    title = _("Values of indicators")
    columns = VALUE_COLUMNS
    filterset_class = IndicatorValueFilter
    sorts: ClassVar = {
        "indicator": Sort(_("indicator"), "indicator__name", is_name=True),
        "region": Sort(_("region"), "region_id"),
        "period": Sort(_("period"), "period_from", nullable=True),
        "kind": Sort(_("kind"), "kind"),
        "value": Sort(_("value"), "value"),
    }
    default_sort = "indicator"
    controls: ClassVar = {
        "program": _("programme"),
        "indicator": _("indicator"),
        "kind": _("kind"),
        "region_under": _("territory"),
    }
    more_controls: ClassVar = {
        "period_from__gte": _("period begins on this day or later"),
        "period_to__lte": _("period ends on this day or earlier"),
        "as_of__gte": _("as of, from"),
        "as_of__lte": _("as of, to"),
    }

    def rows(self) -> IndicatorValueQuerySet:
        return IndicatorValue.objects.visible_to(self.request.user)

    def joined(self, rows: Any) -> Any:
        return rows.for_listing().select_related("indicator__program")
