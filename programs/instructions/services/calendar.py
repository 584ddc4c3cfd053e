"""A changed calendar moves last days: shown first, done on confirmation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from programs.instructions.choices import DeadlineState, Verb
from programs.instructions.models import Deadline
from programs.instructions.services.journal import TransitionRefused, locked_deadline, move, transition
from programs.instructions.terms import Period, Reckoning, TermKind, reckon
from programs.instructions.workdays import WorkCalendar

BY_PERSON = {"by_hand", "extended", "corrected"}  # dates somebody chose do not follow the calendar


@dataclass(frozen=True)
class DateMove:
    """An open deadline whose last day would be another one under the calendar asked about."""

    deadline: Deadline
    due: date
    raw_due: date
    steps: list[dict[str, Any]]


def preview_moves(calendar: WorkCalendar, *, on: date) -> list[DateMove]:
    """Open deadlines due from `on` whose last day would differ under `calendar`; those in the past never move."""
    rows = Deadline.objects.filter(state=DeadlineState.OPEN, due__gte=on).select_related("instruction", "executor")
    moves = (_move_of(deadline, calendar) for deadline in rows.order_by("due_key", "pk").iterator(chunk_size=2000))
    return [found for found in moves if found and found.due >= on]


def apply_moves(moves: Iterable[DateMove], *, by: Any, on: date, reason: str) -> int:
    """Moves the last days, each as an act; the original ones stay. Returns how many; one closed since is left."""
    done = 0
    for found in moves:
        with transition():
            try:
                deadline = locked_deadline(found.deadline, DeadlineState.OPEN)
            except TransitionRefused:
                continue
            if deadline.due != found.deadline.due:
                continue
            dates = {"due": found.due, "raw_due": found.raw_due, "reckoning": found.steps}
            move(deadline, Verb.MOVE_WITH_CALENDAR, by=by, on=on, reason=reason, **dates)
            done += 1
    return done


def _move_of(deadline: Deadline, calendar: WorkCalendar) -> DateMove | None:
    instruction = deadline.instruction
    steps = {step["step"] for step in deadline.reckoning}
    if instruction.issued_on is None or not steps or steps & BY_PERSON:
        return None
    reckoning = reckon(
        instruction.term,
        issued_on=instruction.issued_on,
        policy=instruction.roll_policy,
        calendar=calendar,
        horizon=deadline.raw_due,
    )
    found: Period | Reckoning | None
    if reckoning.kind == TermKind.PERIODIC:
        same = [period for period in reckoning.periods if period.key == deadline.period_key]
        found = same[0] if same else None
    else:
        found = reckoning if reckoning.kind == TermKind.DATE else None
    if found is None or found.due is None or found.raw_due is None or found.due == deadline.due:
        return None
    return DateMove(deadline, found.due, found.raw_due, found.steps)
