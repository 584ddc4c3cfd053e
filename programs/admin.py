"""Programmes, their money, projects, practices and systems, each fact with its source."""

from typing import Any

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from programs.choices import Approximation
from programs.models import (
    Connection,
    Finding,
    Funding,
    InformationSystem,
    MonthlyIndex,
    Practice,
    PracticeReplication,
    Program,
    ProgramLink,
    ProgramTerm,
    Project,
    Source,
)
from registry.admin import RegistryAdmin, RegistryForm, RegistryInline, region_filter

NAMES = ("name_ru", "name_kk", "name_en")
YEARS = ("year_from", "year_to")
DOUBT: Any = (_("Source and doubt"), {"fields": ("source", "quote", "note")})


@admin.register(Source)
class SourceAdmin(RegistryAdmin):
    list_display = ("title", "publisher", "published_on", "language", "url")
    list_filter = ("language", "published_on", ("published_on", admin.EmptyFieldListFilter))
    search_fields = ("search_text__contains",)
    fields = ("title", "publisher", "url", ("published_on", "published_note"), "language")
    added_by_all = True  # a figure needs its source, of whatever region it is


class ProgramLinkInline(RegistryInline):
    model = ProgramLink
    fk_name = "program"
    fields = ("linked", "reason", "source")


@admin.register(Program)
class ProgramAdmin(RegistryAdmin):
    list_display = ("name_ru", "kind", "status", "owner", "parent", *YEARS)
    list_filter = ("kind", "status", "owner", ("owner", admin.EmptyFieldListFilter))
    search_fields = ("search_text__contains", "owner__search_text__contains")
    prepopulated_fields = {"slug": ("name_ru",)}
    fieldsets = (
        (None, {"fields": (NAMES, "slug", "kind", "parent")}),
        (_("Who answers for it"), {"fields": ("owner", "owner_note")}),
        (_("When and on what ground"), {"fields": (YEARS, ("status", "status_note"), "legal_act")}),
        (_("In short"), {"fields": (("summary_ru", "summary_kk", "summary_en"),)}),
        (_("Source"), {"fields": ("source",)}),
    )
    inlines = (ProgramLinkInline,)


@admin.register(ProgramTerm)
class ProgramTermAdmin(RegistryAdmin):
    list_display = ("program", "parameter_ru", "value", "unit", "valid_from", "valid_to", "act")
    list_filter = ("program", "unit", ("valid_to", admin.EmptyFieldListFilter))
    list_select_related = ("program",)
    search_fields = ("program__search_text__contains", "source__search_text__contains")
    fieldsets = (
        (None, {"fields": ("program", ("parameter_ru", "parameter_kk", "parameter_en"), ("value", "unit"))}),
        (_("In force"), {"fields": (("valid_from", "valid_to"), "act")}),
        DOUBT,
    )


@admin.register(MonthlyIndex)
class MonthlyIndexAdmin(RegistryAdmin):
    list_display = ("year", "valid_from", "amount", "source")
    list_filter = ("year",)
    list_select_related = ("source",)
    search_fields = ("year", "source__search_text__contains")
    fieldsets = ((None, {"fields": (("year", "valid_from"), "amount")}), DOUBT)


class FundingForm(RegistryForm):
    def clean(self) -> dict[str, Any] | None:
        """Locks the whole and this amount before the model adds up the parts: no two people overfill it together."""
        cleaned = super().clean()
        whole = self.cleaned_data.get("part_of")
        keys = [key for key in (self.instance.pk, whole.pk if whole else None) if key]
        locked = {row.pk: row for row in Funding._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")}
        if whole:
            self.cleaned_data["part_of"] = locked.get(whole.pk, whole)
        return cleaned


@admin.register(Funding)
class FundingAdmin(RegistryAdmin):
    form = FundingForm
    list_display = ("program", "purpose", "about", "stage", "region", *YEARS, "source")
    list_filter = ("stage", "budget_level", "program", region_filter("region_id"))
    search_fields = ("program__search_text__contains", "region__search_text__contains", "source__search_text__contains")
    fieldsets = (
        (None, {"fields": ("program", "purpose", "region")}),
        (_("Period"), {"fields": (YEARS, "period_label", "as_of")}),
        (_("Money"), {"fields": (("budget_level", "stage"), ("amount", "approximation"), "part_of")}),
        DOUBT,
    )

    @admin.display(description=_("amount, tenge"), ordering="amount")
    def about(self, funding: Funding) -> str:
        """As the source puts it, its word of approximation included."""
        return Approximation(funding.approximation).of(number_format(funding.amount, 0, force_grouping=True))


@admin.register(Project)
class ProjectAdmin(RegistryAdmin):
    list_display = ("name_ru", "kind", "region", "place", "status", "cost", *YEARS)
    list_filter = ("status", "kind", "program", region_filter("region_id"))
    search_fields = ("search_text__contains", "region__search_text__contains", "program__search_text__contains")
    fieldsets = (
        (None, {"fields": (NAMES, "kind", "program", "region", "place")}),
        (_("How much"), {"fields": (("quantity", "unit", "approximation"), "cost")}),
        (_("When"), {"fields": (YEARS, ("status", "status_note"))}),
        DOUBT,
    )


@admin.register(InformationSystem)
class InformationSystemAdmin(RegistryAdmin):
    list_display = ("name_ru", "slug", "owner", "program")
    list_filter = ("program",)
    list_select_related = ("owner", "program")
    search_fields = ("search_text__contains", "owner__search_text__contains")
    prepopulated_fields = {"slug": ("name_ru",)}
    fields = (NAMES, "slug", "program", "owner", "purpose", "source", "note")


@admin.register(Connection)
class ConnectionAdmin(RegistryAdmin):
    list_display = ("system", "region", "state", "since", "source")
    list_filter = ("system", "state", region_filter("region_id"))
    search_fields = ("system__search_text__contains", "region__search_text__contains")
    fieldsets = ((None, {"fields": ("system", "region", ("state", "since"), "evidence")}), DOUBT)


class PracticeReplicationInline(RegistryInline):
    model = PracticeReplication
    fields = ("region", "state", "since", "source", "quote", "note")


@admin.register(Practice)
class PracticeAdmin(RegistryAdmin):
    list_display = ("name_ru", "region", "program", "source")
    list_filter = ("program", region_filter("region_id"))
    list_select_related = ("region", "program", "source")
    search_fields = ("search_text__contains", "region__search_text__contains")
    fieldsets = ((None, {"fields": (NAMES, "region", "program", "description")}), DOUBT)
    inlines = (PracticeReplicationInline,)


@admin.register(Finding)
class FindingAdmin(RegistryAdmin):
    list_display = ("short", "authority", "organisation", "organisation_kind", "region", "found_on", "state")
    list_filter = ("state", "authority", "organisation_kind", region_filter("region_id"))
    search_fields = (
        "search_text__contains", "authority__search_text__contains", "organisation__search_text__contains"
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("subject", "authority", "state")}),
        (_("Whom it concerns"), {"fields": ("organisation", "organisation_kind", "region")}),
        (_("When"), {"fields": ("found_on", "period_label")}),
        DOUBT,
    )

    @admin.display(description=_("what was found"), ordering="subject")
    def short(self, finding: Finding) -> str:
        return Truncator(finding.subject).chars(120)
