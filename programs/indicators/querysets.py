from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Self

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce, Concat, Left

from programs.indicators.choices import ValueKind
from programs.querysets import RegionalQuerySet
from registry.scope import ScopedQuerySet
from registry.search import containing

SAME_THING = attrgetter("indicator_id", "region_id", "kind", "period_key")


class IndicatorQuerySet(ScopedQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program")

    def search(self, words: str) -> Self:
        return self.filter(containing(words))


class IndicatorValueQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("indicator", "region", "source")

    def repeated(self) -> Self:
        """Those that share indicator, region and kind with another one: only they can disagree."""
        others = self.model._default_manager.exclude(pk=OuterRef("pk"))
        same = others.filter(**{name: OuterRef(name) for name in ("indicator", "region", "kind")})
        return self.filter(Exists(same))

    def dated(self) -> Self:
        """Adds `day`, the last one the value speaks of; null where only the source's words are known."""
        return self.annotate(day=Coalesce("as_of", "period_to", "period_from"))

    def stale(self, *, since: date) -> Self:
        """The latest values of an indicator in a region, by kind, that speak of days before `since`."""
        every: Any = self.model._default_manager
        same = {name: OuterRef(name) for name in ("indicator", "region", "kind")}
        newer = every.dated().filter(**same, day__gt=OuterRef("day"))
        return self.dated().filter(~Exists(newer), day__lt=since)

    def actual_since(self, since: date) -> Self:
        return self.dated().filter(kind=ValueKind.ACTUAL, day__gte=since)

    def oblasts(self) -> Any:
        """Codes of the regions of level 1 these values lie in."""
        return self.order_by().values_list(Concat(Left("region_id", 2), Value("0000000")), flat=True)

    def disagreements(self) -> list[list[Any]]:
        """Groups of these values on one thing and period that, with their approximation words, cannot all be true."""
        groups = [list(group) for _, group in groupby(sorted(self, key=SAME_THING), key=SAME_THING)]
        return [group for group in groups if _cannot_all_be_true(group)]


def _cannot_all_be_true(group: list[Any]) -> bool:
    lows, highs = zip(*(value.bounds() for value in group), strict=True)
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)
    return low is not None and high is not None and low > high
