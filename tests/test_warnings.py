"""What is warned about before and after: it never stops anything."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions import warnings
from programs.instructions.choices import AccessMark, DeadlineState, InstructionState
from programs.instructions.models import Instruction
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_deadline, make_instruction, make_region
from tests.staff import act_page, answer, filled, make_staff, page_of, sign_in

pytestmark = pytest.mark.django_db
TEXT = "Министерству сельского хозяйства подключить сельские округа Акмолинской области к цифровой платформе"


def make_draft(**fields):
    """An instruction that lacks nothing."""
    sound = {"state": InstructionState.DRAFT, "issued_on": TODAY, "expected_result": "Готово", "text": TEXT}
    return make_instruction(**sound | fields)


def make_row(instruction, **fields):
    return make_deadline(instruction=instruction, **{"state": DeadlineState.DRAFT, "due": date(2026, 4, 1)} | fields)


def found(instruction):
    return warnings.missing(Instruction.objects.get(pk=instruction.pk))


def test_a_sound_instruction_is_not_warned_about():
    draft = make_draft()
    make_row(draft)
    assert found(draft) == []


def test_an_expected_result_is_asked_for():
    draft = make_draft(expected_result=" ")
    make_row(draft)
    assert found(draft) == [warnings.NO_RESULT]


def test_an_executor_is_asked_for():
    draft = make_draft()
    make_row(draft, state=DeadlineState.CANCELLED)
    assert found(draft) == [warnings.NO_EXECUTOR]


@pytest.mark.parametrize(
    ("roles", "warned"),
    [
        (("lead",), False),
        (("lead", "co"), False),
        (("equal", "equal"), False),
        (("co",), True),
        (("equal", "co"), True),
    ],
)
def test_a_lead_is_asked_for_unless_all_are_equal(roles, warned):
    draft = make_draft()
    for role in roles:
        make_row(draft, role=role)
    assert (warnings.NO_LEAD in found(draft)) == warned


@pytest.mark.parametrize(
    ("due", "warned"),
    [
        (TODAY, True),
        (date(2026, 3, 3), True),  # one working day
        (date(2026, 3, 4), False),  # two
        (date(2026, 5, 1), False),
        (None, False),
    ],
)
def test_a_term_under_two_working_days(due, warned):
    draft = make_draft()
    make_row(draft, due=due)
    assert (warnings.HASTY in found(draft)) == warned


def test_a_weekend_does_not_lengthen_a_term():
    draft = make_draft(issued_on=date(2026, 3, 13))  # a Friday
    make_row(draft, due=date(2026, 3, 16))
    assert warnings.HASTY in found(draft)


@pytest.mark.parametrize(
    ("term", "warned"), [("", True), ("незамедлительно", True), ("постоянно", False), ("ежеквартально", False)]
)
def test_a_date_is_asked_for_where_the_term_brings_none(term, warned):
    draft = make_draft(term=term)
    make_row(draft, due=None)
    assert (warnings.NO_DATE in found(draft)) == warned


def test_the_day_of_issue_unknown_or_estimated():
    unknown = make_draft(issued_on=None, term="в двухнедельный срок")
    make_row(unknown, due=None)
    assert found(unknown) == [warnings.NO_DATE, warnings.NO_ISSUE_DAY]
    estimated = make_draft(issued_on_is_estimate=True, issued_on_note="По дате публикации")
    make_row(estimated)
    assert found(estimated) == [warnings.ESTIMATED_ISSUE_DAY]


# --- Likely the same --------------------------------------------------------------------------------------------------


def duplicates(instruction, **kwargs):
    return warnings.likely_duplicates(instruction, among=Instruction.objects.all(), **kwargs)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.upper() + " .",
        TEXT.replace("области", "областью"),
        "Срочно: " + TEXT,
        TEXT.replace("ё", "е").replace("к цифровой", "к  цифровой"),
    ],
)
def test_nearly_the_same_text_is_found(text):
    first = make_draft(state=InstructionState.ON_CONTROL)
    assert duplicates(make_draft(text=text)) == [first]


@pytest.mark.parametrize(
    "text",
    [
        "Подключить сельские округа к цифровой платформе",
        TEXT + " и ежемесячно докладывать в Правительство о ходе работы по каждому району",
        "Построить мясокомбинат",
        "!!!",
    ],
)
def test_another_text_is_not(text):
    make_draft(state=InstructionState.ON_CONTROL)
    assert duplicates(make_draft(text=text)) == []


def test_another_number_is_another_word():
    make_draft(text="Построить 17 школ")
    assert duplicates(make_draft(text="Построить 18 школ")) == []


@pytest.mark.parametrize("state", [InstructionState.REMOVED, InstructionState.CANCELLED])
def test_a_finished_instruction_is_not_repeated(state):
    make_draft(state=state)
    assert duplicates(make_draft()) == []


def test_the_likest_come_first_and_only_some():
    near = make_draft(text=TEXT + " сейчас")
    same = make_draft()
    for _n in range(3):
        make_draft(text=TEXT + " сейчас же")
    repeated = duplicates(make_draft(), most=2)
    assert repeated == [same, near]


def test_candidates_are_bounded_and_cost_one_query(monkeypatch):
    monkeypatch.setattr(warnings, "MOST_CANDIDATES", 5)
    same = make_draft()
    for n in range(20):
        make_draft(text=f"Подключить сельские округа области номер {n}")
    draft = make_draft()
    with CaptureQueriesContext(connection) as asked:
        assert duplicates(draft) == [same]
    assert len(asked) == 1


def test_odd_texts_are_compared():
    for text in ("%", "_" * 500, "\\", "'" * 50, "а" * 20_000, "a b " * 5000):
        one = make_draft(text=text)
        assert make_draft(text=text) in duplicates(one) or not warnings.stems(text)


# --- Where they are shown ---------------------------------------------------------------------------------------------


def sent_to(client, target, **changes):
    page = page_of(target, "add" if isinstance(target, type) else "change")
    response = client.post(page, filled(client.get(page), **changes))
    assert response.status_code == 302
    return [str(message) for message in client.get(response.url).context["messages"]]


@pytest.fixture
def client(roles):
    return sign_in(make_staff(Role.CONTROLLER), "en")


def test_saving_warns_and_saves(client):
    make_region()
    said = sent_to(client, Instruction, text="Т")
    assert Instruction.objects.get().text == "Т"
    assert str(warnings.NO_RESULT) in said
    assert str(warnings.NO_EXECUTOR) in said


def test_saving_names_the_likely_duplicate_with_a_link(client):
    other = make_draft(number="17-2")
    said = sent_to(client, Instruction, text=TEXT, expected_result="Готово")
    (message,) = [each for each in said if "17-2" in each]
    assert f'<a href="{page_of(other)}">' in message


def test_a_text_does_not_become_markup(client):
    make_draft(text=f"<b>{TEXT}</b>")
    said = sent_to(client, Instruction, text=f"<b>{TEXT}</b>")
    assert any("&lt;b&gt;" in each for each in said)
    assert not any("<b>" in each for each in said)


def test_the_question_of_issuing_warns_and_issuing_goes_on(client):
    draft = make_draft(expected_result="")
    make_row(draft, due=TODAY + timedelta(days=1))
    make_draft(number="17-2")
    html = client.get(act_page(draft, "issue")).content.decode()
    for said in (str(warnings.NO_RESULT), str(warnings.HASTY), "17-2"):
        assert said in html
    answer(client, draft, "issue", on="02.03.2026")
    assert Instruction.objects.get(pk=draft.pk).state == InstructionState.ON_CONTROL


def test_a_finished_instruction_is_saved_without_a_word(client):
    removed = make_instruction(state=InstructionState.REMOVED)
    assert len(sent_to(client, removed, note="Уточнено")) == 1


def test_what_the_user_may_not_see_is_not_named(roles):
    make_instruction(ZHAMBYL, text=TEXT, number="17-2", state=InstructionState.DRAFT)
    make_draft(number="17-3", access_mark=AccessMark.RESTRICTED)
    user = make_staff(Role.CONTROLLER, region=AKMOLA)
    for group in user.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="view_restricted"))
    said = " ".join(sent_to(sign_in(user, "en"), Instruction, text=TEXT))
    assert "17-2" not in said
    assert "17-3" not in said
