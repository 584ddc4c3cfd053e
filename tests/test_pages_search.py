"""Search: everything by word and by code, within what the reader may see; nothing else, and never an error page."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions import searching as searching_instructions
from programs.instructions.choices import AccessMark
from programs.instructions.models import Instruction, Meeting
from programs.models import InformationSystem, Project
from regions.models import Organisation, RegionRenumbering
from registry import searching
from registry.accounts.choices import Role
from registry.sections import Section
from tests.factories import (
    AKMOLA,
    COUNTRY,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_indicator,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_user,
)
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]
KOKSHETAU, DISTRICT = "111010000", "113200000"


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def everything():
    """One record of each kind that speaks of Көкшетау."""
    make_region(KOKSHETAU, name_ru="Кокшетауская г.а.", name_kk="Көкшетау қ.ә.")
    source = make_source(title="Вести Кокшетау")
    instruction = make_instruction(AKMOLA, text="Подключить Көкшетау к системе", number="17-А", source=source)
    make_meeting(title="Совещание в Кокшетау")
    make_program(name_ru="Развитие Кокшетау", slug="kokshetau")
    make_organisation(AKMOLA, name_ru="Акимат города Кокшетау", bin="940140000385")
    make_cooperative(AKMOLA, name_ru="Кокшетау-Сүт", bin="240140012340", chair="Дана Кокшетауская")
    make_indicator(name_ru="Жители Кокшетау")
    Project.objects.create(name_ru="Завод в Кокшетау", kind="завод", region=make_region(AKMOLA), status="planned")
    InformationSystem.objects.create(name_ru="Умный Кокшетау", slug="smart")
    return instruction


def found(reader, words, **query):
    response = reader.client.get("/search/", {"q": words} | query)
    assert response.status_code == 200, response.content.decode()
    return {one.name: [hit.title for hit in one.hits] for one in response.context["found"]}


@pytest.mark.parametrize("words", ["кокшетау", "КӨКШЕТАУ", "  көкшетау "])
def test_every_kind_is_found_whatever_the_letters(official, everything, words):
    assert set(found(official, words)) == {
        "instructions", "meetings", "programs", "projects", "systems", "sources", "regions", "organisations",
        "cooperatives", "indicators",
    }  # fmt: skip


def test_short_words_are_found_where_words_begin(official):
    for title in ("Река", "О реке", "Моё «Рево»", "(Ре)", 'Дом "Реал"', "№ре", "Акмола-Река", "17/ре", "Море"):
        make_meeting(title=title)
    titles = found(official, "ре", kind="meetings")["meetings"]
    assert len(titles) == 8
    assert "Море" not in titles
    assert found(official, "оре") == {"meetings": ["Море"]}
    assert found(official, "дом ре") == {"meetings": ['Дом "Реал"']}


def test_short_words_of_an_organisation_begin_words_too():
    found = make_organisation(AKMOLA, name_ru="Акимат")
    make_organisation(AKMOLA, name_ru="Маяк")
    assert set(Organisation.objects.search("ак")) == {found}
    assert Organisation.objects.search("аяк").count() == 1


def test_all_words_must_be_there_in_any_order(official, everything):
    assert set(found(official, "системе көкшетау")) == {"instructions"}
    assert found(official, "системе жамбыл") == {}


@pytest.mark.parametrize(
    ("words", "kind", "title"),
    [
        ("240140012340", "cooperatives", "Кокшетау-Сүт"),
        ("940140000385", "organisations", "Акимат города Кокшетау"),
        (KOKSHETAU, "regions", "Кокшетауская г.а."),
        ("17-А", "instructions", "Подключить Көкшетау к системе"),
    ],
)
def test_exact_code_comes_first(official, everything, words, kind, title):
    make_instruction(text=f"Разобраться с {words}")
    make_source(title=f"О {words}")
    first = official.client.get("/search/", {"q": words}).context["found"][0]
    assert (first.name, first.hits[0].title, first.hits[0].is_exact) == (kind, title, True)
    assert "exactly this code" in official.get("/search/", {"q": words}).words


def test_former_code_of_a_region_finds_it(official, everything):
    RegionRenumbering.objects.create(old_code="117010000", region_id=KOKSHETAU)
    assert found(official, "117010000") == {"regions": ["Кокшетауская г.а."]}


def test_number_leads_to_as_many_rows(official, everything):
    for n in range(6):
        make_instruction(text=f"Кокшетау, улица {n}")
        make_cooperative(name_ru=f"Кокшетау {n}")
        make_meeting(title=f"Кокшетау {n}")
        make_source(title=f"Кокшетау {n}")
    response = official.client.get("/search/", {"q": "кокшетау"})
    for one in response.context["found"]:
        assert len(one.hits) == min(one.n, 5)
        if one.name in ("instructions", "meetings", "cooperatives"):
            assert official.count(one.every) == one.n == 7
    assert len(found(official, "кокшетау", kind="sources")["sources"]) == 7
    page = official.get("/search/?q=кокшетау")
    assert page.links["Show all: sources"] == "/search/?q=%D0%BA%D0%BE%D0%BA%D1%88%D0%B5%D1%82%D0%B0%D1%83&kind=sources"


def test_more_than_is_counted_is_said_to_be_more(official, monkeypatch):
    monkeypatch.setattr(searching, "COUNTED", 3)
    for n in range(5):
        make_meeting(title=f"Кокшетау {n}")
    assert "Meetings: more than 3" in official.get("/search/?q=кокшетау").words


def test_exact_number_comes_first_however_many_newer_rows_hold_it(official, monkeypatch):
    monkeypatch.setattr(searching, "COUNTED", 3)
    make_instruction(text="Старое", number="17-А", issued_on=date(2020, 1, 1))
    for n in range(5):
        make_instruction(text=f"Во исполнение 17-А, {n}", issued_on=date(2025, 1, 1 + n))
    [one] = official.client.get("/search/", {"q": "17-А"}).context["found"]
    assert [hit.title for hit in one.hits] == ["Старое", *(f"Во исполнение 17-А, {n}" for n in (4, 3, 2, 1))]
    assert [hit.is_exact for hit in one.hits] == [True, False, False, False, False]
    assert one.is_more


def test_exact_row_is_counted_once(official):
    make_instruction(text="Само", number="17-А")
    make_instruction(text="Во исполнение 17-А")
    [one] = official.client.get("/search/", {"q": "17-А"}).context["found"]
    assert (one.n, len(one.hits), one.is_more) == (2, 2, False)


def test_the_newest_of_what_the_reader_sees_come_first(monkeypatch):
    """Newer rows that are not shown to the reader neither take a place nor are counted."""
    monkeypatch.setattr(searching, "COUNTED", 3)
    for n in range(3):
        make_deadline(AKMOLA, instruction=make_instruction(text=f"Дорога {n}", issued_on=date(2024, 1, 1 + n)))
    undated = make_instruction(text="Дорога без дня", issued_on=None, issued_on_note="неизвестно")
    make_deadline(AKMOLA, instruction=undated)
    for n in range(9):
        make_deadline(ZHAMBYL, instruction=make_instruction(text=f"Чужая дорога {n}", issued_on=date(2025, 1, 1 + n)))
        make_deadline(AKMOLA, instruction=make_instruction(text=f"Дорога ДСП {n}", access_mark=AccessMark.RESTRICTED))
    region, body = make_user(Role.OFFICIAL, region=AKMOLA), undated.deadlines.get().executor
    assert found(Reader(region), "дорог") == {"instructions": ["Дорога 2", "Дорога 1", "Дорога 0", "Дорога без дня"]}
    assert "Instructions: more than 3" in Reader(region).get("/search/?q=дорог").words
    executor = make_user(Role.EXECUTOR, region=AKMOLA, organisation=body)
    assert found(Reader(executor), "дорог") == {"instructions": ["Дорога без дня"]}


@pytest.mark.parametrize("few", [0, 3, 1000])
@pytest.mark.parametrize("words", ["дорог", "дорога район", "до", "17-А"])
def test_search_finds_what_the_list_holds(monkeypatch, few, words):
    """However many the reader sees, each way to look for them finds the same."""
    monkeypatch.setattr(searching_instructions, "FEW", few)
    body, lead = make_organisation(DISTRICT), make_organisation(AKMOLA)
    bodies = (body, lead, make_organisation(DISTRICT, parent=body), make_organisation(ZHAMBYL))
    for n, executor in enumerate(bodies):
        number = "17-А" if n % 2 else ""
        instruction = make_instruction(text=f"Дорога {n} в районе", number=number, meeting=make_meeting(title="Дороги"))
        make_deadline(instruction=instruction, executor=executor)
        make_instruction(executor.region_id, text=f"Дорога {n} без исполнителя, район")
        secret = make_instruction(text="Дорога ДСП, район 17-А", access_mark=AccessMark.RESTRICTED)
        make_deadline(instruction=secret, executor=executor)
        make_deadline(instruction=make_instruction(text="Дорога в работе, район"), executor=executor, state="draft")
    led = make_deadline(instruction=make_instruction(text="Дорога общая, район 17-А"), executor=lead, role="lead")
    make_deadline(instruction=led.instruction, executor=bodies[3], role="co")
    readers = [make_user(Role.OFFICIAL, region=code) for code in (COUNTRY, AKMOLA, DISTRICT, ZHAMBYL, None)]
    readers += [make_user(Role.EXECUTOR, region=each.region_id, organisation=each) for each in bodies]
    readers += [make_user(Role.EXECUTOR, region=AKMOLA)]
    for user in readers:
        query = searching.Query(words, user)
        got = {section.name: set(section.rows) for section in searching_instructions.sections(query)}
        assert got == {
            "instructions": set(query.found(Instruction.objects.visible_to(user).unrestricted())),
            "meetings": set(query.of(Meeting)),
        }


def test_every_hit_leads_to_a_page_that_opens(official, everything):
    make_deadline(AKMOLA, instruction=everything)
    for one in official.client.get("/search/", {"q": "кокшетау"}).context["found"]:
        for hit in one.hits:
            if hit.address.startswith("/"):
                assert official.get(hit.address).status == 200, hit


def test_region_finds_its_own(everything):
    assert "instructions" not in found(Reader(make_user(Role.OFFICIAL, region=ZHAMBYL)), "кокшетау")
    assert "cooperatives" not in found(Reader(make_user(Role.OFFICIAL, region=ZHAMBYL)), "240140012340")
    assert "instructions" in found(Reader(make_user(Role.OFFICIAL, region=AKMOLA)), "кокшетау")


def test_role_finds_what_it_may_read(everything):
    assert set(found(Reader(make_user(Role.EXECUTOR)), "кокшетау")) == {
        "programs",
        "regions",
        "organisations",
        "sources",
    }
    assert "instructions" not in found(Reader(make_user(Role.EDITOR)), "кокшетау")
    assert Reader(make_user()).get("/search/?q=кокшетау").status == 403
    assert Reader().client.get("/search/?q=x").status_code == 302


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CONTROLLER, Role.ADMINISTRATOR])
def test_restricted_instructions_are_not_found(role):
    make_instruction(text="Тайное задание", access_mark=AccessMark.RESTRICTED)
    page = Reader(make_user(role)).get("/search/?q=тайное")
    assert "Тайное задание" not in page.html


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CONTROLLER])
def test_personal_data_are_not_searched(role):
    make_cooperative(name_ru="Дала", chair="Дана Серикова", phone="+7 701 1234567", email="dana@example.kz")
    for words in ("Серикова", "1234567", "dana@example.kz"):
        assert found(Reader(make_user(role)), words) == {}, words


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("q=a", "at least two letters"),
        ("q=%25%25%25", "at least two letters"),
        ("q=--", "at least two letters"),
        ("q=" + "a" * 201, "at most 200 characters"),
        ("q=a%00b", "no text"),
        ("q=%ED%A0%80ab", "no text"),
        ("q=ab&q=cd", "more than once"),
        ("q=ab&kind=secrets", "not one of the values"),
        ("q=ab&page=2", "no parameter “page”"),
        ("kind=regions", "at least two letters"),
    ],
    ids=lambda value: value[:12],
)
def test_nonsense_gets_a_clear_answer(official, query, message):
    page = official.get(f"/search/?{query}")
    assert page.status == 400
    assert message in page.words


def test_signs_of_the_query_language_are_plain_letters(official):
    make_meeting(title="Освоено 100% средств_фонда")
    assert found(official, "100%") == {"meetings": ["Освоено 100% средств_фонда"]}
    assert found(official, "100_") == found(official, "средств%фонда") == {}


def test_before_and_after_a_search(official):
    assert "Case does not matter" in official.get("/search/").words
    page = official.get("/search/?q=<b>нет")
    assert "Nothing you may see holds “<b>нет”" in page.words
    assert "<b>нет" not in page.html


def test_header_has_the_field_and_the_page_keeps_the_words(official):
    page = official.get("/deadlines/")
    assert page.has("form", role="search", action="/search/")
    assert official.get("/search/?q=кокше").fields["q"] == "кокше"


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_page_is_whole(everything, language):
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/search/", "/search/?q=кокшетау", "/search/?q=a", "/search/?q=кокшетау&kind=regions"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_kinds_or_rows(official, everything):
    of_district = Reader(make_user(Role.OFFICIAL, region=DISTRICT))
    executor = Reader(make_user(Role.EXECUTOR, region=DISTRICT, organisation=make_organisation(DISTRICT)))
    # 4 for the session and rights, the role, the keys, the rows; whether few are seen, and of which bodies
    for reader, expected in ((official, 7), (of_district, 8), (executor, 9)):
        counts = set()
        for _ in range(2):
            for n in range(10):
                make_instruction(text=f"Кокшетау {n}")
                make_cooperative(name_ru=f"Кокшетау {n}")
            with CaptureQueriesContext(connection) as captured:
                assert reader.get("/search/?q=кокшетау").status == 200
            counts.add(len(captured))
        assert counts == {expected}


def test_kinds_have_distinct_names(official):
    kinds = list(searching.kinds(searching.Query("", make_user(is_superuser=True))))
    assert all(isinstance(kind, Section) for kind in kinds)
    assert len({kind.name for kind in kinds}) == len(kinds) == 13


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads the table")
def test_parts_of_words_are_found_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table in ("instructions_instruction", "regions_region", "cooperatives_cooperative"):
            cursor.execute(f"EXPLAIN SELECT 1 FROM {table} WHERE search_text LIKE '%%кокшетау%%'")
            assert "_search" in " ".join(line for (line,) in cursor.fetchall()), table


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads the table")
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Instruction.objects.filter(search_text__contains="ре")[:101], "instruction_newest"),
        (lambda: Meeting.objects.filter(search_text__contains="ре")[:101], "meeting_newest"),
        (lambda: Instruction.objects.filter(number__iexact="17-а").order_by(), "instruction_by_number"),
    ],
    ids=["instructions", "meetings", "number"],
)
def test_first_rows_and_numbers_are_found_by_an_index(rows, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    assert index in rows().explain()
