"""Acts in the admin, on an instruction and on a deadline: their buttons, and the page each of them leads to."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from programs.instructions import services
from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole, InstructionState, Verb
from programs.instructions.doing import ON_DEADLINE, ON_INSTRUCTION
from programs.instructions.models import Act, Attachment, Deadline, Instruction
from registry.accounts.choices import Role
from tests.acts import DUE, LATER, MONTHLY, OF_EXECUTOR, ON, answers, each_act, ready
from tests.factories import AKMOLA, ZHAMBYL, make_deadline, make_instruction, make_organisation
from tests.pages import read
from tests.staff import act_page, answer, filled, make_staff, page_of, sign_in


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: ON)


@pytest.fixture
def aigerim(roles):
    return make_staff(Role.CONTROLLER, first_name="Айгерим")


@pytest.fixture
def client(aigerim):
    return sign_in(aigerim, "en")


def stored(record):
    return type(record).objects.get(pk=record.pk)


def buttons(client, record):
    """Verbs offered on the record's page."""
    html = client.get(page_of(record)).content.decode()
    doings = ON_INSTRUCTION if isinstance(record, Instruction) else ON_DEADLINE
    return {verb for verb in doings if f'href="{act_page(record, verb.value)}"' in html}


def bolat_of(deadline):
    """Bolat of the executor, let into the admin."""
    return make_staff(Role.EXECUTOR, organisation=deadline.executor)


# --- Buttons: role × state --------------------------------------------------------------------------------------------

ON_THE_WHOLE = {
    InstructionState.DRAFT: set(),  # issuing is among the buttons that save
    InstructionState.ON_CONTROL: {Verb.REMOVE, Verb.CANCEL},
    InstructionState.REMOVED: {Verb.REOPEN},
    InstructionState.CANCELLED: set(),
}


@pytest.mark.once
@pytest.mark.parametrize("state", ON_THE_WHOLE)
def test_buttons_of_an_instruction_are_those_its_state_allows(client, state):
    assert buttons(client, make_instruction(state=state)) == ON_THE_WHOLE[state]


def test_a_periodic_term_may_be_changed(client, aigerim):
    assert Verb.CHANGE_TERM in buttons(client, ready("instruction", Verb.CHANGE_TERM, aigerim))


IN_WORK = {Verb.REPLACE_EXECUTOR, Verb.CHANGE_LEAD, Verb.CORRECT_DUE, Verb.CANCEL}
ON_A_DEADLINE = {
    DeadlineState.DRAFT: set(),
    DeadlineState.OPEN: IN_WORK,
    DeadlineState.REPORTED: IN_WORK - {Verb.REPLACE_EXECUTOR} | {Verb.ACCEPT, Verb.RETURN},
    DeadlineState.FULFILLED: {Verb.CORRECT_DUE, Verb.REOPEN},
    DeadlineState.CANCELLED: set(),
}


@pytest.mark.once
@pytest.mark.parametrize("state", ON_A_DEADLINE)
def test_buttons_of_a_deadline_are_those_its_state_allows(client, state):
    assert buttons(client, make_deadline(state=state, role=ExecutorRole.CO)) == ON_A_DEADLINE[state]


def test_a_request_for_more_time_may_be_decided(client, aigerim):
    shown = buttons(client, ready("deadline", Verb.GRANT_EXTENSION, aigerim))
    assert {Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION} <= shown


def test_no_button_under_an_instruction_off_control(client):
    assert buttons(client, make_deadline(instruction=make_instruction(state=InstructionState.REMOVED))) == set()


@pytest.mark.once
def test_buttons_of_a_deadline_are_those_of_its_reader(roles):
    deadline = make_deadline(AKMOLA, instruction=make_instruction())  # national, seen in Akmola
    for user, expected in (
        (make_staff(Role.ADMINISTRATOR), set()),
        (make_staff(Role.CONTROLLER, region=AKMOLA), set()),
        (bolat_of(deadline), OF_EXECUTOR),
    ):
        assert buttons(sign_in(user), deadline) == expected


# --- What waits for a decision has the buttons on its own page too ----------------------------------------------------

WAITING = {
    "extensions": (Verb.GRANT_EXTENSION, {Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION}),
    "reports": (Verb.ACCEPT, {Verb.ACCEPT, Verb.RETURN}),
}


def deciding(client, row):
    """Verbs offered on the page of a request or a report; they are acts on its deadline."""
    html = client.get(page_of(row)).content.decode()
    return {verb for verb in ON_DEADLINE if f'href="{act_page(row.deadline, verb.value)}"' in html}


@pytest.mark.parametrize("rows", WAITING)
def test_what_waits_is_decided_from_its_own_page(client, aigerim, rows):
    verb, offered = WAITING[rows]
    row = getattr(ready("deadline", verb, aigerim), rows).get()
    assert deciding(client, row) == offered
    assert answer(client, row.deadline, verb.value).status_code == 302
    assert deciding(client, row) == set()


