"""The page of an instruction: executors, groups, dates by the term, issuing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState, InstructionState, Verb
from programs.instructions.models import Act, Deadline, Instruction
from regions.models import OrganisationGroup, OrganisationGroupMember
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_deadline, make_instruction, make_organisation, make_region
from tests.pages import read
from tests.staff import act_page, answer, errors_at, filled, in_russian, make_staff, page_of, sign_in

NO_EXECUTOR = _("Name at least one executor first.")
TWO_WEEKS = {"issued_on": "02.03.2026", "term": "в двухнедельный срок"}


@pytest.fixture
def client(roles):
    return sign_in(make_staff(Role.CONTROLLER))


@pytest.fixture
def akimats(db):
    """A group of 17 members."""
    group = OrganisationGroup.objects.create(name_ru="Акиматы областей")
    for _n in range(17):
        OrganisationGroupMember.objects.create(group=group, organisation=make_organisation(AKMOLA))
    return group


def draft(**fields):
    return make_instruction(**{"state": InstructionState.DRAFT, "issued_on": TODAY} | fields)


def post(client, target, **changes):
    page = page_of(target, "add" if isinstance(target, type) else "change")
    return client.post(page, filled(client.get(page), **changes))


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- Groups -----------------------------------------------------------------------------------------------------------


def test_a_group_becomes_one_executor_per_member(client, akimats):
    make_region()
    response = post(client, Instruction, text="Т", group=akimats.pk, **TWO_WEEKS)
    instruction = Instruction.objects.get()
    assert response.url == page_of(instruction)
    assert instruction.deadlines.count() == 17
    assert set(instruction.deadlines.values_list("role", "state", "due")) == {("equal", "draft", date(2026, 3, 16))}


def test_members_that_are_not_meant_are_taken_out(client, akimats):
    instruction = draft()
    post(client, instruction, group=akimats.pk)
    assert post(client, instruction, **{"deadlines-3-DELETE": "on", "deadlines-9-DELETE": "on"}).status_code == 302
    assert instruction.deadlines.count() == 15


def test_a_group_adds_only_members_that_are_not_there(client, akimats):
    instruction = draft()
    first = akimats.members.first()
    make_deadline(instruction=instruction, executor=first, state=DeadlineState.DRAFT)
    response = post(client, instruction, group=akimats.pk, group_role="co")
    assert " 16 " in said(client.get(response.url))[0]
    assert instruction.deadlines.count() == 17
    assert instruction.deadlines.get(executor=first).role == "lead"


def test_a_group_and_the_lead_are_entered_together(client, akimats):
    ministry = make_organisation()
    rows = {"deadlines-0-executor": ministry.pk, "deadlines-0-role": "lead", "deadlines-0-kind": "final"}
    post(client, Instruction, text="Т", group=akimats.pk, group_role="co", **rows, **{"deadlines-TOTAL_FORMS": 1})
    assert Deadline.objects.count() == 18


def test_a_group_under_an_instruction_on_control_opens_at_once_and_is_journalled(client, akimats):
    instruction = make_instruction(issued_on=TODAY, term="в месячный срок")
    make_deadline(instruction=instruction)
    post(client, instruction, group=akimats.pk, group_role="co")
    added = instruction.deadlines.filter(role="co")
    assert set(added.values_list("state", "due")) == {(DeadlineState.OPEN, date(2026, 4, 2))}
    assert Act.objects.filter(deadline__in=added, verb=Verb.ISSUE).count() == 17


def test_a_closed_instruction_takes_no_group(client, akimats):
    instruction = make_instruction(state=InstructionState.REMOVED)
    page = page_of(instruction)
    assert "group" not in filled(client.get(page))
    response = client.post(page, filled(client.get(page), group=akimats.pk))
    assert response.status_code == 200
    assert not instruction.deadlines.exists()


# --- Dates by the term ------------------------------------------------------------------------------------------------


def row(executor, **fields):
    fields = {"executor": executor.pk, "role": "lead", "kind": "final", "due": ""} | fields
    return {f"deadlines-0-{name}": value for name, value in fields.items()} | {"deadlines-TOTAL_FORMS": 1}


def test_a_row_without_a_date_gets_the_one_the_term_means(client):
    post(client, Instruction, text="Т", **TWO_WEEKS, **row(make_organisation()))
    deadline = Deadline.objects.get()
    assert (deadline.due, deadline.raw_due, deadline.due_original) == (date(2026, 3, 16),) * 3
    html = client.get(page_of(deadline.instruction)).content.decode()
    assert "02.03.2026 + 14 дней = 16.03.2026" in html


def test_a_date_typed_by_hand_stays(client):
    post(client, Instruction, text="Т", **TWO_WEEKS, **row(make_organisation(), due="20.03.2026"))
    deadline = Deadline.objects.get()
    assert deadline.due == date(2026, 3, 20)
    assert deadline.reckoning == [{"step": "by_hand", "to": "2026-03-20"}]
    post(client, deadline.instruction, term="в месячный срок")
    deadline.refresh_from_db()
    assert deadline.due == date(2026, 3, 20)


def test_a_reckoned_date_follows_the_term_while_it_is_a_draft(client):
    post(client, Instruction, text="Т", **TWO_WEEKS, **row(make_organisation()))
    post(client, Instruction.objects.get(), term="в месячный срок")
    assert Deadline.objects.get().due == date(2026, 4, 2)


def test_a_term_that_is_not_understood_gives_no_date_and_says_what(client):
    post(client, Instruction, text="Т", issued_on="02.03.2026", term="когда рак свистнет", **row(make_organisation()))
    deadline = Deadline.objects.get()
    assert deadline.due is None
    assert "свистнет" in client.get(page_of(deadline.instruction)).content.decode()


def test_a_date_loaded_without_a_reckoning_is_left_alone(client):
    deadline = make_deadline(instruction=draft(), due=date(2026, 5, 5), state=DeadlineState.DRAFT)
    post(client, deadline.instruction, term="в месячный срок")
    deadline.refresh_from_db()
    assert deadline.due == date(2026, 5, 5)


def test_a_page_saved_as_it_is_writes_nothing(client):
    deadline = make_deadline(instruction=draft(), state=DeadlineState.DRAFT)
    versions = deadline.history.count(), deadline.instruction.history.count()
    assert post(client, deadline.instruction).status_code == 302
    assert (deadline.history.count(), deadline.instruction.history.count()) == versions


# --- After the issue --------------------------------------------------------------------------------------------------


def test_issued_deadlines_take_no_input(client):
    deadline = make_deadline()
    page = page_of(deadline.instruction)
    forged = {"deadlines-0-due": "01.12.2026", "deadlines-0-DELETE": "on", "deadlines-0-role": "co"}
    assert client.post(page, filled(client.get(page)) | forged).status_code == 302
    deadline.refresh_from_db()
    assert (deadline.due, deadline.role) == (TODAY, "lead")


def test_a_draft_smuggled_into_the_second_table_is_not_an_issued_one(client):
    """The table of new rows edits drafts only: an issued deadline's key posted there changes nothing."""
    deadline = make_deadline()
    page = page_of(deadline.instruction)
    forged = {
        "deadlines-2-TOTAL_FORMS": 1, "deadlines-2-INITIAL_FORMS": 1, "deadlines-2-0-id": deadline.pk,
        "deadlines-2-0-executor": deadline.executor_id, "deadlines-2-0-role": "lead", "deadlines-2-0-kind": "final",
        "deadlines-2-0-due": "01.12.2026",
    }  # fmt: skip
    client.post(page, filled(client.get(page)) | forged)
    deadline.refresh_from_db()
    assert deadline.due == TODAY


