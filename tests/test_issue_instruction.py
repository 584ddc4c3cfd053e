from datetime import date

import pytest

from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState, Verb
from programs.instructions.models import Act, Deadline
from programs.instructions.services import TransitionRefused, add_executors, issue_instruction
from tests.factories import TODAY, make_deadline, make_instruction, make_organisation, make_source, make_user

pytestmark = pytest.mark.django_db


def draft(**fields):
    return make_instruction(state=InstructionState.DRAFT, **fields)


def executors_of(instruction, n=1, role=ExecutorRole.EQUAL, **fields):
    executors = [make_organisation() for _ in range(n)]
    return add_executors(instruction=instruction, executors=executors, role=role, by="загрузка", on=TODAY, **fields)


def test_a_draft_goes_on_control_and_its_deadlines_open():
    aigerim = make_user(username="aigerim")
    instruction = draft(term="в двухнедельный срок")
    executors_of(instruction, 2)
    issued = issue_instruction(instruction=instruction, by=aigerim, on=TODAY, reason="протокол № 1")
    assert issued.state == InstructionState.ON_CONTROL
    assert {row.state for row in issued.deadlines.all()} == {DeadlineState.OPEN}
    acts = Act.objects.filter(instruction=instruction)
    assert {(act.verb, act.on, act.by_id, act.by_name, act.reason) for act in acts} == {
        (Verb.ISSUE, TODAY, aigerim.pk, "aigerim", "протокол № 1")
    }
    assert acts.filter(deadline=None).count() == 1
    assert set(acts.exclude(deadline=None).values_list("state_before", "state_after", "due_after")) == {
        ("draft", "open", date(2026, 2, 16))
    }


def test_it_is_issued_once():
    instruction = draft()
    executors_of(instruction)
    issue_instruction(instruction=instruction, by="загрузка", on=TODAY)
    with pytest.raises(TransitionRefused) as caught:
        issue_instruction(instruction=instruction, by="загрузка", on=TODAY)
    assert caught.value.code == "instruction_state"
    assert Act.objects.filter(instruction=instruction, deadline=None).count() == 1


@pytest.mark.parametrize(
    ("roles", "code"),
    [((), "no_executor"), ((ExecutorRole.CO,), "no_lead"), ((ExecutorRole.EQUAL, ExecutorRole.CO), "no_lead")],
)
def test_it_needs_an_executor_and_a_lead_or_only_equals(roles, code):
    instruction = draft()
    for role in roles:
        executors_of(instruction, role=role)
    with pytest.raises(TransitionRefused) as caught:
        issue_instruction(instruction=instruction, by="загрузка", on=TODAY)
    assert caught.value.code == code
    instruction.refresh_from_db()
    assert instruction.state == InstructionState.DRAFT
    assert not Act.objects.exists()


def test_a_blank_text_is_not_issued():
    instruction = draft(text=" ")
    executors_of(instruction)
    with pytest.raises(TransitionRefused) as caught:
        issue_instruction(instruction=instruction, by="загрузка", on=TODAY)
    assert caught.value.code == "no_text"


def test_the_date_is_reckoned_from_the_term_and_its_steps_are_kept():
    (deadline,) = executors_of(draft(term="в двухнедельный срок", issued_on=date(2026, 1, 31)))
    assert (deadline.raw_due, deadline.due, deadline.due_original) == (
        date(2026, 2, 14),
        date(2026, 2, 16),
        date(2026, 2, 16),
    )
    assert [step["step"] for step in deadline.reckoning] == ["add", "roll"]


def test_a_date_given_by_hand_is_kept_as_given():
    (deadline,) = executors_of(draft(term="в двухнедельный срок"), due=date(2026, 2, 15))
    assert (deadline.due, deadline.raw_due) == (date(2026, 2, 15), date(2026, 2, 15))
    assert deadline.reckoning == [{"step": "by_hand", "to": "2026-02-15"}]


@pytest.mark.parametrize(
    "fields", [{"term": "по мере готовности"}, {"term": ""}, {"issued_on": None, "term": "до 1 мая"}]
)
def test_nothing_is_guessed(fields):
    (deadline,) = executors_of(draft(**fields))
    assert deadline.due is None
    assert deadline in Deadline.objects.without_date()


def test_an_executor_already_there_is_not_added_twice():
    instruction = draft()
    (first,) = executors_of(instruction)
    again = add_executors(
        instruction=instruction, executors=[first.executor], role=ExecutorRole.CO, by="загрузка", on=TODAY
    )
    assert again == []
    assert instruction.deadlines.count() == 1


def test_under_an_issued_instruction_a_new_deadline_opens_at_once():
    aigerim = make_user()
    instruction = make_deadline().instruction
    (deadline,) = add_executors(
        instruction=instruction, executors=[make_organisation()], role=ExecutorRole.CO, by=aigerim, on=TODAY
    )
    assert deadline.state == DeadlineState.OPEN
    assert deadline.acts.get().by_name == str(aigerim)


@pytest.mark.parametrize("state", [InstructionState.REMOVED, InstructionState.CANCELLED])
def test_a_closed_instruction_takes_no_executor(state):
    with pytest.raises(TransitionRefused):
        executors_of(make_instruction(state=state))


def test_a_silent_deadline_is_one_nobody_has_spoken_of_since_the_loading():
    loaded = make_instruction(ref="seed:1", source=None)
    make_deadline(instruction=loaded)
    assert not Deadline.objects.with_silence().get().is_silent  # not from a public text


def test_silence_ends_with_an_act_on_the_deadline_or_on_the_whole():
    instruction = make_instruction(ref="seed:1", source=make_source())
    first = make_deadline(instruction=instruction, role=ExecutorRole.EQUAL)
    make_deadline(instruction=instruction, role=ExecutorRole.EQUAL)
    Act.objects.create(instruction=instruction, verb=Verb.ISSUE, on=TODAY, by_name="загрузка")
    rows = Deadline.objects.with_silence().order_by("pk")
    assert [row.is_silent for row in rows] == [True, True]
    Act.objects.create(instruction=instruction, deadline=first, verb=Verb.REPORT, on=TODAY, by_name="А")
    assert [row.is_silent for row in rows.all()] == [False, True]
    Act.objects.create(instruction=instruction, verb=Verb.REMOVE, on=TODAY, by_name="А")
    assert [row.is_silent for row in rows.all()] == [False, False]
