from decimal import Decimal
from typing import Self

from django.db.models import F

from programs.querysets import RegionalQuerySet
from registry.search import fold


class CooperativeQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("region", "source")

    def search(self, words: str) -> Self:
        return self.filter(search_text__contains=fold(words))

    def few_members(self, *, at_most: int) -> Self:
        """Members known and no more than `at_most`."""
        return self.filter(members__lte=at_most)

    def nobody_served(self) -> Self:
        """Supported, while households served are reported as none; not reported is not none."""
        return self.filter(households_served=0, supports__isnull=False).distinct()

    def shrunk(self) -> Self:
        return self.filter(members__lt=F("members_at_registration"))

    def above_ceiling(self, *, ceiling: Decimal) -> Self:
        """Some one support larger than `ceiling` tenge."""
        return self.filter(supports__amount__gt=ceiling).distinct()


class OfCooperativeQuerySet(RegionalQuerySet):
    """Supports and facilities stand where their cooperative stands."""

    region_path = "cooperative__region_id"

    def for_listing(self) -> Self:
        return self.select_related("cooperative", "cooperative__region")