def test_an_executor_added_after_the_issue_opens_and_is_journalled(client):
    deadline = make_deadline()
    new = {name.replace("-0-", "-2-0-"): value for name, value in row(make_organisation(), role="co").items()}
    new |= {"deadlines-2-TOTAL_FORMS": 1, "deadlines-2-0-due": "10.03.2026"}
    new.pop("deadlines-TOTAL_FORMS")
    assert post(client, deadline.instruction, **new).status_code == 302
    added = deadline.instruction.deadlines.get(role="co")
    assert (added.state, added.due, added.due_original) == (DeadlineState.OPEN, date(2026, 3, 10), date(2026, 3, 10))
    assert Act.objects.get().deadline == added


def test_the_term_stays_as_dates_were_reckoned_from_it(client):
    instruction = make_instruction(term="в двухнедельный срок")
    post(client, instruction, term="в месячный срок", state="draft")
    instruction.refresh_from_db()
    assert (instruction.term, instruction.state) == ("в двухнедельный срок", InstructionState.ON_CONTROL)


# --- Issuing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ready(db):
    return make_deadline(instruction=draft(), state=DeadlineState.DRAFT).instruction


def test_saving_leads_on_to_issuing(client, ready):
    response = post(client, ready, text="Уточнено", _issue="1")
    assert response.url == act_page(ready, "issue")
    ready.refresh_from_db()
    assert (ready.text, ready.state) == ("Уточнено", InstructionState.DRAFT)


def test_issuing_is_asked_first_and_done_on_post(client, ready):
    assert client.get(act_page(ready, "issue")).status_code == 200
    ready.refresh_from_db()
    assert ready.state == InstructionState.DRAFT
    answer(client, ready, "issue", on="02.03.2026")
    ready.refresh_from_db()
    assert ready.state == InstructionState.ON_CONTROL
    assert set(Act.objects.values_list("on", flat=True)) == {TODAY}


def test_issuing_warns_of_what_is_missing(client, ready):
    warned = client.get(act_page(ready, "issue")).context["warnings"]
    assert in_russian(_("No expected result is named.")) in map(str, warned)


