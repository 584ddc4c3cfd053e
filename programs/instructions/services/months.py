"""Month-end counts: what the trend reads, recomputed from the acts whenever it is asked."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from programs.instructions.choices import DeadlineState, Verb
from programs.instructions.models import Act, Deadline, MonthEnd

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
    reported = Act.objects.filter(deadline=OuterRef("pk"), verb=Verb.REPORT, on__lte=last).order_by("-on", "-pk")
    then = Deadline.objects.unrestricted().as_of(last).annotate(reported_then=Subquery(reported.values("on")[:1]))
    fell_due = Q(due_then__gte=first, due_then__lt=last + relativedelta(days=1))
    in_time = Q(state_then__in=DONE, reported_then__lte=F("due_then"))
    return (
        then.order_by()
        .values(
            region_id=F("executor__region_id"),
            organisation_id=F("executor_id"),
            program_id=F("instruction__program_id"),
        )
        .annotate(
            in_work=Count("pk", filter=Q(state_then=DeadlineState.OPEN)),
            overdue=Count("pk", filter=Q(state_then=DeadlineState.OPEN, due_then__lt=last)),
            under_review=Count("pk", filter=Q(state_then=DeadlineState.REPORTED)),
            fell_due=Count("pk", filter=fell_due),
            in_time=Count("pk", filter=fell_due & in_time),
        )
        .filter(Q(in_work__gt=0) | Q(under_review__gt=0) | Q(fell_due__gt=0))
    )
