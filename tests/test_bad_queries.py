"""Questions no list answers: by hidden fields, endless, broken, twice. Every list door refuses them with 400, at once.

Where a door mends instead, that is said here: the admin takes a page beyond the last one for the last, and leaves an
unknown column out of the order, since its addresses are made by clicks.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin import site
from django.db.models import DateField, ForeignKey
from django.urls import reverse

from registry.accounts.choices import Role
from registry.filters import DayFilter, SearchFilter, TextFilter
from tests.routes import Route, address, routes
from tests.test_canary import filterset_of
from tests.world import EVERY_STAFF_ROLE, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

OTHER_PAGES = (
    *("home", "discipline", "instruction", "meeting", "program", "region"),
    *("systems", "cooperative", "calendar", "quality"),
)
NUL, SURROGATE, NO_DAY, NO_KEY = "%00", "%ED%A0%80", "0000-00-00", "9" * 30
HIDDEN_FIELDS = (
    "password", "user__password__startswith", "controller__password__startswith", "search_text__contains", "chair",
    "phone__startswith", "overdu",
)  # fmt: skip


def doors(world: World) -> Iterator[tuple[Route, str, Any]]:
    """Every list and page that reads its address, and who may open it."""
    staff, caller = world.browser(EVERY_STAFF_ROLE), world.caller(Role.CONTROLLER)
    for route in routes():
        if is_admin(route) or route.name in OTHER_PAGES or filterset_of(route, world.own):
            yield route, address(route, world.own), caller if route.name.startswith("api:") else staff


def answers(world: World, queries: Any) -> list[tuple[str, str, int]]:
    """Status of each door for each of the queries it is asked; `queries` is told the door."""
    found = []
    for route, path, client in doors(world):
        for query in queries(route):
            started = time.thread_time()
            status = client.get(f"{path}?{query}").status_code
            if time.thread_time() - started > 2:  # a flood costs no more than a page, however busy the machine
                status = 504
            found.append((path, query[:80], status))
    assert found
    return found


def not_refused(found: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    return [each for each in found if each[2] != 400]


def is_admin(route: Route) -> bool:
    """The list of roles is left out: six rows for all who may read it, without a filter."""
    return route.page == "changelist" and route.model != "auth.Group"


def test_the_doors_are_found(world):
    found = {route.name for route, _path, _client in doors(world)}
    assert found >= {*OTHER_PAGES, "deadlines", "instructions", "api:deadline-list", "admin:accounts_user_changelist"}
    assert len(found) > 45


def test_nobody_asks_by_a_hidden_field(world):
    assert not not_refused(answers(world, lambda route: [f"{name}=p" for name in HIDDEN_FIELDS]))


@pytest.mark.parametrize("key", ["password", "controller__password", "search_text", "-chair", "email", "1", ""])
def test_nobody_sorts_by_a_hidden_field(world, key):
    found = answers(world, lambda route: [] if is_admin(route) else [f"ordering={key or ','}"])
    assert not not_refused(found)


@pytest.mark.once
def test_a_flood_is_refused(world):
    floods = {
        "200 keys of an order": lambda route: "o=" + ".".join(["1"] * 200) if is_admin(route) else None,
        "200 sorts": lambda route: None if is_admin(route) else "ordering=" + ",".join(["id"] * 200),
        "4,000 times": lambda route: "&".join(["state__exact=open" if is_admin(route) else "search=x"] * 4000),
        "10,000 names": lambda route: "&".join(f"a{n}=1" for n in range(10_000)),
        "10,000 values": lambda route: "id__in=" + ",".join(["1"] * 10_000),
    }
    assert not not_refused(answers(world, lambda route: filter(None, (flood(route) for flood in floods.values()))))


def test_what_is_no_text_is_refused(world):
    def queries(route: Route) -> Iterator[str]:
        for broken in (NUL, SURROGATE, "a" + NUL + "b"):
            yield f"{'q' if is_admin(route) else 'search'}={broken}"
            yield f"{broken}=1"

    assert not not_refused(answers(world, queries))


def test_what_is_no_number_and_no_date_is_refused(world):
    """Every filter of every list, with what it cannot be."""

    def queries(route: Route) -> Iterator[str]:
        if is_admin(route):
            yield from of_admin(route.model)
        elif filterset := filterset_of(route, world.own):
            for name, declared in filterset.base_filters.items():
                if not isinstance(getattr(declared, "of", declared), TextFilter | SearchFilter):
                    yield f"{name}={NO_DAY if isinstance(declared, DayFilter) else NO_KEY}"
        elif route.name == "discipline":
            yield from (f"from={NO_DAY}", f"to={NO_DAY}", f"by={NO_KEY}")

    assert not not_refused(answers(world, queries))


def of_admin(label: str) -> Iterator[str]:
    model_admin: Any = next(each for each in site._registry.values() if each.opts.label == label)
    for name in model_admin.list_filter:
        field = model_admin.opts.get_field(name) if isinstance(name, str) and "__" not in name else None
        if isinstance(field, DateField):
            yield f"{name}__gte={NO_DAY}"
        elif isinstance(field, ForeignKey):
            yield from (f"{name}__id__exact={NO_KEY}", f"{name}__id__exact=x")


@pytest.mark.parametrize("query", ["page=1000000000", "page=-1", "page=x", "page=0", "page=" + "9" * 30])
def test_a_page_that_is_none_is_not_there(world, query):
    client = world.browser(EVERY_STAFF_ROLE)
    for name in ("deadlines", "instructions"):
        assert client.get(f"{reverse(name)}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=1000000", "limit=0", "limit=-1", "limit=x", "cursor=x", "page=2", "offset=-1"]
)
def test_the_api_gives_no_more_than_it_says(world, query):
    found = answers(world, lambda route: [query] if route.name.startswith("api:") else [])
    assert not not_refused(found)


@pytest.mark.parametrize("query", ["p=1000000000", "p=-1", "p=x", "p=" + "9" * 30, "o=99.-99.x", "all="])
def test_the_admin_mends_pages_and_orders(world, query):
    found = answers(world, lambda route: [query] if is_admin(route) else [])
    assert not [each for each in found if each[2] != 200]


def test_a_parameter_given_twice_is_refused(world):
    def queries(route: Route) -> list[str]:
        name = "q" if is_admin(route) else "by" if route.name == "discipline" else "before"
        name = name if is_admin(route) or route.name in OTHER_PAGES else "search"
        return [f"{name}=a&{name}=b", f"{name}=a&{name}=a"]

    assert not not_refused(answers(world, queries))


def test_contradicting_parameters_hold_all_at_once(world):
    client = world.browser(EVERY_STAFF_ROLE)
    for query in (
        "due__gte=2026-03-01&due__lte=2026-02-01",
        "mark=closed&state=open",
        "without_date=true&due__gte=2026-01-01",
    ):
        assert client.get(f"/deadlines/?{query}").context["count"] == 0
        assert world.caller(Role.OFFICIAL).get(f"/api/v1/deadlines/?{query}").json()["results"] == []


@pytest.mark.parametrize("key", ["9" * 30, "0", "%00", SURROGATE, "-1", "1.5", "1e3", "x" * 300, "../1"])
def test_a_key_that_is_none_finds_nothing(world, key):
    """Of every page and resource that takes one: the answer is as for a row that is not there."""
    staff, caller = world.browser(EVERY_STAFF_ROLE), world.caller(Role.CONTROLLER)
    for route in routes():
        if not route.about or route.page not in ("", "change"):
            continue
        row = world.own[route.about]
        client = caller if route.name.startswith("api:") else staff
        for value in {str(row.pk), str(getattr(row, "slug", row.pk))}:
            path = re_key(address(route, world.own), value, key)
            status = client.get(path).status_code if path else 404
            assert status in (301, 302, 400, 403, 404), (path, status)


def re_key(path: str, old: str, new: str) -> str | None:
    return path.replace(f"/{old}/", f"/{new}/", 1) if f"/{old}/" in path else None