@pytest.mark.once
@pytest.mark.parametrize("rows", WAITING)
def test_who_does_not_decide_sees_no_button_there(aigerim, rows):
    deadline = ready("deadline", WAITING[rows][0], aigerim)
    row = getattr(deadline, rows).get()
    national = make_instruction()
    Deadline.objects.filter(pk=deadline.pk).update(instruction=national)  # seen in Akmola, not decided there
    for user in (make_staff(Role.ADMINISTRATOR), make_staff(Role.CONTROLLER, region=AKMOLA)):
        assert deciding(sign_in(user), row) == set()


# --- The page: asked first, done on POST ------------------------------------------------------------------------------


@each_act
def test_an_act_is_asked_first_and_done_on_post(client, aigerim, where, verb):
    subject = ready(where, verb, aigerim)
    user = bolat_of(subject) if where == "deadline" and verb in OF_EXECUTOR else aigerim
    client = sign_in(user, "en")
    before = Act.objects.count()
    question = client.get(act_page(subject, verb))
    assert question.status_code == 200
    assert Act.objects.count() == before
    response = client.post(act_page(subject, verb), filled(question, **answers(where, verb)))
    assert response.status_code == 302, read(response).words
    assert response.url == page_of(subject)
    doing = (ON_INSTRUCTION if where == "instruction" else ON_DEADLINE)[verb]
    assert str(doing.done) in read(client.get(response.url)).words
    acts = Act.objects.order_by("pk")[before:]
    assert verb in {act.verb for act in acts}
    assert {(act.on, act.by_id) for act in acts} == {(ON, user.pk)}


@pytest.mark.once
@each_act
def test_who_may_open_the_page_of_an_act(aigerim, where, verb):
    subject = ready(where, verb, aigerim)
    before, page = Act.objects.count(), act_page(subject, verb)
    for user, status in (
        (make_staff(Role.ADMINISTRATOR), 403),
        (make_staff(Role.EDITOR), 403),
        (make_staff(Role.CONTROLLER, region=ZHAMBYL), 404),
    ):
        client = sign_in(user)
        assert client.get(page).status_code == status
        sent = {"seen": 1, "on": "2026-02-25"} | answers(where, verb)
        assert client.post(page, sent).status_code == status
    assert Act.objects.count() == before


def test_a_stranger_is_asked_to_sign_in(client):
    deadline = make_deadline()
    client.logout()
    assert "login" in client.post(act_page(deadline, "cancel"), {"on": "2026-02-25", "reason": "x"}).url
    assert stored(deadline).state == DeadlineState.OPEN


