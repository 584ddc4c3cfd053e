"""What a term comes to, shown beside it while it is typed; nothing that is typed there is an error of the server."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs.instructions.choices import InstructionState
from programs.instructions.models import Deadline, Instruction
from registry.accounts.choices import Role
from tests.factories import TODAY, make_deadline, make_instruction, make_region
from tests.staff import act_page, answer, filled, make_staff, page_of, sign_in

TWO_WEEKS = {"term": "в двухнедельный срок", "issued_on": "02.03.2026", "roll_policy": "next"}
QUARTERLY = TWO_WEEKS | {"term": "ежеквартально до 10 числа месяца, следующего за отчётным"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(roles):
    return sign_in(make_staff(Role.CONTROLLER), "en")


def address():
    return reverse("admin:instructions_instruction_term")


def fragment(client, **changes):
    response = client.get(address(), TWO_WEEKS | changes, headers=HTMX)
    assert response.status_code == 200
    html = response.content.decode()
    assert "<html" not in html
    return html


def test_the_date_and_how_it_was_reckoned(client):
    html = fragment(client)
    assert "A date" in html
    assert "<strong>16.03.2026</strong>" in html
    assert "02.03.2026 + 14 days = 16.03.2026" in html


@pytest.mark.parametrize(
    ("policy", "due"), [("next", "16.03.2026"), ("previous", "13.03.2026"), ("none", "14.03.2026")]
)
def test_both_days_are_shown_where_the_last_one_is_a_day_off(client, policy, due):
    html = fragment(client, term="до 14 марта 2026 года", roll_policy=policy)
    assert f"<strong>{due}" in html
    assert ("Before the move from a day off: 14.03.2026" in html) == (policy != "none")


def test_the_periods_of_a_periodic_term(client, today):
    html = fragment(client, **QUARTERLY)
    for shown in ("A date in every period", "2026-Q1", "10.04.2026", "2026-Q4", "start with the period 2026-Q1"):
        assert shown in html


def test_many_periods_are_counted(client, today):
    assert "and " in fragment(client, term="еженедельно") and "more" in fragment(client, term="еженедельно")


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("постоянно", "Permanent, without a date"),
        ("незамедлительно", "Needs a date"),
        ("когда рак свистнет", "Not understood"),
        ("до 31 февраля 2026 года", "there is no such date"),
        ("до 1 января 2026 года", "before the day of issue"),
        ("", "Write the term"),
        ("   ", "Write the term"),
    ],
)
def test_what_comes_to_no_date_says_why(client, term, said):
    assert said in fragment(client, term=term)


ODD = [
    {"issued_on": "31.02.2026"},
    {"issued_on": "вчера"},
    {"issued_on": "31.12.9999"},
    {"issued_on": "01.01.0001"},
    {"issued_on": "0" * 5000},
    {"issued_on": ""},
    {"roll_policy": "sideways"},
    {"term": "ы" * 5000},
    {"term": "<script>alert(1)</script>"},
    {"term": "в течение 99999999999999999999 дней"},
    {"term": "в течение 3660 рабочих дней"},
    {"term": "до 31 декабря 9999 года"},
    {"term": "в течение 0 дней"},
    {"term": "%s %(n)s {x} '\"\\"},
    {"term": "ежегодно до 31 февраля"},
]


@pytest.mark.once
@pytest.mark.parametrize("changes", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("method", ["get", "post"])
def test_odd_input_is_answered_with_a_message(client, changes, method):
    response = getattr(client, method)(address(), TWO_WEEKS | changes)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert fragment(client, **changes).strip()


def test_nothing_sent_is_answered_and_a_nul_refused(client):
    assert client.get(address(), headers=HTMX).status_code == 200
    assert client.get(address(), {"term": "\x00"}).status_code == 400


@pytest.mark.parametrize("issued_on", ["31.12.9999", "01.01.0001"])
def test_a_day_at_the_end_of_time_is_no_failure_of_saving(client, issued_on):
    make_region()
    page = page_of(Instruction, "add")
    row = {"deadlines-0-executor": "", "deadlines-TOTAL_FORMS": 0}
    for term in ("в двухнедельный срок", "ежемесячно"):
        sent = filled(client.get(page), text="Т", term=term, issued_on=issued_on, **row)
        assert client.post(page, sent).status_code in (200, 302)


def test_without_script_the_button_opens_a_page(client):
    instruction = make_instruction(state=InstructionState.DRAFT)
    page = client.get(page_of(instruction))
    html = page.content.decode()
    assert f'formaction="{address()}" formtarget="_blank"' in html
    response = client.post(address(), filled(page, **TWO_WEEKS))
    assert response.status_code == 200
    assert "<strong>16.03.2026</strong>" in response.content.decode()
    assert Instruction.objects.get().term == ""


def test_the_button_needs_the_token_of_the_form(roles):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff(Role.CONTROLLER))
    assert client.post(address(), TWO_WEEKS).status_code == 403


def test_a_stored_term_is_shown_with_its_reckoning(client, today):
    draft = make_instruction(state=InstructionState.DRAFT, issued_on=TODAY, term=TWO_WEEKS["term"])
    html = client.get(page_of(draft)).content.decode()
    assert 'id="term-preview"' in html
    assert "<strong>16.03.2026</strong>" in html
    assert 'content=\'{"includeIndicatorStyles":false,"allowEval":false}\'' in html


def test_once_issued_the_term_is_shown_and_not_checked(client, today):
    """Of a periodic term those periods that are still to come."""
    instruction = make_instruction(issued_on=date(2025, 1, 10), term=QUARTERLY["term"])
    html = client.get(page_of(instruction)).content.decode()
    assert "2026-Q1" in html
    assert "2025-Q2" not in html
    assert "htmx" not in html
    assert "formaction" not in html


def test_the_question_of_issuing_shows_the_first_period(client, today):
    draft = make_instruction(state=InstructionState.DRAFT, issued_on=TODAY, term=QUARTERLY["term"])
    make_deadline(instruction=draft, due=None, state="draft")
    assert "10.04.2026 (2026-Q1)" in client.get(act_page(draft, "issue")).content.decode()
    answer(client, draft, "issue", on="02.03.2026")
    first = Deadline.objects.earliest("due")
    assert (first.period_key, first.due) == ("2026-Q1", date(2026, 4, 10))


def test_who_writes_no_instructions_reckons_nothing(roles):
    for role, status in ((Role.CONTROLLER, 200), (Role.ADMINISTRATOR, 403), (Role.EDITOR, 403)):
        assert sign_in(make_staff(role)).get(address(), TWO_WEEKS).status_code == status, role
    reader = sign_in(make_staff(Role.ADMINISTRATOR))
    draft = make_instruction(state=InstructionState.DRAFT)
    assert "formaction" not in reader.get(page_of(draft)).content.decode()
    assert Client().get(address(), TWO_WEEKS).status_code == 302


def test_the_reckoning_follows_what_is_typed(transactional_db, roles, page, live_server):
    client = Client()
    client.force_login(make_staff(Role.CONTROLLER))
    make_region()
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.goto(reverse("admin:instructions_instruction_add"))
    preview = page.locator("#term-preview")
    page.fill("#id_issued_on", "02.03.2026")
    page.fill("#id_term", "в двухнедельный срок")
    preview.get_by_text("16.03.2026").first.wait_for()
    page.fill("#id_term", "до 14 марта 2026 года")
    page.select_option("#id_roll_policy", "previous")
    preview.get_by_text("13.03.2026").first.wait_for()
    page.fill("#id_term", "в течение 1 дня")
    page.click(".datetimeshortcuts a >> nth=0")  # the calendar fills the box in without telling
    preview.get_by_text(f"{timezone.localdate():%d.%m.%Y} + 1").wait_for()
    assert not Instruction.objects.exists()
