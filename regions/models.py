from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regions.choices import GroupKind, MembershipStatus, OrganisationKind, RegionKind, RegionLevel
from regions.querysets import OrganisationQuerySet, RegionGroupMemberQuerySet, RegionQuerySet
from regions.validators import kato_format, validate_bin
from registry.models import Loaded, Named, Record, Searchable, in_language, short_in_language
from registry.scope import level_of


class Region(Searchable, Named, Record):
    """A territory of the classifier КАТО; its code is the key and its own path in the tree."""

    searched: ClassVar[tuple[str, ...]] = ("name_ru", "name_kk", "name_en", "code")

    code = models.CharField(
        _("КАТО code"), max_length=9, primary_key=True, validators=[kato_format], help_text=_("Nine digits.")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=RegionLevel)
    kind = models.CharField(
        _("kind"),
        max_length=40,
        choices=RegionKind,
        help_text=_("Level 4 holds more than villages: wintering places, plots, stations."),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    short_name_ru = models.CharField(_("short name in Russian"), max_length=60, blank=True)
    short_name_kk = models.CharField(_("short name in Kazakh"), max_length=60, blank=True)
    short_name_en = models.CharField(_("short name in English"), max_length=60, blank=True)
    terrain = models.CharField(
        _("terrain sign"),
        max_length=1,
        blank=True,
        help_text=_("The classifier's own: 0 oblast, 1 urban, 2 rural, 3 town with villages, 4 district with towns."),
    )
    iso = models.CharField(_("ISO 3166-2 code"), max_length=6, blank=True)
    centre = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="centre_of", verbose_name=_("administrative centre")
    )
    tile_row = models.PositiveSmallIntegerField(_("row on the schematic map"), null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField(_("column on the schematic map"), null=True, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(
        _("in force to"), null=True, blank=True, help_text=_("Set when the code is retired; records are not deleted.")
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("replaced by")
    )

    objects: ClassVar[Any] = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions (КАТО)")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(level=RegionLevel.COUNTRY, parent=None)
                | Q(level__gt=RegionLevel.COUNTRY, level__lte=RegionLevel.SETTLEMENT, parent__isnull=False),
                name="region_parent_by_level",
                violation_error_message=_("Every region but the country is part of another one."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="region_validity_order",
                violation_error_message=_("The region ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=("tile_row", "tile_column"),
                name="region_one_per_tile",
                violation_error_message=_("Another region stands on this tile of the map."),
            ),
        )
        indexes = (models.Index(fields=("level", "code"), name="region_level"),)

    def clean(self) -> None:
        super().clean()
        self.level = level_of(self.code)

    @property
    def short_name(self) -> str:
        return short_in_language(self)


class RegionRenumbering(Loaded, Record):
    """A past change of a КАТО code: documents of that time cite the old one."""

    old_code = models.CharField(_("old code"), max_length=9, validators=[kato_format])
    old_name_ru = models.CharField(_("old name in Russian"), max_length=300, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="renumberings", verbose_name=_("region now"))
    known_from = models.DateField(_("old code seen on"), null=True, blank=True)
    known_to = models.DateField(_("new code seen on"), null=True, blank=True)
    inferred = models.BooleanField(
        _("inferred"), default=True, help_text=_("Matched by oblast, level, name and parent; no order was seen.")
    )

    class Meta:
        verbose_name = _("renumbering of a region")
        verbose_name_plural = _("renumberings of regions")
        ordering = ("old_code", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("old_code", "region"),
                name="renumbering_once",
                violation_error_message=_("This renumbering is entered already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_code} → {self.region_id}"


class RegionGroup(Searchable, Named, Loaded, Record):
    """A set of territories that is no unit of the classifier: macro-region, agglomeration, small towns, monotowns."""

    kind = models.CharField(_("kind"), max_length=20, choices=GroupKind)
    note = models.TextField(_("note"), blank=True)
    members = models.ManyToManyField(
        Region, through="RegionGroupMember", related_name="groups", verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("group of territories")
        verbose_name_plural = _("groups of territories")
        ordering = ("kind", "name_ru", "pk")


class RegionGroupMember(Loaded, Record):
    """A territory's place in a group, with how sure we are of it and from where we know."""

    group = models.ForeignKey(RegionGroup, models.CASCADE, related_name="memberships", verbose_name=_("group"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("region")
    )
    name_as_given = models.CharField(
        _("name in the source"), max_length=200, blank=True, help_text=_("Where КАТО has no such place.")
    )
    role = models.CharField(_("role in the group"), max_length=60, blank=True, help_text=_("Centre, town, district…"))
    status = models.CharField(_("how sure"), max_length=20, choices=MembershipStatus)
    source = models.TextField(_("source"), blank=True)

    objects: ClassVar[Any] = RegionGroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a group of territories")
        verbose_name_plural = _("members of groups of territories")
        ordering = ("group", "region", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("group", "region"),
                name="group_member_once",
                violation_error_message=_("This region is in the group already."),
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=False) | ~Q(name_as_given=""),
                name="group_member_named",
                violation_error_message=_("Choose a region or give the name as in the source."),
            ),
        )

    def __str__(self) -> str:
        return str(self.region) if self.region else self.name_as_given


class Organisation(Searchable, Named, Loaded, Record):
    """A state body, akimat, corporation, company or party: whoever can be told to do something or act."""

    searched: ClassVar[tuple[str, ...]] = (
        "name_ru", "name_kk", "name_en", "short_name_ru", "short_name_kk", "bin"
    )  # fmt: skip

    short_name_ru = models.CharField(_("short name in Russian"), max_length=120, blank=True)
    short_name_kk = models.CharField(_("short name in Kazakh"), max_length=120, blank=True)
    short_name_en = models.CharField(_("short name in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    bin = models.CharField(
        _("БИН"),
        max_length=12,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_bin],
        help_text=_("Twelve digits; the last one checks the others."),
        error_messages={"unique": _("Another organisation has this БИН.")},
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="organisations",
        verbose_name=_("region"),
        help_text=_("The territory it answers for; for central bodies the country."),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates", verbose_name=_("subordinate to")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Retired organisations are kept, not deleted.")
    )
    note = models.TextField(_("note"), blank=True)

    objects: ClassVar[Any] = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name_ru", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="organisation_not_own_parent",
                violation_error_message=_("An organisation is not subordinate to itself."),
            ),
            models.CheckConstraint(
                condition=~Q(bin=""),
                name="organisation_bin_not_blank",
                violation_error_message=_("Leave the БИН empty where it is not known."),
            ),
        )

    def clean(self) -> None:
        super().clean()
        self.bin = self.bin or None

    @property
    def name_and_place(self) -> str:
        """Akimats of districts and villages bear the same names in different places."""
        return f"{self.name} ({self.region.name})" if level_of(self.region_id) > 1 else self.name

    @property
    def short_name(self) -> str:
        return short_in_language(self)


class OrganisationGroup(Searchable, Named, Loaded, Record):
    """Executors named as one («Акиматы областей»); chosen as executor it makes one deadline per member."""

    members = models.ManyToManyField(
        Organisation, through="OrganisationGroupMember", related_name="groups", verbose_name=_("members")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("group of organisations")
        verbose_name_plural = _("groups of organisations")
        ordering = ("name_ru", "pk")


class OrganisationGroupMember(Loaded, Record):
    group = models.ForeignKey(OrganisationGroup, models.CASCADE, related_name="memberships", verbose_name=_("group"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("member of a group of organisations")
        verbose_name_plural = _("members of groups of organisations")
        ordering = ("group", "organisation__region", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("group", "organisation"),
                name="organisation_group_member_once",
                violation_error_message=_("This organisation is in the group already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation)


class Official(Loaded, Record):
    """A person in a post, named in a public source or entered by staff."""

    name = models.CharField(_("full name"), max_length=200)
    position_ru = models.CharField(_("position in Russian"), max_length=300)
    position_kk = models.CharField(_("position in Kazakh"), max_length=300, blank=True)
    position_en = models.CharField(_("position in English"), max_length=300, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="officials", verbose_name=_("organisation")
    )
    is_active = models.BooleanField(_("in the post"), default=True)
    note = models.TextField(_("note"), blank=True, help_text=_("Since when, or of which date the source speaks."))

    class Meta:
        verbose_name = _("official")
        verbose_name_plural = _("officials")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return f"{self.name}, {self.position}"

    @property
    def position(self) -> str:
        return in_language(self, "position")
