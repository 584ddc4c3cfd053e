"""What the System of Regional Standards promises, and how much of it the regions have."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regions.filters import TerritoryChoices
from regions.standards.choices import StandardStatus
from regions.standards.filters import ProvisionFilter, StandardItemFilter
from regions.standards.models import Provision, StandardItem
from regions.standards.querysets import ProvisionQuerySet, StandardItemQuerySet
from registry.exports import Column
from registry.pages import ListPage, Sort

RIGHTS = ("standards.view_standarditem", "standards.view_provision")


@dataclass(frozen=True)
class Figure:
    label: str | Promise
    n: int
    address: str


class StandardListPage(ListPage):
    permission_required = RIGHTS
    template_name = "standards/standard_list.html"
    title = _("System of Regional Standards")
    filterset_class = StandardItemFilter
    sorts: ClassVar = {
        "direction": Sort(pgettext_lazy("standard", "direction"), "direction", is_name=True),
        "name": Sort(_("item"), "name", is_name=True),
        "status": Sort(_("status"), "status"),
        "told": Sort(_("figures of provision"), "told"),
    }
    default_sort = "direction"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "item or direction"),
        "status": _("status"),
        "kind": _("kind"),
        "settlement_type": _("type of settlement"),
    }
    columns = (
        Column(_("item"), lambda item: item.name, 40),
        Column(pgettext_lazy("standard", "direction"), lambda item: item.direction, 30),
        Column(_("kind"), lambda item: item.get_kind_display(), 12),
        Column(_("status"), lambda item: item.get_status_display(), 16),
        Column(_("type of settlement"), lambda item: item.get_settlement_type_display(), 18),
        Column(_("population from"), lambda item: item.population_from, 12),
        Column(_("population to"), lambda item: item.population_to, 12),
        Column(_("norm"), lambda item: item.norm, 40),
        Column(_("legal act"), lambda item: item.legal_act, 40),
        Column(_("source"), lambda item: item.source_title, 40),
        Column(_("figures of provision"), lambda item: item.told, 12),
    )

    def rows(self) -> StandardItemQuerySet:
        return StandardItem.objects.visible_to(self.request.user).with_provisions(self.request.user)

    def joined(self, rows: Any) -> Any:
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(figures=self._figures(), **kwargs)

    def _figures(self) -> list[Figure]:
        """Two queries."""
        items, provisions = StandardItem.objects, Provision.objects
        by_status = {status: Count("pk", filter=Q(status=status)) for status in StandardStatus.values}
        counts = items.visible_to(self.request.user).aggregate(**by_status)
        told = provisions.visible_to(self.request.user)
        of_provision = told.aggregate(n=Count("pk"), short=Count("pk", filter=Q(pk__in=told.short().values("pk"))))
        here, there = reverse("standards"), reverse("provisions")
        return [
            *(Figure(label, counts[status], f"{here}?status={status}") for status, label in StandardStatus.choices),
            Figure(_("figures of provision"), of_provision["n"], there),
            Figure(_("less is provided than required"), of_provision["short"], f"{there}?short=true"),
        ]


class ProvisionListPage(TerritoryChoices, ListPage):
    permission_required = RIGHTS
    template_name = "standards/provision_list.html"
    title = _("Provision by the standards")
    filterset_class = ProvisionFilter
    sorts: ClassVar = {
        "year": Sort(_("year"), "year"),
        "item": Sort(_("item"), "item__name", is_name=True),
        "region": Sort(_("region"), "region_id"),
        "required": Sort(_("required"), "required", nullable=True),
        "provided": Sort(_("provided"), "provided", nullable=True),
        "share": Sort(_("share computed by us, %"), "share", nullable=True),
        "official": Sort(_("official share, %"), "official_percent", nullable=True),
    }
    default_sort = "-year"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "item or direction"),
        "region_under": _("territory"),
        "item": _("item"),
        "year": _("year"),
        "status": _("status"),
        "short": _("less is provided than required"),
    }
    columns = (
        Column(_("item"), lambda provision: provision.item.name, 40),
        Column(pgettext_lazy("standard", "direction"), lambda provision: provision.item.direction, 30),
        Column(_("status"), lambda provision: provision.item.get_status_display(), 16),
        Column(_("КАТО"), lambda provision: provision.region_id, 11),
        Column(_("region"), lambda provision: provision.region.name, 30),
        Column(_("year"), lambda provision: provision.year, 8),
        Column(_("required"), lambda provision: provision.required, 12),
        Column(_("provided"), lambda provision: provision.provided, 12),
        Column(_("share computed by us, %"), lambda provision: provision.computed_percent, 14),
        Column(_("official share, %"), lambda provision: provision.official_percent, 14),
        Column(_("source"), lambda provision: provision.source_title, 40),
    )

    def rows(self) -> ProvisionQuerySet:
        return Provision.objects.visible_to(self.request.user).with_share()

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        told = StandardItem.objects.told_of(self.request.user)
        return super().choices() | {"item": [(str(item.pk), item.name) for item in told]}
