from itertools import groupby
from operator import attrgetter
from typing import Any, Self

from programs.querysets import RegionalQuerySet
from registry.scope import ScopedQuerySet
from registry.search import fold

SAME_THING = attrgetter("indicator_id", "region_id", "kind", "period_key")


class IndicatorQuerySet(ScopedQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program")

    def search(self, words: str) -> Self:
        return self.filter(search_text__contains=fold(words))


class IndicatorValueQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("indicator", "region", "source")

    def disagreements(self) -> list[list[Any]]:
        """Groups of these values on one thing and period that, with their approximation words, cannot all be true."""
        groups = [list(group) for _, group in groupby(sorted(self, key=SAME_THING), key=SAME_THING)]
        return [group for group in groups if _cannot_all_be_true(group)]


def _cannot_all_be_true(group: list[Any]) -> bool:
    lows, highs = zip(*(value.bounds() for value in group), strict=True)
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)
    return low is not None and high is not None and low > high
