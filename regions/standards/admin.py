"""The System of Regional Standards."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from regions.standards.models import Provision, StandardItem
from registry.admin import RegistryAdmin, region_filter


@admin.register(StandardItem)
class StandardItemAdmin(RegistryAdmin):
    list_display = ("name_ru", "direction_ru", "kind", "status", "settlement_type", "population_from", "population_to")
    list_filter = ("status", "kind", "settlement_type")
    search_fields = ("search_text__contains",)
    fieldsets = (
        (None, {"fields": (("name_ru", "name_kk", "name_en"), ("direction_ru", "direction_kk", "direction_en"))}),
        (
            _("What is promised to whom"),
            {"fields": (("kind", "status"), "settlement_type", ("population_from", "population_to"), "norm")},
        ),
        (_("Source"), {"fields": ("legal_act", "source_title", "source_url")}),
    )


@admin.register(Provision)
class ProvisionAdmin(RegistryAdmin):
    list_display = ("item", "region", "year", "required", "provided", "computed", "official_percent")
    list_filter = ("year", region_filter("region_id"))
    search_fields = ("item__search_text__contains", "region__search_text__contains")
    readonly_fields = ("computed",)
    fieldsets = (
        (None, {"fields": ("item", "region", "year")}),
        (_("Figures"), {"fields": (("required", "provided"), "computed", "official_percent")}),
        (_("Source"), {"fields": ("source_title", "source_url")}),
    )

    @admin.display(description=_("share computed by us, %"))
    def computed(self, provision: Provision) -> str | None:
        share = provision.computed_percent
        return None if share is None else f"{share}"
