"""Periodic instructions: the deadlines of the periods to come, made ahead up to a horizon and never twice."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineKind, DeadlineState, InstructionState, Verb
from programs.instructions.models import Deadline, Instruction
from programs.instructions.services.journal import (
    TransitionRefused,
    locked_instruction,
    move,
    record_act,
    require_reason,
    save,
    transition,
)
from programs.instructions.terms import Period, TermKind, reckon


def roll_periods(*, instruction: Instruction, by: Any, on: date) -> list[Deadline]:
    """Opens the missing deadlines of the periods to come, up to PERIODS_AHEAD_DAYS after `on`; returns the new ones.

    An executor goes on from the last own period, unless that one was cancelled: then it is freed.
    """
    with transition():
        instruction = locked_instruction(instruction, InstructionState.ON_CONTROL)
        added = []
        for last in _last_of_each_executor(instruction):
            if last.state != DeadlineState.CANCELLED:
                periods = _periods(instruction, after=last.raw_due or on, on=on)
                added += [_open_period(last, period, by, on) for period in periods]
    return added


def change_term(*, instruction: Instruction, term: str, by: Any, on: date, reason: str) -> Instruction:
    """Another periodic term: open periods due after `on` are cancelled and opened anew by it; the past stays.

    Refused: without a reason, or where the old or the new term is not periodic.
    """
    require_reason(reason)
    with transition():
        instruction = locked_instruction(instruction, InstructionState.ON_CONTROL)
        executors = [last for last in _last_of_each_executor(instruction) if last.state != DeadlineState.CANCELLED]
        before = Instruction.objects.get(pk=instruction.pk)
        instruction.term = term
        periods = _periods(instruction, after=on, on=on)
        if not executors or not periods:
            raise TransitionRefused(
                "not_periodic",
                _("Only a periodic term can be changed, and only to another such; a single date is extended."),
            )
        save(instruction, by)
        record_act(Verb.CHANGE_TERM, by=by, on=on, reason=reason, subject=instruction, before=before)
        for deadline in instruction.deadlines.periods_to_come(on=on).select_for_update():
            closed = {"state": DeadlineState.CANCELLED, "closed_on": on}
            move(deadline, Verb.CHANGE_TERM, by=by, on=on, reason=reason, **closed)
        for last in executors:
            for period in periods:
                _open_period(last, period, by, on)
    return instruction


def make_periodic(deadline: Deadline, *, after: date | None, on: date) -> None:
    """A draft deadline without a date under a periodic term becomes that of the first period due after `after`.

    None: after the issue.
    """
    periods = _periods(deadline.instruction, after=after, on=on)
    if periods and deadline.kind == DeadlineKind.FINAL and deadline.due is None:
        deadline.kind, deadline.period_key = DeadlineKind.PERIODIC, periods[0].key
        _date(deadline, periods[0])


def _last_of_each_executor(instruction: Instruction) -> list[Deadline]:
    rows = instruction.deadlines.filter(kind=DeadlineKind.PERIODIC).exclude(state=DeadlineState.DRAFT)
    return list({row.executor_id: row for row in rows.order_by("due_key", "pk")}.values())


def _periods(instruction: Instruction, *, after: date | None, on: date) -> list[Period]:
    if instruction.issued_on is None:
        return []
    reckoning = reckon(
        instruction.term,
        issued_on=instruction.issued_on,
        policy=instruction.roll_policy,
        after=after,
        horizon=on + timedelta(days=settings.PERIODS_AHEAD_DAYS),
    )
    return reckoning.periods if reckoning.kind == TermKind.PERIODIC else []


def _open_period(like: Deadline, period: Period, by: Any, on: date) -> Deadline:
    deadline = Deadline(
        instruction=like.instruction,
        executor=like.executor,
        role=like.role,
        kind=DeadlineKind.PERIODIC,
        period_key=period.key,
    )
    _date(deadline, period)
    save(deadline, by)
    move(deadline, Verb.ISSUE, by=by, on=on, state=DeadlineState.OPEN, due_original=deadline.due)
    return deadline


def _date(deadline: Deadline, period: Period) -> None:
    deadline.due, deadline.raw_due, deadline.reckoning = period.due, period.raw_due, period.steps
