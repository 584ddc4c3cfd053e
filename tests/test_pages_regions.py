"""Pages of regions: the way up and down the tree, and what each reader is told of a territory."""

import gzip
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import ConnectionState, ProjectStatus, ReplicationState
from programs.cooperatives.choices import CooperativeStatus
from programs.indicators.choices import ValueKind
from programs.instructions.choices import AccessMark, DeadlineState
from programs.models import Connection, Finding, InformationSystem, Practice, PracticeReplication, Project
from regions.choices import GroupKind, MembershipStatus, RegionKind
from regions.models import RegionGroup, RegionGroupMember
from regions.standards.choices import StandardKind, StandardStatus
from regions.standards.models import Provision, StandardItem
from regions.views import PARTS_SHOWN
from registry.accounts.choices import Role
from registry.scope import COUNTRY
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_funding,
    make_indicator,
    make_instruction,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_user,
    make_value,
)
from tests.pages import Reader, read
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]
DISTRICT, OKRUG, VILLAGE = "114600000", "114630000", "114630100"
LAST_WEEK = date(2026, 2, 23)


@pytest.fixture(autouse=True)
def on_2_march(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.fixture
def aigerim():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def bolat():
    return Reader(make_user(Role.OFFICIAL, AKMOLA))


@pytest.fixture
def village():
    """With all it lies in; next to it Zhambyl."""
    make_region(AKMOLA, name_ru="Акмолинская область", name_kk="Ақмола облысы")
    make_region(DISTRICT, name_ru="Ерейментауский район")
    make_region(ZHAMBYL, name_ru="Жамбылская область")
    return make_region(VILLAGE, name_ru="с.Костомар")


def page_of(reader, code=AKMOLA):
    return reader.get(f"/regions/{code}/")


def fact(region, word):
    """One row of every kind that a region's page tells of, each with `word` in it."""
    source = make_source()
    make_funding(region, purpose=f"{word} деньги", source=source)
    make_value(region, indicator=make_indicator(name_ru=f"{word} показатель"))
    where = make_region(region)
    Project.objects.create(region=where, name_ru=f"{word} цех", kind="цех", status=ProjectStatus.PLANNED)
    system = InformationSystem.objects.create(slug=f"s-{region}", name_ru=f"{word} система")
    Connection.objects.create(system=system, region=where, state=ConnectionState.CONNECTED, since=LAST_WEEK)
    Practice.objects.create(region=where, name_ru=f"{word} опыт", description="Как было")
    Finding.objects.create(
        region=where, authority=make_organisation(), organisation_kind="spk", subject=f"{word} вывод"
    )
    item = StandardItem.objects.create(
        name_ru=f"{word} норма", kind=StandardKind.OBJECT, direction_ru="Село", status=StandardStatus.PROPOSED
    )
    Provision.objects.create(item=item, region=where, year=2025, required=8, provided=3, official_percent=40)
    make_cooperative(region)


THINGS = ("деньги", "показатель", "цех", "система", "опыт", "вывод", "норма")


# The tree


def test_list_begins_with_the_country_and_its_regions(aigerim, village):
    page = aigerim.get("/regions/")
    assert [each.pk for each in aigerim.client.get("/regions/").context["rows"]] == [COUNTRY, AKMOLA, ZHAMBYL]
    assert page.links["Акмолинская область"] == f"/regions/{AKMOLA}/"
    assert "open a region and go down" in page.words


def test_a_filter_looks_through_the_whole_classifier(aigerim, village):
    for query, expected in (
        ("search=КОСТОМАР", [VILLAGE]),
        (f"search={VILLAGE}", [VILLAGE]),
        ("level=2", [DISTRICT]),
        ("kind=village", [VILLAGE]),
        (f"region_under={DISTRICT}", [DISTRICT, OKRUG, VILLAGE]),
        (f"region_under={DISTRICT}&ordering=-level", [VILLAGE, OKRUG, DISTRICT]),
        (f"parent={COUNTRY}", [AKMOLA, ZHAMBYL]),
    ):
        rows = aigerim.client.get(f"/regions/?{query}").context["rows"]
        assert [each.pk for each in rows] == expected, query


def test_found_village_shows_what_it_lies_in(aigerim, village):
    page = aigerim.get("/regions/?search=костомар")
    assert f"с.Костомар Регион {OKRUG} → Ерейментауский район → Акмолинская область" in page.words


def test_list_that_finds_nothing_says_what_to_do(aigerim, village):
    assert "Remove one of them, or clear all." in aigerim.get("/regions/?search=zzz").words


def test_way_up_and_down_the_tree(aigerim, village):
    page = page_of(aigerim, DISTRICT)
    assert page.links["Акмолинская область"] == f"/regions/{AKMOLA}/"
    assert page.links["Regions"] == "/regions/"
    below = page_of(aigerim, OKRUG)
    assert page.links[f"Регион {OKRUG}"] == f"/regions/{OKRUG}/"
    assert page_of(aigerim, VILLAGE).status == below.status == 200
    assert "What lies in it" not in page_of(aigerim, VILLAGE).words
    assert aigerim.count(page.links["settlement: 1"]) == 1


def test_name_is_in_the_language_of_the_reader(aigerim, village):
    aigerim.client.cookies["django_language"] = "kk"
    assert "Ақмола облысы" in page_of(aigerim).words


def test_parts_are_paged(aigerim, village):
    numbers = [f"1146302{n:02d}" for n in range(PARTS_SHOWN)]
    for code in numbers:
        make_region(code, kind=RegionKind.WINTERING)
    first, second = page_of(aigerim, OKRUG), aigerim.get(f"/regions/{OKRUG}/?page=2")
    assert "с.Костомар" in first.words and "wintering place" in first.words
    assert f"Регион {numbers[-1]}" not in first.words and f"Регион {numbers[-1]}" in second.words


def test_no_such_page_of_parts(aigerim, village):
    for page in ("0", "3", "x", "-1", "1e9", "9" * 40):
        assert aigerim.get(f"/regions/{AKMOLA}/?page={page}").status == 404, page


def test_unknown_code_is_not_found(aigerim, village):
    for code in ("999999999", "1", "110000001", "abc", "a" * 300, "-", "x%00", "%D0%B0"):
        assert page_of(aigerim, code).status == 404, code


def test_retired_code_leads_to_what_replaced_it(aigerim, village):
    village.valid_to, village.successor = date(2025, 1, 1), make_region(DISTRICT)
    village.save()
    page = page_of(aigerim, VILLAGE)
    assert "This code was retired on 01.01.2025. Replaced by: Ерейментауский район" in page.words


# What is told


def test_page_tells_of_the_territory_and_its_parts(aigerim, village):
    fact(AKMOLA, "Свои")
    words = page_of(aigerim).words
    for thing in THINGS:
        assert f"Свои {thing}" in words, thing
    assert "since 23.02.2026" in words
    assert "3 / 8 40.00 % 37.5 %" in words  # the official share and ours apart
    assert "1 working" in words


def test_money_and_projects_of_parts_are_told_above_and_of_the_neighbour_are_not(aigerim, village):
    fact(VILLAGE, "Сельские")
    fact(ZHAMBYL, "Чужие")
    for code in (AKMOLA, DISTRICT, VILLAGE):
        words = page_of(aigerim, code).words
        assert "Сельские деньги" in words and "Сельские цех" in words
        assert "Чужие" not in words
    assert "Сельские показатель" not in page_of(aigerim).words  # a village's value is not the oblast's


def test_indicators_of_the_region_are_drawn_and_compared(aigerim, village):
    indicator = make_indicator(slug="jobs", name_ru="Рабочие места", program=make_program(name_ru="Ауыл аманаты"))
    year = {"period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31), "indicator": indicator}
    for kind, value in ((ValueKind.PLAN, 500), (ValueKind.ACTUAL, 450), (ValueKind.ACTUAL, 470)):
        make_value(AKMOLA, kind=kind, value=Decimal(value), source=make_source(), **year)
    page = page_of(aigerim)
    assert page.has("svg", role="img", **{"aria-labelledby": "chart-jobs-title chart-jobs-text"})
    assert "Sources disagree" in page.words and "exactly 470" in page.words
    assert page.link("Ауыл аманаты").startswith("/programs/program-")
    assert aigerim.count(page.link("Values of the territory")) == 3


def test_groups_are_told_from_above_and_below_with_how_sure_they_are(aigerim, village):
    for name, region, status in (
        ("Северный макрорегион", AKMOLA, MembershipStatus.CONFIRMED_DRAFT),
        ("Малые города", VILLAGE, MembershipStatus.UNVERIFIED),
        ("Южный макрорегион", ZHAMBYL, MembershipStatus.CONFIRMED),
    ):
        group = RegionGroup.objects.create(name_ru=name, kind=GroupKind.OTHER)
        RegionGroupMember.objects.create(group=group, region=make_region(region), status=status)
    words = page_of(aigerim, DISTRICT).words
    assert "Северный макрорегион confirmed in a draft Акмолинская область" in words
    assert "Малые города unverified с.Костомар" in words
    assert "Южный" not in words


def test_practice_taken_up_elsewhere_is_told_there(aigerim, village):
    practice = Practice.objects.create(region=make_region(ZHAMBYL), name_ru="Пилот", description="Как было")
    PracticeReplication.objects.create(practice=practice, region=make_region(AKMOLA), state=ReplicationState.PROPOSED)
    assert "Пилот – proposed : Акмолинская область" in page_of(aigerim).words


def test_empty_page_says_so(aigerim, village):
    words = page_of(aigerim).words
    for expected in ("No amount is told of this territory.", "Nothing reported is not zero.",
                     "No cooperative of this territory is in the registry."):  # fmt: skip
        assert expected in words


# Deadlines


@pytest.fixture
def deadlines(village):
    make_deadline(AKMOLA, due=LAST_WEEK)
    make_deadline(VILLAGE, due=LAST_WEEK)
    make_deadline(DISTRICT, due=TODAY)
    make_deadline(AKMOLA, state=DeadlineState.REPORTED)
    make_deadline(AKMOLA, due=None)
    make_deadline(ZHAMBYL, due=LAST_WEEK)
    make_deadline(due=LAST_WEEK)
    make_deadline(AKMOLA, due=LAST_WEEK, instruction=make_instruction(access_mark=AccessMark.RESTRICTED))


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CONTROLLER])
def test_figures_lead_to_as_many_deadlines_as_they_say(deadlines, role):
    reader = Reader(make_user(role))
    labels = ("overdue", "in work, the day has not passed", "under review", "without a date")
    for code, expected in ((COUNTRY, [4, 1, 1, 1]), (AKMOLA, [2, 1, 1, 1]), (VILLAGE, [1, 0, 0, 0])):
        page = page_of(reader, code)
        links = [page.links[f"{n} {label}"] for n, label in zip(expected, labels, strict=True)]
        assert [reader.count(link) for link in links] == expected


