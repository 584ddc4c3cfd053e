"""The list of projects: what is built or run, by programme, territory, status, year and cost."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import ProjectStatus
from programs.models import Project
from registry.accounts.choices import Role
from tests.factories import AKMOLA, ZHAMBYL, make_program, make_region, make_source, make_user
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

VILLAGE = "116630100"  # of Akmola


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


def make_project(name, region, **fields):
    values = {"kind": "переработка", "status": ProjectStatus.PLANNED} | fields
    return Project.objects.create(name_ru=name, region=make_region(region), **values)


@pytest.fixture
def three():
    spk = make_program(slug="spk", name_ru="СПК")
    make_project(
        "Мясной кластер", VILLAGE, program=spk, cost=5 * 10**9, year_from=2025, year_to=2027, place="с. Каменка"
    )
    make_project("Хаб", ZHAMBYL, status=ProjectStatus.OPERATING, year_to=2024, source=make_source(title="Газета"))
    make_project("Рынок", AKMOLA, cost=10**9, year_from=2028, note="Место не названо")


def names(reader, query=None):
    response = reader.client.get("/projects/", query)
    assert response.status_code == 200
    return [project.name_ru for project in response.context["rows"]]


def test_each_project_says_what_it_is_and_where_it_was_read(three, official):
    words = official.get("/projects/").words
    for told in ("Мясной кластер", "СПК", "с. Каменка", "5 billion tenge", "Место не названо", "operating"):
        assert told in words, words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Рынок", "Мясной кластер", "Хаб"]),
        ({"search": "КЛАСТЕР мясной"}, ["Мясной кластер"]),
        ({"program": "spk"}, ["Мясной кластер"]),
        ({"region_under": AKMOLA}, ["Рынок", "Мясной кластер"]),
        ({"region": AKMOLA}, ["Рынок"]),
        ({"status": "operating"}, ["Хаб"]),
        ({"year": "2026"}, ["Мясной кластер"]),
        ({"year": "2024"}, ["Хаб"]),
        ({"cost__gte": "2000000000"}, ["Мясной кластер"]),
        ({"cost__lte": "2000000000"}, ["Рынок"]),
        ({"ordering": "-cost"}, ["Мясной кластер", "Рынок", "Хаб"]),
        ({"ordering": "from"}, ["Мясной кластер", "Рынок", "Хаб"]),
        ({"ordering": "-name"}, ["Хаб", "Рынок", "Мясной кластер"]),
        ({"ordering": "program"}, ["Мясной кластер", "Рынок", "Хаб"]),
        ({"ordering": "status"}, ["Хаб", "Мясной кластер", "Рынок"]),
        ({"search": "нет такого"}, []),
    ],
)
def test_filters_and_order(three, official, query, found):
    assert sorted(names(official, query)) == sorted(found)
    if "ordering" in query:
        assert names(official, query)[0] == found[0]


def test_an_empty_list_says_what_to_do(official):
    assert "Nothing that you may see is entered here yet" in official.get("/projects/").words
    assert "No project answers to these filters" in official.get("/projects/?search=мост").words


@pytest.mark.parametrize("query", ["kind=x", "year=x", "cost__gte=x", "status=x", "program=nothing", "ordering=note"])
def test_nonsense_is_named(three, official, query):
    page = official.get(f"/projects/?{query}")
    assert page.status == 400
    assert "The list is not shown" in page.words


def test_a_region_sees_its_own_and_an_executor_none(three):
    assert sorted(names(Reader(make_user(Role.EDITOR, AKMOLA)))) == ["Мясной кластер", "Рынок"]
    assert Reader(make_user(Role.EXECUTOR)).get("/projects/").status == 403


def test_it_can_be_had_as_a_file(three, official):
    response = official.client.get("/projects/", {"format": "csv", "program": "spk"})
    head, row = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert re.match("Project[;,]Kind[;,]Programme", head)
    assert "5000000000" in row
    for kind in ("xlsx", "pdf"):
        assert official.client.get("/projects/", {"format": kind}).status_code == 200


def test_passports_regions_and_search_lead_to_as_many_rows(three, official):
    for path, address, n in (
        ("/programs/spk/", "/projects/?program=spk", 1),
        (f"/regions/{AKMOLA}/", f"/projects/?region_under={AKMOLA}", 2),
        ("/regions/000000000/", "/projects/?region_under=000000000", 3),
    ):
        assert official.get(path).link("project.? in the list") == address
        assert official.count(address) == n
    (found,) = official.client.get("/search/", {"q": "кластер"}).context["found"]
    assert official.count(found.every) == found.n == 1


def test_quantity_and_cost_stay_numbers(official):
    project = make_project("Ферма", AKMOLA, quantity=Decimal("2.5"), cost=Decimal("1500.25"))
    text = b"".join(official.client.get("/projects/", {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert str(project.quantity) in text.replace(",", ".") and "1500.25" in text.replace(",", ".")


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_page_is_whole(three, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/projects/", "/projects/?search=нет", "/projects/?x=1"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 20):
        for number in range(n):
            make_project(f"Цех {number}", AKMOLA, program=make_program(), source=make_source())
        with CaptureQueriesContext(connection) as captured:
            assert official.get("/projects/").status == 200
        counts.add(len(captured))
    assert counts == {8}  # 4 for the session and rights, two drop-downs, how many, the rows
