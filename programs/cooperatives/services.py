"""Warning signs of a cooperative that serves a narrow circle, each with its reason."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.cooperatives.choices import WarningSign
from programs.cooperatives.models import Cooperative


@dataclass(frozen=True)
class Warned:
    sign: WarningSign
    reason: str


def warning_signs(cooperative: Cooperative, *, few: int) -> list[Warned]:
    """Of a row `with_signs`, its supports fetched `with_ceiling`; `few` is what it was asked with."""
    reasons = {
        WarningSign.FEW_MEMBERS: _few_members,
        WarningSign.NOBODY_SERVED: _nobody_served,
        WarningSign.SHRUNK: _shrunk,
        WarningSign.ABOVE_CEILING: _above_ceiling,
    }
    return [
        Warned(sign, reason(cooperative, few)) for sign, reason in reasons.items() if getattr(cooperative, sign.value)
    ]


def _few_members(cooperative: Cooperative, few: int) -> str:
    members = cooperative.members or 0
    told = ngettext("%(n)d member; few means %(few)d or fewer", "%(n)d members; few means %(few)d or fewer", members)
    return told % {"n": members, "few": few}


def _nobody_served(cooperative: Cooperative, few: int) -> str:
    supports = list(cooperative.supports.all())
    told = ngettext(
        "%(n)d support received, %(sum)s tenge; households served are reported as none",
        "%(n)d supports received, %(sum)s tenge in all; households served are reported as none",
        len(supports),
    )
    return told % {"n": len(supports), "sum": _tenge(sum(support.amount for support in supports))}


def _shrunk(cooperative: Cooperative, few: int) -> str:
    return _("%(now)d members now, %(then)d at registration") % {
        "now": cooperative.members,
        "then": cooperative.members_at_registration,
    }


def _above_ceiling(cooperative: Cooperative, few: int) -> str:
    """The support furthest above what was allowed on its day."""
    supports: Any = cooperative.supports.all()
    above = [each for each in supports if each.ceiling is not None and each.amount > each.ceiling]
    support = max(above, key=lambda each: each.amount - each.ceiling)
    return _("%(amount)s tenge on %(day)s, while the ceiling of that day was %(ceiling)s tenge") % {
        "amount": _tenge(support.amount),
        "day": date_format(support.provided_on, "SHORT_DATE_FORMAT"),
        "ceiling": _tenge(support.ceiling),
    }


def _tenge(amount: object) -> str:
    return number_format(amount, 0, force_grouping=True)  # type: ignore[arg-type]
