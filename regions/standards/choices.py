from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StandardKind(models.TextChoices):
    OBJECT = "object", pgettext_lazy("kind of standard", "object")
    SERVICE = "service", pgettext_lazy("kind of standard", "service")


class StandardStatus(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    PROPOSED = "proposed", _("proposed")
    RETIRED = "retired", _("no longer in force")


class SettlementType(models.TextChoices):
    ANY = "any", pgettext_lazy("settlement type", "any")
    CITY = "city", _("city")
    SMALL_TOWN = "small_town", _("small town")
    SUPPORT_VILLAGE = "support_village", _("support village")
    SATELLITE_VILLAGE = "satellite_village", _("satellite village")
    OTHER_VILLAGE = "other_village", _("other village")
    RURAL = "rural", _("rural settlement")