def test_lateness_known_from_a_public_text_alone_is_no_accusation(aigerim, village):
    make_deadline(AKMOLA, due=LAST_WEEK, instruction=make_instruction(ref="seed:1", source=make_source()))
    assert "1 overdue of them 1: the source does not report execution" in page_of(aigerim).words


def test_part_that_is_late_is_marked(aigerim, deadlines):
    page = page_of(aigerim, COUNTRY)
    assert "Акмолинская область overdue: 2" in page.words
    assert aigerim.count(page.links["overdue: 2"]) == 2
    assert page_of(aigerim, AKMOLA).links["overdue: 1"].endswith(f"region_under={DISTRICT}")


# For whom


def test_region_is_told_nothing_of_another_but_where_it_lies(bolat, village):
    fact(ZHAMBYL, "Чужие")
    make_deadline(ZHAMBYL, due=LAST_WEEK)
    page = page_of(bolat, ZHAMBYL)
    assert "lies outside of what your account may see" in page.words
    assert "Чужие" not in page.words and "overdue" not in page.words


def test_region_sees_itself_its_parts_and_the_rows_of_the_country(bolat, village):
    for code, word in ((COUNTRY, "Общие"), (AKMOLA, "Свои"), (ZHAMBYL, "Чужие")):
        fact(code, word)
    make_deadline(ZHAMBYL, due=LAST_WEEK)
    make_deadline(AKMOLA, due=LAST_WEEK)
    words = page_of(bolat, COUNTRY).words
    assert "Общие деньги" in words and "Свои деньги" in words
    # A practice is known to all, so that others take it up.
    assert "Чужие" not in words.replace("Чужие опыт", "")
    assert page_of(bolat, COUNTRY).link("^1 overdue")
    assert "outside" not in page_of(bolat, VILLAGE).words


