"""The list of meetings: how many instructions each gave that the reader sees, and how their deadlines stand."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import AccessMark, DeadlineState, MeetingKind
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_source,
    make_user,
)
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]

AGO = TODAY - timedelta(days=5)


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def session():
    """Told to Akmola, which is overdue, reports one and has done one, and to Zhambyl; and what is not counted."""
    meeting = make_meeting(
        title="Заседание", held_on=date(2026, 1, 31), chair="Премьер-министр", protocol_number="12-3"
    )
    for region, state, due in (
        (AKMOLA, DeadlineState.OPEN, AGO),
        (AKMOLA, DeadlineState.OPEN, TODAY),
        (AKMOLA, DeadlineState.REPORTED, AGO),
        (AKMOLA, DeadlineState.FULFILLED, AGO),
        (AKMOLA, DeadlineState.CANCELLED, AGO),
        (AKMOLA, DeadlineState.DRAFT, AGO),
        (ZHAMBYL, DeadlineState.OPEN, None),
    ):
        make_deadline(region, instruction=make_instruction(meeting=meeting), state=state, due=due)
    secret = make_instruction(meeting=meeting, access_mark=AccessMark.RESTRICTED)
    make_deadline(AKMOLA, instruction=secret, due=AGO)
    return meeting


def rows(reader, query=None):
    response = reader.client.get("/meetings/", query)
    assert response.status_code == 200
    return {row.meeting.title: tuple(figure.n for figure in row.figures) for row in response.context["rows"]}


def test_each_meeting_says_how_its_deadlines_stand(session, official):
    make_meeting(title="Пустое")
    assert rows(official) == {"Заседание": (7, 3, 1, 1, 1), "Пустое": (0, 0, 0, 0, 0)}


@pytest.mark.parametrize(
    ("role", "region", "counts"),
    [(Role.CONTROLLER, None, {}), (Role.CONTROLLER, AKMOLA, {"Заседание": (6, 2, 1, 1, 1)}),
     (Role.OFFICIAL, ZHAMBYL, {"Заседание": (1, 1, 0, 0, 0)})],
)  # fmt: skip
def test_a_region_counts_its_own(session, role, region, counts):
    assert rows(Reader(make_user(role, region))) == counts


def test_an_executor_counts_what_is_told_to_the_own_body(session):
    body = make_organisation(AKMOLA)
    make_deadline(executor=body, instruction=make_instruction(AKMOLA, meeting=session), due=AGO)
    make_meeting(title="Чужое")
    assert rows(Reader(make_user(Role.EXECUTOR, AKMOLA, organisation=body))) == {"Заседание": (1, 1, 1, 0, 0)}


@pytest.mark.parametrize("who", [(Role.OFFICIAL,), (Role.CONTROLLER, AKMOLA), (Role.OFFICIAL, ZHAMBYL)])
def test_every_figure_leads_to_as_many_rows(session, who):
    make_deadline(AKMOLA, instruction=make_instruction(meeting=make_meeting()), due=AGO)
    reader = Reader(make_user(*who))
    (row,) = reader.client.get("/meetings/", {"search": "заседание 12-3"}).context["rows"]
    page = reader.get("/meetings/")
    for figure in row.figures:
        assert reader.count(figure.address) == figure.n, figure
        assert page.has("a", href=figure.address) == bool(figure.n)


def test_of_a_public_text_nobody_is_accused(official):
    known = make_instruction(meeting=make_meeting(title="Из текста"), source=make_source(), ref="a")
    make_deadline(instruction=known, due=AGO)
    assert "the source does not report execution" in official.get("/meetings/").words
    (row,) = official.client.get("/meetings/").context["rows"]
    assert (row.meeting.overdue, row.meeting.silent) == (1, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "премьер 12-3"}, ["Заседание"]),
        ({"kind": "reception"}, ["Приём"]),
        ({"held_on__gte": "2026-02-01"}, ["Приём"]),
        ({"held_on__lte": "2026-01-31"}, ["Заседание"]),
        ({"search": "нет"}, []),
    ],
)
def test_filters(session, official, query, found):
    make_meeting(title="Приём", kind=MeetingKind.RECEPTION, held_on=date(2026, 2, 20))
    make_meeting(title="Без даты", kind=MeetingKind.OTHER, held_on=None, held_on_note="не назван")
    assert list(rows(official, query)) == found
    if not found:
        assert "No meeting answers to these filters" in official.get("/meetings/", query).words


@pytest.mark.parametrize(
    ("ordering", "first"),
    [("-held", "Поздно"), ("held", "Заседание"), ("title", "Заседание"), ("-overdue", "Заседание"), ("kind", "Поздно"),
     ("-told", "Заседание"), ("-in_work", "Заседание"), ("-under_review", "Заседание"), ("-fulfilled", "Заседание"),
     ("told", "Поздно")],
)  # fmt: skip
def test_order(session, official, ordering, first):
    make_meeting(title="Поздно", kind=MeetingKind.DIALOGUE, held_on=date(2026, 2, 20))
    assert next(iter(rows(official, {"ordering": ordering}))) == first


@pytest.mark.parametrize("query", ["overdue=1", "ordering=chair", "kind=x", "held_on__gte=x", "search=a&search=b"])
def test_nonsense_is_named(session, official, query):
    page = official.get(f"/meetings/?{query}")
    assert page.status == 400
    assert "The list is not shown" in page.words


def test_it_can_be_had_as_a_file(session, official):
    response = official.client.get("/meetings/", {"format": "csv"})
    head, row = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert re.match("Meeting[;,]Kind[;,]Held on[;,]", head)
    assert "Заседание" in row
    for kind in ("xlsx", "pdf"):
        assert official.client.get("/meetings/", {"format": kind}).status_code == 200


def test_the_menu_the_page_of_a_meeting_and_search_lead_there(session, official):
    assert official.get("/").links["Meetings"] == "/meetings/"
    assert official.get(f"/meetings/{session.pk}/").links["All meetings"] == "/meetings/"
    assert official.get("/meetings/").links["Заседание"] == f"/meetings/{session.pk}/"


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_page_is_whole(session, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/meetings/", "/meetings/?search=нет", "/meetings/?x=1"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 20):
        for _ in range(n):
            meeting = make_meeting(source=make_source())
            make_deadline(instruction=make_instruction(meeting=meeting))
        with CaptureQueriesContext(connection) as captured:
            assert official.get("/meetings/").status == 200
        counts.add(len(captured))
    assert counts == {7}  # 4 for the session and rights, the role, how many, the rows
