from typing import Any, Self

from django.apps import apps
from django.db.models import DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value

from programs.cooperatives.choices import WarningSign
from programs.querysets import RegionalQuerySet
from registry.search import containing


class CooperativeQuerySet(RegionalQuerySet):
    def for_listing(self) -> Self:
        return self.select_related("region", "source")

    def search(self, words: str) -> Self:
        return self.filter(containing(words))

    def with_support(self) -> Self:
        """Adds `support`, tenge received in all; null where none is known."""
        sums = _supports().order_by().values("cooperative").annotate(sum=Sum("amount"))
        return self.annotate(support=Subquery(sums.values("sum")))

    def supported(self) -> Self:
        return self.filter(Exists(_supports()))

    def few_members(self, *, at_most: int) -> Self:
        """Members known and no more than `at_most`."""
        return self.filter(members__lte=at_most)

    def nobody_served(self) -> Self:
        """Supported, while households served are reported as none; not reported is not none."""
        return self.filter(Exists(_supports()), households_served=0)

    def shrunk(self) -> Self:
        return self.filter(members__lt=F("members_at_registration"))

    def above_ceiling(self, *, ceiling: Any) -> Self:
        """Some one support larger than `ceiling`: tenge, an expression on the support, or None where there is none."""
        return self.none() if ceiling is None else self.filter(Exists(_supports().filter(amount__gt=ceiling)))

    def showing(self, sign: str, *, few: int, ceiling: Any) -> Self:
        """Those with the warning `sign`; `few` members at most count as few."""
        match sign:
            case WarningSign.FEW_MEMBERS:
                return self.few_members(at_most=few)
            case WarningSign.NOBODY_SERVED:
                return self.nobody_served()
            case WarningSign.SHRUNK:
                return self.shrunk()
        return self.above_ceiling(ceiling=ceiling)

    def with_signs(self, *, few: int, ceiling: Any) -> Self:
        """Adds a flag for each warning sign, under its own name."""
        same: Any = self.model._default_manager.filter(pk=OuterRef("pk"))
        return self.annotate(
            **{sign.value: Exists(same.showing(sign, few=few, ceiling=ceiling)) for sign in WarningSign}
        )

    def with_any_sign(self, *, few: int, ceiling: Any) -> Self:
        flags = {sign.value: True for sign in WarningSign}
        return self.with_signs(few=few, ceiling=ceiling).filter(Q(**flags, _connector=Q.OR))

    def without_bin(self) -> Self:
        return self.filter(bin=None)

    def without_village(self) -> Self:
        """Placed no deeper than a district or a rural okrug."""
        return self.filter(region__level__lt=4)


class OfCooperativeQuerySet(RegionalQuerySet):
    """Supports and facilities stand where their cooperative stands."""

    region_path = "cooperative__region_id"

    def for_listing(self) -> Self:
        return self.select_related("cooperative", "cooperative__region")


class SupportQuerySet(OfCooperativeQuerySet):
    def with_ceiling(self, *, mrps: int) -> Self:
        """Adds `ceiling`, see `in_mrp`."""
        return self.annotate(ceiling=Value(None, DecimalField()) if not mrps else in_mrp(mrps))


def in_mrp(mrps: int) -> ExpressionWrapper:
    """So many МРП in tenge of the day a support was given; null before the first МРП known."""
    index = apps.get_model("programs", "MonthlyIndex").objects.filter(valid_from__lte=OuterRef("provided_on"))
    amount = Subquery(index.order_by("-valid_from").values("amount")[:1])
    return ExpressionWrapper(amount * Value(mrps), DecimalField(max_digits=15, decimal_places=2))


def _supports() -> Any:
    return apps.get_model("cooperatives", "Support").objects.filter(cooperative=OuterRef("pk"))