@pytest.mark.parametrize(
    ("role", "told", "untold"),
    [
        (Role.EXECUTOR, ["1 overdue"], ["деньги", "показатель", "цех", "система", "вывод", "норма", "Cooperatives"]),
        (Role.EDITOR, ["Свои деньги", "Cooperatives"], ["overdue"]),
    ],
)
def test_role_sees_the_kinds_of_records_it_may_read(village, role, told, untold):
    fact(AKMOLA, "Свои")
    organisation = make_organisation(AKMOLA)
    make_deadline(executor=organisation, due=LAST_WEEK)
    make_deadline(AKMOLA, due=LAST_WEEK)
    words = page_of(Reader(make_user(role, AKMOLA, organisation=organisation))).words
    assert all(word in words for word in told)
    assert not [word for word in untold if word in words]


def test_names_and_phones_of_chairs_are_not_on_the_page(aigerim, village):
    make_cooperative(AKMOLA, name_ru="Береке", chair="Иванов И. И.", phone="+7 701 000 00 00")
    words = page_of(aigerim).words
    assert "Иванов" not in words and "701" not in words


def test_cooperatives_are_counted_by_status(aigerim, village):
    make_cooperative(VILLAGE)
    make_cooperative(AKMOLA, status=CooperativeStatus.LIQUIDATED)
    make_cooperative(ZHAMBYL)
    page = page_of(aigerim)
    assert aigerim.count(page.links["1 working"]) == aigerim.count(page.links["1 liquidated"]) == 1


