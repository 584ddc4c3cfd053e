"""The list of instructions: what is without an executor, without a date, in draft, on control."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_program,
    make_source,
    make_user,
)
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


def texts(reader, query):
    return [each.text for each in reader.client.get("/instructions/", query).context["rows"]]


@pytest.fixture
def three():
    told = make_instruction(text="Сказано", program=make_program(slug="spk"))
    make_deadline(instruction=told)
    make_deadline(instruction=make_instruction(text="Без срока"), due=None)
    make_instruction(text="Ничьё", state=InstructionState.DRAFT, issued_on="2026-02-15")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"without_executor": "true"}, ["Ничьё"]),
        ({"without_date": "true"}, ["Без срока"]),
        ({"state": "draft"}, ["Ничьё"]),
        ({"program": "spk"}, ["Сказано"]),
        ({"search": "СКАЗАНО"}, ["Сказано"]),
        ({"issued_on__gte": "2026-02-01"}, ["Ничьё"]),
        ({"issued_on__lte": "2026-01-31", "without_date": "false"}, ["Сказано"]),
        ({"ordering": "text"}, ["Без срока", "Ничьё", "Сказано"]),
    ],
    ids=str,
)
def test_filter_and_order(official, three, query, expected):
    assert texts(official, query) == expected


def test_latest_comes_first(official, three):
    assert texts(official, {})[0] == "Ничьё"


def test_row_says_who_where_when_and_leads_to_the_executors(official):
    instruction = make_instruction(
        text="Подключить",
        number="17",
        term="постоянно",
        issued_by="Аким",
        issued_on_is_estimate=True,
        issued_on_note="По дате публикации",
        meeting=make_meeting(title="Заседание"),
        program=make_program(name_ru="Ауыл аманаты"),
        source=make_source(url="https://inform.kz/1", title="inform.kz"),
    )
    make_deadline(AKMOLA, instruction=instruction, role=ExecutorRole.EQUAL)
    make_deadline(ZHAMBYL, instruction=instruction, role=ExecutorRole.EQUAL, state=DeadlineState.FULFILLED)
    make_deadline(instruction=instruction, role=ExecutorRole.CO, state=DeadlineState.CANCELLED)
    page = official.get("/instructions/")
    for expected in (
        "№ 17. Подключить Аким Заседание, 31.01.2026 Ауыл аманаты",
        "31.01.2026 date estimated По дате публикации",
        "«постоянно»",
        "on control",
    ):
        assert expected in page.words, expected
    assert page.links["source: inform.kz"] == "https://inform.kz/1"
    assert official.count(page.links["2"]) == 2


def test_instruction_without_an_executor_says_so(official, three):
    assert "not named" in official.get("/instructions/?without_executor=true").words


def test_mistake_is_named(official, three):
    page = official.get("/instructions/?stat=draft")
    assert page.status == 400
    assert "There is no parameter “stat” here" in page.words
    assert "Ничьё" not in page.words


def test_region_sees_what_concerns_it_or_its_executors():
    make_instruction(AKMOLA, text="О регионе")
    make_deadline(AKMOLA, instruction=make_instruction(text="С исполнителем"))
    make_deadline(ZHAMBYL, instruction=make_instruction(text="Чужое"))
    assert set(texts(Reader(make_user(Role.OFFICIAL, region=AKMOLA)), {})) == {"О регионе", "С исполнителем"}


def test_number_of_executors_counts_those_one_may_see():
    instruction = make_instruction()
    for region in (AKMOLA, ZHAMBYL):
        make_deadline(region, instruction=instruction, role=ExecutorRole.EQUAL)
    reader = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    assert reader.count(reader.get("/instructions/").links["1"]) == 1


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 49):
        for _ in range(n):
            instruction = make_instruction(program=make_program(), meeting=make_meeting(), source=make_source())
            make_deadline(instruction=instruction)
        with CaptureQueriesContext(connection) as captured:
            assert official.count("/instructions/") in (1, 50)
        counts.add(len(captured))
    assert counts == {8}  # 4 for the session and rights, the role, the programmes, the count, the rows
