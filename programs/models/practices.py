"""What worked and is to be spread; what an authority found wrong."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.choices import (
    FindingState,
    ReplicationState,
)
from programs.models.programs import Program
from programs.models.sources import Sourced
from programs.querysets import (
    FindingQuerySet,
    PracticeQuerySet,
)
from regions.choices import OrganisationKind
from registry.models import Loaded, Named, Record, Searchable
from registry.scope import COUNTRY


class Practice(Searchable, Named, Sourced, Loaded, Record):
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
