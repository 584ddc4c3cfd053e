from datetime import date
from typing import Self

from django.db.models import Q

from registry.scope import ScopedQuerySet, subtree, within
from registry.search import containing, fold, holding


class RegionQuerySet(ScopedQuerySet):
    """The classifier is reference data: everybody reads the whole of it."""

    def under(self, code: str) -> Self:
        """The territory `code` and everything in it."""
        return self.filter(code__range=subtree(code))

    def above(self, code: str) -> Self:
        """The chain from the country down to `code` itself, in that order."""
        return self.filter(code__in={code[:length].ljust(9, "0") for length in (0, 2, 4, 6, 9)}).order_by("level")

    def around(self, code: str) -> Self:
        """The chain from the country down to `code`, and the parts of `code`, by their codes."""
        return self.above(code).order_by() | self.filter(parent=code)

    def for_listing(self) -> Self:
        """With all that each lies in."""
        return self.select_related("centre", "successor", "parent__parent__parent")

    def tiles(self) -> Self:
        """The 20 regions of the schematic map."""
        return self.filter(level=1, tile_row__isnull=False)

    def choosable(self, *, on: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def search(self, words: str) -> Self:
        return self.filter(containing(words))


class RegionGroupMemberQuerySet(ScopedQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("group", "region").order_by("group", "region", "pk")


class OrganisationQuerySet(ScopedQuerySet):
    """Organisations are reference data: an executor of another region must be nameable."""

    def under(self, code: str) -> Self:
        return self.filter(within("region_id", code))

    def choosable(self, *, on: date) -> Self:
        return self.filter(is_active=True)

    def search(self, words: str) -> Self:
        """Each of the words in its names or БИН, or in the name of its territory or of the one above it."""
        found = self
        for word in fold(words).split():
            place = holding(word, "region__search_text") | holding(word, "region__parent__search_text")
            found = found.filter(holding(word) | place)
        return found

    def for_listing(self) -> Self:
        return self.select_related("region", "parent")
