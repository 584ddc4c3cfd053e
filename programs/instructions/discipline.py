"""Executive discipline of a period: shares that can be traced to their rows, with every count beside them.

Against the present last days or the original ones, since extensions must not hide lateness. A deadline cancelled after
its last day counts as late; one cancelled by then had ceased to be a duty and is left out. Late ones whose execution
the public source does not report are counted apart as well: absence of news is not an accusation.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.instructions.choices import DeadlineState, Verb
from programs.instructions.querysets import DeadlineQuerySet
from programs.instructions.workdays import WorkCalendar

DONE = (DeadlineState.REPORTED, DeadlineState.FULFILLED)
OBLAST = Concat(Substr("executor__region_id", 1, 2), Value("0000000"))
KEYS: dict[str, Any] = {
    "executor": F("executor_id"),
    "region": OBLAST,
    "program": F("instruction__program_id"),
    "controller": F("instruction__controller_id"),
}
BASES = {"due": _("present last day"), "due_original": _("original last day")}
FIGURES = {  # those with rows of their own, as `behind` finds them
    "all": pgettext_lazy("discipline", "all"),
    "fell_due": _("fell due"),
    "in_time": pgettext_lazy("discipline", "in time"),
    "late": pgettext_lazy("discipline", "late"),
    "silent": _("source silent"),
    "extensions": _("extended"),
    "returns": _("returned"),
}


@dataclass(frozen=True)
class Discipline:
    """Counts of one executor, region, programme or controller (`key`), or of all (`key` None in the total).

    `fell_due`: the last day lies in the period and has passed. `all`: it lies in the period, passed or not.
    `silent`: those of `late` whose execution the public source does not report. `days_late`, `working_days_late`: over
    all late ones. `extensions`, `returns`: acts on the deadlines of `all`.
    """

    key: Any
    all: int
    fell_due: int
    in_time: int
    early: int
    in_work: int
    silent: int = 0
    days_late: int = 0
    working_days_late: int = 0
    extensions: int = 0
    returns: int = 0

    @property
    def late(self) -> int:
        return self.fell_due - self.in_time

    @property
    def strict(self) -> Decimal | None:
        """In time ÷ fallen due, %; None where nothing fell due: no data is neither 0 nor 100 %."""
        return _share(self.in_time, self.fell_due)

    @property
    def common(self) -> Decimal | None:
        """(In time + in work not overdue) ÷ all, %: the share common document systems show."""
        return _share(self.in_time + self.early + self.in_work, self.all)

    @property
    def mean_days_late(self) -> Decimal | None:
        """Calendar days, over late deadlines; None where none was late."""
        return _mean(self.days_late, self.late)

    @property
    def mean_working_days_late(self) -> Decimal | None:
        """As `mean_days_late`, in working days."""
        return _mean(self.working_days_late, self.late)


def discipline(
    rows: DeadlineQuerySet, *, by: str, start: date, end: date, on: date, base: str = "due"
) -> list[Discipline]:
    """One Discipline per `by` (a name in KEYS) for deadlines of `rows` due from `start` to `end`, as of `on`.

    `base` is the date counted against, "due" or "due_original". Four queries whatever the size; order is the caller's.
    """
    population = due_in(rows, start=start, end=end, base=base).annotate(key=KEYS[by])
    counted = population.order_by().values("key").annotate(**_counts(on, base))
    delays = _delays(population.filter(**{f"{base}__lt": on}).exclude(_in_time(base)), on, base)
    acts = _acts(population)
    return [
        Discipline(
            **row,
            **delays.get(row["key"], {}),
            extensions=acts.get((row["key"], Verb.GRANT_EXTENSION), 0),
            returns=acts.get((row["key"], Verb.RETURN), 0),
        )
        for row in counted
    ]


def total(rows: list[Discipline]) -> Discipline:
    """The sum of disjoint `rows`."""
    names = [field.name for field in fields(Discipline) if field.name != "key"]
    return Discipline(key=None, **{name: sum(getattr(row, name) for row in rows) for name in names})


def due_in(rows: DeadlineQuerySet, *, start: date, end: date, base: str = "due") -> DeadlineQuerySet:
    """The rows behind `all`: issued, last day in the period, not cancelled by then."""
    freed = Q(state=DeadlineState.CANCELLED, closed_on__lte=F(base))
    period = {f"{base}__gte": start, f"{base}__lte": end}
    if base == "due":  # `due_key` is what the index holds
        period |= {"due_key__gte": start, "due_key__lte": end}
    return rows.filter(**period).exclude(state=DeadlineState.DRAFT).exclude(freed)


def behind(
    rows: DeadlineQuerySet, figure: str, *, start: date, end: date, on: date, base: str = "due"
) -> DeadlineQuerySet:
    """The rows behind `figure`, a name in FIGURES; those of `extensions` and `returns` may have several acts each."""
    if verb := {"extensions": Verb.GRANT_EXTENSION, "returns": Verb.RETURN}.get(figure):
        acts = apps.get_model("instructions", "Act").objects.filter(deadline=OuterRef("pk"), verb=verb)
        return due_in(rows, start=start, end=end, base=base).filter(Exists(acts))
    if figure != "all":
        end = min(end, on - timedelta(days=1))
    population = due_in(rows, start=start, end=end, base=base)
    match figure:
        case "in_time":
            return population.filter(_in_time(base))
        case "late":
            return population.exclude(_in_time(base))
        case "silent":
            return population.exclude(_in_time(base)).with_silence().filter(is_silent=True)
    return population


def _in_time(base: str) -> Q:
    return Q(state__in=DONE, reported_on__lte=F(base))


def _counts(on: date, base: str) -> dict[str, Any]:
    passed = Q(**{f"{base}__lt": on})
    in_time = _in_time(base)
    return {
        "all": Count("pk"),
        "fell_due": Count("pk", filter=passed),
        "in_time": Count("pk", filter=passed & in_time),
        "early": Count("pk", filter=~passed & in_time),
        "in_work": Count("pk", filter=~passed & Q(state=DeadlineState.OPEN)),
    }


def _delays(late: DeadlineQuerySet, on: date, base: str) -> dict[Any, dict[str, int]]:
    """By key: `silent`, `days_late` and `working_days_late` of the late ones, which lasted to the report, to the
    cancelling or to `on`."""
    ended = Case(
        When(state__in=DONE, then=F("reported_on")),
        When(state=DeadlineState.CANCELLED, then=F("closed_on")),
        default=Value(on),
        output_field=DateField(),
    )
    grouped = late.with_silence().annotate(last=F(base), ended=ended).order_by("key")
    spans = grouped.values_list("key", "is_silent", "last", "ended").annotate(n=Count("pk"))
    calendar = WorkCalendar.load()
    return {key: _delay(list(own), calendar) for key, own in groupby(spans, key=itemgetter(0))}


def _delay(spans: Iterable[tuple[Any, bool, date, date, int]], calendar: WorkCalendar) -> dict[str, int]:
    return {
        "silent": sum(n for _key, is_silent, _last, _ended, n in spans if is_silent),
        "days_late": sum((ended - last).days * n for _key, _silent, last, ended, n in spans),
        "working_days_late": sum(
            calendar.working_days_between(last, ended) * n for _key, _silent, last, ended, n in spans
        ),
    }


def _acts(population: DeadlineQuerySet) -> dict[tuple[Any, str], int]:
    """Extensions granted and reports returned, by key and verb."""
    told = population.filter(acts__verb__in=(Verb.GRANT_EXTENSION, Verb.RETURN)).order_by()
    counted = told.values("key", "acts__verb").annotate(n=Count("acts"))
    return {(row["key"], row["acts__verb"]): row["n"] for row in counted}


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(100 * part) / whole, 1) if whole else None


def _mean(days: int, late: int) -> Decimal | None:
    return round(Decimal(days) / late, 1) if late else None
