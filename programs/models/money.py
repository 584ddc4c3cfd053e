"""Money of programmes, and the index loans are counted in."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from programs.choices import (
    Approximation,
    BudgetLevel,
    FundingStage,
)
from programs.models.programs import Program
from programs.models.sources import Sourced
from programs.querysets import (
    FundingQuerySet,
)
from registry.figures import tenge, years
from registry.models import Loaded, Record

MONEY: dict[str, Any] = {"max_digits": 15, "decimal_places": 2}  # tenge; SQLite keeps no more digits


class MonthlyIndex(Sourced, Loaded, Record):
    """МРП, the monthly calculation index, in tenge: loan ceilings are counted in it."""

    year = models.PositiveSmallIntegerField(_("year"))
    valid_from = models.DateField(_("in force from"), unique=True)
    amount = models.DecimalField(_("amount, tenge"), **MONEY)

    class Meta:
        verbose_name = _("МРП")
        verbose_name_plural = _("МРП by year")
        ordering = ("-valid_from",)

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class Funding(Sourced, Loaded, Record):
    """Money of a programme, planned, allocated or disbursed; money facts live here only."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="funding", verbose_name=_("programme"))
    purpose = models.CharField(_("purpose"), max_length=300)
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="funding",
        verbose_name=_("region"),
        help_text=_("The country for the whole."),
    )
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    period_label = models.CharField(_("period as the source puts it"), max_length=100, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    budget_level = models.CharField(_("budget"), max_length=12, choices=BudgetLevel, default=BudgetLevel.NOT_STATED)
    stage = models.CharField(_("stage"), max_length=10, choices=FundingStage)
    amount = models.DecimalField(_("amount, tenge"), **MONEY)
    approximation = models.CharField(
        _("approximation"), max_length=10, choices=Approximation, default=Approximation.EXACT, blank=True
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )

    objects: ClassVar[Any] = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding")
        verbose_name_plural = _("funding")
        ordering = ("program", F("year_from").asc(nulls_first=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(year_from=None) | Q(year_to=None) | Q(year_to__gte=F("year_from")),
                name="funding_years_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="funding_amount_positive",
                violation_error_message=_("The amount is more than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(part_of=F("id")),
                name="funding_not_own_part",
                violation_error_message=_("An amount is not a part of itself."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.program}: {self.purpose}"

    @property
    def shown(self) -> str:
        """The amount as a reader sees it: «около 60 млрд тенге»."""
        return Approximation(self.approximation).of(tenge(self.amount))

    @property
    def period(self) -> str:
        return years(self.year_from, self.year_to) or self.period_label

    def clean(self) -> None:
        """Parts of one whole and stage may not exceed it, and belong to its programme."""
        super().clean()
        if self.part_of is not None and self.amount is not None:
            self._check_within_whole(self.part_of)
        if self.pk and self.amount is not None:
            self._check_own_parts()

    def _check_within_whole(self, whole: "Funding") -> None:
        if whole.program_id != self.program_id:
            raise ValidationError({"part_of": _("The whole belongs to another programme.")}, code="part_of_program")
        if whole.part_of_id == self.pk and self.pk:
            raise ValidationError({"part_of": _("Each would be a part of the other.")}, code="part_of_circle")
        others = whole.parts.exclude(pk=self.pk).aggregate(total=Sum("amount"))["total"] or 0
        if others + self.amount > whole.amount:
            raise ValidationError(
                {
                    "amount": ValidationError(
                        _("The parts would add up to %(sum)s tenge, more than their whole of %(whole)s."),
                        code="parts_exceed_whole",
                        params={"sum": _whole_tenge(others + self.amount), "whole": _whole_tenge(whole.amount)},
                    )
                }
            )

    def _check_own_parts(self) -> None:
        parts = self.parts.aggregate(total=Sum("amount"))["total"] or 0
        if parts > self.amount:
            raise ValidationError(
                {
                    "amount": ValidationError(
                        _("Its parts add up to %(sum)s tenge already: the whole cannot be less."),
                        code="whole_below_parts",
                        params={"sum": _whole_tenge(parts)},
                    )
                }
            )


def _whole_tenge(amount: Decimal | int) -> str:
    return number_format(amount, 0, force_grouping=True)
