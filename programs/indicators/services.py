"""Questions that need several values side by side."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from programs.indicators.models import IndicatorValue

SAME_THING = attrgetter("indicator_id", "region_id", "kind", "period_key")


def disagreements(values: Iterable[IndicatorValue]) -> list[list[IndicatorValue]]:
    """Groups of `values` on one thing and period that, with their approximation words, cannot all be true."""
    ordered = sorted(values, key=SAME_THING)
    groups = [list(group) for _, group in groupby(ordered, key=SAME_THING)]
    return [group for group in groups if _cannot_all_be_true(group)]


def _cannot_all_be_true(group: list[IndicatorValue]) -> bool:
    lows, highs = zip(*(value.bounds() for value in group), strict=True)
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)
    return low is not None and high is not None and low > high
