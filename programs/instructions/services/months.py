"""Month-end counts: what the trend reads, recomputed from the acts whenever it is asked."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery

from programs.instructions.choices import DeadlineState, Verb
from programs.instructions.models import Act, MonthEnd

DONE = (DeadlineState.REPORTED, DeadlineState.FULFILLED)
TREND = 12  # months


def ended_months(*, on: date, n: int = TREND) -> list[date]:
    """Last days of the last `n` months that had ended by `on`, earliest first."""
    return [on + relativedelta(day=1, months=-ago, days=-1) for ago in reversed(range(n))]


def uncounted_months(*, on: date) -> list[date]:
    """Of the ended months of the trend, those nobody has counted, from the first act of the journal on."""
    ends = ended_months(on=on)
    counted = set(MonthEnd.objects.filter(month__in=ends).values_list("month", flat=True))
    missing = [end for end in ends if end not in counted]
    begun = Act.objects.aggregate(on=Min("on"))["on"] if missing else None
    return [end for end in missing if begun and begun <= end]


@transaction.atomic
def close_month(*, month: date) -> int:
    """Counts the month `month` lies in, as its last day left it; returns the number of rows. Repeatable.

    One row per executor and programme; restricted instructions are left out, as of every figure.
    """
    first, last = month + relativedelta(day=1), month + relativedelta(day=31)
    MonthEnd.objects.filter(month=last).delete()
    rows = MonthEnd.objects.bulk_create(
        [MonthEnd(month=last, **counts) for counts in _counts(first, last)], batch_size=1000
    )
    return len(rows)


def _counts(first: date, last: date) -> Any:
    """In one go over the acts, whose keys follow their dates, as in `overdue_as_of`."""
    acts = Act.objects.unrestricted().filter(deadline__isnull=False, on__lte=last).order_by()
    latest = acts.values("deadline").annotate(latest=Max("pk")).values("latest")
    reported = acts.filter(deadline=OuterRef("deadline"), verb=Verb.REPORT).order_by("-pk").values("on")[:1]
    is_open, under_review = Q(state_after=DeadlineState.OPEN), Q(state_after=DeadlineState.REPORTED)
    fell_due = Q(due_after__gte=first, due_after__lte=last)
    in_time = fell_due & Q(state_after__in=DONE, due_after__gte=Subquery(reported))
    return (
        Act.objects.filter(is_open | under_review | fell_due, pk__in=latest)
        .order_by()
        .values(
            region_id=F("deadline__executor__region_id"),
            organisation_id=F("deadline__executor_id"),
            program_id=F("instruction__program_id"),
        )
        .annotate(
            in_work=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_after__lt=last)),
            under_review=Count("pk", filter=under_review),
            fell_due=Count("pk", filter=fell_due),
            in_time=Count("pk", filter=in_time),
        )
    )
