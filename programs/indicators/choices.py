from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IndicatorNature(models.TextChoices):
    FLOW = "flow", _("flow (of a period)")
    STOCK = "stock", _("stock (at a moment)")
    RATIO = "ratio", _("ratio")


class Aggregation(models.TextChoices):
    SUM = "sum", _("adds up")
    LAST = "last", _("the latest counts")
    RATIO = "ratio", _("numerators and denominators add up")
    NONE = "none", _("does not add up")


class Direction(models.TextChoices):
    UP = "up", _("more is better")
    DOWN = "down", _("less is better")
    NEUTRAL = "neutral", _("neither")


class ValueKind(models.TextChoices):
    PLAN = "plan", pgettext_lazy("kind of value", "plan")
    ACTUAL = "actual", pgettext_lazy("kind of value", "actual")
    TARGET = "target", pgettext_lazy("kind of value", "target")
