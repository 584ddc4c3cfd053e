"""The life of an instruction: what each act does, and what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest

from programs.instructions import services
from programs.instructions.choices import (
    DeadlineState,
    ExecutorRole,
    ExtensionState,
    InstructionState,
    ReportState,
    Verb,
)
from programs.instructions.models import Act, Deadline, Instruction
from programs.instructions.services.journal import WHAT_NOW, WHAT_NOW_WITH_DEADLINE
from programs.instructions.terms import in_words
from tests.factories import TODAY, make_deadline, make_instruction, make_organisation, make_user

pytestmark = pytest.mark.django_db
LATER = date(2026, 3, 16)  # a Monday


@pytest.fixture
def aigerim(db):
    return make_user(username="aigerim")


@pytest.fixture
def do(aigerim):
    """Calls a service as Aigerim, on TODAY unless told otherwise, with a reason where one is needed."""

    def call(name, **kwargs):
        needs_reason = name in REASONED and "reason" not in kwargs
        return getattr(services, name)(
            **({"by": aigerim, "on": TODAY} | ({"reason": "так решено"} if needs_reason else {}) | kwargs)
        )

    return call


REASONED = {
    "return_report", "cancel_deadline", "reopen_deadline", "request_extension", "refuse_extension", "replace_executor",
    "change_lead", "correct_due", "cancel_instruction", "reopen_instruction",
}  # fmt: skip


def stored(record):
    return type(record).objects.get(pk=record.pk)


def refused(code, call, *args, **kwargs):
    """The act is refused with this code, and nothing at all has changed."""
    before = snapshot()
    with pytest.raises(services.TransitionRefused) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    assert str(caught.value)
    assert snapshot() == before


def snapshot():
    return (
        list(Deadline.objects.order_by("pk").values()),
        list(Instruction.objects.order_by("pk").values()),
        Act.objects.count(),
    )


# Reports


def test_a_report_goes_under_review_and_is_accepted(do):
    deadline = make_deadline()
    report = do("submit_report", deadline=deadline, text="Подключено")
    assert (stored(deadline).state, stored(deadline).reported_on) == (DeadlineState.REPORTED, TODAY)
    do("accept_report", report=report, on=LATER, comment="принято")
    closed = stored(deadline)
    assert (closed.state, closed.closed_on, closed.reported_on) == (DeadlineState.FULFILLED, LATER, TODAY)
    assert stored(report).state == ReportState.ACCEPTED
    assert list(deadline.acts.order_by("pk").values_list("verb", "state_before", "state_after")) == [
        ("report", "open", "reported"),
        ("accept", "reported", "fulfilled"),
    ]


def test_a_returned_report_leaves_the_executor_open_and_overdue(do):
    deadline = make_deadline()
    report = do("submit_report", deadline=deadline, text="Почти")
    do("return_report", report=report, on=LATER)
    assert (stored(deadline).state, stored(deadline).reported_on) == (DeadlineState.OPEN, None)
    assert stored(deadline).is_overdue(on=LATER)
    again = do("submit_report", deadline=deadline, text="Всё", on=LATER)
    assert {stored(report).state, stored(again).state} == {ReportState.RETURNED, ReportState.PENDING}


def test_a_report_is_decided_once(do):
    report = do("submit_report", deadline=make_deadline(), text="Готово")
    do("accept_report", report=report)
    refused("deadline_state", do, "accept_report", report=report)
    refused("deadline_state", do, "return_report", report=report)


def test_a_report_says_something_and_is_not_dated_before_the_issue_or_in_the_future(do):
    deadline = make_deadline()
    refused("no_text", do, "submit_report", deadline=deadline, text="  ")
    refused("report_before_issue", do, "submit_report", deadline=deadline, text="x", on=date(2026, 1, 30))
    refused("future_date", do, "submit_report", deadline=deadline, text="x", on=date(2999, 1, 1))


# The table: which act a state allows

ACTS = ("submit_report", "accept_report", "return_report", "cancel_deadline", "reopen_deadline", "request_extension")
ALLOWED = {
    DeadlineState.OPEN: {"submit_report", "cancel_deadline", "request_extension"},
    DeadlineState.REPORTED: {"accept_report", "return_report", "cancel_deadline"},
    DeadlineState.FULFILLED: {"reopen_deadline"},
    DeadlineState.DRAFT: {"cancel_deadline"},
    DeadlineState.CANCELLED: set(),
}


def arguments(name, deadline):
    if name in ("accept_report", "return_report"):
        fields = {"text": "Готово", "submitted_by": "А", "submitted_on": TODAY}
        return {"report": deadline.reports.create(**fields)}
    extra: dict[str, dict[str, Any]] = {"submit_report": {"text": "Готово"}, "request_extension": {"new_due": LATER}}
    return {"deadline": deadline} | extra.get(name, {})


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("state", DeadlineState.values)
def test_act_by_state(do, state, name):
    kwargs = arguments(name, make_deadline(state=state))
    if name in ALLOWED[DeadlineState(state)]:
        do(name, **kwargs)
        assert Act.objects.count() == 1
    else:
        refused("deadline_state", do, name, **kwargs)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("state", [InstructionState.DRAFT, InstructionState.REMOVED, InstructionState.CANCELLED])
def test_nothing_is_done_under_an_instruction_not_on_control(do, state, name):
    deadline = make_deadline(instruction=make_instruction(state=state))
    refused("instruction_state", do, name, **arguments(name, deadline))


@pytest.mark.parametrize("name", sorted(REASONED))
def test_a_reason_is_not_optional(do, name):
    deadline = make_deadline()
    extra = {
        "return_report": {"report": None},
        "refuse_extension": {"extension": None},
        "request_extension": {"deadline": deadline, "new_due": LATER},
        "replace_executor": {"deadline": deadline, "executor": make_organisation()},
        "correct_due": {"deadline": deadline, "due": LATER, "due_original": LATER},
        "cancel_instruction": {"instruction": deadline.instruction},
        "reopen_instruction": {"instruction": deadline.instruction},
    }
    refused("no_reason", do, name, **extra.get(name, {"deadline": deadline}), reason=" ")


# Extensions


def test_a_granted_extension_moves_the_last_day_and_keeps_the_original(do):
    deadline = make_deadline()
    extension = do("request_extension", deadline=deadline, new_due=LATER, reason="нет связи")
    assert stored(deadline).due == TODAY
    do("grant_extension", extension=extension)
    after = stored(deadline)
    assert (after.due, after.due_original) == (LATER, TODAY)
    act = deadline.acts.get(verb=Verb.GRANT_EXTENSION)
    assert (act.due_before, act.due_after, act.due_original_after) == (TODAY, LATER, TODAY)
    assert in_words(after.reckoning)[-1] == f"extended on {TODAY:%d.%m.%Y}: {LATER:%d.%m.%Y}"


def test_a_refused_extension_changes_no_date(do):
    deadline = make_deadline()
    extension = do("request_extension", deadline=deadline, new_due=LATER)
    do("refuse_extension", extension=extension)
    assert (stored(deadline).due, stored(extension).state) == (TODAY, ExtensionState.REFUSED)
    refused("extension_decided", do, "grant_extension", extension=extension)


@pytest.mark.parametrize(
    ("new_due", "code"),
    [(TODAY, "not_later"), (TODAY - timedelta(days=1), "not_later"), (date(2026, 3, 14), "day_off")],
)
def test_the_new_day_is_later_and_worked(do, new_due, code):
    refused(code, do, "request_extension", deadline=make_deadline(), new_due=new_due)


def test_one_request_at_a_time(do):
    deadline = make_deadline()
    do("request_extension", deadline=deadline, new_due=LATER)
    refused("extension_pending", do, "request_extension", deadline=deadline, new_due=LATER)


def test_a_deadline_without_a_date_has_nothing_to_extend(do):
    refused("no_date", do, "request_extension", deadline=make_deadline(due=None), new_due=LATER)


def test_how_often_and_how_early_are_settings(do, settings):
    settings.EXTENSIONS_AT_MOST, settings.EXTENSION_DAYS_BEFORE = 1, 3
    deadline = make_deadline(due=TODAY + timedelta(days=2))
    refused("too_late_to_ask", do, "request_extension", deadline=deadline, new_due=LATER)
    deadline = make_deadline(due=TODAY + timedelta(days=3))
    do("grant_extension", extension=do("request_extension", deadline=deadline, new_due=LATER))
    refused("too_many_extensions", do, "request_extension", deadline=deadline, new_due=LATER + timedelta(days=1))


@pytest.mark.parametrize(("least", "said"), [(1, "at least 1 day before"), (3, "at least 3 days before")])
def test_too_late_says_by_when_and_whom_to_ask(do, settings, least, said):
    settings.EXTENSION_DAYS_BEFORE = least
    with pytest.raises(services.TransitionRefused, match=f"{said} the last day: ask the controller"):
        do("request_extension", deadline=make_deadline(due=TODAY), new_due=LATER)


def test_each_state_says_what_to_do():
    assert set(WHAT_NOW) == set(InstructionState)
    assert set(WHAT_NOW_WITH_DEADLINE) == set(DeadlineState)


@pytest.mark.parametrize("closing", ["accept", "cancel", "remove"])
def test_a_pending_request_lapses_when_its_deadline_closes(do, closing):
    deadline = make_deadline(role=ExecutorRole.CO)
    extension = do("request_extension", deadline=deadline, new_due=LATER)
    if closing == "accept":
        do("accept_report", report=do("submit_report", deadline=deadline, text="Готово"))
    elif closing == "cancel":
        do("cancel_deadline", deadline=deadline)
    else:
        do("remove_from_control", instruction=deadline.instruction)
    assert stored(extension).state == ExtensionState.LAPSED
    with pytest.raises(services.TransitionRefused):
        do("grant_extension", extension=extension)


# The whole instruction


def test_removal_cancels_what_is_open_and_reopening_restores_exactly_that(do):
    instruction = make_instruction()
    lead = make_deadline(instruction=instruction, role=ExecutorRole.LEAD, state=DeadlineState.FULFILLED)
    freed = make_deadline(instruction=instruction, role=ExecutorRole.CO)
    do("cancel_deadline", deadline=freed)
    co = make_deadline(instruction=instruction, role=ExecutorRole.CO)
    reviewed = make_deadline(instruction=instruction, role=ExecutorRole.CO)
    do("submit_report", deadline=reviewed, text="Готово")
    do("remove_from_control", instruction=instruction)
    assert stored(instruction).state == InstructionState.REMOVED
    assert {stored(row).state for row in (freed, co, reviewed)} == {DeadlineState.CANCELLED}
    do("reopen_instruction", instruction=instruction)
    assert stored(instruction).state == InstructionState.ON_CONTROL
    assert [stored(row).state for row in (lead, freed, co, reviewed)] == ["fulfilled", "cancelled", "open", "reported"]
    assert stored(co).closed_on is None


@pytest.mark.parametrize("role", [ExecutorRole.LEAD, ExecutorRole.EQUAL])
def test_removal_waits_for_the_leads_and_equals_due_so_far(do, role):
    deadline = make_deadline(role=role)
    refused("not_fulfilled", do, "remove_from_control", instruction=deadline.instruction)
    do("submit_report", deadline=deadline, text="Готово")
    refused("not_fulfilled", do, "remove_from_control", instruction=deadline.instruction)
    do("accept_report", report=deadline.reports.get())
    do("remove_from_control", instruction=deadline.instruction)


def test_occurrences_to_come_do_not_hold_the_removal(do):
    instruction = make_instruction()
    make_deadline(instruction=instruction, state=DeadlineState.FULFILLED, kind="periodic", period_key="2026-Q1")
    future = make_deadline(instruction=instruction, kind="periodic", period_key="2026-Q2", due=LATER)
    do("remove_from_control", instruction=instruction)
    assert stored(future).state == DeadlineState.CANCELLED


def test_cancelling_closes_all_for_good(do):
    deadline = make_deadline()
    do("cancel_instruction", instruction=deadline.instruction)
    assert stored(deadline).state == DeadlineState.CANCELLED
    refused("instruction_state", do, "reopen_instruction", instruction=deadline.instruction)


# Mending


def test_a_replaced_executor_hands_over_the_same_dates(do):
    old = make_deadline(due=LATER, due_original=TODAY)
    new = do("replace_executor", deadline=old, executor=make_organisation())
    assert stored(old).state == DeadlineState.CANCELLED
    assert (new.state, new.role, new.due, new.due_original) == (DeadlineState.OPEN, old.role, LATER, TODAY)
    refused("same_executor", do, "replace_executor", deadline=new, executor=new.executor)


def test_a_new_lead_demotes_the_former(do):
    lead = make_deadline()
    co = make_deadline(instruction=lead.instruction, role=ExecutorRole.CO)
    do("change_lead", deadline=co)
    assert (stored(lead).role, stored(co).role) == (ExecutorRole.CO, ExecutorRole.LEAD)
    refused("is_lead", do, "change_lead", deadline=co)


def test_a_mistyped_date_is_corrected_as_an_act(do):
    deadline = make_deadline()
    do("correct_due", deadline=deadline, due=LATER, due_original=LATER, reason="опечатка")
    assert (stored(deadline).due, stored(deadline).due_original) == (LATER, LATER)
    assert deadline.acts.get().reason == "опечатка"


@pytest.mark.parametrize(
    ("due", "original", "code"),
    [
        (TODAY, TODAY, "no_change"),
        (date(2026, 1, 1), date(2026, 1, 1), "due_before_issue"),
        (LATER, None, "one_date"),
        (TODAY, LATER, "original_after_due"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(do, due, original, code):
    refused(code, do, "correct_due", deadline=make_deadline(), due=due, due_original=original)


def test_acts_follow_each_other_in_time(do):
    deadline = make_deadline()
    do("submit_report", deadline=deadline, text="Готово", on=LATER)
    refused("date_before_last_act", do, "cancel_deadline", deadline=deadline, on=TODAY)


def test_two_copies_of_one_page_one_success_one_refusal(do):
    deadline = make_deadline()
    report = do("submit_report", deadline=deadline, text="Готово")
    first, second = stored(report), stored(report)
    do("accept_report", report=first)
    refused("deadline_state", do, "accept_report", report=second)
    assert deadline.acts.filter(verb=Verb.ACCEPT).count() == 1
