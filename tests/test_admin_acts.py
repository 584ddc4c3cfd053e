"""Acts on many rows of a list of the admin at once."""

from datetime import date

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from programs.instructions import services
from programs.instructions.admin import decisions
from programs.instructions.choices import AccessMark, DeadlineState, ExtensionState, InstructionState
from programs.instructions.models import Act, Deadline, Extension, Instruction
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_deadline, make_instruction
from tests.staff import filled, make_staff, page_of, sign_in

LATER = date(2026, 3, 16)  # a Monday
DATED = {"on": "02.03.2026", "reason": "так решено"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Monday 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)


@pytest.fixture
def aigerim(roles):
    return make_staff(Role.CONTROLLER, username="aigerim")


@pytest.fixture
def client(aigerim):
    return sign_in(aigerim, "en")


def said(response):
    return [str(message) for message in response.context["messages"]]


def state_of(record):
    return type(record).objects.get(pk=record.pk).state


# --- On many rows -----------------------------------------------------------------------------------------------------


def reported(by="Болат", **fields):
    deadline = make_deadline(**fields)
    services.submit_report(deadline=deadline, text="Готово", by=by, on=TODAY)
    return deadline


def asked(**fields):
    deadline = make_deadline(**fields)
    return services.request_extension(deadline=deadline, new_due=LATER, reason="снег", by="Болат", on=TODAY)


def choose(client, action, rows, model=Deadline, query="", **sent):
    """The first page: the question."""
    keys = [getattr(row, "pk", row) for row in rows]
    return client.post(
        page_of(model, "changelist") + query, {"action": action, ACTION_CHECKBOX_NAME: keys} | sent, follow=True
    )


def decide(client, action, rows, model=Deadline, **sent):
    """The question answered at once."""
    return choose(client, action, rows, model, **DATED | {"decided": "1"} | seen(model, rows) | sent)


def seen(model, rows):
    """What the question carries along of `rows` as they are now."""
    keys = [getattr(row, "pk", row) for row in rows]
    return {f"seen-{row.pk}": row.edition for row in model.objects.filter(pk__in=keys)}


DONE = {
    "accept_reports": (reported, DeadlineState.FULFILLED),
    "return_reports": (reported, DeadlineState.OPEN),
    "cancel_deadlines": (make_deadline, DeadlineState.CANCELLED),
    "grant_extensions": (asked, ExtensionState.GRANTED),
    "refuse_extensions": (asked, ExtensionState.REFUSED),
}


@pytest.mark.parametrize("action", DONE)
def test_many_are_asked_first_and_done_on_the_answer(client, aigerim, action):
    make, after = DONE[action]
    rows = [make() for _n in range(3)]
    before = Act.objects.count()
    question = choose(client, action, rows, type(rows[0]))
    assert Act.objects.count() == before
    answered = filled(question, **DATED)
    response = client.post(
        page_of(rows[0], "changelist"), answered | {ACTION_CHECKBOX_NAME: [r.pk for r in rows]}, follow=True
    )
    assert said(response) == ["3 done"]
    assert {state_of(row) for row in rows} == {after}
    assert set(Act.objects.order_by("-pk")[:3].values_list("reason", "by_id")) == {("так решено", aigerim.pk)}


def test_refusals_are_counted_by_reason(client):
    done = [reported() for _n in range(3)]
    refused = [make_deadline(), make_deadline(), make_deadline(state=DeadlineState.FULFILLED)]
    first, second = said(decide(client, "accept_reports", [*done, *refused]))
    assert first == "3 done"
    assert second == "3 refused: No report awaits a decision: the executor has to report first"
    assert {state_of(row) for row in done} == {DeadlineState.FULFILLED}
    assert [state_of(row) for row in refused] == ["open", "open", "fulfilled"]


def test_each_reason_is_told_once_with_its_number(client):
    closed = make_instruction(state=InstructionState.REMOVED)
    rows = [make_deadline(instruction=closed, role="co"), make_deadline(instruction=closed, role="equal")]
    rows.append(make_deadline(state=DeadlineState.FULFILLED))
    (message,) = said(decide(client, "cancel_deadlines", rows))
    assert message == (
        "3 refused: "
        "The instruction is removed from control: ask the controller named on its card to put it back (2); "
        "The deadline is fulfilled: if that does not hold, ask the controller named on the card to put it back in work"
    )


def test_one_refused_leaves_the_others_done(client):
    closed = make_deadline(instruction=make_instruction(state=InstructionState.REMOVED))
    rows = [make_deadline(), closed, make_deadline()]
    first, second = said(decide(client, "cancel_deadlines", rows))
    assert (first, second.startswith("1 refused:")) == ("2 done", True)
    assert state_of(closed) == DeadlineState.OPEN


@pytest.mark.parametrize("action", ["return_reports", "cancel_deadlines", "refuse_extensions"])
def test_many_need_one_reason(client, action):
    make, _after = DONE[action]
    row = make()
    before = Act.objects.count()
    response = decide(client, action, [row], type(row), reason="")
    assert "reason" in response.context["form"].errors
    assert Act.objects.count() == before


