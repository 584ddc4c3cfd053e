"""Duties that come back: «ежеквартально до 10 числа месяца, следующего за отчётным» as a rule, and its dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class PeriodRule:
    """One deadline in every period.

    `unit`: week, month, quarter, half or year. `day`: day of the month, None for the last day of the period; `month`:
    of the year, for yearly ones. `after`: the period is reported on when it has ended, in the month that follows it.
    """

    unit: str
    day: int | None = None
    month: int | None = None
    after: bool = False


@dataclass(frozen=True)
class Occurrence:
    """`key` names the period ("2026-Q1", "2026-02", "2026-H1", "2026", "2026-W06"); `raw_due` is before the roll."""

    key: str
    raw_due: date


def occurrences(rule: PeriodRule, *, after: date, until: date) -> Iterator[Occurrence]:
    """The occurrences whose last day lies after `after` and not after `until`, earliest first.

    A period that had ended before `after` is not asked about, even where its report would fall due later.
    """
    start = _start(rule.unit, after)
    while True:
        occurrence = Occurrence(_key(rule.unit, start), _raw_due(rule, start))
        if occurrence.raw_due > until:
            return
        if occurrence.raw_due > after:
            yield occurrence
        start = _next(rule.unit, start)


def _start(unit: str, day: date) -> date:
    """First day of the period `day` lies in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    length = MONTHS_IN[unit]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def _next(unit: str, start: date) -> date:
    return start + (timedelta(days=7) if unit == "week" else relativedelta(months=MONTHS_IN[unit]))


def _raw_due(rule: PeriodRule, start: date) -> date:
    if rule.month is not None:
        return start + relativedelta(month=rule.month, day=rule.day or 31)
    following = _next(rule.unit, start)
    if rule.day is None:
        return following - timedelta(days=1)
    month = following if rule.after else following - relativedelta(months=1)
    return month + relativedelta(day=rule.day)


def _key(unit: str, start: date) -> str:
    match unit:
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "half":
            return f"{start.year}-H{1 if start.month == 1 else 2}"
    return str(start.year)


_UNIT = {"MONTHLY": "month", "QUARTERLY": "quarter", "HALFYEARLY": "half", "YEARLY": "year", "WEEKLY": "week"}
_EVERY = (
    r"(?:(?P<adverb>MONTHLY|QUARTERLY|HALFYEARLY|YEARLY|WEEKLY)"
    r"|(?:(?:NOT SELDOMER )?(?:N:1 )?ONCE )?(?:IN )?(?:EVERY )?(?P<noun>WEEK|MONTH|QUARTER|HALF|YEAR)(?: EVERY)?)"
)
_REPORTED = r"(?P<after> (?:MONTH NEXT (?:WITHIN )?REPORTED(?: (?:MONTH|QUARTER|HALF|YEAR|TERM))?|NEXT MONTH))?"
_REPORTED_FIRST = r"(?P<after>REPORTED (?:MONTH|QUARTER) NEXT MONTH )"
_BY_DAY = r"(?: (?:UNTIL|NOT LATER(?: THAN)?) (?:N:(?P<day>\d{1,2})(?: (?:DAYNUM|DAY))?))"
_BY_DAY_POST = r"(?:(?P<after> NEXT MONTH)| MONTH)?(?: (?:N:(?P<day>\d{1,2}) (?:DAYNUM|DAY) UNTIL))"
_BY_DATE_POST = r"(?: N:(?P<day>\d{1,2}) MON:(?P<month>\d+) UNTIL)"
_BY_DATE = r"(?: (?:UNTIL|NOT LATER(?: THAN)?) N:(?P<day>\d{1,2}) MON:(?P<month>\d+)(?: YEAR)?)"

_RULES = [
    re.compile(pattern)
    for pattern in (
        rf"{_EVERY}{_BY_DAY}{_REPORTED}(?P<month>)",
        rf"{_EVERY}{_BY_DAY_POST}(?P<month>)",
        rf"{_REPORTED_FIRST}N:(?P<day>\d{{1,2}}) (?:DAYNUM|DAY) UNTIL {_EVERY}(?P<month>)",
        rf"{_EVERY}{_BY_DATE}(?P<after>)",
        rf"{_EVERY}{_BY_DATE_POST}(?P<after>)",
        rf"{_EVERY}(?P<day>)(?P<after>)(?P<month>)",
    )
]


def read_rule(line: str) -> PeriodRule | None:
    """The rule in a line of lexemes, or None where it is none that is understood."""
    for pattern in _RULES:
        if match := pattern.fullmatch(line):
            if not match["adverb"] and "EVERY" not in line and "ONCE" not in line:
                return None  # «в квартал» alone says nothing of how often
            unit = _UNIT[match["adverb"]] if match["adverb"] else match["noun"].lower()
            return _checked(unit, match["day"], match["month"], bool(match["after"]))
    return None


def _checked(unit: str, day: str | None, month: str | None, after: bool) -> PeriodRule | None:
    if (day and not 1 <= int(day) <= 31) or (unit == "week" and day):
        return None
    if (month and unit != "year") or (unit == "year" and day and not month and not after):
        return None
    return PeriodRule(unit, int(day) if day else None, int(month) if month else None, after)
