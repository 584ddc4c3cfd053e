"""Who may do which act in which state: one table for the card, the admin and the API.

The services refuse what the state forbids in any case; this table is what buttons are shown by and doors ask first.
"""

from dataclasses import dataclass
from typing import Any

from programs.instructions.choices import DeadlineState, ExecutorRole, ExtensionState, InstructionState, Verb
from programs.instructions.models import Deadline, Instruction

ISSUE = "instructions.issue_instruction"
CONTROL = "instructions.control_instruction"
REPORT = "instructions.report_deadline"
IN_WORK = (DeadlineState.OPEN, DeadlineState.REPORTED)


@dataclass(frozen=True)
class Rule:
    """The permission an act needs and the states it starts from."""

    permission: str
    states: tuple[str, ...]


INSTRUCTION_ACTS = {
    Verb.ISSUE: Rule(ISSUE, (InstructionState.DRAFT,)),
    Verb.REMOVE: Rule(CONTROL, (InstructionState.ON_CONTROL,)),
    Verb.CHANGE_TERM: Rule(CONTROL, (InstructionState.ON_CONTROL,)),
    Verb.CANCEL: Rule(CONTROL, (InstructionState.ON_CONTROL,)),
    Verb.REOPEN: Rule(CONTROL, (InstructionState.REMOVED,)),
}
DEADLINE_ACTS = {
    Verb.REPORT: Rule(REPORT, (DeadlineState.OPEN,)),
    Verb.REQUEST_EXTENSION: Rule(REPORT, (DeadlineState.OPEN,)),
    Verb.ACCEPT: Rule(CONTROL, (DeadlineState.REPORTED,)),
    Verb.RETURN: Rule(CONTROL, (DeadlineState.REPORTED,)),
    Verb.GRANT_EXTENSION: Rule(CONTROL, IN_WORK),
    Verb.REFUSE_EXTENSION: Rule(CONTROL, IN_WORK),
    Verb.REPLACE_EXECUTOR: Rule(CONTROL, (DeadlineState.OPEN,)),
    Verb.CHANGE_LEAD: Rule(CONTROL, IN_WORK),
    Verb.CORRECT_DUE: Rule(CONTROL, (*IN_WORK, DeadlineState.FULFILLED)),
    Verb.CANCEL: Rule(CONTROL, IN_WORK),
    Verb.REOPEN: Rule(CONTROL, (DeadlineState.FULFILLED,)),
}
OF_EXTENSION = (Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION)


def instruction_acts(user: Any, instruction: Instruction) -> list[Verb]:
    """Acts on the whole of `instruction` open to `user` now."""
    open_now = [verb for verb, rule in INSTRUCTION_ACTS.items() if _fits(user, rule, instruction.state)]
    if not open_now or not Instruction.objects.editable_by(user).filter(pk=instruction.pk).exists():
        return []
    return open_now


def deadline_acts(user: Any, deadlines: list[Deadline]) -> dict[int, list[Verb]]:
    """Acts on each of one instruction's `deadlines` open to `user` now, by key; three queries whatever their number."""
    keys = [deadline.pk for deadline in deadlines]
    rows = Deadline.objects.filter(pk__in=keys, instruction__state=InstructionState.ON_CONTROL)
    allowed = {
        CONTROL: set(rows.editable_by(user).values_list("pk", flat=True)) if user.has_perm(CONTROL) else set(),
        REPORT: set(rows.reportable_by(user).values_list("pk", flat=True)) if user.has_perm(REPORT) else set(),
    }
    asked = set(rows.filter(extensions__state=ExtensionState.PENDING).values_list("pk", flat=True))
    return {deadline.pk: _of_deadline(deadline, allowed, asked) for deadline in deadlines}


def _of_deadline(deadline: Deadline, allowed: dict[str, set[int]], asked: set[int]) -> list[Verb]:
    verbs = [
        verb
        for verb, rule in DEADLINE_ACTS.items()
        if deadline.state in rule.states and deadline.pk in allowed[rule.permission]
    ]
    unfit = set()
    if deadline.pk not in asked:
        unfit.update(OF_EXTENSION)
    if deadline.pk in asked or deadline.due is None:
        unfit.add(Verb.REQUEST_EXTENSION)
    if deadline.role == ExecutorRole.LEAD:
        unfit.add(Verb.CHANGE_LEAD)
    return [verb for verb in verbs if verb not in unfit]


def _fits(user: Any, rule: Rule, state: str) -> bool:
    return state in rule.states and user.has_perm(rule.permission)
