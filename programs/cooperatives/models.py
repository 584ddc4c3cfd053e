from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.choices import Approximation
from programs.cooperatives.choices import ChainPlace, CooperativeStatus, FacilityKind, SupportKind
from programs.cooperatives.querysets import CooperativeQuerySet, OfCooperativeQuerySet, SupportQuerySet
from programs.models import MONEY, Program, Sourced
from regions.validators import validate_bin
from registry.models import Loaded, Named, Record, Searchable


class Cooperative(Searchable, Named, Sourced, Loaded, Record):
    """An agricultural cooperative of a settlement."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en", "bin", "product")

    bin = models.CharField(
        _("БИН"),
        max_length=12,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_bin],
        help_text=_("Twelve digits; the last one checks the others."),
        error_messages={"unique": _("Another cooperative has this БИН.")},
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="cooperatives",
        verbose_name=_("settlement"),
        help_text=_("The village or town it works in; the district where the village is not known."),
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=CooperativeStatus, default=CooperativeStatus.ACTIVE)
    oked = models.CharField(
        _("ОКЭД"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"\A[0-9]{2}(\.?[0-9]{1,3})?\Z", _("An ОКЭД code has two to five digits."))],
    )
    product = models.CharField(_("product"), max_length=120, blank=True, help_text=_("«Одно село – один продукт»."))
    chain_place = models.CharField(
        _("place in the chain"), max_length=12, choices=ChainPlace, default=ChainPlace.UNKNOWN, blank=True
    )
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    members_at_registration = models.PositiveIntegerField(_("members at registration"), null=True, blank=True)
    associate_members = models.PositiveIntegerField(_("associate members"), null=True, blank=True)
    households_served = models.PositiveIntegerField(
        _("households served"), null=True, blank=True, help_text=_("Empty: not reported. Zero: reported as none.")
    )
    chair = models.CharField(_("chair"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    objects: ClassVar[Any] = CooperativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperative")
        verbose_name_plural = _("cooperatives")
        ordering = ("region", "name_ru", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(bin=""),
                name="cooperative_bin_not_blank",
                violation_error_message=_("Leave the БИН empty where it is not known."),
            ),
        )
        permissions = (("view_personal_data", _("Can see phones and names of chairs")),)

    def clean(self) -> None:
        super().clean()
        self.bin = self.bin or None


class Support(Sourced, Loaded, Record):
    """Money or equipment a cooperative received."""

    cooperative = models.ForeignKey(Cooperative, models.PROTECT, related_name="supports", verbose_name=_("cooperative"))
    kind = models.CharField(_("kind"), max_length=10, choices=SupportKind)
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="supports", verbose_name=_("programme")
    )
    amount = models.DecimalField(_("amount, tenge"), **MONEY)
    approximation = models.CharField(
        _("approximation"), max_length=10, choices=Approximation, default=Approximation.EXACT, blank=True
    )
    provided_on = models.DateField(_("provided on"))
    rate = models.DecimalField(_("rate, % a year"), max_digits=5, decimal_places=2, null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(_("term, months"), null=True, blank=True)
    operator = models.ForeignKey(
        "regions.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("operator"),
        help_text=_("Who gave it: a СПК, a fund, an akimat."),
    )
    jobs = models.PositiveIntegerField(_("jobs created"), null=True, blank=True)
    repaid = models.DecimalField(_("repaid, tenge"), null=True, blank=True, **MONEY)

    objects: ClassVar[Any] = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support of a cooperative")
        verbose_name_plural = _("support of cooperatives")
        ordering = ("-provided_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="support_amount_positive",
                violation_error_message=_("The amount is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(repaid=None) | Q(repaid__gte=0, repaid__lte=F("amount")),
                name="support_repaid_within_amount",
                violation_error_message=_("More is repaid than was given."),
            ),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gte=0, rate__lte=100),
                name="support_rate_range",
                violation_error_message=_("A rate lies between 0 and 100 percent."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.cooperative}"


class Facility(Named, Sourced, Loaded, Record):
    """A workshop, store or feedlot of a cooperative."""

    cooperative = models.ForeignKey(
        Cooperative, models.PROTECT, related_name="facilities", verbose_name=_("cooperative")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FacilityKind)
    capacity = models.CharField(_("capacity"), max_length=100, blank=True)
    working_since = models.PositiveSmallIntegerField(_("working since, year"), null=True, blank=True)
    is_working = models.BooleanField(_("working"), default=True)

    objects: ClassVar[Any] = OfCooperativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility of a cooperative")
        verbose_name_plural = _("facilities of cooperatives")
        ordering = ("cooperative", "name_ru", "pk")
