"""The control board: what is overdue today, whose it is, and figures that lead to exactly their rows."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole, InstructionState
from regions.models import Organisation
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_source,
    make_user,
)
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


def days_ago(n):
    return TODAY - timedelta(days=n)


# Figures and the rows behind them


@pytest.fixture
def a_day_of_work():
    """One of everything the figures count, and what they must not count."""
    program = make_program(name_ru="Ауыл аманаты", slug="auyl-amanaty")
    told = make_instruction(program=program)
    for region, late in ((AKMOLA, 1), (AKMOLA, 8), (ZHAMBYL, 31), (ZHAMBYL, 91)):
        make_deadline(region, instruction=told, due=days_ago(late), role=ExecutorRole.EQUAL)
    make_deadline("710000000", due=days_ago(5))
    make_deadline(AKMOLA, due=date(2026, 9, 1))
    make_deadline(
        instruction=told, due=days_ago(7), role=ExecutorRole.CO, executor=make_organisation(name_ru="Минсельхоз")
    )
    make_deadline(due=TODAY)
    make_deadline(due=TODAY + timedelta(days=3))
    make_deadline(due=TODAY + timedelta(days=4))
    make_deadline(due=YESTERDAY, state=DeadlineState.REPORTED)
    make_deadline(due=YESTERDAY, state=DeadlineState.FULFILLED)
    make_deadline(due=YESTERDAY, state=DeadlineState.CANCELLED)
    make_deadline(due=None)
    make_instruction(state=InstructionState.DRAFT, text="Никому не поручено")
    make_deadline(due=YESTERDAY, instruction=make_instruction(access_mark=AccessMark.RESTRICTED, text="Канарейка ДСП"))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("deadlines? overdue", 6),
        ("deadlines? due soon", 2),
        ("deadlines? under review", 1),
        ("deadlines? without a date", 1),
        ("instructions? without an executor", 2),  # one has a cancelled deadline only
        ("instructions? on control", 10),
        ("^1–7 days: ", 3),
        ("^8–30 days: ", 1),
        ("^31–90 days: ", 1),
        ("^more than 90 days: ", 1),
        (f"^Регион {AKMOLA}, In work: ", 3),
        (f"^Регион {AKMOLA}, Overdue: ", 2),
        (f"^Регион {ZHAMBYL}, Overdue: ", 2),
        ("^Central bodies, In work: ", 5),
        ("^Central bodies, Overdue: ", 1),
        ("^Central bodies, Due soon: ", 2),
        ("^Central bodies, Under review: ", 1),
        ("^Total, In work: ", 11),
        ("^Total, Overdue: ", 6),
        ("^Минсельхоз: ", 1),
        ("^Ауыл аманаты: ", 5),
        ("^without a programme: ", 1),
    ],
)
def test_figure_leads_to_as_many_rows(official, a_day_of_work, words, number):
    address = official.get("/").link(words)
    shown = official.get("/").words
    assert str(number) in shown
    assert official.count(address) == number


def test_figure_of_no_rows_stands_there_all_the_same(official):
    page = official.get("/")
    assert "0 deadlines overdue" in page.words
    assert "Nothing is overdue today" in page.words
    assert official.count(page.link("deadlines overdue")) == 0


def test_restricted_instruction_is_in_no_figure_and_no_list(official, a_day_of_work):
    controller = Reader(make_user(Role.CONTROLLER))
    for reader in (official, controller):
        for path in ("/", "/deadlines/", "/instructions/"):
            assert "Канарейка" not in reader.get(path).words


def test_ageing_adds_up_to_all_that_is_overdue(official, a_day_of_work):
    board = official.client.get("/").context["board"]
    assert sum(figure.n for figure in board.ages) == board.total("overdue") == 6
    assert sum(part.overdue.n for part in board.regions.parts) == board.regions.total.overdue.n == 6
    assert sum(figure.n for figure in board.by_program) == 6
    assert sum(figure.n for figure in board.by_executor) == 6
    assert sum(row.total.n for row in board.heat.rows) == 6


def test_due_soon_reaches_over_days_off(official, monkeypatch):
    """After Thursday 5 March 2026 come Friday, a weekend with the holiday of 8 March, Tuesday and Wednesday."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 3, 5))
    make_deadline(due=date(2026, 3, 11))
    make_deadline(due=date(2026, 3, 12))
    page = official.get("/")
    assert "1 deadline due soon by 11.03.2026" in page.words
    assert official.count(page.link("due soon")) == 1


