"""What is for official use (ДСП), asked for as well: by those who may see it, marked, every figure still its rows."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole, InstructionState
from programs.instructions.models import MonthEnd
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_organisation,
    make_program,
    make_user,
)
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]

YESTERDAY = TODAY - timedelta(days=1)
PAGES = ("/", "/deadlines/", "/instructions/", "/discipline/", "/calendar/")
IN_FILES = ("/deadlines/", "/instructions/", "/discipline/")
CHOSEN = {"restricted": "include"}
MARK = "Including what is for official use (ДСП)"
SECRET = "Тайное поручение"


@pytest.fixture
def aigerim():
    """A controller, who may see what is for official use."""
    return Reader(make_user(Role.CONTROLLER))


@pytest.fixture
def dana():
    """An official, who may not."""
    return Reader(make_user(Role.OFFICIAL))


def secret(**fields):
    return make_instruction(text=SECRET, access_mark=AccessMark.RESTRICTED, **fields)


@pytest.fixture
def a_day_of_work():
    """Of each sort one that is open to all and one for official use."""
    for make in (make_instruction, secret):
        told = make(program=make_program())
        make_deadline(AKMOLA, instruction=told, due=YESTERDAY, role=ExecutorRole.EQUAL)
        make_deadline(ZHAMBYL, instruction=told, due=TODAY, role=ExecutorRole.EQUAL)
        make_deadline(instruction=make(), due=YESTERDAY, state=DeadlineState.REPORTED, reported_on=YESTERDAY)
        make_deadline(instruction=make(), due=None)
        make(state=InstructionState.DRAFT)


def marks(page):
    return sum(tag == "span" and attrs.get("class") == "restricted" for tag, attrs in page.tags)


def figures(page):
    """Numbers of the page that are links to lists, with their addresses."""
    lists = ("/deadlines/?", "/instructions/?")
    return {
        words: href for words, href in page.links.items() if href.startswith(lists) and any(map(str.isdigit, words))
    }


@pytest.mark.parametrize("path", PAGES)
def test_left_out_until_asked_for_and_then_marked(aigerim, a_day_of_work, path):
    page = aigerim.get(path)
    assert page.status == 200 and SECRET not in page.words and MARK not in page.words
    chosen = aigerim.get(path + page.links["Include what is for official use (ДСП)"])
    assert MARK in chosen.words
    assert "restricted" not in chosen.links["Leave it out"]
    assert chosen.words.count(SECRET) == marks(chosen)


@pytest.mark.parametrize("path", ["/", "/discipline/", "/calendar/"])
def test_every_figure_is_as_many_rows_with_and_without(aigerim, a_day_of_work, path):
    counted = {}
    for query in ({}, CHOSEN):
        found = figures(aigerim.get(path, query))
        assert len(found) > 3
        assert all(("restricted=include" in href) == bool(query) for href in found.values())
        counted[bool(query)] = {words: aigerim.count(href) for words, href in found.items()}
        for words, n in counted[bool(query)].items():
            assert str(n) in words.split() + words.rsplit(": ", 1)[-1:], words
    assert sum(counted[True].values()) > sum(counted[False].values())


def test_the_board_counts_both(aigerim, a_day_of_work):
    totals = [aigerim.client.get("/", query).context["board"].total for query in ({}, CHOSEN)]
    for name in ("overdue", "due_soon", "without_date", "without_executor", "on_control", "under_review"):
        assert totals[1](name) == 2 * totals[0](name) > 0, name


@pytest.mark.parametrize("path", ["/deadlines/", "/instructions/"])
def test_a_list_shows_each_with_its_mark_and_keeps_the_choice(aigerim, a_day_of_work, path):
    page = aigerim.get(path, CHOSEN | {"ordering": "program"})
    assert aigerim.count(path, CHOSEN) == 2 * aigerim.count(path)
    assert page.fields["restricted"] == "include"
    assert "restricted=include" in page.links["Issued on"]
    rows = aigerim.client.get(path, CHOSEN).context["rows"]
    assert marks(page) == len(rows) / 2


def test_executors_of_an_instruction_lead_to_as_many(aigerim, a_day_of_work):
    page = aigerim.get("/instructions/", CHOSEN | {"search": SECRET})
    assert aigerim.count(page.links["2"]) == 2


@pytest.mark.once
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.EXECUTOR])
def test_to_those_who_may_not_the_choice_is_unknown(a_day_of_work, path, role):
    reader = Reader(make_user(role))
    page = reader.get(path)
    assert "official use" not in page.words and "restricted" not in page.html
    refused, unknown = reader.get(path, CHOSEN), reader.get(path, {"restrictes": "include"})
    assert refused.status == unknown.status == 400
    assert refused.words == unknown.words.replace("restrictes", "restricted")
    assert SECRET not in refused.words


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("query", ["restricted=yes", "restricted=include&restricted=include", "restricted=only"])
def test_nothing_else_can_be_asked(aigerim, path, query):
    assert aigerim.get(f"{path}?{query}").status == 400


@pytest.mark.parametrize("path", IN_FILES)
def test_files_are_without_and_say_so(aigerim, a_day_of_work, path):
    page = aigerim.get(path, CHOSEN)
    assert "without what is for official use (ДСП)" in page.words
    assert "restricted" not in page.links["CSV"]
    assert SECRET not in b"".join(aigerim.client.get(path + page.links["CSV"]).streaming_content).decode()


@pytest.mark.parametrize("path", IN_FILES)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_a_file_with_it_is_refused(aigerim, a_day_of_work, path, kind):
    page = aigerim.get(path, CHOSEN | {"format": kind})
    assert page.status == 400
    assert "A list as a file never holds what is for official use" in page.words and SECRET not in page.words


def test_ended_months_are_without_and_say_so(aigerim, a_day_of_work):
    of = make_organisation()
    counts = {"in_work": 1, "overdue": 1, "under_review": 0, "fell_due": 1, "in_time": 0}
    MonthEnd.objects.create(month=date(2026, 2, 28), region=of.region, organisation=of, **counts)
    said = "the ends of months are counted without it"
    assert said not in aigerim.get("/").words
    page = aigerim.get("/", CHOSEN)
    assert said in page.words
    months = [month.address for month in aigerim.client.get("/", CHOSEN).context["board"].months.all]
    assert months and not any("restricted" in address for address in months)


def test_search_is_without(aigerim, a_day_of_work):
    assert SECRET not in aigerim.get("/search/", {"q": "тайное"}).words
    assert aigerim.get("/search/", {"q": "тайное", **CHOSEN}).status == 400


@pytest.mark.parametrize("path", PAGES)
def test_the_choice_costs_no_query(aigerim, a_day_of_work, path):
    def queries(query):
        with CaptureQueriesContext(connection) as found:
            assert aigerim.get(path, query).status == 200
        return len(found)

    aigerim.get(path)
    assert queries({}) == queries(CHOSEN)
