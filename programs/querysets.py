from typing import Self

from django.apps import apps
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from registry.scope import ScopedQuerySet, within
from registry.search import containing


class ProgramQuerySet(ScopedQuerySet):
    """Programmes are read by every role."""

    def search(self, words: str) -> Self:
        return self.filter(containing(words))

    def for_listing(self) -> Self:
        return self.select_related("owner", "parent", "source")

    def around(self, slug: str) -> Self:
        """The programme `slug`, its parts and those linked with it either way, each with its `place` there and, for a
        link, the `reason`."""
        one_way, other_way = Q(program__slug=slug, linked=OuterRef("pk")), Q(linked__slug=slug, program=OuterRef("pk"))
        links = apps.get_model("programs", "ProgramLink").objects.filter(one_way | other_way)
        place = Case(
            When(slug=slug, then=Value("itself")),
            When(parent__slug=slug, then=Value("part")),
            When(Exists(links), then=Value("linked")),
            output_field=CharField(),
        )
        return self.annotate(place=place, reason=Subquery(links.values("reason")[:1])).filter(place__isnull=False)


class SourceQuerySet(ScopedQuerySet):
    pass


class RegionalQuerySet(ScopedQuerySet):
    """Rows that belong to a region, or to the country as a whole."""

    region_path = "region_id"

    def under(self, code: str) -> Self:
        return self.filter(within("region_id", code))


class OfYearsQuerySet(RegionalQuerySet):
    def in_year(self, year: int) -> Self:
        """Of a period that covers `year`; a period without beginning or end covers all before or after."""
        return self.filter(Q(year_from=None) | Q(year_from__lte=year), Q(year_to=None) | Q(year_to__gte=year))


class FundingQuerySet(OfYearsQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program", "region", "part_of", "source")


class ProjectQuerySet(OfYearsQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program", "region", "source")


class ConnectionQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("system", "region", "source")


class PracticeQuerySet(RegionalQuerySet):
    """A practice is known so that others take it up: every region reads it."""

    def seen_by_region(self, user: object) -> Self:
        return self.all()


class FindingQuerySet(RegionalQuerySet):
    def about(self, organisations: QuerySet) -> Self:
        """Concerning one of `organisations`, or all of its kind."""
        kinds = organisations.values("kind")
        return self.filter(Q(organisation__in=organisations.values("pk")) | Q(organisation_kind__in=kinds))

    def for_listing(self) -> Self:
        return self.select_related("authority", "organisation", "region", "source")
