from typing import Any, Self

from django.apps import apps
from django.db.models import Count, Exists, F, FloatField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from registry.scope import ScopedQuerySet, within
from registry.search import containing


def _provisions(user: Any) -> Any:
    return apps.get_model("standards", "Provision").objects.visible_to(user).filter(item=OuterRef("pk")).order_by()


class StandardItemQuerySet(ScopedQuerySet):
    """What the standards promise is read by all."""

    def search(self, words: str) -> Self:
        return self.filter(containing(words))

    def with_provisions(self, user: Any) -> Self:
        """Adds `told`, how many figures of provision `user` sees."""
        counted = _provisions(user).values("item").annotate(n=Count("pk")).values("n")
        return self.annotate(told=Coalesce(Subquery(counted), 0))

    def told_of(self, user: Any) -> Self:
        return self.filter(Exists(_provisions(user)))


class ProvisionQuerySet(ScopedQuerySet):
    region_path = "region_id"

    def for_listing(self) -> Self:
        return self.select_related("region", "item")

    def under(self, code: str) -> Self:
        return self.filter(within("region_id", code))

    def with_share(self) -> Self:
        """Adds `share` to sort by: `Provision.computed_percent` before it is rounded."""
        required = NullIf(Cast("required", FloatField()), Value(0.0))
        return self.annotate(share=Cast("provided", FloatField()) * 100 / required)

    def short(self) -> Self:
        """Less is provided than required."""
        return self.filter(provided__lt=F("required"))
