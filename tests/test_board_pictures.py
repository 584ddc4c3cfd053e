"""The pictures of the control board: the schematic map, the twelve months, programmes by regions."""

from datetime import date, timedelta

import pytest

from programs.instructions.board.figures import percent
from programs.instructions.board.regions import series
from programs.instructions.choices import AccessMark
from programs.instructions.models import MonthEnd
from registry.accounts.choices import Role
from registry.maps import SIDE, Tile, TileMap
from registry.trend import Period, TrendChart
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_organisation,
    make_program,
    make_region,
    make_user,
)
from tests.pages import Reader

YESTERDAY = TODAY - timedelta(days=1)
JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


@pytest.fixture
def official(roles, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)
    return Reader(make_user(Role.OFFICIAL))


def board_of(reader):
    return reader.client.get("/").context["board"]


# Geometry


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 0, None), (0, 5, 0), (1, 1000, 1), (1, 2, 50), (2, 3, 67), (999, 1000, 99), (5, 5, 100)],
)
def test_percent_says_none_and_all_only_where_it_is_so(part, whole, expected):
    assert percent(part, whole) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, "no-data"),
        (0, "share-0"),
        (1, "share-1"),
        (10, "share-1"),
        (11, "share-2"),
        (50, "share-3"),
        (51, "share-4"),
    ],
)
def test_colour_follows_the_class(share, expected):
    assert series(share) == expected


def test_tiles_stand_apart_in_their_rows_and_columns():
    tiles = TileMap(
        "x", "Карта", [Tile(1, 2, "Акмола", "5 %", "Акмола: 5 %", "share-1"), Tile(0, 0, "А", "–", "А", "")]
    )
    assert [tile.name for tile in tiles.tiles] == ["А", "Акмола"]
    last = tiles.tiles[1]
    assert last.x - tiles.tiles[0].x > 2 * SIDE
    left, upper, width, height = map(int, tiles.frame.split())
    assert left < 0 > upper
    assert (left + width, upper + height) > (last.x + SIDE, last.y + SIDE)
    assert tiles.description == "А; Акмола: 5 %"


def test_long_name_of_a_tile_takes_two_lines():
    assert [words for _y, words in Tile(0, 0, "Алматы обл.", "", "", "").lines] == ["Алматы", "обл."]
    assert [words for _y, words in Tile(0, 0, "Кызылорда", "", "", "").lines] == ["Кызылорда"]


def test_line_of_the_trend_is_broken_where_there_is_no_data():
    values = [(1, 100), (None, None), (4, 0), (2, 50), (0, None)]
    periods = [Period("м", "2025" if n < 2 else "2026", f"месяц {n}", *each) for n, each in enumerate(values)]
    chart = TrendChart("x", "Ход", ("a", "b"), periods)
    assert [len(points.split()) for points in chart.lines] == [1, 2]
    assert [slot.year for slot in chart.slots] == ["2025", "", "2026", "", ""]
    first, missing, highest, half, none = chart.slots
    assert highest.height > half.height > first.height > 0 == none.height == missing.height
    assert first.point_y < half.point_y < highest.point_y == chart.bottom
    assert chart.description == "месяц 0; месяц 1; месяц 2; месяц 3; месяц 4"


# Map


@pytest.fixture
def mapped(official):
    """Akmola with half of its deadlines overdue, Zhambyl with none in work, both with a place on the map."""
    make_region(AKMOLA, short_name_ru="Акмола", tile_row=1, tile_column=2)
    make_region(ZHAMBYL, short_name_ru="Жамбыл", tile_row=3, tile_column=3)
    make_deadline(AKMOLA, due=YESTERDAY)
    make_deadline(AKMOLA, due=TODAY)
    return official


def test_tile_tells_its_share_and_leads_to_the_overdue(mapped):
    page = mapped.get("/")
    address = page.link(f"^Регион {AKMOLA}: 1 overdue of 2 in work, 50 %$")
    assert mapped.count(address) == 1
    assert page.has("rect", **{"class": "tile-share-3"})
    russian = board_of(Reader(make_user(Role.OFFICIAL), "ru")).regions.map
    assert [(tile.name, tile.shown) for tile in russian.tiles] == [("Акмола", "50 %"), ("Жамбыл", "–")]
    assert f"Регион {ZHAMBYL}: no deadlines in work" in page.words  # in the description


def test_a_tile_is_short_in_the_language_of_its_reader(official):
    """One without a short name there bears its whole name, not that of another language."""
    make_region(AKMOLA, short_name_ru="Акмола", short_name_en="Akmola", tile_row=1, tile_column=2)
    make_region(ZHAMBYL, short_name_ru="Жамбыл", name_en="Zhambyl Region", tile_row=3, tile_column=3)
    make_deadline(AKMOLA, due=YESTERDAY)
    assert [tile.name for tile in board_of(official).regions.map.tiles] == ["Akmola", "Zhambyl Region"]


