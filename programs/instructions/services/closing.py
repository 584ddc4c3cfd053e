"""Closing and opening again: of one deadline, and of the whole instruction."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState, InstructionState, Verb
from programs.instructions.models import Act, Deadline, Instruction
from programs.instructions.services.journal import (
    TransitionRefused,
    locked_deadline,
    locked_instruction,
    move,
    record_act,
    require_reason,
    save,
    transition,
)

UNFINISHED = (DeadlineState.DRAFT, DeadlineState.OPEN, DeadlineState.REPORTED)


def remove_from_control(*, instruction: Instruction, by: Any, on: date, reason: str = "") -> Instruction:
    """Takes a finished instruction off control and cancels what is still open: co-executors, periods to come.

    Refused while a lead or equal deadline due by `on` is not fulfilled or cancelled, or awaits review.
    """
    with transition():
        instruction = locked_instruction(instruction, InstructionState.ON_CONTROL)
        if instruction.deadlines.unfinished_main(on=on).exists():
            raise TransitionRefused(
                "not_fulfilled",
                _("A lead or equal executor has not finished: accept the report or cancel that deadline."),
            )
        return _close(instruction, InstructionState.REMOVED, Verb.REMOVE, by, on, reason)


def cancel_instruction(*, instruction: Instruction, by: Any, on: date, reason: str) -> Instruction:
    """Cancels the instruction and all that is open under it. Refused without a reason."""
    require_reason(reason)
    with transition():
        instruction = locked_instruction(instruction, InstructionState.ON_CONTROL)
        return _close(instruction, InstructionState.CANCELLED, Verb.CANCEL, by, on, reason)


def reopen_instruction(*, instruction: Instruction, by: Any, on: date, reason: str) -> Instruction:
    """Back on control, with exactly those deadlines that the removal cancelled, each in the state it had."""
    require_reason(reason)
    with transition():
        instruction = locked_instruction(instruction, InstructionState.REMOVED)
        _change(instruction, InstructionState.ON_CONTROL, Verb.REOPEN, by, on, reason)
        for deadline in _cancelled_by_removal(instruction):
            move(
                deadline,
                Verb.REOPEN,
                by=by,
                on=on,
                reason=reason,
                state=deadline.state_before,
                closed_on=None,
            )
    return instruction


def cancel_deadline(*, deadline: Deadline, by: Any, on: date, reason: str) -> Deadline:
    """Frees one executor; cancelled after the last day it still counts as late. Refused without a reason."""
    require_reason(reason)
    with transition():
        deadline = locked_deadline(deadline, *UNFINISHED)
        move(deadline, Verb.CANCEL, by=by, on=on, reason=reason, state=DeadlineState.CANCELLED, closed_on=on)
    return deadline


def reopen_deadline(*, deadline: Deadline, by: Any, on: date, reason: str) -> Deadline:
    """A fulfilled deadline is in work again: its report turned out not to hold. Refused without a reason."""
    require_reason(reason)
    with transition():
        deadline = locked_deadline(deadline, DeadlineState.FULFILLED)
        move(
            deadline,
            Verb.REOPEN,
            by=by,
            on=on,
            reason=reason,
            state=DeadlineState.OPEN,
            closed_on=None,
            reported_on=None,
        )
    return deadline


def _close(
    instruction: Instruction, state: InstructionState, verb: Verb, by: Any, on: date, reason: str
) -> Instruction:
    for deadline in instruction.deadlines.select_for_update().filter(state__in=UNFINISHED):
        move(deadline, verb, by=by, on=on, reason=reason, state=DeadlineState.CANCELLED, closed_on=on)
    _change(instruction, state, verb, by, on, reason)
    return instruction


def _change(instruction: Instruction, state: InstructionState, verb: Verb, by: Any, on: date, reason: str) -> None:
    before = Instruction.objects.get(pk=instruction.pk)
    instruction.state = state
    save(instruction, by)
    record_act(verb, by=by, on=on, reason=reason, subject=instruction, before=before)


def _cancelled_by_removal(instruction: Instruction) -> Any:
    """Cancelled deadlines whose last act is the removal, each with `state_before` that act."""
    last = Act.objects.filter(deadline=OuterRef("pk")).order_by("-pk")
    return (
        instruction.deadlines.select_for_update()
        .filter(state=DeadlineState.CANCELLED)
        .annotate(last_verb=Subquery(last.values("verb")[:1]), state_before=Subquery(last.values("state_before")[:1]))
        .filter(last_verb=Verb.REMOVE)
    )
