"""Mending what was entered: another executor, another lead, a mistyped date."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState, ExecutorRole, Verb
from programs.instructions.models import Deadline
from programs.instructions.services.journal import (
    TransitionRefused,
    locked_deadline,
    move,
    require_reason,
    save,
    transition,
)
from regions.models import Organisation


def replace_executor(*, deadline: Deadline, executor: Organisation, by: Any, on: date, reason: str) -> Deadline:
    """Cancels the deadline and opens the same duty, by the same dates, for `executor`; returns the new deadline."""
    require_reason(reason)
    with transition():
        old = locked_deadline(deadline, DeadlineState.OPEN)
        if old.executor_id == executor.pk:
            raise TransitionRefused("same_executor", _("This is the present executor: choose another one."))
        taken = old.instruction.deadlines.filter(executor=executor, kind=old.kind, period_key=old.period_key)
        if taken.exclude(state=DeadlineState.CANCELLED).exists():
            raise TransitionRefused(
                "has_deadline",
                _("This executor has a deadline of this kind and period already: choose another, or cancel this one."),
            )
        move(old, Verb.REPLACE_EXECUTOR, by=by, on=on, reason=reason, state=DeadlineState.CANCELLED, closed_on=on)
        new = Deadline(
            instruction=old.instruction,
            executor=executor,
            role=old.role,
            kind=old.kind,
            period_key=old.period_key,
            due=old.due,
            raw_due=old.raw_due,
            reckoning=old.reckoning,
        )
        save(new, by)
        opened = {"state": DeadlineState.OPEN, "due_original": old.due_original}
        move(new, Verb.ISSUE, by=by, on=on, reason=reason, **opened)
    return new


def change_lead(*, deadline: Deadline, by: Any, on: date, reason: str) -> Deadline:
    """Makes this executor the lead of its period; the former lead becomes a co-executor first."""
    require_reason(reason)
    with transition():
        deadline = locked_deadline(deadline, DeadlineState.OPEN, DeadlineState.REPORTED)
        if deadline.role == ExecutorRole.LEAD:
            raise TransitionRefused("is_lead", _("This executor is the lead already."))
        same = deadline.instruction.deadlines.filter(kind=deadline.kind, period_key=deadline.period_key)
        former = same.select_for_update().filter(role=ExecutorRole.LEAD).exclude(state=DeadlineState.CANCELLED)
        for lead in former:
            move(lead, Verb.CHANGE_LEAD, by=by, on=on, reason=reason, role=ExecutorRole.CO)
        move(deadline, Verb.CHANGE_LEAD, by=by, on=on, reason=reason, role=ExecutorRole.LEAD)
    return deadline


def correct_due(
    *, deadline: Deadline, due: date | None, due_original: date | None, by: Any, on: date, reason: str
) -> Deadline:
    """Mends a typing error in the last day or the original one; the only act that changes the original.

    Refused: without a reason, no change, a date before the issue, an original after the present last day.
    """
    require_reason(reason)
    with transition():
        deadline = locked_deadline(deadline, DeadlineState.OPEN, DeadlineState.REPORTED, DeadlineState.FULFILLED)
        if (due, due_original) == (deadline.due, deadline.due_original):
            raise TransitionRefused("no_change", _("These are the present dates: nothing to correct."))
        _check_dates(deadline, due, due_original)
        step = {"step": "corrected", "to": due.isoformat() if due else None}
        move(
            deadline,
            Verb.CORRECT_DUE,
            by=by,
            on=on,
            reason=reason,
            due=due,
            due_original=due_original,
            reckoning=[*deadline.reckoning, step],
        )
    return deadline


def _check_dates(deadline: Deadline, due: date | None, due_original: date | None) -> None:
    issued_on = deadline.instruction.issued_on
    if issued_on and any(day and day < issued_on for day in (due, due_original)):
        raise TransitionRefused("due_before_issue", _("The last day is before the instruction was issued."))
    if (due is None) != (due_original is None):
        raise TransitionRefused("one_date", _("Give both dates, or neither."))
    if due and due_original and due_original > due:
        raise TransitionRefused("original_after_due", _("The original last day is after the present one."))
