"""What an instruction lacks by the rules of the Government, and what it may repeat. Warnings never block."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState, ExecutorRole
from programs.instructions.models import Deadline, Instruction
from programs.instructions.querysets import LIVE
from programs.instructions.terms import TermKind, reckon
from programs.instructions.workdays import WorkCalendar
from registry.search import fold

FEWEST_WORKING_DAYS = 2
ALIKE = 0.85  # from this share of common words on two texts are likely the same instruction
MOST_CANDIDATES = 200
WORDS_ASKED_FOR = 6
WORDS_COMPARED = 400
STEM = 6  # letters of a word that are compared, so that «область» and «областью» are one word

NO_RESULT = _("No expected result is named.")
NO_EXECUTOR = _("No executor is named.")
NO_LEAD = _("No lead executor is named, and the executors are not all equal.")
NO_DATE = _("Some executors have no date.")
HASTY = _("A term is shorter than two working days.")
NO_ISSUE_DAY = _("The day of issue is not known.")
ESTIMATED_ISSUE_DAY = _("The day of issue is an estimate.")


def missing(instruction: Instruction) -> list[str | Promise]:
    """What `instruction` lacks, most important first; it may be issued all the same. Two queries."""
    told = list(instruction.deadlines.exclude(state=DeadlineState.CANCELLED))
    calendar = WorkCalendar.load()
    checks = (
        (NO_RESULT, not instruction.expected_result.strip()),
        (NO_EXECUTOR, not told),
        (NO_LEAD, lacks_lead(told)),
        (NO_DATE, lacks_date(instruction, told, calendar)),
        (HASTY, is_hasty(instruction.issued_on, told, calendar)),
        (NO_ISSUE_DAY, instruction.issued_on is None),
        (ESTIMATED_ISSUE_DAY, instruction.issued_on is not None and instruction.issued_on_is_estimate),
    )
    return [warning for warning, holds in checks if holds]


def lacks_lead(told: Iterable[Deadline]) -> bool:
    roles = {deadline.role for deadline in told}
    return bool(roles) and ExecutorRole.LEAD not in roles and roles != {ExecutorRole.EQUAL}


def lacks_date(instruction: Instruction, told: Iterable[Deadline], calendar: WorkCalendar) -> bool:
    """Somebody has no day to do it by, and the term neither means that nor brings one with each period."""
    if not any(deadline.due is None and deadline.state in LIVE for deadline in told):
        return False
    issued_on = instruction.issued_on
    if issued_on is None:
        return True
    kind = reckon(instruction.term, issued_on=issued_on, policy=instruction.roll_policy, calendar=calendar).kind
    return kind not in (TermKind.PERIODIC, TermKind.PERMANENT)


def is_hasty(issued_on: date | None, told: Iterable[Deadline], calendar: WorkCalendar) -> bool:
    """Less than two working days from the issue to the first last day still to be kept."""
    days = [deadline.due for deadline in told if deadline.due is not None and deadline.state in LIVE]
    if issued_on is None or not days:
        return False
    until = min(days)
    near = (until - issued_on).days < 30  # beyond, counting is needless: no holidays last so long
    return near and calendar.working_days_between(issued_on, until) < FEWEST_WORKING_DAYS


def likely_duplicates(instruction: Instruction, *, among: Any, most: int = 3) -> list[Instruction]:
    """Unfinished instructions of the queryset `among` that say nearly the same, the likest first. One query."""
    own = stems(instruction.text)
    words = _telling_words(own)
    if not words:
        return []
    shared = sum((Case(When(_has(word), then=1), default=0) for word in words), Value(0, IntegerField()))
    some = Q()
    for word in words:
        some |= _has(word)
    rows = among.unfinished().filter(some).exclude(pk=instruction.pk)
    candidates = rows.annotate(shared=shared).order_by("-shared", "-pk")[:MOST_CANDIDATES]
    rated = [(likeness(own, stems(candidate.text)), candidate) for candidate in candidates]
    alike = sorted((pair for pair in rated if pair[0] >= ALIKE), key=lambda pair: (-pair[0], -pair[1].pk))
    return [candidate for _share, candidate in alike[:most]]


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """0 to 1 by the words two texts have in common, in their order."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def stems(text: str) -> list[str]:
    """Folded words, each cut to its beginning; numbers stay whole."""
    words = re.findall(r"\w+", fold(text))[:WORDS_COMPARED]
    return [word if word.isdigit() else word[:STEM] for word in words]


def _telling_words(words: list[str]) -> list[str]:
    """The longest ones: a text that is alike has at least one of them."""
    return sorted(dict.fromkeys(words), key=len, reverse=True)[:WORDS_ASKED_FOR]


def _has(word: str) -> Q:
    return Q(search_text__contains=word)
