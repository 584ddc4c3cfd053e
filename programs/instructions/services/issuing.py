"""Issuing: a draft goes on control, executors are told, dates are reckoned."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole, InstructionState, Verb
from programs.instructions.models import Deadline, Instruction
from programs.instructions.services.journal import (
    TransitionRefused,
    locked_instruction,
    move,
    record_act,
    save,
    transition,
)
from programs.instructions.services.periods import make_periodic, roll_periods
from programs.instructions.terms import reckon
from programs.instructions.workdays import WorkCalendar
from regions.models import Organisation


def issue_instruction(*, instruction: Instruction, by: Any, on: date, reason: str = "") -> Instruction:
    """Puts a draft on control and opens its draft deadlines.

    Refused: not a draft, no text, no executor, or neither a lead nor only equals.
    """
    with transition():
        instruction = locked_instruction(instruction, InstructionState.DRAFT)
        before = Instruction.objects.get(pk=instruction.pk)
        if not instruction.text.strip():
            raise TransitionRefused("no_text", _("Write the text of the instruction first."))
        deadlines = list(instruction.deadlines.select_for_update().filter(state=DeadlineState.DRAFT))
        _require_executors(deadlines)
        instruction.state = InstructionState.ON_CONTROL
        save(instruction, by)
        record_act(Verb.ISSUE, by=by, on=on, reason=reason, subject=instruction, before=before)
        for deadline in deadlines:
            make_periodic(deadline, after=None, on=on)
            open_deadline(deadline, by=by, on=on, reason=reason)
        roll_periods(instruction=instruction, by=by, on=on)
    return instruction


def add_executors(
    *,
    instruction: Instruction,
    executors: Iterable[Organisation],
    role: str,
    by: Any,
    on: date,
    kind: str = DeadlineKind.FINAL,
    period_key: str = "",
    due: date | None = None,
) -> list[Deadline]:
    """One deadline per executor that has none of this kind and period yet; returns the new ones.

    Without `due` the date is reckoned from the instruction's term. Under an instruction on control the deadlines open
    at once. Refused when the instruction is closed; raises ValidationError when a deadline is not valid.
    """
    with transition():
        instruction = locked_instruction(instruction, InstructionState.DRAFT, InstructionState.ON_CONTROL)
        same = instruction.deadlines.filter(kind=kind, period_key=period_key).exclude(state=DeadlineState.CANCELLED)
        present = set(same.values_list("executor_id", flat=True))
        calendar = WorkCalendar.load()
        added = []
        for executor in executors:
            if executor.pk in present:
                continue
            deadline = Deadline(instruction=instruction, executor=executor, role=role, kind=kind, period_key=period_key)
            set_due(deadline, due, calendar)
            deadline.full_clean()
            save(deadline, by)
            if instruction.state == InstructionState.ON_CONTROL:
                make_periodic(deadline, after=on, on=on)
                open_deadline(deadline, by=by, on=on)
            added.append(deadline)
        if instruction.state == InstructionState.ON_CONTROL:
            added += roll_periods(instruction=instruction, by=by, on=on)
    return added


def set_due(deadline: Deadline, due: date | None, calendar: WorkCalendar) -> None:
    """Dates a draft deadline: with `due` as given by hand, else as reckoned from the instruction's term, else not."""
    if due is not None:
        deadline.due = deadline.due_original = deadline.raw_due = due
        deadline.reckoning = [{"step": "by_hand", "to": due.isoformat()}]
        return
    instruction = deadline.instruction
    if instruction.issued_on is None:
        return
    reckoning = reckon(
        instruction.term, issued_on=instruction.issued_on, policy=instruction.roll_policy, calendar=calendar
    )
    deadline.due = deadline.due_original = reckoning.due
    deadline.raw_due = reckoning.raw_due
    deadline.reckoning = reckoning.steps


def open_deadline(deadline: Deadline, *, by: Any, on: date, reason: str = "") -> None:
    """From draft to open; the date it opens with is its original one for ever."""
    move(deadline, Verb.ISSUE, by=by, on=on, reason=reason, state=DeadlineState.OPEN, due_original=deadline.due)


def _require_executors(deadlines: list[Deadline]) -> None:
    if not deadlines:
        raise TransitionRefused("no_executor", _("Name at least one executor first."))
    roles = {deadline.role for deadline in deadlines}
    if ExecutorRole.LEAD not in roles and roles != {ExecutorRole.EQUAL}:
        raise TransitionRefused("no_lead", _("Name a lead executor, or make all executors equal."))
