from typing import Self

from programs.querysets import RegionalQuerySet
from registry.scope import ScopedQuerySet
from registry.search import containing


class IndicatorQuerySet(ScopedQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("program")

    def search(self, words: str) -> Self:
        return self.filter(containing(words))


class IndicatorValueQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("indicator", "region", "source")