def test_worst_executors_come_first_and_the_others_are_a_list_away(official):
    make_deadline(executor=(worst := make_organisation(name_ru="Худший")), due=YESTERDAY)
    for _ in range(11):
        make_deadline(due=YESTERDAY)
    make_deadline(executor=worst, due=YESTERDAY)
    page = official.get("/")
    assert official.client.get("/").context["board"].worst_executors[0].label == "Худший"
    assert official.count(page.link("2 more executors with overdue deadlines")) == 13


# Overdue


def test_overdue_instruction_shows_who_what_where_and_since_when(official):
    meeting = make_meeting(title="Заседание Проектного офиса", held_on=None, held_on_note="В тексте даты нет")
    instruction = make_instruction(
        text="Подключить все регионы",
        number="17",
        term="в двухнедельный срок",
        issued_by="Канат Бозумбаев",
        issued_on_is_estimate=True,
        issued_on_note="По дате публикации",
        meeting=meeting,
        source=make_source(title="inform.kz"),
    )
    steps = [
        {"step": "add", "from": "2026-01-31", "n": 14, "unit": "day", "to": "2026-02-14"},
        {"step": "roll", "from": "2026-02-14", "to": "2026-02-16"},
    ]
    due = date(2026, 2, 16)
    executor = make_organisation(AKMOLA, name_ru="Акимат Акмолинской области")
    make_deadline(instruction=instruction, executor=executor, due=due, reckoning=steps, role=ExecutorRole.EQUAL)
    words = official.get("/").words
    for expected in (
        "№ 17. Подключить все регионы",
        "14 days late",
        "Last day 16.02.2026",
        "Issued 31.01.2026 date estimated По дате публикации",
        "«в двухнедельный срок» 31.01.2026 + 14 days = 14.02.2026",
        "14.02.2026 (Saturday) is a day off → Monday 16.02.2026",
        "Канат Бозумбаев Заседание Проектного офиса",
        "date unknown В тексте даты нет",
        "source : inform.kz",
        "1 executor overdue Акимат Акмолинской области (equal)",
    ):
        assert expected in words, expected


def test_lead_is_named_first_and_apart(official):
    instruction = make_instruction()
    for region, role, name in ((ZHAMBYL, ExecutorRole.CO, "Соисполнитель"), (AKMOLA, ExecutorRole.LEAD, "Главный")):
        executor = make_organisation(region, name_ru=name)
        make_deadline(instruction=instruction, executor=executor, role=role, due=YESTERDAY)
    words = official.get("/").words
    assert "Lead executor Главный" in words
    assert words.index("Главный (lead") < words.index("Соисполнитель (co-executor")


def test_executor_with_another_date_shows_its_own_lateness(official):
    instruction = make_instruction()
    make_deadline(instruction=instruction, due=days_ago(10))
    make_deadline(instruction=instruction, due=days_ago(2), role=ExecutorRole.CO)
    words = official.get("/").words
    assert "10 days late" in words
    assert "2 days late" in words
    assert "20.02.2026 , 28.02.2026" in words


def test_longest_overdue_comes_first(official):
    make_deadline(instruction=make_instruction(text="Недавнее"), due=YESTERDAY)
    make_deadline(instruction=make_instruction(text="Давнее"), due=days_ago(100))
    words = official.get("/").words
    assert words.index("Давнее") < words.index("Недавнее")


