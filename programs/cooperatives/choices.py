from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CooperativeStatus(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("cooperative", "working")
    DORMANT = "dormant", _("not working")
    LIQUIDATED = "liquidated", _("liquidated")


class ChainPlace(models.TextChoices):
    """Place in the chain household plot – cooperative – processing – sale."""

    UNKNOWN = "", pgettext_lazy("place in the chain", "not known")
    PRODUCTION = "production", _("production")
    PURCHASE = "purchase", _("purchase from households")
    PROCESSING = "processing", _("processing")
    SALE = "sale", _("sale")
    SERVICE = "service", _("services and machinery")


class SupportKind(models.TextChoices):
    LOAN = "loan", _("loan")
    LEASING = "leasing", _("leasing")
    GRANT = "grant", _("grant")
    SUBSIDY = "subsidy", _("subsidy")
    GUARANTEE = "guarantee", _("guarantee")


class FacilityKind(models.TextChoices):
    FEED = "feed", _("feed workshop")
    DAIRY = "dairy", _("dairy workshop")
    MEAT = "meat", _("meat workshop")
    SLAUGHTER = "slaughter", _("slaughter point")
    FEEDLOT = "feedlot", _("feedlot")
    STORAGE = "storage", _("storage")
    MACHINERY = "machinery", _("machinery station")
    OTHER = "other", pgettext_lazy("facility", "other")


class WarningSign(models.TextChoices):
    """Signs of a narrow circle: a cooperative in name, made for support. A sign is a question, not a verdict."""

    FEW_MEMBERS = "few_members", _("few members")
    NOBODY_SERVED = "nobody_served", _("received support but serves nobody")
    SHRUNK = "shrunk", _("fewer members than at registration")
    ABOVE_CEILING = "above_ceiling", _("support above the ceiling")
