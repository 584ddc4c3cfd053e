"""From the wording of a term and the day of issue to a date, with every step shown. Nothing is ever guessed.

The wording becomes lexemes (`lexicon.py`), the lexemes one string such as "IN N:2 WEEK TERM", and the rules below read
that string. The day of issue does not count; a last day that is not worked is moved by the roll policy.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import TextChoices
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.instructions.lexicon import lexemes
from programs.instructions.periods import PeriodRule, occurrences, read_rule
from programs.instructions.workdays import WorkCalendar

Steps = list[dict[str, Any]]


class TermKind(TextChoices):
    DATE = "date", gettext_lazy("a date")
    PERIODIC = "periodic", gettext_lazy("a date in every period")
    PERMANENT = "permanent", gettext_lazy("permanent, without a date")
    NEEDS_DATE = "needs_date", gettext_lazy("needs a date")
    NOT_UNDERSTOOD = "not_understood", gettext_lazy("not understood")


@dataclass(frozen=True)
class Period:
    """One occurrence of a periodic term, such as "2026-Q1" by 10 April."""

    key: str
    raw_due: date
    due: date
    steps: Steps


@dataclass(frozen=True)
class Reckoning:
    """What a wording came to: `raw_due` before the roll, `due` after it, both None unless `kind` is DATE.

    `steps` are JSON values, put into the reader's words by `in_words`. `periods` are the occurrences of a periodic term
    up to the horizon.
    """

    kind: TermKind
    raw_due: date | None = None
    due: date | None = None
    steps: Steps = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)


@dataclass(frozen=True)
class _Term:
    """What the rules work with: the day of issue, the working days, and the steps written so far."""

    issued_on: date
    calendar: WorkCalendar
    steps: Steps

    def note(self, step: str, **values: Any) -> None:
        self.steps.append(
            {"step": step}
            | {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
        )


def reckon(
    wording: str,
    *,
    issued_on: date,
    policy: str,
    calendar: WorkCalendar | None = None,
    after: date | None = None,
    horizon: date | None = None,
) -> Reckoning:
    """Reads `wording` as counted from `issued_on`; `policy` is a RollPolicy; one query unless `calendar` is given.

    Occurrences of a periodic term lie after `after` (default: the issue) and not after `horizon` (default: a year on).
    """
    try:
        return _read(wording, issued_on, policy, calendar, after, horizon)
    except (ValueError, OverflowError):  # beyond the years that dates have
        return Reckoning(TermKind.NOT_UNDERSTOOD, steps=[{"step": "no_such_date"}])


def _read(
    wording: str,
    issued_on: date,
    policy: str,
    calendar: WorkCalendar | None,
    after: date | None,
    horizon: date | None,
) -> Reckoning:
    words, unknown = lexemes(wording)
    line = " ".join(words)
    if not wording.strip():
        return Reckoning(TermKind.NEEDS_DATE)
    if unknown:
        return Reckoning(TermKind.NOT_UNDERSTOOD, steps=[{"step": "unknown_words", "words": unknown}])
    if _PERMANENT.fullmatch(line):
        return Reckoning(TermKind.PERMANENT)
    calendar = calendar or WorkCalendar.load()
    if _URGENT.fullmatch(line):
        return _urgent(issued_on, calendar)
    if rule := read_rule(line):
        after, horizon = after or issued_on, horizon or issued_on + relativedelta(years=1)
        return Reckoning(TermKind.PERIODIC, periods=_periods(rule, after, horizon, calendar, policy))
    return _dated(line, _Term(issued_on, calendar, []), policy)


def _urgent(issued_on: date, calendar: WorkCalendar) -> Reckoning:
    """«незамедлительно»: as many working days as the office has set; without the setting somebody must set the date."""
    if not settings.URGENT_WORKING_DAYS:
        return Reckoning(TermKind.NEEDS_DATE)
    term = _Term(issued_on, calendar, [])
    due = calendar.add_working_days(issued_on, settings.URGENT_WORKING_DAYS)
    term.note("urgent", **{"from": issued_on}, n=settings.URGENT_WORKING_DAYS, unit="working_day", to=due)
    return Reckoning(TermKind.DATE, due, due, term.steps)


def _periods(rule: PeriodRule, after: date, until: date, calendar: WorkCalendar, policy: str) -> list[Period]:
    found = []
    for occurrence in occurrences(rule, after=after, until=until):
        term = _Term(after, calendar, [])
        term.note("period", key=occurrence.key, to=occurrence.raw_due)
        due = _rolled(occurrence.raw_due, term, policy)
        found.append(Period(occurrence.key, occurrence.raw_due, due, term.steps))
    return found


def _rolled(raw_due: date, term: _Term, policy: str) -> date:
    due = term.calendar.roll(raw_due, policy)
    if due != raw_due:
        term.note("roll", **{"from": raw_due}, to=due)
    return due


def _dated(line: str, term: _Term, policy: str) -> Reckoning:
    for pattern, rule in _RULES:
        if match := pattern.fullmatch(line):
            raw_due = rule(match, term)
            if raw_due < term.issued_on:
                return Reckoning(TermKind.NOT_UNDERSTOOD, steps=[{"step": "before_issue", "to": raw_due.isoformat()}])
            return Reckoning(TermKind.DATE, raw_due, _rolled(raw_due, term, policy), term.steps)
    return Reckoning(TermKind.NOT_UNDERSTOOD, steps=[{"step": "unknown_order"}])


# --- The rules --------------------------------------------------------------------------------------------------------

_UNIT_STEPS = {
    "DAY": lambda n: timedelta(days=n),
    "MONTH": lambda n: relativedelta(months=n),
    "YEAR": lambda n: relativedelta(years=n),
}
_MONTHS_IN = {"MONTH": 1, "QUARTER": 3, "HALF": 6, "YEAR": 12}


def _after(match: re.Match[str], term: _Term) -> date:
    """N days, weeks or months after the issue; a missing day of the last month becomes its last one."""
    n, unit = int(match["n"] or 1), match["unit"]
    if unit == "WEEK":
        n, unit = 7 * n, "DAY"
    if n > MOST_DAYS:
        raise ValueError(n)
    if match["working"]:
        unit = "WORKING_DAY"
        raw_due = term.calendar.add_working_days(term.issued_on, n)
    else:
        raw_due = term.issued_on + _UNIT_STEPS[unit](n)
    term.note("add", **{"from": term.issued_on}, n=n, unit=unit.lower(), to=raw_due)
    return raw_due


def _by_date(match: re.Match[str], term: _Term) -> date:
    raw_due = date.fromisoformat(match["date"])
    term.note("stated", to=raw_due)
    return raw_due


def _by_day(match: re.Match[str], term: _Term) -> date:
    """A day and a month, with a year or without: then the nearest such day not before the issue."""
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if year or match["this"]:
        raw_due = date(int(year) if year else term.issued_on.year, month, day)
        term.note("stated", to=raw_due)
        return raw_due
    raw_due = date(term.issued_on.year, month, day)
    if raw_due < term.issued_on:
        raw_due = date(term.issued_on.year + 1, month, day)
    term.note("nearest", to=raw_due)
    return raw_due


def _end_of_month(match: re.Match[str], term: _Term) -> date:
    return _end(term, "MONTH", int(match["month"]), match)


def _end_of_numbered(match: re.Match[str], term: _Term) -> date:
    """The last day of quarter or half-year number n."""
    unit, n = match["unit"], int(match["n"])
    if not 1 <= n <= 12 // _MONTHS_IN[unit]:
        raise ValueError(n)
    return _end(term, unit, n * _MONTHS_IN[unit], match)


def _end_of_current(match: re.Match[str], term: _Term) -> date:
    """The last day of the week, month, quarter, half-year or year of the issue."""
    unit = match["unit"]
    if unit == "WEEK":
        raw_due = term.issued_on + timedelta(days=6 - term.issued_on.weekday())
        term.note("end_of", unit="week", to=raw_due)
        return raw_due
    length = _MONTHS_IN[unit]
    return _end(term, unit, -(-term.issued_on.month // length) * length, match)


def _end_of_year(match: re.Match[str], term: _Term) -> date:
    return _end(term, "YEAR", 12, match)


def _end(term: _Term, unit: str, month: int, match: re.Match[str]) -> date:
    """The last day of `month`; where no year is named, of this year, or of the next if that has passed."""
    groups = match.groupdict()
    year = int(groups.get("year") or term.issued_on.year)
    raw_due = date(year, month, 1) + relativedelta(day=31)
    if raw_due < term.issued_on and not groups.get("year") and not groups.get("this"):
        raw_due = date(year + 1, month, 1) + relativedelta(day=31)
    term.note("end_of", unit=unit.lower(), to=raw_due)
    return raw_due


MOST_DAYS = 3660  # ten years: more is a slip of the pen, and working days are counted one by one

_UNTIL = r"(?:(?:IN )?TERM )?(?:NOT LATER(?: THAN)?|UNTIL)"
_YEAR = r"(?:(?: IN)?(?: N:(?P<year>\d{4}))(?: YEAR)?|(?P<this> (?:IN )?THIS(?: YEAR)?))?"
_YEAR_FIRST = r"(?:IN )?N:(?P<year>\d{4})(?: YEAR)? "
_NUMBERED = r"(?:N:(?P<n>\d+) (?P<unit>QUARTER|HALF))"

_RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str], _Term], date]]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        # в двухнедельный срок, в течение 10 рабочих дней, 10 жұмыс күні ішінде, within two weeks
        (
            r"(?:(?:IN )?(?:TERM )?(?:WITHIN|IN|NOT LATER(?: THAN)?|UNTIL) (?:TERM )?)?N:(?P<n>\d+) "
            r"(?:(?P<working>WORKING)|CALENDAR)? ?(?P<unit>DAY|WEEK|MONTH|YEAR)(?: (?:TERM|WITHIN|IN))*",
            _after,
        ),
        # в месячный срок, в недельный срок, в течение месяца
        (r"(?:IN )?(?P<n>)(?P<working>)(?P<unit>WEEK|MONTH|YEAR) TERM", _after),
        (r"IN (?P<n>)(?P<working>)WITHIN (?P<unit>WEEK|MONTH)", _after),
        (r"WITHIN (?P<n>)(?P<working>)(?P<unit>WEEK|MONTH)", _after),
        # до 1 июля 2026 года, до 01.07.2026, 2026 жылғы 1 шілдеге дейін, by July 1 2026
        (rf"(?:{_UNTIL} )?DATE:(?P<date>\S+)(?: YEAR)?(?: UNTIL)?", _by_date),
        (rf"(?:{_UNTIL} )?N:(?P<day>\d{{1,2}}) MON:(?P<month>\d+){_YEAR}(?: UNTIL)?", _by_day),
        (rf"{_YEAR_FIRST}N:(?P<day>\d{{1,2}}) MON:(?P<month>\d+)(?P<this>)(?: UNTIL)?", _by_day),
        (rf"(?:{_UNTIL} )?MON:(?P<month>\d+) N:(?P<day>\d{{1,2}})(?: N:(?P<year>\d{{4}}))?(?P<this>)", _by_day),
        # до конца марта, до конца I квартала, до конца года, жыл соңына дейін, by the end of the year
        (rf"{_UNTIL} END (?:IN )?MON:(?P<month>\d+){_YEAR}", _end_of_month),
        (rf"{_UNTIL} END {_NUMBERED}{_YEAR}", _end_of_numbered),
        (rf"{_UNTIL} END (?:THIS )?(?P<unit>WEEK|MONTH|QUARTER|HALF|YEAR)", _end_of_current),
        (rf"{_UNTIL} END N:(?P<year>\d{{4}})(?: YEAR)?", _end_of_year),
        (r"(?:THIS )?(?P<unit>WEEK|MONTH|QUARTER|HALF|YEAR) END UNTIL", _end_of_current),
        (rf"{_YEAR_FIRST}END UNTIL", _end_of_year),
        (rf"{_YEAR_FIRST}MON:(?P<month>\d+) END UNTIL", _end_of_month),
        (rf"{_YEAR_FIRST}{_NUMBERED} END UNTIL", _end_of_numbered),
        (r"MON:(?P<month>\d+) END UNTIL", _end_of_month),
        (rf"{_NUMBERED} END UNTIL", _end_of_numbered),
        # в декабре 2026 года, в I квартале, не позднее I квартала, 2026 жылдың I тоқсанында, in Q1 2026
        (rf"(?:IN|IN WITHIN|WITHIN|NOT LATER(?: THAN)?) MON:(?P<month>\d+){_YEAR}", _end_of_month),
        (rf"(?:IN|IN WITHIN|WITHIN|NOT LATER(?: THAN)?) {_NUMBERED}{_YEAR}", _end_of_numbered),
        (rf"{_YEAR_FIRST}{_NUMBERED}", _end_of_numbered),
        (rf"{_YEAR_FIRST}MON:(?P<month>\d+)", _end_of_month),
        (r"(?:IN|WITHIN) THIS (?P<unit>WEEK|MONTH|QUARTER|HALF|YEAR)", _end_of_current),
        (r"IN N:(?P<year>\d{4}) YEAR", _end_of_year),
    )
]
_PERMANENT = re.compile(r"(?:IN )?PERMANENT(?: BASIS)?")
_URGENT = re.compile(r"(?:IN )?(?:URGENT|SHORTEST(?: SHORTEST)*(?: TERM)?)|URGENT TERM|IN URGENT TERM")


# --- The steps in words -----------------------------------------------------------------------------------------------


def in_words(steps: Steps) -> list[str]:
    """The steps in the reader's language, one sentence each."""
    return [_SENTENCES[step["step"]](step) for step in steps]


