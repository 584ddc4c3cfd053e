from typing import Self

from registry.scope import ScopedQuerySet


class ProvisionQuerySet(ScopedQuerySet):
    region_path = "region_id"

    def for_listing(self) -> Self:
        return self.select_related("region", "item")