def test_nobody_and_those_without_a_region_see_nothing(village):
    assert page_of(Reader()).status == Reader().get("/regions/").status == 302
    lost = Reader(make_user(Role.OFFICIAL, region=None))
    assert page_of(lost).status == 404
    assert lost.count("/regions/") == 0


# What it costs


@pytest.mark.parametrize(("reader", "code"), [("aigerim", COUNTRY), ("bolat", VILLAGE)])
def test_page_costs_twelve_queries_whatever_its_size(request, village, reader, code):
    reader = request.getfixturevalue(reader)
    fact(code, "Свои")
    for n in (1, 10):
        for _ in range(n):
            make_funding(code, source=make_source())
            make_value(code, indicator=make_indicator(program=make_program()), source=make_source())
            make_cooperative(code)
            make_deadline(VILLAGE, due=LAST_WEEK)
        with CaptureQueriesContext(connection) as captured:
            assert page_of(reader, code).status == 200
        # 4 for the session and rights; the region with its path and parts, the role, the counts, money, values,
        # projects, what else is told, provision
        assert len(captured) == 12


def test_list_costs_the_same_at_1_row_and_at_50(aigerim, village):
    counts = set()
    for n in (1, 50):
        for each in range(1, n):
            make_region(f"1146302{each:02d}")
        with CaptureQueriesContext(connection) as captured:
            assert aigerim.count("/regions/?level=4") == n
        counts.add(len(captured))
    assert counts == {7}  # 4 for the session and rights, the territories, the count, the rows


def test_page_is_whole_light_and_can_be_read_by_ear(aigerim, village):
    for code in (COUNTRY, AKMOLA, VILLAGE, ZHAMBYL):
        fact(code, f"Слова {code}")
        answer = aigerim.client.get(f"/regions/{code}/")
        page = read(answer)
        assert len(gzip.compress(answer.content)) < 100_000
        check_whole(page, "en")
