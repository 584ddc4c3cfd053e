"""Walking lists page by page, both ways, in any order, while others write."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import signing
from django.urls import get_resolver

from registry.accounts.choices import Role
from registry.api.keyset import Cursor
from tests.api import Caller
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_funding,
    make_indicator,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_source,
    make_user,
    make_value,
)

pytestmark = pytest.mark.django_db

DAYS = [date(2026, 3, 1), TODAY, None]


@pytest.fixture
def saule(roles):
    return Caller.of(make_user(Role.CONSUMER))


def walk(caller, path, query, link="next"):
    """Pages from the first one on, following `link`; none of these tests has more than a few."""
    page = caller.get(path, query).json()
    for _ in range(50):
        yield page
        if not page[link]:
            return
        page = caller.get(page[link]).json()
    pytest.fail("the walk does not end")


def ids(page):
    return [row["id"] for row in page["results"]]


def make_seven():
    return [make_deadline((AKMOLA, ZHAMBYL)[n % 2], due=DAYS[n % 3]) for n in range(7)]


def test_a_page_has_fifty_rows_and_says_no_count(saule):
    for _ in range(51):
        make_source()
    page = saule.get("sources/").json()
    assert len(page["results"]) == 50
    assert set(page) == {"next", "previous", "results"}


def test_a_count_is_made_where_asked_for(saule):
    make_seven()
    page = saule.get("deadlines/", {"count": "true", "limit": 2, "due__lte": "2026-03-02"}).json()
    assert (page["count"], len(page["results"])) == (5, 2)
    assert saule.get(page["next"]).json()["count"] == 5


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "1000000", "9" * 30, "ten", "1.5", "١", ""])
def test_a_limit_beyond_its_bounds_is_refused(saule, limit):
    code = "range" if limit else "empty_parameter"
    assert saule.errors("sources/", {"limit": limit}) == [("limit", code)]


def test_a_limit_of_a_thousand_is_taken(saule):
    assert saule.rows("sources/", {"limit": 1000}) == []


def test_a_walk_there_and_back_meets_every_row_once(saule):
    rows = make_seven()
    there = list(walk(saule, "deadlines/", {"limit": 2}))
    expected = [row.pk for row in sorted(rows, key=lambda row: (row.due or date.max, row.pk))]
    assert [pk for page in there for pk in ids(page)] == expected
    assert there[0]["previous"] is None

    back = list(walk(saule, there[-1]["previous"], None, link="previous"))
    assert [pk for page in reversed(back) for pk in ids(page)] == expected[:6]
    assert back[-1]["previous"] is None
    assert ids(saule.get(back[-1]["next"]).json()) == expected[2:4]


@pytest.mark.parametrize("order", ["due,-region", "-region,due", "region,updated_at"])
def test_a_walk_in_an_order_of_several_keys(saule, order):
    make_seven()
    query = {"ordering": order}
    whole = saule.ids("deadlines/", query)
    walked = [pk for page in walk(saule, "deadlines/", query | {"limit": 2}) for pk in ids(page)]
    assert walked == whole
    assert len(set(walked)) == 7


def test_a_descending_order_is_the_ascending_one_reversed(saule):
    make_seven()
    assert saule.ids("deadlines/", {"ordering": "-due"}) == saule.ids("deadlines/", {"ordering": "due"})[::-1]


def test_nothing_orders_behind_the_id(saule):
    rows = make_seven()
    assert saule.ids("deadlines/", {"ordering": "-id,due"}) == [row.pk for row in reversed(rows)]


def test_the_filter_goes_along(saule):
    make_seven()
    pages = list(walk(saule, "deadlines/", {"limit": 1, "region_under": AKMOLA}))
    assert {row["region"] for page in pages for row in page["results"]} == {AKMOLA}
    assert len(pages) == 4


def test_a_walk_during_inserts_meets_each_old_row_once(saule):
    old = {row.pk for row in make_seven()}
    seen = []
    for page in walk(saule, "deadlines/", {"limit": 2}):
        seen += ids(page)
        for due in DAYS:
            if len(seen) < 20:
                make_deadline(due=due)
    assert sorted(pk for pk in seen if pk in old) == sorted(old)
    assert len(seen) == len(set(seen))


def test_a_walk_during_deletes_meets_each_remaining_row_once(saule):
    rows = make_seven()
    first = saule.get("deadlines/", {"limit": 3, "ordering": "id"}).json()
    rows[2].delete()  # the row the cursor was made of
    assert ids(saule.get(first["next"]).json()) == [row.pk for row in rows[3:6]]


# Orders of every resource


def views():
    api = next(pattern for pattern in get_resolver().url_patterns if getattr(pattern, "namespace", "") == "api")
    for include in api.url_patterns:
        for pattern in getattr(include, "url_patterns", ()):
            if pattern.name.endswith("-list"):
                yield str(pattern.pattern).strip("^$"), pattern.callback.cls


ORDERS = {path: tuple(view.ordering_fields) for path, view in views()}


def make_one_of_each(n):
    """A row of every resource; every second time all that may be empty is."""
    known = n % 2
    make_deadline(AKMOLA, due=TODAY if known else None)
    make_instruction(issued_on=TODAY if known else None, issued_on_note="Неизвестно")
    make_meeting(held_on=TODAY if known else None, held_on_note="Неизвестно")
    make_source(published_on=TODAY if known else None, published_note="Неизвестно", url="", title="Одно и то же")
    program = make_program(name_ru="Одно и то же", year_from=2025 if known else None)
    make_funding(AKMOLA, year_from=2025 if known else None, program=program, amount=Decimal("0.10"))
    period = {"period_from": TODAY, "period_to": TODAY, "as_of": TODAY} if known else {}
    make_value(AKMOLA, indicator=make_indicator(name_ru="Одно и то же"), value=Decimal("0.3333"), **period)
    make_cooperative(
        AKMOLA, name_ru="Одно и то же", members=3 if known else None, registered_on=TODAY if known else None
    )
    make_organisation(f"11{n + 1}000000", name_ru="Одно и то же")


@pytest.mark.parametrize("path", ORDERS)
def test_every_order_can_be_walked_both_ways(saule, path):
    for n in range(4):
        make_one_of_each(n)
    for key in ORDERS[path]:
        whole = saule.rows(path, {"ordering": key})
        assert len(whole) >= 3
        walks_both_ways(saule, path, key, whole)
        walks_both_ways(saule, path, f"-{key}", whole[::-1])


def walks_both_ways(caller, path, ordering, expected):
    there = list(walk(caller, path, {"ordering": ordering, "limit": 2}))
    assert [row for page in there for row in page["results"]] == expected
    back = list(walk(caller, there[-1]["previous"], None, link="previous"))
    assert [row for page in reversed(back) for row in page["results"]] == expected[: 2 * (len(there) - 1)]


@pytest.mark.parametrize(
    ("ordering", "code"),
    [
        ("executor__name_ru", "unknown_ordering"),
        ("search_text", "unknown_ordering"),
        ("?", "unknown_ordering"),
        ("--due", "unknown_ordering"),
        ("due,", "unknown_ordering"),
        (" due", "unknown_ordering"),
        ("due,-due", "repeated_ordering"),
        ("", "empty_parameter"),
    ],
)
def test_an_order_nobody_provided_for_is_refused(saule, ordering, code):
    assert saule.errors("deadlines/", {"ordering": ordering}) == [("ordering", code)]


# Cursors


def forged(payload, salt="registry.api.cursor"):
    return signing.Signer(salt=salt, sep=".", key="another key").sign_object(payload)


def altered(cursor):
    return ("A" if cursor[0] != "A" else "B") + cursor[1:]


@pytest.mark.parametrize(
    "make",
    [
        lambda cursor: "nonsense",
        lambda cursor: "nonsense.nonsense",
        lambda cursor: "ё.ё",
        lambda cursor: "." * 5000,
        lambda cursor: altered(cursor),
        lambda cursor: cursor[:-1],
        lambda cursor: forged([False, ["due_key", "pk"], ["2026-03-01", 1]]),
    ],
)
def test_a_forged_cursor_is_refused(saule, make):
    make_seven()
    link = saule.get("deadlines/", {"limit": 1}).json()["next"]
    cursor = link.partition("cursor=")[2].partition("&")[0]
    assert saule.errors("deadlines/", {"cursor": make(cursor)}) == [("cursor", "bad_cursor")]


def test_a_cursor_of_another_order_is_refused(saule):
    make_seven()
    link = saule.get("deadlines/", {"limit": 1}).json()["next"]
    assert saule.errors(f"{link}&ordering=-due") == [("cursor", "cursor_of_other_order")]


def test_a_cursor_opens_no_other_region(saule, roles):
    """It says where to go on, not what may be seen."""
    bolat = Caller.of(make_user(Role.OFFICIAL, AKMOLA))
    make_seven()
    link = saule.get("deadlines/", {"limit": 1, "ordering": "id"}).json()["next"]
    assert {row["region"] for row in bolat.rows(link)} == {AKMOLA}


def test_a_cursor_of_long_names_still_fits_an_address(saule):
    for _ in range(2):
        make_cooperative(AKMOLA, name_ru="Ә" * 300)
    assert len(saule.get("cooperatives/", {"limit": 1}).json()["next"]) < 2000


def test_a_cursor_can_be_read_back():
    order = ("due_key", "pk")
    row = make_deadline(due=TODAY)
    cursor = Cursor.read(Cursor.at(row, order, backward=True), order)
    assert (cursor.backward, cursor.keys) == (True, ("2026-03-02", row.pk))