def test_region_without_a_place_on_the_map_is_in_the_table_alone(mapped):
    make_deadline("710000000", due=YESTERDAY)
    assert len(board_of(mapped).regions.map.tiles) == 2
    assert mapped.count(mapped.get("/").link("^Регион 710000000, Overdue")) == 1


def test_reader_of_a_region_gets_no_map_of_the_country(mapped):
    make_deadline("111000000", due=TODAY)
    page = Reader(make_user(Role.OFFICIAL, region=AKMOLA)).get("/")
    assert not page.has("svg", **{"class": "tile-map"})
    assert page.link("^Bodies of the region itself, Overdue: 1$")


def test_no_map_where_nothing_is_in_work(official):
    make_region(AKMOLA, tile_row=1, tile_column=2)
    make_deadline(due=TODAY)
    page = official.get("/")
    assert not page.has("svg", **{"class": "tile-map"})
    assert "By region" not in page.words  # the central bodies alone


# Twelve months


def make_months(official):
    """Two deadlines of Akmola and one of the country, overdue since January; only February is counted for Akmola."""
    akmola, country = make_organisation(AKMOLA), make_organisation()
    for month, executor, overdue, fell_due, in_time in (
        (JANUARY, country, 1, 4, 3),
        (FEBRUARY, country, 1, 0, 0),
        (FEBRUARY, akmola, 2, 2, 1),
    ):
        MonthEnd.objects.create(
            month=month,
            region=executor.region,
            organisation=executor,
            in_work=5,
            overdue=overdue,
            under_review=0,
            fell_due=fell_due,
            in_time=in_time,
        )
    return akmola, country


def told(reader):
    """What is known of each month, the latest first."""
    return [(month.overdue, month.share) for month in reversed(board_of(reader).months.all)]


def test_months_are_added_up_and_those_nobody_counted_have_no_data(official):
    make_months(official)
    assert told(official) == [(3, 50), (1, 75), *[(None, None)] * 10]
    words = official.get("/").words
    assert "January 2026 1 4 3 75 %" in words
    assert "December 2025 no data" in words
    assert "February 2026: 3 overdue, 50 % in time" in words


def test_reader_of_a_region_sees_no_counts_of_the_country(official):
    make_months(official)
    assert told(Reader(make_user(Role.OFFICIAL, region=AKMOLA))) == [(2, 50), *[(None, None)] * 11]


@pytest.mark.parametrize("which", [0, 1])
def test_executor_sees_the_counts_of_its_own(official, which):
    organisation = make_months(official)[which]
    user = make_user(Role.EXECUTOR, region=organisation.region_id, organisation=organisation)
    assert told(Reader(user))[0] == ((2, 50), (1, None))[which]


@pytest.mark.parametrize("is_staff", [False, True])
def test_nothing_counted_says_so_and_staff_are_told_the_command(official, is_staff):
    words = Reader(make_user(Role.CONTROLLER, is_staff=is_staff)).get("/").words
    assert "No month has been counted yet" in words
    assert ("manage.py close_month --missing" in words) == is_staff


# Programmes by regions


def make_overdue(region, program, n=1):
    for _ in range(n):
        make_deadline(region, due=YESTERDAY, instruction=make_instruction(program=program))


def test_cell_tells_its_share_and_leads_to_its_rows(official):
    program = make_program(name_ru="Ауыл аманаты")
    make_overdue(AKMOLA, program, 2)
    make_deadline(AKMOLA, due=TODAY, instruction=make_instruction(program=program))
    make_overdue(ZHAMBYL, None)
    hidden = make_instruction(program=program, access_mark=AccessMark.RESTRICTED)
    make_deadline(ZHAMBYL, due=YESTERDAY, instruction=hidden)
    page = official.get("/")
    for told_of, n in (
        (f"Регион {AKMOLA}, Ауыл аманаты: 2 overdue of 3 in work, 67 %", 2),
        (f"Регион {ZHAMBYL}, without a programme: 1 overdue of 1 in work, 100 %", 1),
    ):
        assert page.has("a", title=told_of)
        assert official.count(page.links[told_of]) == n
    assert [[cell.level for cell in row.cells] for row in board_of(official).heat.rows] == [[4, 0], [0, 2]]


def test_only_what_has_something_stands_there_and_the_long_tail_is_folded(official):
    make_deadline(ZHAMBYL, due=TODAY, instruction=make_instruction(program=make_program(name_ru="Без просрочки")))
    for n in range(10):
        program = make_program(name_ru=f"Программа-{n}")
        for region in (AKMOLA, "710000000"):
            make_overdue(region, program)
    heat = board_of(official).heat
    assert (len(heat.shown), len(heat.others), len(heat.columns)) == (8, 2, 2)
    page = official.get("/")
    assert "2 more programmes" in page.words
    assert not page.has("a", title="Без просрочки")


def test_one_programme_alone_is_no_heat_map(official):
    make_overdue(AKMOLA, make_program())
    make_overdue(ZHAMBYL, None)
    assert board_of(official).heat.is_worth_showing
    assert not board_of(Reader(make_user(Role.OFFICIAL, region=AKMOLA))).heat.is_worth_showing