def test_silence_of_the_source_is_no_accusation(official):
    loaded = make_instruction(text="Из новости", ref="news", source=make_source())
    make_deadline(instruction=loaded, due=YESTERDAY)
    assert official.get("/").words.count("the source does not report execution") == 2  # the instruction, the executor
    assert official.get("/deadlines/").words.count("the source does not report execution") == 1


def test_every_picture_of_the_overdue_says_of_how_many_the_source_is_silent(official):
    loaded = make_instruction(ref="news", source=make_source(), program=make_program())
    for region in (AKMOLA, ZHAMBYL):
        make_deadline(region, instruction=loaded, role=ExecutorRole.EQUAL, due=YESTERDAY)
    make_deadline(AKMOLA, due=YESTERDAY)
    words = official.get("/").words
    said = "Of 3 overdue deadlines, the source does not report the execution of 2: they may have been executed."
    parts = [words.partition(heading)[2] for heading in ("By executor", "Share overdue:", "the darker, the more.")]
    assert [part.count(said) for part in parts] == [3, 2, 1]


def test_own_instruction_is_not_excused_by_silence(official):
    make_deadline(due=YESTERDAY)
    assert "does not report" not in official.get("/").words


def test_only_the_first_instructions_and_executors_are_shown_in_full(official):
    crowded = make_instruction(text="Всем")
    for _ in range(31):
        make_deadline(AKMOLA, instruction=crowded, role=ExecutorRole.EQUAL, due=days_ago(50))
    for _ in range(10):
        make_deadline(due=YESTERDAY)
    page = official.get("/")
    assert "1 more instruction with overdue deadlines" in page.words
    assert "31 executors overdue" in page.words
    assert official.count(page.link("All 31 in the list")) == 31


# The rest of the day


def test_what_has_no_date_or_no_executor_stands_beside(official):
    make_deadline(instruction=make_instruction(text="Когда-нибудь", term="постоянно"), due=None)
    make_instruction(text="Кто-нибудь", state=InstructionState.DRAFT, issued_on=None)
    make_deadline(instruction=make_instruction(text="Позже"), due=date(2026, 9, 1))
    words = official.get("/").words
    undated = words.index("Told to somebody, with no day")
    untold = words.index("Nobody is named to do it")
    later = words.index("The other instructions in work")
    assert undated < words.index("Когда-нибудь") < untold < words.index("Кто-нибудь") < later < words.index("Позже")
    assert "«постоянно»" in words
    assert "date of issue unknown" in words
    assert "01.09.2026" in words


def test_day_is_that_of_almaty(official):
    assert "Monday, 02.03.2026" in official.get("/").words


@pytest.mark.parametrize(("language", "expected"), [("ru", "Понедельник, 02.03.2026"), ("kk", "Дүйсенбі, 02.03.2026")])
def test_day_of_the_week_is_in_the_language_of_the_reader(language, expected):
    assert expected in Reader(make_user(Role.OFFICIAL), language).get("/").words


# Scope


def test_region_sees_its_own_executors_only():
    instruction = make_instruction()
    for region, name in ((AKMOLA, "Акимат Акмолы"), (ZHAMBYL, "Акимат Жамбыла")):
        executor = make_organisation(region, name_ru=name)
        make_deadline(instruction=instruction, executor=executor, role=ExecutorRole.EQUAL, due=YESTERDAY)
    page = Reader(make_user(Role.OFFICIAL, region=AKMOLA)).get("/")
    assert "1 deadline overdue" in page.words
    assert "Акимат Акмолы" in page.words
    assert "Жамбыл" not in page.words


def test_region_sees_its_districts_and_its_own_bodies_apart():
    for region in ("111000000", "111000000", AKMOLA, ZHAMBYL):
        make_deadline(region, due=YESTERDAY)
    reader = Reader(make_user(Role.OFFICIAL, region=AKMOLA))
    page = reader.get("/")
    for words, number in (("Регион 111000000", 2), ("Bodies of the region itself", 1), ("Total", 3)):
        assert reader.count(page.link(f"^{words}, Overdue: {number}$")) == number


