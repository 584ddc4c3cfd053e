from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from programs.choices import (
    Approximation,
    BudgetLevel,
    ConnectionState,
    FindingState,
    FundingStage,
    Language,
    ProgramKind,
    ProgramStatus,
    ProjectStatus,
    ReplicationState,
)
from programs.querysets import (
    ConnectionQuerySet,
    FindingQuerySet,
    FundingQuerySet,
    PracticeQuerySet,
    ProgramQuerySet,
    ProjectQuerySet,
    SourceQuerySet,
)
from regions.choices import OrganisationKind
from registry.models import Loaded, Named, Record, Searchable, in_language
from registry.scope import COUNTRY

MONEY: dict[str, Any] = {"max_digits": 15, "decimal_places": 2}  # tenge; SQLite keeps no more digits


class Source(Searchable, Loaded, Record):
    """Where a figure or an instruction was read: nothing is shown without it."""

    searched: ClassVar[tuple[str, ...]] = ("title", "publisher", "url")

    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_note = models.CharField(
        _("why the date is not known"), max_length=300, blank=True, help_text=_("And what is known of it instead.")
    )
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.RU)

    objects: ClassVar[Any] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("url",),
                condition=~Q(url=""),
                name="source_once_by_address",
                violation_error_message=_("There is a source with this address already."),
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=False) | ~Q(published_note=""),
                name="source_date_or_why_not",
                violation_error_message=_("Give the date of publication, or say why it is not known."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Sourced(models.Model):
    """A fact read in a source: the source, its own words and what remains in doubt."""

    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    quote = models.CharField(_("quote"), max_length=300, blank=True, help_text=_("The source's own words, at most 12."))
    note = models.TextField(_("note"), blank=True, help_text=_("What is inferred, unclear or in doubt."))

    class Meta:
        abstract = True


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
                        params={"sum": f"{others + self.amount:,.0f}", "whole": f"{whole.amount:,.0f}"},
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
                        params={"sum": f"{parts:,.0f}"},
                    )
                }
            )


class Project(Searchable, Named, Sourced, Loaded, Record):  # noqa: DJ008  Named has it
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


class Practice(Searchable, Named, Sourced, Loaded, Record):  # noqa: DJ008  Named has it
    """What worked in one region and is to be spread to others."""

    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="practices", verbose_name=_("programme")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="practices", verbose_name=_("where it worked")
    )
    description = models.TextField(_("description"))

    objects: ClassVar[Any] = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ("name_ru", "pk")


class PracticeReplication(Sourced, Loaded, Record):
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="replications", verbose_name=_("practice"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="replications", verbose_name=_("region"))
    state = models.CharField(_("state"), max_length=10, choices=ReplicationState)
    since = models.DateField(_("since"), null=True, blank=True)

    objects: ClassVar[Any] = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("replication of a practice")
        verbose_name_plural = _("replications of practices")
        ordering = ("practice", "region", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("practice", "region"),
                name="replication_once",
                violation_error_message=_("This region has a row for this practice already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.practice}: {self.region}"


class Finding(Searchable, Sourced, Loaded, Record):
    """What an authority found wrong, with one organisation or with a kind of them."""

    searched: ClassVar[tuple[str, ...]] = ("subject",)

    authority = models.ForeignKey(
        "regions.Organisation", models.PROTECT, related_name="findings_made", verbose_name=_("authority")
    )
    organisation = models.ForeignKey(
        "regions.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("organisation concerned"),
    )
    organisation_kind = models.CharField(
        _("kind of organisations concerned"), max_length=30, choices=OrganisationKind, blank=True
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, default=COUNTRY, related_name="findings", verbose_name=_("region")
    )
    period_label = models.CharField(_("period as the source puts it"), max_length=100, blank=True)
    found_on = models.DateField(_("found on"), null=True, blank=True)
    subject = models.TextField(_("what was found"))
    state = models.CharField(_("state"), max_length=15, choices=FindingState, default=FindingState.STATED)

    objects: ClassVar[Any] = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of an authority")
        verbose_name_plural = _("findings of authorities")
        ordering = ("-found_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(organisation_kind=""),
                name="finding_concerns_somebody",
                violation_error_message=_("Name the organisation concerned, or the kind of organisations."),
            ),
        )

    def __str__(self) -> str:
        return self.subject[:80]
