"""Who may do which act in which state: one table for the card, the admin and the API.

The services refuse what the state forbids in any case; this table is what buttons are shown by and doors ask first.
"""

from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter
from typing import Any

from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState, Verb
from programs.instructions.models import Deadline, Instruction

ISSUE = "instructions.issue_instruction"
CONTROL = "instructions.control_instruction"
REPORT = "instructions.report_deadline"
IN_WORK = (DeadlineState.OPEN, DeadlineState.REPORTED)


def shown(subject: Instruction | Deadline) -> str:
    """Names the state that a question about `subject` shows. Of an instruction its deadlines are part: issuing opens
    what the question named, and nothing added since. Digested, as not all of them are the reader's to see.
    """
    if isinstance(subject, Deadline):
        return subject.edition
    own = sorted(subject.deadlines.all(), key=attrgetter("pk"))
    told = " ".join([subject.edition, *(f"{deadline.pk}:{deadline.edition}" for deadline in own)])
    return sha256(told.encode()).hexdigest()[:32]


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
    """Acts on the whole of `instruction` open to `user` now; costs a query unless it is from `with_rights(user)`."""
    verbs = [verb for verb, rule in INSTRUCTION_ACTS.items() if instruction.state in rule.states]
    verbs = [verb for verb in verbs if user.has_perm(INSTRUCTION_ACTS[verb].permission)]
    if verbs and not hasattr(instruction, "may_control"):
        instruction = Instruction.objects.with_rights(user).get(pk=instruction.pk)
    unfit = () if getattr(instruction, "is_periodic", False) else (Verb.CHANGE_TERM,)
    return [verb for verb in verbs if verb not in unfit and may_act(user, verb, instruction)]


def deadline_acts(user: Any, deadlines: list[Deadline]) -> dict[int, list[Verb]]:
    """Acts on each of one instruction's `deadlines` open to `user` now, by key.

    Costs a query, whatever their number, unless they are from `with_rights(user)` with their instruction.
    """
    if any(not hasattr(deadline, "may_control") for deadline in deadlines):
        keys = [deadline.pk for deadline in deadlines]
        deadlines = list(Deadline.objects.filter(pk__in=keys).select_related("instruction").with_rights(user))
    return {deadline.pk: _of_deadline(user, deadline) for deadline in deadlines}


def may_act(user: Any, verb: Verb, subject: Any) -> bool:
    """Whether the act is `user`'s to do at all on `subject`, a row `with_rights(user)`; its state is not asked."""
    rules = INSTRUCTION_ACTS if isinstance(subject, Instruction) else DEADLINE_ACTS
    permission = rules[verb].permission
    return user.has_perm(permission) and (subject.may_report if permission == REPORT else subject.may_control)


def _of_deadline(user: Any, deadline: Any) -> list[Verb]:
    if deadline.instruction.state != InstructionState.ON_CONTROL:
        return []
    unfit: set[Verb] = set()
    if not deadline.is_asked:
        unfit.update(OF_EXTENSION)
    if deadline.is_asked or deadline.due is None:
        unfit.add(Verb.REQUEST_EXTENSION)
    if deadline.role == ExecutorRole.LEAD:
        unfit.add(Verb.CHANGE_LEAD)
    fit = [verb for verb, rule in DEADLINE_ACTS.items() if deadline.state in rule.states and verb not in unfit]
    return [verb for verb in fit if may_act(user, verb, deadline)]