def test_a_restricted_one_is_not_found_by_who_may_not_see_it(client, aigerim):
    group = aigerim.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="view_restricted"))
    secret = make_deadline(instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    for record in (secret, secret.instruction):
        assert client.get(act_page(record, "cancel")).status_code == 404


@pytest.mark.parametrize("verb", ["issue", "burn", "move_with_calendar"])
def test_an_act_that_is_none_is_not_found(client, verb):
    assert client.post(act_page(make_deadline(), verb), {}).status_code == 404


def test_a_record_that_is_none_is_not_found(client):
    for model in ("instruction", "deadline"):
        assert client.get(reverse(f"admin:instructions_{model}_act", args=("9" * 30, "cancel"))).status_code == 404


# --- What will change is named first ----------------------------------------------------------------------------------


def test_the_question_names_what_will_be_cancelled(client):
    deadline = make_deadline(due=LATER)
    make_deadline(instruction=deadline.instruction, role="co", state=DeadlineState.FULFILLED)
    response = client.get(act_page(deadline.instruction, "remove"))
    assert list(response.context["deadlines"]) == [deadline]
    assert "18.03.2026" in read(response).words


def test_the_question_names_what_stands_in_the_way_first(client):
    late = make_deadline(due=ON)
    make_deadline(instruction=late.instruction, role="co", due=LATER)
    response = client.get(act_page(late.instruction, "remove"))
    assert list(response.context["deadlines"]) == [late]
    assert "Not finished yet, so the instruction stays on control" in read(response).words


def test_a_change_of_term_names_the_periods_it_replaces(client):
    instruction = make_instruction(term=MONTHLY)
    _past, coming = (
        make_deadline(instruction=instruction, kind="periodic", period_key=key, due=due)
        for key, due in (("2026-01", ON), ("2026-02", DUE))
    )
    response = client.get(act_page(instruction, "change_term"))
    assert list(response.context["deadlines"]) == [coming]
    assert filled(response)["term"] == MONTHLY


@pytest.mark.parametrize("term", ["до 1 мая 2026 года", "постоянно", "", "х" * 301])
def test_a_term_that_does_not_come_back_is_refused(client, aigerim, term):
    instruction = ready("instruction", Verb.CHANGE_TERM, aigerim)
    response = answer(client, instruction, "change_term", term=term, reason="Иначе")
    assert response.status_code in (400, 409)
    assert response.context["form"].errors["term"]
    assert (stored(instruction).term, Act.objects.count()) == (MONTHLY, 0)


def test_a_report_is_read_before_it_is_accepted(client, aigerim):
    deadline = make_deadline(due=DUE)
    file = SimpleUploadedFile("отчёт.pdf", b"%PDF-1.4")
    services.submit_report(deadline=deadline, text="Подключено 14 сёл", files=[file], by=aigerim, on=ON)
    page = read(client.get(act_page(deadline, "accept")))
    assert "Подключено 14 сёл" in page.words
    assert page.links["отчёт.pdf"] == reverse("attachment", args=(Attachment.objects.get().pk,))


def test_a_report_goes_with_its_files(roles):
    deadline = make_deadline(due=DUE)
    client = sign_in(bolat_of(deadline))
    files = [SimpleUploadedFile("отчёт.pdf", b"%PDF-1.4")]
    assert answer(client, deadline, "report", text="Готово", files=files).status_code == 302
    assert Attachment.objects.get().name == "отчёт.pdf"


# --- Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["cancel", "reopen"])
def test_a_reason_is_asked_for(client, verb):
    instruction = make_instruction(state="removed" if verb == "reopen" else "on_control")
    response = answer(client, instruction, verb, reason="  ")
    assert response.status_code == 400
    assert "reason" in response.context["form"].errors
    assert not Act.objects.exists()


@pytest.mark.parametrize("on", ["26.02.2026", "", "31.02.2026", "вчера", "x" * 999])
def test_nothing_is_done_on_a_day_to_come_or_none(client, on):
    deadline = make_deadline()
    response = answer(client, deadline, "cancel", on=on, reason="Так решено")
    assert "on" in response.context["form"].errors
    assert "Так решено" in read(response).words
    assert stored(deadline).state == DeadlineState.OPEN


def test_a_refusal_is_told_and_changes_nothing(client):
    deadline = make_deadline(due=ON)
    response = answer(client, deadline.instruction, "remove", reason="Выполнено")
    assert response.status_code == 409
    assert "has not finished" in read(response).words
    assert "Выполнено" in read(response).words
    assert stored(deadline.instruction).state == InstructionState.ON_CONTROL


@each_act
def test_the_second_of_two_with_the_same_page_is_refused(aigerim, where, verb):
    subject = ready(where, verb, aigerim)
    user = bolat_of(subject) if where == "deadline" and verb in OF_EXECUTOR else aigerim
    client, page = sign_in(user, "en"), act_page(subject, verb)
    sent = filled(client.get(page), **answers(where, verb))
    assert client.post(page, sent).status_code == 302
    done = Act.objects.count()
    response = client.post(page, sent)
    assert response.status_code == 409
    assert response.context["form"].errors
    assert Act.objects.count() == done


def test_an_act_whose_time_is_past_is_not_asked_about(client):
    response = client.get(act_page(make_deadline(state=DeadlineState.FULFILLED), "cancel"))
    assert response.status_code == 409
    assert "This cannot be done now" in read(response).words
    assert filled(response) == {}


# --- Another executor -------------------------------------------------------------------------------------------------


def test_the_new_executor_is_an_autocomplete_not_a_list_of_all(client):
    deadline, other = make_deadline(), make_organisation(AKMOLA, name_ru="Акимат Целиноградского района")
    html = client.get(act_page(deadline, "replace_executor")).content.decode()
    assert "admin-autocomplete" in html
    assert other.name_ru not in html
    query = {"app_label": "instructions", "model_name": "deadline", "field_name": "executor", "term": "целиноградск"}
    found = client.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [each["id"] for each in found] == [str(other.pk)]


def test_a_retired_organisation_is_no_executor_and_what_was_chosen_stays(client):
    deadline, retired = make_deadline(), make_organisation(is_active=False)
    response = answer(client, deadline, "replace_executor", executor=retired.pk, reason="Передано")
    assert response.status_code == 400
    assert "no longer active" in read(response).words
    other = make_organisation(AKMOLA)
    response = answer(client, deadline, "replace_executor", executor=other.pk, reason="")
    assert filled(response)["executor"] == str(other.pk)
    assert Deadline.objects.count() == 1


def test_in_a_browser_from_the_button_to_the_question_and_back(transactional_db, roles, page, live_server):
    """Script and content security policy agree with the pages of acts."""
    deadline, other = make_deadline(), make_organisation(name_ru="Акимат Целиноградского района")
    client = sign_in(make_staff(Role.CONTROLLER))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.goto(page_of(deadline))
    page.click(f"a[href='{act_page(deadline, 'replace_executor')}']")
    page.click(".select2-selection")
    page.fill(".select2-search__field", "целиноград")
    page.click(".select2-results__option--highlighted:has-text('Целиноградского')")
    page.fill("#id_reason", "так решено")
    page.click("#act_form input[type=submit]")
    page.locator(".messagelist .success").wait_for()
    assert Deadline.objects.get(state=DeadlineState.OPEN).executor == other
