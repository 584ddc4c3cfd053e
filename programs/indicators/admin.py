"""Indicators and their values, each with its source."""

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from programs.choices import Approximation
from programs.indicators.models import Indicator, IndicatorValue
from registry.admin import RegistryAdmin, region_filter


@admin.register(Indicator)
class IndicatorAdmin(RegistryAdmin):
    list_display = ("name_ru", "unit_ru", "program", "nature", "direction")
    list_filter = ("nature", "direction", "program")
    search_fields = ("search_text__contains",)
    fieldsets = (
        (None, {"fields": (("name_ru", "name_kk", "name_en"), ("unit_ru", "unit_kk", "unit_en"), "slug", "program")}),
        (_("How it is counted"), {"fields": (("nature", "direction"), ("over_regions", "over_periods"), "definition")}),
    )
    prepopulated_fields = {"slug": ("name_ru",)}


@admin.register(IndicatorValue)
class IndicatorValueAdmin(RegistryAdmin):
    list_display = ("indicator", "region", "kind", "period", "approximate", "source")
    list_filter = ("kind", "indicator__program", region_filter("region_id"))
    search_fields = (
        "indicator__search_text__contains",
        "region__search_text__contains",
        "source__search_text__contains",
    )
    link_lookups = ("indicator",)
    fieldsets = (
        (None, {"fields": ("indicator", "region", "kind")}),
        (_("Period"), {"fields": (("period_from", "period_to"), "period_label", "as_of")}),
        (
            _("Figure"),
            {"fields": (("value", "approximation", "approximation_word"), ("numerator", "denominator"))},
        ),
        (_("Source and doubt"), {"fields": ("source", "quote", "note")}),
    )

    @admin.display(description=_("period"), ordering="period_from")
    def period(self, value: IndicatorValue) -> str:
        days = [day for day in (value.period_from, value.period_to) if day]
        return value.period_label or " – ".join(f"{day:%d.%m.%Y}" for day in days)

    @admin.display(description=_("value"), ordering="value")
    def approximate(self, value: IndicatorValue) -> str:
        """As the source puts it, its word of approximation included."""
        return Approximation(value.approximation).of(number_format(value.value.normalize(), force_grouping=True))
