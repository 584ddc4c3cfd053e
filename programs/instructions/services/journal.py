"""What every transition stands on: locking, the guard, the write and the act it leaves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState, ExtensionState, InstructionState, Verb
from programs.instructions.models import Act, Deadline, Instruction
from registry.models import Record, StaleRecord

# Said where an act does not start from the state things are in: what that is, and what to do about it.
WHAT_NOW: Mapping[str, str | Promise] = {
    InstructionState.DRAFT: _("The instruction is a draft: it has to be issued first."),
    InstructionState.ON_CONTROL: _("The instruction is on control already: look at its card for what is next."),
    InstructionState.REMOVED: _(
        "The instruction is removed from control: ask the controller named on its card to put it back."
    ),
    InstructionState.CANCELLED: _("The instruction is cancelled: what still has to be done is issued anew."),
}
WHAT_NOW_WITH_DEADLINE: Mapping[str, str | Promise] = {
    DeadlineState.DRAFT: _("The deadline is a draft: the instruction has to be issued first."),
    DeadlineState.OPEN: _("The deadline is in work: the executor has to report first."),
    DeadlineState.REPORTED: _("A report is under review: it has to be accepted or returned first."),
    DeadlineState.FULFILLED: _(
        "The deadline is fulfilled: if that does not hold, ask the controller named on the card to put it back in work."
    ),
    DeadlineState.CANCELLED: _(
        "The deadline is cancelled: if it still has to be met, ask the controller named on the card."
    ),
}


class TransitionRefused(Exception):
    """An act that the state of things does not allow; nothing was changed."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@contextmanager
def transition() -> Iterator[None]:
    """One transaction; a race that was lost in the write itself is told as a refusal."""
    try:
        with transaction.atomic():
            yield
    except StaleRecord as stale:
        raise TransitionRefused(
            "changed_meanwhile", _("Somebody else changed this a moment ago: reload the page and look again.")
        ) from stale


def locked_instruction(instruction: Instruction, *states: str) -> Instruction:
    """The instruction as stored, locked until the end of the transaction; refused unless in one of `states`."""
    stored = Instruction.objects.select_for_update().get(pk=instruction.pk)
    if stored.state not in states:
        raise TransitionRefused("instruction_state", WHAT_NOW[stored.state])
    return stored


def locked_deadline(deadline: Deadline, *states: str) -> Deadline:
    """The deadline as stored, under its locked instruction on control; refused unless in one of `states`.

    The instruction is always locked first, so that two acts wait for each other and never for ever.
    """
    instruction = locked_instruction(Instruction(pk=deadline.instruction_id), InstructionState.ON_CONTROL)
    stored = Deadline.objects.select_for_update().get(pk=deadline.pk)
    stored.instruction = instruction
    if stored.state not in states:
        raise TransitionRefused("deadline_state", WHAT_NOW_WITH_DEADLINE[stored.state])
    return stored


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise TransitionRefused("no_reason", _("Give the reason: it goes into the journal."))


def save(record: Record, by: Any) -> None:
    """Writes where the stored version is still the one read, with `by` as author in the history."""
    record._history_user = None if isinstance(by, str) else by  # type: ignore[attr-defined]
    record.save()


def move(deadline: Deadline, verb: Verb, *, by: Any, on: date, reason: str = "", **changes: Any) -> Act:
    """Applies `changes` to a locked deadline and journals them.

    A request for more time that was pending lapses with the closing of its deadline.
    """
    before = Deadline.objects.get(pk=deadline.pk)
    for name, value in changes.items():
        setattr(deadline, name, value)
    if deadline.state in (DeadlineState.FULFILLED, DeadlineState.CANCELLED):
        _lapse_requests(deadline, by, on)
    save(deadline, by)
    return record_act(verb, by=by, on=on, reason=reason, subject=deadline, before=before)


def record_act(
    verb: Verb, *, by: Any, on: date, subject: Instruction | Deadline, before: Instruction | Deadline, reason: str = ""
) -> Act:
    """One row of the journal: `subject` as it is now, `before` as it was.

    Refused: a date in the future, or before the last act on the same thing: the past is read from these dates.
    """
    deadline = subject if isinstance(subject, Deadline) else None
    instruction = subject.instruction if isinstance(subject, Deadline) else subject
    now = timezone.now()
    _check_date(instruction, deadline, on, timezone.localdate(now))
    return Act.objects.create(
        instruction=instruction,
        deadline=deadline,
        verb=verb,
        on=on,
        at=now,
        by_id=None if isinstance(by, str) else by.pk,
        by_name=str(by),
        reason=reason,
        state_before=before.state,
        state_after=subject.state,
        due_before=getattr(before, "due", None),
        due_after=getattr(subject, "due", None),
        due_original_before=getattr(before, "due_original", None),
        due_original_after=getattr(subject, "due_original", None),
    )


def _check_date(instruction: Instruction, deadline: Deadline | None, on: date, today: date) -> None:
    if on > today:
        raise TransitionRefused("future_date", _("The date is in the future."))
    last = Act.objects.filter(instruction=instruction, deadline=deadline).order_by("-on").values_list("on", flat=True)
    if (latest := last.first()) and on < latest:
        raise TransitionRefused(
            "date_before_last_act",
            _("The last act is of %(day)s: an act cannot be dated before it.") % {"day": f"{latest:%d.%m.%Y}"},
        )


def _lapse_requests(deadline: Deadline, by: Any, on: date) -> None:
    for extension in deadline.extensions.filter(state=ExtensionState.PENDING):
        extension.state, extension.decided_on, extension.decided_by = ExtensionState.LAPSED, on, str(by)
        save(extension, by)
