"""The list behind every figure: its filters, order and pages are said by the address, and mistakes in it are told."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import DeadlineState, ExecutorRole
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_user,
)
from tests.pages import Reader
from tests.test_pages_markup import inline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


def texts(reader, query):
    """Texts of the instructions listed, in order."""
    response = reader.client.get("/deadlines/", query)
    return [row.deadline.instruction.text for row in response.context["rows"]]


def make(text, region=AKMOLA, **fields):
    of_instruction = {key: fields.pop(key) for key in ("program", "issued_on", "issued_on_note") if key in fields}
    instruction = make_instruction(text=text, **of_instruction)
    return make_deadline(region, instruction=instruction, **fields)


# Filters


@pytest.fixture
def two(official):
    """«Первое» answers to every filter below, «Второе» to none."""
    program = make_program(slug="auyl-amanaty")
    make("Первое", "111010000", program=program, due=YESTERDAY)
    make("Второе", ZHAMBYL, due=date(2026, 9, 1), role=ExecutorRole.CO)


@pytest.mark.parametrize(
    "query",
    [
        {"search": "ПЕРВ"},
        {"region_under": AKMOLA},
        {"region_under": "111000000"},
        {"program": "auyl-amanaty"},
        {"mark": "overdue"},
        {"overdue": "true"},
        {"overdue_on": "2026-03-02"},
        {"due__lte": "2026-03-01"},
        {"due__gte": "2026-02-01", "due__lte": "2026-03-31"},
        {"role": "lead"},
        {"mark": "overdue", "region_under": AKMOLA, "search": "первое", "ordering": "-due", "page": "1"},
    ],
    ids=str,
)
def test_filter_keeps_what_answers_to_it(official, two, query):
    assert texts(official, query) == ["Первое"]


def test_region_takes_its_whole_subtree_and_no_other(official, two):
    make_region("112000000")
    assert texts(official, {"region_under": "112000000"}) == []
    assert texts(official, {"region_under": "000000000"}) == ["Первое", "Второе"]


def test_executor_is_chosen_from_those_who_have_deadlines(official):
    busy = make("Дело").executor
    make_organisation(AKMOLA, name_ru="Незанятая")
    page = official.get("/deadlines/", {"executor": busy.pk})
    assert page.has("option", value=str(busy.pk))
    assert "Незанятая" not in page.html
    assert texts(official, {"executor": busy.pk}) == ["Дело"]


def test_meeting_and_instruction_are_filters_of_the_address(official):
    meeting = make_meeting()
    chosen = make_deadline(instruction=make_instruction(text="Выбранное", meeting=meeting))
    make("Другое")
    assert texts(official, {"meeting": meeting.pk}) == ["Выбранное"]
    assert texts(official, {"instruction": chosen.instruction_id}) == ["Выбранное"]


def test_form_keeps_what_was_chosen_and_lets_each_go(official, two):
    query = {"mark": "overdue", "region_under": "111000000", "due__gte": "2026-01-01", "state__in": "open,reported"}
    page = official.get("/deadlines/", query)
    assert query.items() <= page.fields.items()
    assert "Any of these states: in work, reported, under review" in page.words
    assert page.links["Remove the filter “mark”"].count("=") == 3
    assert "mark=" not in page.links["Remove the filter “mark”"]


def test_fields_left_empty_stay_out_of_the_address(official):
    response = official.client.get("/deadlines/?search=&mark=overdue&region_under=&due__gte=+")
    assert (response.status_code, response["Location"]) == (302, "/deadlines/?mark=overdue")
    assert official.client.get("/deadlines/?search=")["Location"] == "/deadlines/"


# Mistakes


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("overdu=true", "There is no parameter “overdu” here"),
        ("due__gte=2026-02-30", "Last day from : A date such as 2026-03-31"),
        ("due__gte=0000-00-00", "Last day from : A date"),
        ("region_under=abc", "nine digits"),
        ("region_under=999999999", "There is no region with this КАТО code"),
        ("region_under=%00", "nine digits"),
        ("search=%ED%A0%80", "holds what is no text"),
        ("mark=red", "not one of the values"),
        ("program=no-such", "no such record"),
        ("executor=123456789012345678901234567890", "no such record"),
        ("mark=overdue&mark=closed", "given more than once"),
        ("meeting=x", "Meeting: An id is a whole number"),
        ("ordering=password", "cannot be sorted in this order"),
        ("ordering=--due", "cannot be sorted in this order"),
        ("user__password__startswith=a", "There is no parameter"),
    ],
)
def test_mistake_is_named_and_no_row_is_shown(official, query, told):
    make("Канарейка")
    page = official.get(f"/deadlines/?{query}")
    assert page.status == 400
    assert told in page.words
    assert "Канарейка" not in page.words


def test_mistake_stands_at_its_field_and_the_rest_is_kept(official):
    page = official.get("/deadlines/?due__lte=soon&mark=overdue")
    assert page.fields["mark"] == "overdue"
    assert page.has("input", id="id_due__lte", **{"aria-invalid": "true", "aria-describedby": "id_due__lte_error"})
    assert page.links["Last day to"] == "#id_due__lte"


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1.0", "9" * 9, "9" * 30, "9" * 5000])
def test_page_that_is_not_there_says_which_are(official, number):
    make("Единственное")
    page = official.get("/deadlines/", {"page": number, "mark": "due_soon"})
    assert page.status == 404
    assert "it has pages 1 to 1" in page.words
    assert page.fields["mark"] == "due_soon"


# Order and pages


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("", "БАВ"),
        ("due", "БАВ"),
        ("-due", "ВАБ"),
        ("executor", "ВБА"),
        ("region", "БВА"),
        ("-region", "АВБ"),
        ("issued", "ВАБ"),
        ("-issued", "АВБ"),
        ("program", "БАВ"),
        ("instruction", "АБВ"),
    ],
)
def test_order(official, ordering, expected):
    """Rows without a value come last both ways; regions stand by name, whatever their codes."""
    make_region(AKMOLA, name_ru="Ягодная")
    make("А", AKMOLA, due=TODAY, executor=make_organisation(AKMOLA, name_ru="в"), issued_on=date(2026, 2, 2))
    undated = {"issued_on": None, "issued_on_note": "в тексте даты нет", "program": make_program(name_ru="а")}
    make("Б", "150000000", due=YESTERDAY, executor=make_organisation("150000000", name_ru="б"), **undated)
    make("В", ZHAMBYL, due=None, executor=make_organisation(ZHAMBYL, name_ru="а"), issued_on=date(2026, 1, 1))
    assert "".join(texts(official, {"ordering": ordering} if ordering else {})) == expected


def test_heading_turns_the_order_around_and_keeps_the_filters(official):
    make("Дело")
    page = official.get("/deadlines/?ordering=due&mark=due_soon")
    assert page.has("th", **{"aria-sort": "ascending"})
    assert page.link("^Last day ↑") == "?ordering=-due&mark=due_soon"
    assert page.link("^Region$") == "?ordering=region&mark=due_soon"


def test_pages_show_every_row_once(official):
    instruction = make_instruction()
    made = {make_deadline(AKMOLA, instruction=instruction, role=ExecutorRole.EQUAL).pk for _ in range(103)}
    seen = []
    for number in (1, 2, 3):
        response = official.client.get("/deadlines/", {"page": number, "mark": "due_soon"})
        seen += [row.deadline.pk for row in response.context["rows"]]
    assert len(seen) == 103
    assert set(seen) == made
    page = official.get("/deadlines/?page=2&mark=due_soon")
    assert page.links["Previous"] == "?page=1&mark=due_soon"
    assert page.links["Next"] == "?page=3&mark=due_soon"
    assert "103 deadlines found" in page.words


# What a row says


def test_row_says_all_about_a_deadline(official):
    instruction = make_instruction(
        number="17",
        text="Подключить",
        term="в двухнедельный срок",
        issued_by="Аким",
        issued_on_is_estimate=True,
        issued_on_note="По дате публикации",
        meeting=make_meeting(title="Заседание"),
        program=make_program(name_ru="Ауыл аманаты"),
    )
    make_deadline(
        instruction=instruction,
        executor=make_organisation(AKMOLA, name_ru="Акимат"),
        due=date(2026, 2, 20),
        due_original=date(2026, 2, 16),
        reckoning=[{"step": "by_hand", "to": "2026-02-16"}],
    )
    words = official.get("/deadlines/").words
    for expected in (
        "№ 17. Подключить Аким Заседание, 31.01.2026 Ауыл аманаты",
        "Акимат lead · Регион 110000000",
        "31.01.2026 date estimated По дате публикации",
        "20.02.2026 originally 16.02.2026",
        "how reckoned «в двухнедельный срок» set by hand: 16.02.2026",
        "overdue · in work",
        "10 6 working",
    ):
        assert expected in words, expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due": YESTERDAY}, "overdue · in work"),
        ({"due": TODAY}, "due soon · in work"),
        ({"due": date(2026, 9, 1)}, "in time · in work"),
        ({"due": None}, "without a date · in work"),
        ({"state": DeadlineState.REPORTED}, "under review reported on 02.03.2026"),
        ({"state": DeadlineState.DRAFT}, "not issued yet"),
        ({"state": DeadlineState.FULFILLED}, "closed · fulfilled reported on 02.03.2026"),
        ({"state": DeadlineState.CANCELLED}, "closed · cancelled"),
    ],
)
def test_mark_is_said_in_words(official, fields, expected):
    make("Дело", **fields)
    assert expected in official.get("/deadlines/").words


def test_reported_late_counts_its_days_to_the_report(official):
    make("Дело", due=date(2026, 2, 20), state=DeadlineState.REPORTED, reported_on=date(2026, 2, 24))
    assert "4 2 working" in official.get("/deadlines/").words


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
def test_only_addresses_of_the_web_become_links(official, address):
    make_deadline(instruction=make_instruction(source=make_source(url=address, title="Источник")))
    page = official.get("/deadlines/")
    assert "Источник" in page.words
    assert address not in page.links.values()


def test_texts_are_shown_and_never_run(official):
    make("<script>alert(1)</script>", executor=make_organisation(AKMOLA, name_ru='"onx=1><b>'))
    for path in ("/", "/deadlines/", "/deadlines/?search=%3Cscript%3E"):
        assert not list(inline(official.get(path)))


def test_nothing_found_says_what_to_do(official):
    assert "Remove one of them, or clear all" in official.get("/deadlines/?search=нет").words


# Scope and cost


def test_region_lists_filters_and_offers_its_own_only(official):
    make("Наше", AKMOLA)
    other = make("Чужое", ZHAMBYL, executor=make_organisation(ZHAMBYL, name_ru="Канарейка"))
    reader = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    assert texts(reader, {}) == ["Наше"]
    assert texts(reader, {"region_under": ZHAMBYL}) == []
    assert texts(reader, {"instruction": other.instruction_id}) == []
    assert "Канарейка" not in reader.get("/deadlines/").html


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 49):
        for _ in range(n):
            instruction = make_instruction(program=make_program(), meeting=make_meeting(), source=make_source())
            make_deadline(AKMOLA, instruction=instruction)
        with CaptureQueriesContext(connection) as captured:
            assert official.count("/deadlines/?mark=due_soon") in (1, 50)
        counts.add(len(captured))
    assert counts == {11}  # 4 for the session and rights, the role, the calendar, 3 drop-downs, the count, the rows
