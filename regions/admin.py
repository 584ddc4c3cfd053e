"""Regions, organisations and the people in them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from regions.models import (
    Official,
    Organisation,
    OrganisationGroup,
    OrganisationGroupMember,
    Region,
    RegionGroup,
    RegionGroupMember,
    RegionRenumbering,
)
from registry.admin import RegistryAdmin, RegistryForm, RegistryInline, region_filter
from registry.scope import LENGTHS, level_of, subtree
from registry.search import fold

NAMES = ("name_ru", "name_kk", "name_en")
SHORT_NAMES = ("short_name_ru", "short_name_kk", "short_name_en")


def paths(regions: Iterable[Region]) -> dict[str, str]:
    """«Костомар → Ерейментауский район → Акмолинская область» by code; one query, as a code names its ancestors."""
    regions = list(regions)
    above = {region.pk: _above(region.pk) for region in regions}
    known = Region.objects.in_bulk({code for codes in above.values() for code in codes})
    names = {code: region.name for code, region in known.items()}
    return {
        region.pk: " → ".join([region.name, *(names[code] for code in above[region.pk] if code in names)])
        for region in regions
    }


def _above(code: str) -> list[str]:
    """Codes of the territories `code` lies in, the nearest first, without the country."""
    level = level_of(code)
    return [code[: LENGTHS[upper]].ljust(9, "0") for upper in range(level - 1, 0, -1)]


class RegionForm(RegistryForm):
    def clean(self) -> dict[str, Any] | None:
        """The code is the path in the tree, so the territory above must begin it."""
        cleaned = super().clean()
        parent = self.cleaned_data.get("parent")
        code = self.cleaned_data.get("code") or self.instance.pk
        if parent and code:
            first, last = subtree(parent.pk)
            if not first <= code <= last or level_of(parent.pk) >= level_of(code):
                self.add_error("parent", _("By its code this territory is not a part of that one."))
        return cleaned


@admin.register(Region)
class RegionAdmin(RegistryAdmin):
    form = RegionForm
    list_display = ("name_ru", "name_kk", "code", "kind", "parent", "valid_to")
    list_filter = ("level", "kind", ("valid_to", admin.EmptyFieldListFilter), region_filter("code"))
    list_select_related = ("parent",)
    search_fields = ("search_text__contains",)
    search_help_text = _("Name or КАТО code; several words also look at the territories above.")
    ordering = ("level", "code")
    fieldsets = (
        (None, {"fields": (NAMES, SHORT_NAMES, ("code", "kind"), "parent", "centre", ("terrain", "iso"))}),
        (_("On the schematic map"), {"fields": (("tile_row", "tile_column"),)}),
        (_("In force"), {"fields": (("valid_from", "valid_to"), "successor")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        """The code is the key: another code is another region, and a renumbering."""
        return [*super().get_readonly_fields(request, obj), *(("code",) if obj else ())]

    def labels(self, records: Iterable[Region]) -> dict[Any, str]:
        return paths(records)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Region], search_term: str) -> Any:
        """«костомар акмолинская»: one word at least in the region's own name, the others there or above it.

        A code that is no longer in force finds the region that has another one now.
        """
        words = fold(search_term).split()
        if len(words) == 1 and len(words[0]) == 9 and words[0].isdigit():
            renumbered = RegionRenumbering.objects.filter(region=OuterRef("pk"), old_code=words[0])
            return queryset.filter(Q(code=words[0]) | Exists(renumbered)), False
        if len(words) < 2:
            return super().get_search_results(request, queryset, search_term)
        in_own = Q()
        for word in words:
            in_own |= Q(search_text__contains=word)
            here = Q(search_text__contains=word) | Q(parent__search_text__contains=word)
            above = Q(parent__parent__search_text__contains=word) | Q(
                parent__parent__parent__search_text__contains=word
            )
            queryset = queryset.filter(here | above)
        return queryset.filter(in_own), False


@admin.register(RegionRenumbering)
class RegionRenumberingAdmin(RegistryAdmin):
    list_display = ("old_code", "old_name_ru", "region", "known_from", "known_to", "inferred")
    list_filter = ("inferred", region_filter("region_id"))
    list_select_related = ("region",)
    search_fields = ("old_code__contains", "region__search_text__contains")
    fields = (("old_code", "old_name_ru"), "region", ("known_from", "known_to"), "inferred")


class RegionGroupMemberInline(RegistryInline):
    model = RegionGroupMember
    fields = ("region", "name_as_given", "role", "status", "source")


@admin.register(RegionGroup)
class RegionGroupAdmin(RegistryAdmin):
    list_display = ("name_ru", "name_kk", "kind")
    list_filter = ("kind",)
    search_fields = ("search_text__contains",)
    fields = (NAMES, "kind", "note")
    inlines = (RegionGroupMemberInline,)


@admin.register(Organisation)
class OrganisationAdmin(RegistryAdmin):
    list_display = ("name_ru", "short_name_ru", "kind", "region", "parent", "bin", "is_active")
    list_filter = ("kind", "is_active", region_filter("region_id"))
    search_fields = ("search_text__contains",)
    search_help_text = _("Name, short name or БИН.")
    fieldsets = (
        (None, {"fields": (NAMES, SHORT_NAMES, "kind", "bin", "region", "parent")}),
        (_("Contacts and notes"), {"fields": ("email", "is_active", "note")}),
    )

    def labels(self, records: Iterable[Organisation]) -> dict[Any, str]:
        return {record.pk: record.name_and_place for record in records}


class OrganisationGroupMemberInline(RegistryInline):
    model = OrganisationGroupMember
    fields = ("organisation",)


@admin.register(OrganisationGroup)
class OrganisationGroupAdmin(RegistryAdmin):
    list_display = ("name_ru", "name_kk", "note")
    search_fields = ("search_text__contains",)
    fields = (NAMES, "note")
    inlines = (OrganisationGroupMemberInline,)


@admin.register(Official)
class OfficialAdmin(RegistryAdmin):
    list_display = ("name", "position_ru", "organisation", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("organisation",)
    search_fields = ("name", "position_ru", "position_kk")
    folded_search = False
    fields = ("name", ("position_ru", "position_kk", "position_en"), "organisation", "is_active", "note")
