"""What is built, and what regions are connected to."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.choices import (
    Approximation,
    ConnectionState,
    ProjectStatus,
)
from programs.models.money import MONEY
from programs.models.programs import Program
from programs.models.sources import Source, Sourced
from programs.querysets import (
    ConnectionQuerySet,
    ProjectQuerySet,
)
from registry.figures import figure, tenge, years
from registry.models import Loaded, Named, Record, Searchable


class Project(Searchable, Named, Sourced, Loaded, Record):
    """A thing being built or run in a region: a meat cluster, a plant, a wholesale centre."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en", "place")

    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=60, help_text=_("Processing, tourism, market…"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="projects", verbose_name=_("region"))
    place = models.CharField(_("place as the source puts it"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=1)
    unit = models.CharField(_("unit"), max_length=30, blank=True, help_text=_("Empty: pieces."))
    approximation = models.CharField(
        _("approximation"), max_length=10, choices=Approximation, default=Approximation.EXACT, blank=True
    )
    cost = models.DecimalField(_("cost, tenge"), null=True, blank=True, **MONEY)
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=ProjectStatus)
    status_note = models.CharField(_("status in words"), max_length=200, blank=True)

    objects: ClassVar[Any] = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("region", "name_ru", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(year_from=None) | Q(year_to=None) | Q(year_to__gte=F("year_from")),
                name="project_years_order",
                violation_error_message=_("The project ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(cost=None) | Q(cost__gt=0)),
                name="project_figures_positive",
                violation_error_message=_("Quantity and cost are more than zero; leave an unknown cost empty."),
            ),
        )

    @property
    def shown(self) -> str:
        """How many, with the source's word and the unit."""
        return f"{Approximation(self.approximation).of(figure(self.quantity))} {self.unit}".strip()

    @property
    def cost_shown(self) -> str:
        return tenge(self.cost) if self.cost else ""

    @property
    def period(self) -> str:
        return years(self.year_from, self.year_to)


class InformationSystem(Searchable, Named, Loaded, Record):
    """A system the regions have to be connected to, such as Amanatnesie."""

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="systems", verbose_name=_("programme")
    )
    owner = models.ForeignKey(
        "regions.Organisation", models.PROTECT, null=True, blank=True, related_name="systems", verbose_name=_("owner")
    )
    purpose = models.TextField(_("purpose"), blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("information system")
        verbose_name_plural = _("information systems")
        ordering = ("name_ru", "pk")


class Connection(Sourced, Loaded, Record):
    """How far one region is with one system. "No data" is not "not connected"."""

    system = models.ForeignKey(
        InformationSystem, models.PROTECT, related_name="connections", verbose_name=_("information system")
    )
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="connections", verbose_name=_("region"))
    state = models.CharField(_("state"), max_length=15, choices=ConnectionState, default=ConnectionState.NO_DATA)
    since = models.DateField(_("since"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True, help_text=_("Letter, act or check that proves the state."))

    objects: ClassVar[Any] = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection to a system")
        verbose_name_plural = _("connections to systems")
        ordering = ("system", "region", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("system", "region"),
                name="connection_once",
                violation_error_message=_("This region has a row for this system already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ConnectionState.CONNECTED) | Q(since__isnull=False),
                name="connection_dated",
                violation_error_message=_("Give the date since when the region is connected."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.region}: {self.system}"
