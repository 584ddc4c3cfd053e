"""A change of the calendar shows first which last days it would move, and moves them only when told to."""

from datetime import date

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from programs.instructions.choices import AccessMark, DeadlineState, Verb
from programs.instructions.models import Act, CalendarDay, Deadline
from programs.instructions.services import TransitionRefused
from registry.accounts.choices import Role
from tests.factories import TODAY, make_deadline, make_instruction
from tests.staff import filled, make_staff, page_of, sealed, sign_in

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)
STEPS = [{"step": "add", "from": "2026-03-02", "n": 14, "unit": "day", "to": "2026-03-16"}]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Monday 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)


@pytest.fixture
def boss(roles):
    return make_staff(Role.ADMINISTRATOR, Role.CONTROLLER)


@pytest.fixture
def client(boss):
    return sign_in(boss, "en")


def reckoned(**fields):
    """An open deadline of two weeks from 2 March: Monday the 16th."""
    instruction = make_instruction(issued_on=TODAY, term="в двухнедельный срок", **fields)
    return make_deadline(instruction=instruction, due=MONDAY, raw_due=MONDAY, reckoning=STEPS)


def day_off(day=MONDAY):
    return CalendarDay.objects.create(date=day, is_working=False)


def add(client, day=MONDAY, **fields):
    page = page_of(CalendarDay, "add")
    sent = {"date": f"{day:%d.%m.%Y}", "is_working": None} | fields
    return client.post(page, {name: value for name, value in filled(client.get(page), **sent).items() if value})


def answer(client, question, choice, **changes):
    """Sends the question again with the button pressed."""
    return client.post(question.request["PATH_INFO"], filled(question, **changes) | {"_moves": choice})


def due_of(deadline):
    return Deadline.objects.get(pk=deadline.pk).due


def said(client, response):
    return [str(message) for message in client.get(response.url).context["messages"]]


def test_nothing_affected_is_saved_at_once(client):
    make_deadline(due=TUESDAY)
    assert add(client).status_code == 302
    assert CalendarDay.objects.get().date == MONDAY


def test_what_would_move_is_shown_and_nothing_is_saved(client):
    deadline = reckoned()
    question = add(client)
    (found,) = question.context["moves"]
    assert (found.deadline, found.due) == (deadline, TUESDAY)
    assert "16.03.2026 → 17.03.2026" in question.content.decode()
    assert not CalendarDay.objects.exists()
    assert due_of(deadline) == MONDAY
    assert not LogEntry.objects.exists()
    assert not CalendarDay.history.exists()


def test_on_confirmation_the_days_move_with_the_calendar(client, boss):
    deadline = reckoned()
    response = answer(client, add(client, name_ru="Перенос"), "move")
    assert "1 last day moved." in said(client, response)
    assert CalendarDay.objects.get().name_ru == "Перенос"
    moved = Deadline.objects.get()
    assert (moved.due, moved.due_original, moved.raw_due) == (TUESDAY, MONDAY, MONDAY)
    act = Act.objects.get()
    assert (act.verb, act.due_before, act.due_after, act.by_id) == (
        Verb.MOVE_WITH_CALENDAR, MONDAY, TUESDAY, boss.pk
    )  # fmt: skip
    assert act.reason
    assert due_of(deadline) == TUESDAY


def test_the_change_is_saved_without_moving(client):
    deadline = reckoned()
    response = answer(client, add(client), "leave")
    assert "1 last day left as it was." in said(client, response)
    assert CalendarDay.objects.count() == 1
    assert due_of(deadline) == MONDAY
    assert not Act.objects.exists()


def test_what_was_left_once_is_not_asked_about_again(client):
    reckoned()
    answer(client, add(client), "leave")
    assert add(client, date(2026, 5, 20)).status_code == 302


def test_a_changed_day_asks_as_well(client):
    special, deadline = day_off(date(2026, 5, 20)), reckoned()
    page = page_of(special)
    question = client.post(page, filled(client.get(page), date="16.03.2026"))
    assert [found.deadline for found in question.context["moves"]] == [deadline]
    assert CalendarDay.objects.get().date == date(2026, 5, 20)
    answer(client, question, "move")
    assert CalendarDay.objects.get().date == MONDAY
    assert due_of(deadline) == TUESDAY


def test_a_name_alone_asks_nothing(client):
    special = day_off(date(2026, 5, 20))
    reckoned()
    page = page_of(special)
    assert client.post(page, filled(client.get(page), name_ru="Праздник")).status_code == 302


def rolled():
    """A deadline that stands on Tuesday because Monday is a day off."""
    deadline = reckoned()
    Deadline.objects.filter(pk=deadline.pk).update(due=TUESDAY, due_original=TUESDAY)
    return deadline


