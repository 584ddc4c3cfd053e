"""Regions and information systems: who is connected since when, and of whom nothing is known."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import ConnectionState
from programs.models import Connection, InformationSystem
from registry.accounts.choices import Role
from tests.factories import AKMOLA, ZHAMBYL, make_program, make_region, make_source, make_user
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]
DISTRICT = "113800000"


def make_system(**fields):
    return InformationSystem.objects.create(**({"slug": "amanatnesie", "name_ru": "Amanatnesie"} | fields))


def connect(system, region, state, **fields):
    return Connection.objects.create(system=system, region=make_region(region), state=state, **fields)


@pytest.fixture
def system():
    """Akmola is connected, its district is testing; of Zhambyl there is no row at all."""
    for place, code in enumerate((AKMOLA, ZHAMBYL)):
        make_region(code, tile_row=1, tile_column=place)
    system = make_system(program=make_program(name_ru="Ауыл аманаты"))
    connect(
        system,
        AKMOLA,
        ConnectionState.CONNECTED,
        since=date(2026, 2, 1),
        evidence="Акт № 5",
        source=make_source(title="Письмо"),
    )
    connect(system, DISTRICT, ConnectionState.TESTING)
    return system


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


def rows(reader, query=None):
    response = reader.client.get("/systems/amanatnesie/", query)
    return [(row.region.pk, row.state.value) for row in response.context["rows"]]


def test_every_region_has_a_row_and_silence_is_no_data(system, official):
    assert rows(official) == [(ZHAMBYL, "no_data"), (DISTRICT, "testing"), (AKMOLA, "connected")]
    page = official.get("/systems/amanatnesie/")
    for expected in ("Ауыл аманаты", "connected 01.02.2026 Акт № 5 Письмо", "it is not “not connected”"):
        assert expected in page.words, expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "no_data"}, [ZHAMBYL]),
        ({"state": "not_started"}, []),
        ({"region_under": AKMOLA, "ordering": "-state"}, [AKMOLA, DISTRICT]),
        ({"search": AKMOLA}, [AKMOLA]),
        ({"ordering": "-since"}, [AKMOLA, ZHAMBYL, DISTRICT]),
    ],
    ids=str,
)
def test_filter_and_order(system, official, query, expected):
    assert [code for code, _state in rows(official, query)] == expected


@pytest.mark.parametrize("path", ["/systems/", "/systems/amanatnesie/"])
def test_every_figure_leads_to_as_many_rows(system, official, path):
    context = official.client.get(path).context
    cells = (
        context["figures"]
        if "figures" in context
        else [c for _s, cells in context["overview"].by_system for c in cells]
    )
    assert [cell.n for cell in cells] == [1, 0, 0, 1, 1]
    for cell in cells:
        assert official.count(cell.address) == cell.n


def test_region_sees_its_own_part_of_the_map(system):
    akmola = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    assert [code for code, _state in rows(akmola)] == [DISTRICT, AKMOLA]
    assert ZHAMBYL not in akmola.get("/systems/").html
    assert rows(Reader(make_user(Role.OFFICIAL, region=ZHAMBYL))) == [(ZHAMBYL, "no_data")]
    elsewhere = Reader(make_user(Role.OFFICIAL, region="391000000"))
    assert "Nothing is known of connections in your territory" in elsewhere.get("/systems/amanatnesie/").words


def test_nobody_without_the_right_or_a_region(system):
    assert Reader(make_user(Role.EXECUTOR)).get("/systems/").status == 403
    assert Reader(make_user(Role.OFFICIAL, region=None)).get("/systems/amanatnesie/").status == 404


def test_unknown_system_and_nonsense(system, official):
    assert official.get("/systems/nothing/").status == 404
    page = official.get("/systems/amanatnesie/?state=odd&stat=1")
    assert page.status == 400
    assert "There is no parameter “stat” here" in page.words


def test_file(system, official):
    text = official.client.get("/systems/amanatnesie/?format=csv").getvalue().decode()
    assert f"{ZHAMBYL},Регион {ZHAMBYL},no data,,,,," in text
    assert "Акт № 5" in text


def test_without_systems(official):
    assert "An editor enters them" in official.get("/systems/").words


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_pages_are_whole(system, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/systems/", "/systems/amanatnesie/", "/systems/amanatnesie/?state=x"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in range(2):
        system = make_system(slug=f"s{n}", program=make_program())
        for code in (AKMOLA, ZHAMBYL, DISTRICT)[: n * 2 + 1]:
            connect(system, code, ConnectionState.TESTING, source=make_source())
        with CaptureQueriesContext(connection) as captured:
            assert official.get("/systems/").status == 200
        overview = len(captured)
        with CaptureQueriesContext(connection) as captured:
            assert official.count(f"/systems/s{n}/") == n * 2 + 1
        counts.add((overview, len(captured)))
    assert counts == {(7, 10)}  # 4 for the session and rights each
