"""Pages of regions. The day is read here and handed down."""

from typing import Any, ClassVar

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regions.exports import REGION_COLUMNS
from regions.filters import RegionRowFilter, TerritoryChoices
from regions.models import Region
from regions.profile import Profile
from regions.querysets import RegionQuerySet
from registry.pages import FORMAT, ORDERING, PAGE, ListPage, RegistryPage, Sort

PARTS_SHOWN = 60


class RegionListPage(TerritoryChoices, ListPage):
    """The country and its regions; whatever filter is given looks through the whole classifier."""

    permission_required = "regions.view_region"
    template_name = "regions/region_list.html"
    title = _("Regions")
    columns = REGION_COLUMNS
    filterset_class = RegionRowFilter
    sorts: ClassVar = {
        "code": Sort(_("КАТО code"), "code"),
        "name": Sort(_("region"), "name", is_name=True),
        "level": Sort(_("level"), "level"),
        "kind": Sort(_("kind"), "kind"),
    }
    default_sort = "code"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "name or КАТО code"),
        "level": _("level"),
        "kind": _("kind"),
        "region_under": _("territory"),
    }

    @property
    def is_top(self) -> bool:
        return not self.request.GET.keys() - {PAGE, ORDERING, FORMAT}

    def rows(self) -> RegionQuerySet:
        regions = Region.objects.visible_to(self.request.user)
        return regions.filter(level__lte=1) if self.is_top else regions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_top=self.is_top, **kwargs)


class RegionPage(RegistryPage):
    parameters = frozenset({PAGE})
    permission_required = "regions.view_region"
    template_name = "regions/region.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        try:
            profile = Profile(self.request.user, kwargs["code"], on=today)
        except Region.DoesNotExist as error:
            raise Http404(kwargs["code"]) from error
        paginator = Paginator(profile.parts, PARTS_SHOWN)
        try:
            page = paginator.page(self.request.GET.get(PAGE, 1))
        except InvalidPage as error:
            raise Http404("no such page of parts") from error
        numbers = paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
        return super().get_context_data(
            profile=profile, region=profile.region, today=today, page=page, page_numbers=numbers, **kwargs
        )
