from typing import Self

from django.db.models import Q

from registry.scope import ScopedQuerySet, within
from registry.search import containing


class ProgramQuerySet(ScopedQuerySet):
    """Programmes are read by every role."""

    def search(self, words: str) -> Self:
        return self.filter(containing(words))

    def for_listing(self) -> Self:
        return self.select_related("owner", "parent", "source")


class SourceQuerySet(ScopedQuerySet):
    pass


class RegionalQuerySet(ScopedQuerySet):
    """Rows that belong to a region, or to the country as a whole."""

    region_path = "region_id"

    def under(self, code: str) -> Self:
        return self.filter(within("region_id", code))


class FundingQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program", "region", "part_of", "source")

    def in_year(self, year: int) -> Self:
        """Money of a period that covers `year`; a period without beginning or end covers all before or after."""
        return self.filter(Q(year_from=None) | Q(year_from__lte=year), Q(year_to=None) | Q(year_to__gte=year))


class ProjectQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program", "region", "source")


class ConnectionQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("system", "region", "source")


class PracticeQuerySet(RegionalQuerySet):
    """A practice is known so that others take it up: every region reads it."""

    def seen_by_region(self, user: object) -> Self:
        return self.all()


class FindingQuerySet(ScopedQuerySet):
    region_path = "region_id"

    def for_listing(self) -> Self:
        return self.select_related("authority", "organisation", "region", "source")
