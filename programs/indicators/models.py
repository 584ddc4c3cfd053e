from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from programs.choices import Approximation
from programs.indicators.choices import Aggregation, Direction, IndicatorNature, ValueKind
from programs.indicators.querysets import IndicatorQuerySet, IndicatorValueQuerySet
from programs.models import Program, Sourced
from registry.figures import days, figure
from registry.models import Loaded, Named, Record, Searchable, in_language

NO_DATE = Value(date(1, 1, 1), output_field=models.DateField())
ROUGHLY = Decimal("0.05")  # «около», «порядка»: the true value lies within 5 % of the figure


class Indicator(Searchable, Named, Loaded, Record):
    """What is measured. Facts that mean the same thing share one indicator, whatever words a source used."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en", "slug")

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("programme")
    )
    unit_ru = models.CharField(_("unit in Russian"), max_length=40)
    unit_kk = models.CharField(_("unit in Kazakh"), max_length=40, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=40, blank=True)
    nature = models.CharField(_("nature"), max_length=5, choices=IndicatorNature)
    over_regions = models.CharField(_("over regions"), max_length=5, choices=Aggregation, default=Aggregation.NONE)
    over_periods = models.CharField(_("over periods"), max_length=5, choices=Aggregation, default=Aggregation.NONE)
    direction = models.CharField(_("direction"), max_length=7, choices=Direction, default=Direction.UP)
    definition = models.TextField(_("definition"), blank=True)

    objects: ClassVar[Any] = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("program", "name_ru", "pk")

    @property
    def unit(self) -> str:
        return in_language(self, "unit")


class IndicatorValue(Sourced, Loaded, Record):
    """One figure of one source. What nobody reported has no row: nothing reported is not zero."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="indicator_values", verbose_name=_("region")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=ValueKind)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)
    period_label = models.CharField(
        _("period as the source puts it"), max_length=100, blank=True, help_text=_("«за два года», «2019–2025»…")
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=4)
    approximation = models.CharField(
        _("approximation"), max_length=10, choices=Approximation, default=Approximation.EXACT, blank=True
    )
    approximation_word = models.CharField(_("the source's own word"), max_length=30, blank=True)
    numerator = models.DecimalField(_("numerator"), max_digits=15, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("denominator"), max_digits=15, decimal_places=4, null=True, blank=True)

    objects: ClassVar[Any] = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering = ("indicator", "region", F("period_from").asc(nulls_first=True), "pk")
        constraints = (
            models.UniqueConstraint(
                "indicator",
                "region",
                "kind",
                Coalesce("period_from", NO_DATE),
                Coalesce("period_to", NO_DATE),
                "period_label",
                Coalesce("as_of", NO_DATE),
                Coalesce("source", Value(0, output_field=models.BigIntegerField())),
                name="indicator_value_once",
                violation_error_message=_("This source has a value for this indicator, region and period already."),
            ),
            models.CheckConstraint(
                condition=Q(period_from=None) | Q(period_to=None) | Q(period_to__gte=F("period_from")),
                name="indicator_value_period_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gt=0),
                name="indicator_value_denominator",
                violation_error_message=_("The denominator is more than zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator}, {self.region}: {figure(self.value)}"

    @property
    def shown(self) -> str:
        """The value as a reader sees it: «почти 8 600»."""
        return Approximation(self.approximation).of(figure(self.value))

    @property
    def period(self) -> str:
        """In days or years; in the source's words where it has neither."""
        return days(self.period_from, self.period_to) or self.period_label

    @property
    def as_of_shown(self) -> str:
        return _("as of %(day)s") % {"day": date_format(self.as_of, "SHORT_DATE_FORMAT")} if self.as_of else ""

    @property
    def period_key(self) -> tuple[date, date, str, date]:
        """What two values must share to speak of one period: its days, and its words only where it has no days."""
        dated = self.period_from or self.period_to
        return (
            self.period_from or date.min,
            self.period_to or date.max,
            "" if dated else self.period_label,
            self.as_of or date.min,
        )

    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Least and greatest true value the figure and its approximation word allow; None is unbounded."""
        match self.approximation:
            case Approximation.ABOUT:
                slack = abs(self.value) * ROUGHLY
                return self.value - slack, self.value + slack
            case Approximation.ALMOST:
                return self.value - abs(self.value) * ROUGHLY, self.value
            case Approximation.MORE:
                return self.value, None
            case Approximation.UP_TO:
                return None, self.value
        return self.value, self.value