def _day(iso: str) -> str:
    return formats.date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")


def _weekday(iso: str) -> str:
    return formats.date_format(date.fromisoformat(iso), "l")


def _counted(n: int, unit: str) -> str:
    counted = {
        "day": ngettext("%(n)d day", "%(n)d days", n),
        "working_day": ngettext("%(n)d working day", "%(n)d working days", n),
        "month": ngettext("%(n)d month", "%(n)d months", n),
        "year": ngettext("%(n)d year", "%(n)d years", n),
    }
    return counted[unit] % {"n": n}


def _end_in_words(step: dict[str, Any]) -> str:
    ends = {
        "week": _("end of the week: %(day)s"),
        "month": _("end of the month: %(day)s"),
        "quarter": _("end of the quarter: %(day)s"),
        "half": _("end of the half-year: %(day)s"),
        "year": _("end of the year: %(day)s"),
    }
    return ends[step["unit"]] % {"day": _day(step["to"])}


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "add": lambda step: f"{_day(step['from'])} + {_counted(step['n'], step['unit'])} = {_day(step['to'])}",
    "stated": lambda step: _("date as stated: %(day)s") % {"day": _day(step["to"])},
    "nearest": lambda step: _("no year stated, nearest such day: %(day)s") % {"day": _day(step["to"])},
    "end_of": _end_in_words,
    "period": lambda step: _("for the period %(key)s: %(day)s") % {"key": step["key"], "day": _day(step["to"])},
    "urgent": lambda step: (
        _("urgent, by the office's setting: %(reckoning)s")
        % {"reckoning": f"{_day(step['from'])} + {_counted(step['n'], step['unit'])} = {_day(step['to'])}"}
    ),
    "roll": lambda step: (
        _("%(day)s (%(weekday)s) is a day off → %(to_weekday)s %(to)s")
        % {
            "day": _day(step["from"]),
            "weekday": _weekday(step["from"]),
            "to_weekday": _weekday(step["to"]),
            "to": _day(step["to"]),
        }
    ),
    "by_hand": lambda step: _("set by hand: %(day)s") % {"day": _day(step["to"])},
    "extended": lambda step: (
        _("extended on %(on)s: %(day)s") % {"on": _day(step["on"]), "day": _day(step["to"])}
        if "on" in step  # not in what was extended by an earlier version
        else _("extended: %(day)s") % {"day": _day(step["to"])}
    ),
    "corrected": lambda step: _("corrected: %(day)s") % {"day": _day(step["to"]) if step["to"] else "–"},
    "no_such_date": lambda step: _("there is no such date"),
    "before_issue": lambda step: _("%(day)s is before the day of issue") % {"day": _day(step["to"])},
    "unknown_words": lambda step: _("not understood: %(words)s") % {"words": ", ".join(step["words"])},
    "unknown_order": lambda step: _("the words are known, but not in this order"),
}
