"""What the standards promise and how much of it the regions have; our share and the official one apart."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.standards.choices import StandardKind, StandardStatus
from regions.standards.models import Provision, StandardItem
from registry.accounts.choices import Role
from tests.factories import AKMOLA, ZHAMBYL, make_region, make_user
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]


def make_item(**fields):
    values = {
        "name_ru": "Убойные пункты",
        "direction_ru": "Инфраструктура для сельского бизнеса",
        "kind": StandardKind.OBJECT,
        "status": StandardStatus.PROPOSED,
    } | fields
    return StandardItem.objects.create(**values)


def provide(item, region, **fields):
    return Provision.objects.create(item=item, region=make_region(region), **({"year": 2025} | fields))


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def school():
    item = make_item(name_ru="Школа", kind=StandardKind.SERVICE, status=StandardStatus.IN_FORCE, population_from=50)
    provide(item, AKMOLA, required=3, provided=2, official_percent=Decimal("70.5"), source_title="Акимат")
    provide(item, ZHAMBYL, required=4, provided=4)
    provide(item, ZHAMBYL, year=2024, provided=4)
    make_item()
    return item


def keys(reader, path):
    return [(row.region_id, row.year) for row in reader.client.get(path).context["rows"]]


def test_items_say_whether_they_are_in_force(school, official):
    page = official.get("/standards/?ordering=name")
    for expected in (
        "Школа Инфраструктура для сельского бизнеса service in force",
        "object proposed",
        "population from 50",
    ):
        assert expected in page.words, expected
    assert official.count(page.links["3"]) == 3
    assert [item.name_ru for item in official.client.get("/standards/?status=proposed").context["rows"]] == [
        "Убойные пункты"
    ]


def test_every_figure_leads_to_as_many_rows(school, official):
    figures = official.client.get("/standards/").context["figures"]
    assert [figure.n for figure in figures] == [1, 1, 0, 3, 1]
    for figure in figures:
        assert official.count(figure.address) == figure.n


def test_computed_and_official_share_stand_apart(school, official):
    page = official.get("/standards/provision/?region_under=110000000")
    assert "Share computed by us, %" in page.words
    assert "2025 3 2 66.7 70.50 Акимат" in page.words
    assert "4 no data no data" in official.get("/standards/provision/?year=2024").words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ordering=share", [(AKMOLA, 2025), (ZHAMBYL, 2025), (ZHAMBYL, 2024)]),
        ("ordering=-share", [(ZHAMBYL, 2025), (AKMOLA, 2025), (ZHAMBYL, 2024)]),
        ("short=true", [(AKMOLA, 2025)]),
        ("year=2024", [(ZHAMBYL, 2024)]),
        ("search=шко&kind=service&ordering=region", [(AKMOLA, 2025), (ZHAMBYL, 2024), (ZHAMBYL, 2025)]),
        ("status=proposed", []),
    ],
)
def test_filter_and_order(school, official, query, expected):
    assert sorted(keys(official, f"/standards/provision/?{query}")) == sorted(expected)
    if "share" in query:
        assert keys(official, f"/standards/provision/?{query}") == expected


def test_nothing_required_gives_no_share(official):
    provide(make_item(), AKMOLA, required=0, provided=0)
    assert official.get("/standards/provision/?ordering=share").status == 200


def test_region_sees_its_own(school):
    akmola = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    assert keys(akmola, "/standards/provision/") == [(AKMOLA, 2025)]
    assert akmola.get("/standards/").links["1"]
    assert Reader(make_user(Role.EXECUTOR)).get("/standards/").status == 403


def test_nonsense_is_named(school, official):
    for query in ("year=x", "item=999", "page=8", "ordering=norm", "region_under=1"):
        page = official.get(f"/standards/provision/?{query}")
        assert page.status in (400, 404), query
        assert "mend the following" in page.words


def test_file(school, official):
    text = official.client.get("/standards/provision/?format=csv&short=true").getvalue().decode()
    assert "2025,3,2,66.7,70.5" in text


def test_empty_pages_say_what_to_do(official):
    assert "An editor enters them" in official.get("/standards/").words
    assert "An editor enters them" in official.get("/standards/provision/").words


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_pages_are_whole(school, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/standards/", "/standards/provision/", "/standards/provision/?year=x"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 20):
        for number in range(n):
            provide(make_item(name_ru=f"{n}-{number}"), AKMOLA, required=1)
        with CaptureQueriesContext(connection) as captured:
            official.count("/standards/")
        items = len(captured)
        with CaptureQueriesContext(connection) as captured:
            official.count("/standards/provision/")
        counts.add((items, len(captured)))
    assert counts == {(8, 8)}  # 4 for the session and rights each