def test_a_deleted_day_asks_and_moves_back(client):
    special, deadline = day_off(), rolled()
    question = client.post(page_of(special, "delete"), {"post": "yes"} | sealed(special))
    assert CalendarDay.objects.exists()
    assert [found.due for found in question.context["moves"]] == [MONDAY]
    assert answer(client, question, "move").status_code == 302
    assert not CalendarDay.objects.exists()
    assert due_of(deadline) == MONDAY


def test_days_deleted_from_the_list_ask_too(client):
    special, deadline = day_off(), rolled()
    page = page_of(special, "changelist")
    sent = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [special.pk], "post": "yes"} | sealed(special)
    question = client.post(page, sent)
    assert CalendarDay.objects.exists()
    assert not LogEntry.objects.exists()
    assert answer(client, question, "leave").status_code == 302
    assert not CalendarDay.objects.exists()
    assert due_of(deadline) == TUESDAY


def test_a_deletion_that_moves_nothing_is_done_at_once(client):
    special = day_off()
    client.post(page_of(special, "delete"), {"post": "yes"} | sealed(special))
    assert not CalendarDay.objects.exists()


def test_a_list_that_has_changed_meanwhile_is_shown_again(client):
    reckoned()
    question = add(client)
    other = reckoned()
    again = answer(client, question, "move")
    assert len(again.context["moves"]) == 2
    assert not CalendarDay.objects.exists()
    answer(client, again, "move")
    assert due_of(other) == TUESDAY


def test_a_forged_answer_moves_nothing_unseen(client):
    deadline = reckoned()
    assert add(client, _moves="move", _moves_seen="x").context["looked_before"]
    assert add(client, _moves="burn").context["moves"]
    assert (due_of(deadline), CalendarDay.objects.count()) == (MONDAY, 0)


def test_past_closed_and_hand_set_days_never_move(client):
    instruction = make_instruction(issued_on=date(2026, 2, 1), term="до 16 марта 2026 года")
    by_hand = [{"step": "by_hand", "to": "2026-03-16"}]
    make_deadline(instruction=instruction, due=MONDAY, reckoning=by_hand)
    closed = {"due": MONDAY, "reckoning": STEPS, "state": DeadlineState.FULFILLED, "reported_on": TODAY}
    make_deadline(instruction=make_instruction(issued_on=TODAY, term="в двухнедельный срок"), **closed)
    assert add(client).status_code == 302


def refuse(*args, **kwargs):
    raise TransitionRefused("date_before_last_act", "too early")


def test_a_refused_move_takes_the_deletion_back(client, monkeypatch):
    special, deadline = day_off(), rolled()
    monkeypatch.setattr("programs.instructions.admin.calendar.apply_moves", refuse)
    listed = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [special.pk], "post": "yes"} | sealed(special)
    for address, sent in (
        (page_of(special, "delete"), {"post": "yes"} | sealed(special)),
        (page_of(special, "changelist"), listed),
    ):
        response = answer(client, client.post(address, sent), "move")
        assert said(client, response) == ["too early"]
    assert CalendarDay.objects.get() == special
    assert due_of(deadline) == TUESDAY
    assert not LogEntry.objects.exists()


def test_a_refused_move_takes_the_change_back(client, monkeypatch):
    deadline = reckoned()
    question = add(client)
    monkeypatch.setattr("programs.instructions.admin.calendar.apply_moves", refuse)
    response = answer(client, question, "move")
    assert "too early" in response.content.decode()
    assert not CalendarDay.objects.exists()
    assert due_of(deadline) == MONDAY


def test_restricted_instructions_are_counted_and_not_named(client, boss):
    for group in boss.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="view_restricted"))
    deadline = reckoned(access_mark=AccessMark.RESTRICTED, text="Секретный склад")
    question = add(client)
    assert (question.context["moves"], question.context["total"]) == ([], 1)
    assert "Секретный склад" not in question.content.decode()
    answer(client, question, "move")
    assert due_of(deadline) == TUESDAY


def test_a_form_with_mistakes_asks_nothing(client):
    reckoned()
    day_off()
    response = add(client)
    assert response.context["adminform"].form.errors


def test_who_may_not_write_the_calendar_sees_no_question(roles):
    controller = sign_in(make_staff(Role.CONTROLLER))
    reckoned()
    assert controller.post(page_of(CalendarDay, "add"), {"date": "16.03.2026"}).status_code == 403
    assert not CalendarDay.objects.exists()


def test_a_former_day_comes_back_with_the_question_and_the_answer(client):
    deadline, day = reckoned(), day_off()
    first = day.history.get()
    day.date = date(2026, 5, 20)
    day.save()
    address = reverse("admin:instructions_calendarday_restore", args=(day.pk, first.pk, "date"))
    question = client.post(address, filled(client.get(address)))
    assert len(question.context["moves"]) == 1
    assert CalendarDay.objects.get().date == date(2026, 5, 20)
    assert answer(client, question, "move").status_code == 302
    assert (CalendarDay.objects.get().date, due_of(deadline)) == (MONDAY, TUESDAY)
