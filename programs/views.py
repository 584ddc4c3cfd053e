"""Pages of programmes, their money and projects. The day is read here and handed down."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.documents import passport_document
from programs.exports import FUNDING_COLUMNS, PROGRAM_COLUMNS, PROJECT_COLUMNS
from programs.filters import FundingFilter, ProgramFilter, ProjectFilter
from programs.models import Funding, Program, Project
from programs.passport import Passport
from programs.querysets import FundingQuerySet, ProgramQuerySet, ProjectQuerySet
from regions.filters import TerritoryChoices
from registry.exports import Document
from registry.pages import DocumentPage, ListPage, Sort
from registry.relations import rows_of
from registry.scope import COUNTRY, sees_region


class ProgramListPage(ListPage):
    permission_required = "programs.view_program"
    template_name = "programs/program_list.html"
    title = _("Programmes")
    columns = PROGRAM_COLUMNS
    filterset_class = ProgramFilter
    sorts: ClassVar = {
        "name": Sort(_("programme"), "name", is_name=True),
        "kind": Sort(_("kind"), "kind"),
        "status": Sort(_("status"), "status"),
        "from": Sort(_("from year"), "year_from", nullable=True),
        "to": Sort(_("to year"), "year_to", nullable=True),
    }
    default_sort = "name"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "words of the programme"),
        "kind": _("kind"),
        "status": _("status"),
        "parent": _("part of the programme"),
    }

    def rows(self) -> ProgramQuerySet:
        return Program.objects.visible_to(self.request.user)

    def joined(self, rows: Any) -> Any:
        """With the number of its instructions on control that the user may see, and of those overdue."""
        on_control = rows_of(Program, "instructions", self.request.user).unrestricted().on_control()
        mine = on_control.filter(program=OuterRef("pk")).order_by().values("program")
        return rows.for_listing().annotate(
            on_control=Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0),
        )


class ProgramPage(DocumentPage):
    permission_required = "programs.view_program"
    template_name = "programs/program.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        try:
            passport = Passport(self.request.user, kwargs["slug"], on=today)
        except Program.DoesNotExist as error:
            raise Http404(kwargs["slug"]) from error
        return super().get_context_data(
            passport=passport, program=passport.program, today=today, country=COUNTRY, **kwargs
        )

    def document(self, context: dict[str, Any]) -> Document:
        return passport_document(context["passport"])


@dataclass(frozen=True)
class Amount:
    """A row of the list of money."""

    row: Funding
    whole: Funding | None


class FundingListPage(TerritoryChoices, ListPage):
    permission_required = "programs.view_funding"
    template_name = "programs/funding_list.html"
    title = _("Money of programmes")
    columns = FUNDING_COLUMNS
    filterset_class = FundingFilter
    sorts: ClassVar = {
        "from": Sort(_("from year"), "year_from", nullable=True),
        "amount": Sort(_("amount"), "amount"),
        "program": Sort(_("programme"), "program__name", is_name=True),
        "region": Sort(_("region"), "region_id"),
        "stage": Sort(_("stage"), "stage"),
    }
    default_sort = "-from"
    controls: ClassVar = {
        "program": _("programme"),
        "stage": _("stage"),
        "budget_level": _("budget"),
        "year": _("in force in the year"),
        "region_under": _("territory"),
    }

    def rows(self) -> FundingQuerySet:
        return Funding.objects.visible_to(self.request.user)

    def shown(self, records: Iterable[Funding]) -> Iterable[Amount]:
        """Each with the `whole` it is a part of, where the reader may see that."""
        for money in records:
            whole: Any = money.part_of
            is_seen = whole is not None and sees_region(self.request.user, whole.region_id)
            yield Amount(money, whole if is_seen else None)


class ProjectListPage(TerritoryChoices, ListPage):
    permission_required = "programs.view_project"
    template_name = "programs/project_list.html"
    title = _("Projects")
    columns = PROJECT_COLUMNS
    filterset_class = ProjectFilter
    sorts: ClassVar = {
        "name": Sort(_("project"), "name", is_name=True),
        "program": Sort(_("programme"), "program__name", nullable=True, is_name=True),
        "region": Sort(_("region"), "region_id"),
        "cost": Sort(_("cost, tenge"), "cost", nullable=True),
        "status": Sort(_("status"), "status"),
        "from": Sort(_("from year"), "year_from", nullable=True),
    }
    default_sort = "region"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "words of the project"),
        "program": _("programme"),
        "region_under": _("territory"),
        "status": _("status"),
        "year": _("in force in the year"),
    }
    more_controls: ClassVar = {"cost__gte": _("cost from, tenge"), "cost__lte": _("cost to, tenge")}

    def rows(self) -> ProjectQuerySet:
        return Project.objects.visible_to(self.request.user)