def test_issuing_without_an_executor_is_refused_with_the_reason(client):
    instruction = draft()
    response = answer(client, instruction, "issue")
    assert response.context["form"].non_field_errors() == [in_russian(NO_EXECUTOR)]
    instruction.refresh_from_db()
    assert instruction.state == InstructionState.DRAFT


def test_issuing_twice_is_refused(client, ready):
    page = act_page(ready, "issue")
    sent = filled(client.get(page))
    assert [client.post(page, sent).status_code for _n in range(2)] == [302, 409]
    assert Act.objects.filter(deadline=None).count() == 1


def test_nothing_is_issued_on_a_day_to_come(client, ready):
    assert "on" in answer(client, ready, "issue", on="01.01.2999").context["form"].errors


def test_who_may_not_issue_has_no_button_and_no_page(roles, ready):
    editor, administrator = (sign_in(make_staff(role)) for role in (Role.EDITOR, Role.ADMINISTRATOR))
    assert "_issue" not in administrator.get(page_of(ready)).content.decode()
    assert administrator.post(act_page(ready, "issue"), {"on": "02.03.2026"}).status_code == 403
    assert editor.post(act_page(ready, "issue"), {"on": "02.03.2026"}).status_code == 403
    other_region = sign_in(make_staff(Role.CONTROLLER, region=ZHAMBYL))
    assert other_region.post(act_page(ready, "issue"), {"on": "02.03.2026"}).status_code == 404
    ready.refresh_from_db()
    assert ready.state == InstructionState.DRAFT


def ask_to_issue(client, *rows):
    """The question about `rows`, and what a browser sends back of it."""
    sent = {"action": "issue_selected", "_selected_action": [row.pk for row in rows]}
    question = client.post(page_of(rows[0], "changelist"), sent)
    return question, filled(question) | sent


def answer_to(client, row, answered):
    return said(client.post(page_of(row, "changelist"), answered, follow=True))


def test_issuing_in_bulk_asks_first_and_names_the_executors(client, ready):
    bare = draft(text="Без исполнителя")
    question, _answered = ask_to_issue(client, ready, bare)
    words = read(question).words
    assert str(ready.deadlines.get().executor) in words
    assert "Без исполнителя · никто" in words
    assert not Instruction.objects.on_control().exists()


def test_issuing_in_bulk_says_what_was_done_and_why_not(client, ready):
    others = [make_deadline(instruction=draft(), state=DeadlineState.DRAFT).instruction for _n in range(2)]
    bare = draft(text="Без исполнителя")
    done, refused = answer_to(client, ready, ask_to_issue(client, ready, *others, bare)[1])
    assert "3" in done
    assert "1" in refused
    assert in_russian(NO_EXECUTOR).removesuffix(".") in refused
    assert Instruction.objects.on_control().count() == 3


def test_issuing_in_bulk_leaves_alone_what_changed_since_the_question(client, ready):
    """An executor named meanwhile would be told of a duty that the controller who answers never saw."""
    other = make_deadline(instruction=draft(), state=DeadlineState.DRAFT).instruction
    third = make_deadline(instruction=draft(), state=DeadlineState.DRAFT).instruction
    _question, answered = ask_to_issue(client, ready, other, third)
    make_deadline(instruction=ready, state=DeadlineState.DRAFT, role="co")
    other.text = "Совсем другое"
    other.save()
    done, refused = answer_to(client, ready, answered)
    assert "1" in done
    assert "2" in refused
    assert list(Instruction.objects.on_control()) == [third]


def test_issuing_in_bulk_keeps_to_the_own_region(roles, ready):
    akmola = sign_in(make_staff(Role.CONTROLLER, region=AKMOLA))
    national = make_deadline(AKMOLA, instruction=draft(), state=DeadlineState.DRAFT).instruction
    _question, answered = ask_to_issue(akmola, national, ready)
    assert len(answer_to(akmola, ready, answered)) == 1
    assert not Instruction.objects.on_control().exists()


def test_issuing_in_bulk_is_for_who_may_issue(roles, ready):
    editor = sign_in(make_staff(Role.EDITOR))
    sent = {"action": "issue_selected", "_selected_action": [ready.pk], "decided": "1", "on": "2026-02-25"}
    editor.post(page_of(ready, "changelist"), sent)
    assert not Instruction.objects.on_control().exists()


def test_a_form_with_mistakes_leads_nowhere(client, ready):
    response = post(client, ready, text="", _issue="1")
    assert errors_at(response).keys() == {"text"}


def test_a_page_costs_the_same_for_one_executor_and_for_twenty(client, akimats):
    instruction = draft()
    make_deadline(instruction=instruction, state=DeadlineState.DRAFT)
    client.get(page_of(instruction))
    with CaptureQueriesContext(connection) as one:
        client.get(page_of(instruction))
    post(client, instruction, group=akimats.pk, group_role="co")
    with CaptureQueriesContext(connection) as eighteen:
        html = client.get(page_of(instruction)).content.decode()
    assert "Организация" in html
    assert len(eighteen) == len(one)
