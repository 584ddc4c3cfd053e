from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegionLevel(models.IntegerChoices):
    COUNTRY = 0, _("country")
    OBLAST = 1, _("oblast or city of republican significance")
    DISTRICT = 2, _("district or city administration")
    OKRUG = 3, _("rural okrug, town or city district")
    SETTLEMENT = 4, _("settlement")


class RegionKind(models.TextChoices):
    """What a KATO object is, read from the abbreviation in its name; level 4 holds far more than villages."""

    COUNTRY = "country", _("country")
    OBLAST = "oblast", _("oblast")
    REPUBLICAN_CITY = "republican_city", _("city of republican significance")
    CAPITAL = "capital", _("city of republican significance (capital)")
    DISTRICT = "district", _("district")
    CITY_ADMINISTRATION = "city_administration", _("city administration")
    RURAL_OKRUG = "rural_okrug", _("rural okrug")
    RURAL_ADMINISTRATION = "rural_administration", _("rural administration")
    TOWNSHIP_ADMINISTRATION = "township_administration", _("township administration")
    CITY_DISTRICT_ADMINISTRATION = "city_district_administration", _("district administration in a city")
    CITY_DISTRICT = "city_district", _("city district")
    TOWN = "town", _("town")
    TOWNSHIP = "township", _("township")
    VILLAGE = "village", _("village")
    STATION = "station", _("railway station")
    SIDING = "siding", _("railway siding")
    WINTERING = "wintering", _("wintering place")
    PLOT = "plot", _("plot")
    PASTURE_PLOT = "pasture_plot", _("pasture plot")
    POINT = "point", _("point")
    FARM = "farm", _("farm")
    PEASANT_FARM = "peasant_farm", _("peasant farm")
    DEPARTMENT = "department", _("farm department")
    OTHER = "other", pgettext_lazy("kind of region", "other")


class GroupKind(models.TextChoices):
    MACRO_REGION = "macro_region", _("macro-region")
    AGGLOMERATION = "agglomeration", _("agglomeration")
    SMALL_TOWNS = "small_towns", _("small towns")
    MONOTOWNS = "monotowns", _("monotowns")
    OTHER = "other", pgettext_lazy("kind of group", "other")


class MembershipStatus(models.TextChoices):
    """How sure we are that a territory belongs to a group."""

    CONFIRMED = "confirmed", _("confirmed")
    CONFIRMED_DRAFT = "confirmed_draft", _("confirmed in a draft")
    INFERRED = "inferred", _("inferred")
    UNVERIFIED = "unverified", _("unverified")


class OrganisationKind(models.TextChoices):
    HEAD_OF_STATE = "head_of_state", _("head of state")
    GOVERNMENT = "government", _("Government")
    CENTRAL_BODY = "central_body", _("central state body")
    PROJECT_OFFICE = "project_office", _("project office")
    OBLAST_AKIMAT = "oblast_akimat", _("akimat of an oblast or city of republican significance")
    DISTRICT_AKIMAT = "district_akimat", _("akimat of a district")
    RURAL_AKIMAT = "rural_akimat", _("akimat of a rural okrug")
    AKIMAT_DEPARTMENT = "akimat_department", _("department of an akimat")
    MASLIKHAT = "maslikhat", _("maslikhat")
    SPK = "spk", _("social-entrepreneurial corporation")
    NATIONAL_COMPANY = "national_company", _("national company or fund")
    ENTERPRISE = "enterprise", _("enterprise")
    PARTY = "party", _("political party")
    COLLECTIVE = "collective", _("class of executors, not named one by one")
    OTHER = "other", pgettext_lazy("kind of organisation", "other")
