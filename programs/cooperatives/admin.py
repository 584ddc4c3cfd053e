"""Cooperatives, the support they received and their workshops."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programs.cooperatives.models import Cooperative, Facility, Support
from registry.admin import RegistryAdmin, RegistryInline, region_filter


class SupportInline(RegistryInline):
    model = Support
    fields = ("kind", "program", "amount", "approximation", "provided_on", "operator", "source")
    show_change_link = True


class FacilityInline(RegistryInline):
    model = Facility
    fields = ("name_ru", "kind", "capacity", "working_since", "is_working")
    show_change_link = True


@admin.register(Cooperative)
class CooperativeAdmin(RegistryAdmin):
    list_display = ("name_ru", "bin", "region", "product", "status", "members", "households_served")
    list_filter = ("status", "chain_place", ("bin", admin.EmptyFieldListFilter), region_filter("region_id"))
    search_fields = ("search_text__contains", "region__search_text__contains")
    search_help_text = _("Name, БИН, product or settlement.")
    private_fields = {"cooperatives.view_personal_data": ("chair", "phone", "email")}
    fieldsets = (
        (None, {"fields": (("name_ru", "name_kk", "name_en"), "bin", "region", ("registered_on", "status"))}),
        (_("Work"), {"fields": (("oked", "product"), "chain_place")}),
        (_("People"), {"fields": (("members", "members_at_registration", "associate_members"), "households_served")}),
        (_("Contacts"), {"fields": ("chair", ("phone", "email"))}),
        (_("Source and doubt"), {"fields": ("source", "quote", "note")}),
    )
    inlines = (SupportInline, FacilityInline)

    def labels(self, records: Iterable[Cooperative]) -> dict[Any, str]:
        """Many bear one name: the settlement and the БИН tell them apart."""
        return {record.pk: ", ".join(filter(None, (record.name, record.region.name, record.bin))) for record in records}


@admin.register(Support)
class SupportAdmin(RegistryAdmin):
    list_display = ("cooperative", "kind", "program", "amount", "provided_on", "operator", "repaid")
    list_filter = ("kind", "program", "provided_on", region_filter("cooperative__region_id"))
    list_select_related = ("cooperative", "program", "operator")
    search_fields = ("cooperative__search_text__contains", "operator__search_text__contains")
    fieldsets = (
        (None, {"fields": ("cooperative", "kind", "program", "operator", "provided_on")}),
        (
            _("Money"),
            {"fields": (("amount", "approximation"), ("rate", "term_months"), "repaid", "jobs")},
        ),
        (_("Source and doubt"), {"fields": ("source", "quote", "note")}),
    )


@admin.register(Facility)
class FacilityAdmin(RegistryAdmin):
    list_display = ("name_ru", "kind", "cooperative", "capacity", "working_since", "is_working")
    list_filter = ("kind", "is_working", region_filter("cooperative__region_id"))
    search_fields = ("name_ru", "name_kk", "cooperative__search_text")
    folded_search = False
    fieldsets = (
        (None, {"fields": ("cooperative", ("name_ru", "name_kk", "name_en"), "kind")}),
        (_("Work"), {"fields": ("capacity", ("working_since", "is_working"))}),
        (_("Source and doubt"), {"fields": ("source", "quote", "note")}),
    )