def test_forged_keys_are_left_out_and_counted(roles):
    akmola = sign_in(make_staff(Role.CONTROLLER, region=AKMOLA), "en")
    own = make_deadline(AKMOLA, instruction=make_instruction(AKMOLA))
    foreign = make_deadline(ZHAMBYL, instruction=make_instruction(ZHAMBYL))
    national = make_deadline(AKMOLA, instruction=make_instruction())  # seen, and not the own one to decide
    first, second = said(decide(akmola, "cancel_deadlines", [own, foreign, national, 999_999_999]))
    assert first == "1 done"
    assert second == "3 left out: not there, or outside your scope"
    assert [state_of(row) for row in (own, foreign, national)] == ["cancelled", "open", "open"]


def test_restricted_rows_are_left_out_for_who_may_not_see_them(client, aigerim):
    aigerim.groups.get().permissions.remove(*aigerim.groups.get().permissions.filter(codename="view_restricted"))
    secret = make_deadline(instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    assert said(decide(client, "cancel_deadlines", [secret])) == ["1 left out: not there, or outside your scope"]
    assert state_of(secret) == DeadlineState.OPEN


def test_decisions_are_those_of_controllers(roles):
    deadline = make_deadline()
    for role in (Role.ADMINISTRATOR, Role.EDITOR):
        client = sign_in(make_staff(role))
        page = client.get(page_of(deadline, "changelist"))
        assert "cancel_deadlines" not in page.content.decode()
        decide(client, "cancel_deadlines", [deadline])
    assert state_of(deadline) == DeadlineState.OPEN
    assert not Act.objects.exists()


def test_a_list_offers_no_act_of_another_list(client):
    extension = asked()
    decide(client, "cancel_deadlines", [extension.pk], Extension)
    decide(client, "grant_extensions", [extension.deadline.pk])
    assert state_of(extension) == ExtensionState.PENDING
    assert state_of(extension.deadline) == DeadlineState.OPEN


def test_the_whole_list_is_taken_where_asked_for(client):
    rows = [make_deadline() for _n in range(3)]
    make_deadline(state=DeadlineState.FULFILLED)
    question = choose(client, "cancel_deadlines", rows[:1], query="?queue=soon", select_across="1")
    assert sorted(question.context["keys"]) == sorted(str(row.pk) for row in rows)


def test_too_many_at_once_are_refused(client, monkeypatch):
    monkeypatch.setattr(decisions, "MOST_AT_ONCE", 1)
    rows = [make_deadline() for _n in range(2)]
    (message,) = said(decide(client, "cancel_deadlines", rows))
    assert "at most 1" in message
    assert {state_of(row) for row in rows} == {DeadlineState.OPEN}


def test_a_row_that_left_the_filter_meanwhile_is_still_told_of(client):
    """The question was asked in the queue of reports; somebody else decided one before the answer came."""
    rows = [reported(), reported()]
    shown = seen(Deadline, rows)
    services.accept_report(report=rows[0].reports.get(), by=make_staff(last_name="Дана"), on=TODAY)
    response = choose(client, "accept_reports", rows, query="?queue=review", **DATED | shown, decided="1")
    assert said(response)[:1] == ["1 done"]
    assert said(response)[1].startswith("1 refused: changed meanwhile by Дана")


@pytest.mark.parametrize("edition", ["", "x", "99"])
def test_a_row_that_was_not_shown_so_is_not_decided_on(client, edition):
    row = make_deadline()
    response = decide(client, "cancel_deadlines", [row], **{f"seen-{row.pk}": edition})
    assert said(response)[0].startswith("1 refused: changed meanwhile by –")
    assert state_of(row) == DeadlineState.OPEN


def test_a_key_that_is_none_is_a_bad_request(client):
    make_deadline()
    assert choose(client, "cancel_deadlines", ["x"]).status_code == 400


def test_the_question_about_fifty_costs_as_about_one(client, django_assert_max_num_queries):
    rows = [make_deadline() for _n in range(20)]
    choose(client, "cancel_deadlines", rows[:1])
    with django_assert_max_num_queries(25):
        choose(client, "cancel_deadlines", rows)


def test_states_and_dates_take_no_input(client):
    deadline = make_deadline()
    assert client.post(page_of(deadline), {"state": "fulfilled", "due": "01.01.2027"}).status_code == 403
    page = page_of(deadline.instruction)
    client.post(page, filled(client.get(page)) | {"state": "removed"})
    assert state_of(Instruction.objects.get()) == "on_control"
    assert Deadline.objects.get().due == TODAY


def test_requests_for_more_time_have_a_list_of_their_own(client):
    pending = asked()
    decided = asked()
    services.refuse_extension(extension=decided, by="А", on=TODAY, reason="нет")
    models = client.get(reverse("admin:index")).context["app_list"][0]["models"]
    (shortcut,) = [model for model in models if str(model["name"]) == "Extension requests"]
    assert set(client.get(shortcut["admin_url"]).context["cl"].result_list) == {pending}
