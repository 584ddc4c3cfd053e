from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regions.models import Region
from regions.standards.choices import SettlementType, StandardKind, StandardStatus
from regions.standards.querysets import ProvisionQuerySet, StandardItemQuerySet
from registry.models import Loaded, Named, Record, Searchable, in_language


class StandardItem(Searchable, Named, Loaded, Record):
    """An object or service that the System of Regional Standards promises a settlement, or is asked to promise."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en", "direction_ru", "direction_kk")

    kind = models.CharField(_("kind"), max_length=10, choices=StandardKind)
    direction_ru = models.CharField(_("direction in Russian"), max_length=200)
    direction_kk = models.CharField(_("direction in Kazakh"), max_length=200, blank=True)
    direction_en = models.CharField(_("direction in English"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=StandardStatus)
    settlement_type = models.CharField(
        _("type of settlement"), max_length=20, choices=SettlementType, default=SettlementType.ANY
    )
    population_from = models.PositiveIntegerField(_("population from"), null=True, blank=True)
    population_to = models.PositiveIntegerField(_("population to"), null=True, blank=True)
    norm = models.TextField(_("norm"), blank=True, help_text=_("How much of it, as the standard words it."))
    legal_act = models.CharField(_("legal act"), max_length=300, blank=True)
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    objects: ClassVar[Any] = StandardItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the regional standards")
        verbose_name_plural = _("items of the regional standards")
        ordering = ("direction_ru", "name_ru", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(population_from=None) | Q(population_to=None) | Q(population_to__gte=F("population_from")),
                name="standard_population_order",
                violation_error_message=_("The population band ends below its beginning."),
            ),
        )

    @property
    def direction(self) -> str:
        return in_language(self, "direction")


class Provision(Loaded, Record):
    """How much of an item a region has in a year; the official share and ours are kept apart."""

    item = models.ForeignKey(StandardItem, models.PROTECT, related_name="provisions", verbose_name=_("item"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="provisions", verbose_name=_("region"))
    year = models.PositiveSmallIntegerField(_("year"))
    required = models.PositiveIntegerField(_("required"), null=True, blank=True)
    provided = models.PositiveIntegerField(_("provided"), null=True, blank=True)
    official_percent = models.DecimalField(
        _("official share, %"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("As published.")
    )
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    objects: ClassVar[Any] = ProvisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("provision by the standards")
        verbose_name_plural = _("provision by the standards")
        ordering = ("-year", "region", "item", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("item", "region", "year"),
                name="provision_once_a_year",
                violation_error_message=_("This region has a figure for this item and year already."),
            ),
            models.CheckConstraint(
                condition=Q(official_percent=None) | Q(official_percent__gte=0, official_percent__lte=100),
                name="provision_percent_range",
                violation_error_message=_("A share lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(required__isnull=False) | Q(provided__isnull=False) | Q(official_percent__isnull=False),
                name="provision_has_a_figure",
                violation_error_message=_("Give at least one figure."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.region}: {self.item}, {self.year}"

    @property
    def computed_percent(self) -> Decimal | None:
        """Provided ÷ required, in %; ours, not published by anyone. None where it cannot be told."""
        if not self.required or self.provided is None:
            return None
        return round(Decimal(100 * self.provided) / self.required, 1)