def test_executor_sees_its_own_rows_only():
    mine = make_organisation(AKMOLA, name_ru="Моя")
    for executor in (mine, make_organisation(AKMOLA, name_ru="Чужая")):
        make_deadline(executor=executor, due=YESTERDAY)
    reader = Reader(make_user(Role.EXECUTOR, region=AKMOLA, organisation=mine))
    for path in ("/", "/deadlines/"):
        assert "Моя" in reader.get(path).words
        assert "Чужая" not in reader.get(path).html


# Cost


def test_number_of_queries_does_not_grow_with_the_rows(official):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert official.get("/").status == 200
        return len(captured)

    for n in (1, 50):
        for _ in range(n):
            make_deadline(
                AKMOLA, due=YESTERDAY, instruction=make_instruction(program=make_program(), source=make_source())
            )
            make_deadline(due=YESTERDAY)
            make_deadline(due=None)
            make_deadline(due=date(2026, 9, 1))
            make_instruction(state=InstructionState.DRAFT)
        call_command("close_month", "--from", "2026-01", verbosity=0)
        assert queries() == 12  # 4 for the session and rights, 1 role, 1 calendar, 1 all figures, 1 months, 4 lists
    assert Organisation.objects.count() > 200


# The real data


@pytest.mark.usefixtures("loaded")
class TestRealData:
    def test_seventeen_akimats_are_to_connect_to_amanatnesie(self, official):
        words = official.get("/").words
        start = words.index("Обеспечить полное подключение всех регионов к информационной системе Amanatnesie")
        block = words[start : words.index("Without a date", start)]
        assert "17 executors overdue" in block
        assert "Last day 16.02.2026" in block
        assert "14.02.2026 (Saturday) is a day off → Monday 16.02.2026" in block
        assert "date estimated" in block
        assert block.count("(equal)") == 17

    def test_thirty_six_deadlines_are_overdue_and_each_is_marked_silent(self, official):
        assert official.count("/deadlines/?mark=overdue") == 36
        words = official.get("/deadlines/?mark=overdue").words
        assert words.count("the source does not report execution") == 36

    def test_cooperatives_are_led_by_the_ministry_of_agriculture(self, official):
        words = official.get("/").words
        block = words[words.index("Разработать меры по стимулированию") : words.index("Обеспечить полное")]
        assert "Last day 18.12.2025" in block
        assert "74 days late Разработать меры" in words
        assert "Lead executor Ministry of Agriculture" in block
        assert "19 executors overdue" in block

    def test_what_nobody_is_told_to_do_and_what_has_no_date_stand_beside(self, official):
        words = official.get("/").words
        assert "10 deadlines without a date in 8 instructions" in words
        assert "Подготовить предложения по переформатированию" in words
        assert "6 instructions without an executor" in words
        assert "мясного кластера в Ерейментауском районе" in words

    @pytest.mark.parametrize(
        ("language", "names"),
        [
            ("ru", ("ЗКО", "Актобе", "Алматы обл.", "Алматы")),
            ("kk", ("БҚО", "Ақтөбе", "Алматы обл.", "Алматы")),
            ("en", ("West Kazakhstan", "Aktobe", "Almaty Region", "Almaty")),
        ],
    )
    def test_map_has_twenty_regions_named_in_the_language_of_the_reader(self, official, language, names):
        reader = Reader(make_user(Role.OFFICIAL), language)
        tiles = [tile.name for tile in reader.client.get("/").context["board"].regions.map.tiles]
        assert len(tiles) == len(set(tiles)) == 20
        assert set(names) <= set(tiles)

    def test_count_of_a_month_leads_to_what_was_overdue_then(self, official):
        call_command("close_month", missing=True, verbosity=0)
        months = [month for month in official.client.get("/").context["board"].months.all if month.overdue is not None]
        assert [month.overdue for month in months] == [0, 19, 19, 36]  # November to February
        assert [official.count(month.address) for month in months] == [0, 19, 19, 36]
