"""What tests of the doors of acts share: a record ready for each act, and what a person fills in for it."""

from datetime import date

import pytest

from programs.instructions import services
from programs.instructions.acts import INSTRUCTION_ACTS
from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole, Verb
from programs.instructions.doing import ON_DEADLINE, ON_INSTRUCTION
from tests.factories import AKMOLA, ZHAMBYL, make_deadline, make_instruction, make_organisation

ON = date(2026, 2, 25)  # a Wednesday
DUE, LATER = date(2026, 3, 10), date(2026, 3, 18)
MONTHLY = "ежемесячно до 10 числа месяца, следующего за отчётным"
OF_EXECUTOR = {Verb.REPORT, Verb.REQUEST_EXTENSION}


def ready(where, verb, user):
    """An instruction or a deadline in the state that `verb` starts from."""
    if where == "instruction":
        state = INSTRUCTION_ACTS[verb].states[0]
        instruction = make_instruction(AKMOLA, state=state, term=MONTHLY if verb == Verb.CHANGE_TERM else "")
        due, state = DUE, DeadlineState.DRAFT if verb == Verb.ISSUE else DeadlineState.OPEN
        if verb == Verb.REOPEN:
            state = DeadlineState.CANCELLED
        period = {"kind": DeadlineKind.PERIODIC, "period_key": "2026-02"} if verb == Verb.CHANGE_TERM else {}
        make_deadline(AKMOLA, instruction=instruction, state=state, due=due, **period)
        return instruction
    instruction = make_instruction(AKMOLA)
    make_deadline(AKMOLA, instruction=instruction, due=DUE, role=ExecutorRole.LEAD)
    deadline = make_deadline(AKMOLA, instruction=instruction, due=DUE, role=ExecutorRole.CO)
    by = {"by": user, "on": ON}
    if verb in (Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION):
        services.request_extension(deadline=deadline, new_due=LATER, reason="Снег", **by)
    if verb in (Verb.ACCEPT, Verb.RETURN, Verb.REOPEN):
        report = services.submit_report(deadline=deadline, text="Сделано", **by)
        if verb == Verb.REOPEN:
            services.accept_report(report=report, **by)
    return deadline


def answers(where, verb):
    """What a person fills in besides the date that is there already."""
    if where == "instruction" and verb in (Verb.ISSUE, Verb.REMOVE):
        return {}
    filled = {
        Verb.REPORT: {"text": "Сделано"},
        Verb.ACCEPT: {"comment": "Принято"},
        Verb.GRANT_EXTENSION: {},
        Verb.REQUEST_EXTENSION: {"new_due": "2026-03-18", "reason": "Снег"},
        Verb.CHANGE_TERM: {"term": "ежеквартально до 10 числа месяца, следующего за отчётным", "reason": "Реже"},
        Verb.CORRECT_DUE: {"due": "2026-03-11", "due_original": "2026-03-11", "reason": "Опечатка"},
    }
    if verb == Verb.REPLACE_EXECUTOR:
        return {"executor": make_organisation(ZHAMBYL).pk, "reason": "Передано"}
    return filled.get(verb, {"reason": "Так решено"})


EVERY = [("instruction", verb) for verb in ON_INSTRUCTION] + [("deadline", verb) for verb in ON_DEADLINE]
each_act = pytest.mark.parametrize(("where", "verb"), EVERY, ids=lambda each: str(getattr(each, "value", each)))
