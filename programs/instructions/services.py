"""The only code that changes the state of an instruction or a deadline.

Every transition is atomic, takes who does it (`by`) and the date on paper (`on`), guards itself in the write, leaves
an act in the journal, and refuses with TransitionRefused.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole, InstructionState, Verb
from programs.instructions.models import Act, Deadline, Instruction
from programs.instructions.terms import reckon
from programs.instructions.workdays import WorkCalendar
from regions.models import Organisation


class TransitionRefused(Exception):
    """An act that the state of things does not allow; nothing was changed."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@transaction.atomic
def issue_instruction(
    *, instruction: Instruction, by: Any, on: date, reason: str = "", by_name: str = ""
) -> Instruction:
    """Puts a draft on control and opens its draft deadlines.

    `by` is the user, or None for the loader, which gives `by_name`. Raises TransitionRefused: not a draft, no text, no
    executor, or neither a lead nor only equals.
    """
    instruction = Instruction.objects.select_for_update().get(pk=instruction.pk)
    if instruction.state != InstructionState.DRAFT:
        raise TransitionRefused("not_draft", _("Only a draft can be issued; this instruction is issued already."))
    if not instruction.text.strip():
        raise TransitionRefused("no_text", _("Write the text of the instruction first."))
    deadlines = list(instruction.deadlines.filter(state=DeadlineState.DRAFT))
    _require_executors(deadlines)
    instruction.state = InstructionState.ON_CONTROL
    _save(instruction, by, update_fields=("state",))
    _journal(instruction, None, Verb.ISSUE, by, by_name, on, reason, state_before=InstructionState.DRAFT)
    for deadline in deadlines:
        _open(deadline, by=by, by_name=by_name, on=on, reason=reason)
    return instruction


@transaction.atomic
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
    at once. Raises TransitionRefused when the instruction is closed, ValidationError when a deadline is not valid.
    """
    if instruction.state not in (InstructionState.DRAFT, InstructionState.ON_CONTROL):
        raise TransitionRefused("closed", _("The instruction is closed: reopen it before adding executors."))
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
        _save(deadline, by)
        if instruction.state == InstructionState.ON_CONTROL:
            _open(deadline, by=by, by_name="", on=on, reason="")
        added.append(deadline)
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


def _require_executors(deadlines: list[Deadline]) -> None:
    if not deadlines:
        raise TransitionRefused("no_executor", _("Name at least one executor first."))
    roles = {deadline.role for deadline in deadlines}
    if ExecutorRole.LEAD not in roles and roles != {ExecutorRole.EQUAL}:
        raise TransitionRefused("no_lead", _("Name a lead executor, or make all executors equal."))


def _open(deadline: Deadline, *, by: Any, by_name: str, on: date, reason: str) -> None:
    before = deadline.state
    deadline.state = DeadlineState.OPEN
    deadline.due_original = deadline.due
    _save(deadline, by, update_fields=("state", "due_original"))
    _journal(deadline.instruction, deadline, Verb.ISSUE, by, by_name, on, reason, state_before=before)


def _save(record: Any, by: Any, **kwargs: Any) -> None:
    record._history_user = by
    record.save(**kwargs)


def _journal(
    instruction: Instruction,
    deadline: Deadline | None,
    verb: Verb,
    by: Any,
    by_name: str,
    on: date,
    reason: str,
    *,
    state_before: str,
) -> Act:
    subject = deadline or instruction
    return Act.objects.create(
        instruction=instruction,
        deadline=deadline,
        verb=verb,
        on=on,
        by_id=by.pk if by else None,
        by_name=by_name or str(by),
        reason=reason,
        state_before=state_before,
        state_after=subject.state,
        due_after=deadline.due if deadline else None,
        due_original_after=deadline.due_original if deadline else None,
    )
