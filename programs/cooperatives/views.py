"""The register of cooperatives and the page of one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.cooperatives.choices import WarningSign
from programs.cooperatives.filters import ANY_SIGN, CooperativeListFilter, yardstick
from programs.cooperatives.models import Cooperative, Facility, Support
from programs.cooperatives.querysets import CooperativeQuerySet
from programs.cooperatives.services import Warned, warning_signs
from regions.filters import TerritoryChoices
from regions.models import Region
from registry.exports import Column
from registry.pages import ListPage, RegistryPage, Sort

MOST_ROWS = 200  # supports, and facilities, of one cooperative on its page


@dataclass(frozen=True)
class Row:
    cooperative: Cooperative
    signs: list[Warned]

    @property
    def doubts(self) -> str:
        return "; ".join(f"{warned.sign.label} ({warned.reason})" for warned in self.signs)


@dataclass(frozen=True)
class Figure:
    label: str | Promise
    n: int
    address: str


def with_signs(rows: CooperativeQuerySet) -> Any:
    """`rows` with what `warning_signs` reads of them. Two queries."""
    supports = Support.objects.with_ceiling(mrps=settings.COOPERATIVE_CEILING_MRP).order_by("-provided_on", "pk")
    return rows.with_signs(**yardstick()).prefetch_related(Prefetch("supports", supports))


def as_row(cooperative: Cooperative) -> Row:
    return Row(cooperative, warning_signs(cooperative, few=settings.COOPERATIVE_FEW_MEMBERS))


class CooperativeListPage(TerritoryChoices, ListPage):
    permission_required = "cooperatives.view_cooperative"
    template_name = "cooperatives/cooperative_list.html"
    title = gettext_lazy("Cooperatives")
    filterset_class = CooperativeListFilter
    sorts: ClassVar = {
        "name": Sort(gettext_lazy("cooperative"), "name", is_name=True),
        "region": Sort(gettext_lazy("territory"), "region_id"),
        "registered": Sort(gettext_lazy("registered on"), "registered_on", nullable=True),
        "members": Sort(gettext_lazy("members"), "members", nullable=True),
        "households": Sort(gettext_lazy("households served"), "households_served", nullable=True),
        "support": Sort(gettext_lazy("support, tenge"), "support", nullable=True),
    }
    default_sort = "region"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "name, БИН or product"),
        "region_under": gettext_lazy("territory"),
        "sign": gettext_lazy("warning sign"),
        "status": gettext_lazy("status"),
        "supported": gettext_lazy("received support"),
        "chain_place": gettext_lazy("place in the chain"),
    }
    more_controls: ClassVar = {
        "members__gte": gettext_lazy("members, from"),
        "members__lte": gettext_lazy("members, to"),
        "registered_on__gte": gettext_lazy("registered from"),
        "registered_on__lte": gettext_lazy("registered to"),
        "without_bin": gettext_lazy("without a БИН"),
        "without_village": gettext_lazy("village not known"),
    }
    columns = (
        Column(gettext_lazy("cooperative"), lambda row: row.cooperative.name, 35),
        Column(gettext_lazy("БИН"), lambda row: row.cooperative.bin, 14),
        Column(gettext_lazy("КАТО"), lambda row: row.cooperative.region_id, 11),
        Column(gettext_lazy("territory"), lambda row: row.cooperative.region.name, 25),
        Column(gettext_lazy("status"), lambda row: row.cooperative.get_status_display(), 14),
        Column(gettext_lazy("registered on"), lambda row: row.cooperative.registered_on, 12),
        Column(gettext_lazy("product"), lambda row: row.cooperative.product, 25),
        Column(gettext_lazy("place in the chain"), lambda row: row.cooperative.get_chain_place_display()),
        Column(gettext_lazy("members"), lambda row: row.cooperative.members, 10),
        Column(gettext_lazy("members at registration"), lambda row: row.cooperative.members_at_registration, 12),
        Column(gettext_lazy("households served"), lambda row: row.cooperative.households_served, 12),
        Column(gettext_lazy("support, tenge"), lambda row: row.cooperative.support, 16),
        Column(gettext_lazy("warning signs"), lambda row: row.doubts, 60),
    )

    def rows(self) -> CooperativeQuerySet:
        return Cooperative.objects.visible_to(self.request.user).with_support()

    def joined(self, rows: Any) -> Any:
        return with_signs(rows.for_listing())

    def shown(self, records: Iterable[Cooperative]) -> Iterator[Row]:
        return map(as_row, records)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(figures=self._figures(), mrps=settings.COOPERATIVE_CEILING_MRP, **kwargs)

    def _figures(self) -> list[Figure]:
        """How many there are in all, and with each sign; the same words as the filter. One query."""
        rows = Cooperative.objects.visible_to(self.request.user).with_signs(**yardstick())
        conditions = {sign.value: Q(**{sign.value: True}) for sign in WarningSign}
        conditions[ANY_SIGN] = Q(*conditions.values(), _connector=Q.OR)
        counts = rows.aggregate(
            all=Count("pk"), **{f"n_{sign}": Count("pk", filter=condition) for sign, condition in conditions.items()}
        )
        page = reverse("cooperatives")
        labels = {ANY_SIGN: gettext_lazy("with a warning sign")} | dict(WarningSign.choices)
        return [
            Figure(gettext_lazy("in the register"), counts["all"], page),
            *(Figure(label, counts[f"n_{sign}"], f"{page}?sign={sign}") for sign, label in labels.items()),
        ]


class CooperativePage(RegistryPage):
    permission_required = "cooperatives.view_cooperative"
    template_name = "cooperatives/cooperative.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = Cooperative.objects.visible_to(user).for_listing()
        cooperative = get_object_or_404(with_signs(rows), pk=kwargs["pk"])
        return super().get_context_data(
            cooperative=cooperative,
            signs=as_row(cooperative).signs,
            place=Region.objects.above(cooperative.region_id),
            supports=self._of(Support, cooperative).select_related("program", "operator", "source"),
            facilities=self._of(Facility, cooperative).select_related("source"),
            support_total=sum(support.amount for support in cooperative.supports.all()),
            contacts=self._contacts(cooperative),
            most_rows=MOST_ROWS,
            **kwargs,
        )

    def _of(self, model: Any, cooperative: Cooperative) -> Any:
        return model.objects.visible_to(self.request.user).filter(cooperative=cooperative)[:MOST_ROWS]

    def _contacts(self, cooperative: Cooperative) -> list[tuple[str, str]] | None:
        """None for those who may not read personal data."""
        user: Any = self.request.user
        if not user.has_perm("cooperatives.view_personal_data"):
            return None
        return [
            (_("Chair"), cooperative.chair),
            (_("Phone"), cooperative.phone),
            (_("E-mail"), cooperative.email),
        ]
