"""Programmes, their links and their terms."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.choices import (
    ProgramKind,
    ProgramStatus,
)
from programs.models.sources import Source, Sourced
from programs.querysets import (
    ProgramQuerySet,
)
from registry.figures import figure, years
from registry.models import Loaded, Named, Record, Searchable, in_language


class Program(Searchable, Named, Loaded, Record):
    """A programme, project, concept or measure of regional development."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en", "summary_ru", "summary_kk", "slug")

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ProgramKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    owner = models.ForeignKey(
        "regions.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programs",
        verbose_name=_("owner"),
        help_text=_("The body answerable for the programme, where a source names it."),
    )
    owner_note = models.CharField(_("answerable as the source puts it"), max_length=300, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=15, choices=ProgramStatus)
    status_note = models.CharField(_("status in words"), max_length=300, blank=True)
    legal_act = models.CharField(_("legal act"), max_length=300, blank=True)
    summary_ru = models.TextField(_("summary in Russian"), blank=True)
    summary_kk = models.TextField(_("summary in Kazakh"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="programs", verbose_name=_("source")
    )

    objects: ClassVar[Any] = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ("name_ru", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(year_from=None) | Q(year_to=None) | Q(year_to__gte=F("year_from")),
                name="program_years_order",
                violation_error_message=_("The programme ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="program_not_own_parent",
                violation_error_message=_("A programme is not a part of itself."),
            ),
        )

    @property
    def summary(self) -> str:
        return in_language(self, "summary")

    @property
    def period(self) -> str:
        return years(self.year_from, self.year_to)


class ProgramLink(Loaded, Record):
    """Two programmes that are to work together, and why."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="links", verbose_name=_("programme"))
    linked = models.ForeignKey(Program, models.CASCADE, related_name="linked_from", verbose_name=_("linked with"))
    reason = models.CharField(_("why"), max_length=300, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name=_("source"))

    class Meta:
        verbose_name = _("link between programmes")
        verbose_name_plural = _("links between programmes")
        ordering = ("program", "linked", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("program", "linked"),
                name="program_link_once",
                violation_error_message=_("These programmes are linked already."),
            ),
            models.CheckConstraint(
                condition=~Q(program=F("linked")),
                name="program_link_to_another",
                violation_error_message=_("A programme is not linked with itself."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.program} – {self.linked}"


class ProgramTerm(Sourced, Loaded, Record):
    """A term of a programme, such as the largest loan; it warns, it never blocks."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="terms", verbose_name=_("programme"))
    parameter_ru = models.CharField(_("parameter in Russian"), max_length=200)
    parameter_kk = models.CharField(_("parameter in Kazakh"), max_length=200, blank=True)
    parameter_en = models.CharField(_("parameter in English"), max_length=200, blank=True)
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=40, help_text=_("Year, МРП, % a year…"))
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force to"), null=True, blank=True)
    act = models.CharField(_("legal act"), max_length=300)

    class Meta:
        verbose_name = _("term of a programme")
        verbose_name_plural = _("terms of programmes")
        ordering = ("program", "-valid_from", "parameter_ru", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="program_term_validity_order",
                violation_error_message=_("The term ends before it begins."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.parameter}: {self.value.normalize():f} {self.unit}"

    @property
    def parameter(self) -> str:
        return in_language(self, "parameter")

    @property
    def shown(self) -> str:
        return f"{figure(self.value)} {self.unit}"

    def is_in_force(self, *, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
