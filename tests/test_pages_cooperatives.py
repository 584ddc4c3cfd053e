"""The register of cooperatives and the page of one: facts, support, warning signs with reasons, personal data."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.cooperatives.choices import CooperativeStatus, FacilityKind, SupportKind
from programs.models import MonthlyIndex
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_cooperative, make_program, make_source, make_user
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]
VILLAGE = "113820100"


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def three():
    """One without doubt, one that shows every sign, one that is only small."""
    MonthlyIndex.objects.create(year=2026, valid_from=date(2026, 1, 1), amount=4325)
    sound = make_cooperative(VILLAGE, name_ru="Көкше-Сүт", bin="240140012340", members=40, product="Молоко")
    doubtful = make_cooperative(
        AKMOLA, name_ru="Дала", members=2, members_at_registration=12, households_served=0, chair="Болат Ахметов"
    )
    make_cooperative(ZHAMBYL, name_ru="Шу", members=3, status=CooperativeStatus.DORMANT)
    doubtful.supports.create(kind=SupportKind.LOAN, amount=40_000_000, provided_on=TODAY)
    sound.supports.create(kind=SupportKind.GRANT, amount=1_000_000, provided_on=TODAY)
    return sound, doubtful


def names(reader, query):
    return [row.cooperative.name_ru for row in reader.client.get("/cooperatives/", query).context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Дала", "Көкше-Сүт", "Шу"]),
        ({"search": "сут кокше"}, ["Көкше-Сүт"]),
        ({"search": "240140012340"}, ["Көкше-Сүт"]),
        ({"sign": "few_members"}, ["Дала", "Шу"]),
        ({"sign": "shrunk"}, ["Дала"]),
        ({"sign": "nobody_served"}, ["Дала"]),
        ({"sign": "above_ceiling"}, ["Дала"]),
        ({"sign": "any"}, ["Дала", "Шу"]),
        ({"supported": "false"}, ["Шу"]),
        ({"without_bin": "true"}, ["Дала", "Шу"]),
        ({"without_village": "false"}, ["Көкше-Сүт"]),
        ({"status": "dormant"}, ["Шу"]),
        ({"region_under": AKMOLA, "ordering": "-members"}, ["Көкше-Сүт", "Дала"]),
        ({"ordering": "-support"}, ["Дала", "Көкше-Сүт", "Шу"]),
        ({"ordering": "name"}, ["Дала", "Көкше-Сүт", "Шу"]),
    ],
    ids=str,
)
def test_filter_and_order(official, three, query, expected):
    assert names(official, query) == expected


def test_every_figure_leads_to_as_many_rows(official, three):
    response = official.client.get("/cooperatives/")
    figures = response.context["figures"]
    assert [figure.n for figure in figures] == [3, 2, 2, 1, 1, 1]
    for figure in figures:
        assert official.count(figure.address) == figure.n


def test_every_sign_gives_its_reason(official, three):
    for path in ("/cooperatives/?sign=shrunk", f"/cooperatives/{three[1].pk}/"):
        words = official.get(path).words.replace("\xa0", " ")
        for reason in (
            "2 members; few means 3 or fewer",
            "2 members now, 12 at registration",
            "1 support received, 40,000,000 tenge; households served are reported as none",
            "40,000,000 tenge on 02.03.2026, while the ceiling of that day was 34,600,000 tenge",
        ):
            assert reason in words, (path, reason)


def test_what_counts_as_few_is_a_setting(official, three, settings):
    settings.COOPERATIVE_FEW_MEMBERS = 2
    assert names(official, {"sign": "few_members"}) == ["Дала"]
    settings.COOPERATIVE_CEILING_MRP = 0
    assert names(official, {"sign": "above_ceiling"}) == []
    assert "support above the ceiling" not in official.get(f"/cooperatives/{three[1].pk}/").words


def test_page_tells_of_support_and_facilities(official, three):
    sound, _doubtful = three
    sound.facilities.create(name_ru="Молочный цех", kind=FacilityKind.DAIRY, capacity="2 т в сутки", working_since=2024)
    program, source = make_program(name_ru="Ауыл аманаты"), make_source(title="Акимат")
    sound.supports.create(
        kind=SupportKind.LOAN,
        amount=5000,
        provided_on=TODAY,
        program=program,
        rate="2.50",
        term_months=84,
        source=source,
    )
    page = official.get(f"/cooperatives/{sound.pk}/")
    for expected in ("Молочный цех dairy workshop", "2 т в сутки", "Ауыл аманаты", "2.50 % a year", "84 months"):
        assert expected in page.words, expected
    assert "1,005,000" in page.words.replace("\xa0", ",")
    assert page.links["Акимат"] == source.url
    assert page.links[f"Регион {AKMOLA}"] == f"/cooperatives/?region_under={AKMOLA}"


@pytest.mark.parametrize(("role", "is_told"), [(Role.OFFICIAL, True), (Role.CONTROLLER, False)])
def test_personal_data_only_for_those_entitled_to_it(three, role, is_told):
    reader = Reader(make_user(role))
    assert ("Болат Ахметов" in reader.get(f"/cooperatives/{three[1].pk}/").html) is is_told
    assert "Болат" not in reader.get("/cooperatives/").html
    assert "Болат" not in reader.client.get("/cooperatives/?format=csv").getvalue().decode()
    assert reader.get("/cooperatives/?chair=Болат").status == 400
    assert names(reader, {"search": "Болат"}) == []


def test_region_sees_its_own(three):
    akmola = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    assert names(akmola, {}) == ["Дала", "Көкше-Сүт"]
    assert akmola.client.get("/cooperatives/").context["figures"][0].n == 2
    zhambyl = Reader(make_user(Role.OFFICIAL, region=ZHAMBYL))
    assert zhambyl.get(f"/cooperatives/{three[0].pk}/").status == 404
    assert Reader(make_user(Role.EXECUTOR)).get("/cooperatives/").status == 403


@pytest.mark.parametrize("query", ["sign=odd", "members__gte=x", "page=9", "ordering=chair", "format=exe", "bin=%00"])
def test_nonsense_is_named(official, three, query):
    page = official.get(f"/cooperatives/?{query}")
    assert page.status in (400, 404)
    assert "mend the following" in page.words


def test_unknown_cooperative(official):
    for pk in ("0", "9" * 30):
        assert official.get(f"/cooperatives/{pk}/").status == 404


def test_file_has_every_row_and_its_doubts(official, three):
    text = official.client.get("/cooperatives/?format=csv&ordering=name").getvalue().decode()
    assert len(text.strip().splitlines()) == 4
    assert "few members (2 members; few means 3 or fewer)" in text


def test_empty_register_says_what_to_do(official):
    assert "An editor enters them" in official.get("/cooperatives/").words
    assert "Remove one of them" in official.get("/cooperatives/?sign=any").words


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_pages_are_whole(three, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/cooperatives/", "/cooperatives/?sign=x", f"/cooperatives/{three[1].pk}/"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 49):
        for _ in range(n):
            cooperative = make_cooperative(members=1, households_served=0, source=make_source())
            cooperative.supports.create(kind=SupportKind.LOAN, amount=5000, provided_on=TODAY)
        with CaptureQueriesContext(connection) as captured:
            assert official.count("/cooperatives/") in (1, 50)
        counts.add(len(captured))
    assert counts == {9}  # 4 for the session and rights, the regions, the count, the rows, supports, figures
    with CaptureQueriesContext(connection) as captured:
        assert official.get(f"/cooperatives/{cooperative.pk}/").status == 200
    assert len(captured) <= 10
