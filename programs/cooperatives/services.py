"""Warning signs of a cooperative that serves a narrow circle, each with its reason."""

from decimal import Decimal

from programs.cooperatives.choices import WarningSign
from programs.cooperatives.models import Cooperative


def warning_signs(cooperative: Cooperative, *, few: int, ceiling: Decimal | None) -> list[WarningSign]:
    """Signs `cooperative` shows; `few` members at most count as few, `ceiling` is the largest support in tenge.

    The same questions as the words of CooperativeQuerySet, for one row.
    """
    supports = list(cooperative.supports.all())
    members, at_first = cooperative.members, cooperative.members_at_registration
    shown = {
        WarningSign.FEW_MEMBERS: members is not None and members <= few,
        WarningSign.NOBODY_SERVED: bool(supports) and cooperative.households_served == 0,
        WarningSign.SHRUNK: members is not None and at_first is not None and members < at_first,
        WarningSign.ABOVE_CEILING: ceiling is not None and any(support.amount > ceiling for support in supports),
    }
    return [sign for sign, is_shown in shown.items() if is_shown]
