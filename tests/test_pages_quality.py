"""The queues of data quality: what belongs to each, where it is mended, and by whom."""

import re
from datetime import date
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import Approximation, ConnectionState
from programs.cooperatives.models import Cooperative
from programs.indicators.choices import ValueKind
from programs.instructions.choices import AccessMark, InstructionState
from programs.models import Connection, InformationSystem
from registry import quality
from registry.accounts.choices import Role
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
from tests.pages import Reader
from tests.test_pages_markup import check_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]
VILLAGE = "113820100"
RECENT = TODAY - relativedelta(months=1)


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


def queues(reader, path="/quality/"):
    """Titles by queue, of those that have any."""
    return {
        queue.section.name: [hit.title for hit in queue.hits] for queue in reader.client.get(path).context["queues"]
    }


def value(**fields):
    """One in which nothing is amiss unless `fields` say so."""
    fields.setdefault("source", make_source())
    return make_value(**({"as_of": RECENT} | fields))


def test_sound_records_are_in_no_queue(official):
    make_cooperative(VILLAGE, bin="940140000385")
    make_deadline(instruction=make_instruction())
    value(indicator=make_indicator(program=make_program(owner=make_organisation())))
    assert queues(official) == {}
    assert "Nothing to mend Instructions without an executor" in official.get("/quality/").words


def test_instructions_without_executor_or_date(official):
    make_instruction(text="Ничьё", state=InstructionState.DRAFT)
    make_instruction(text="Тайное", access_mark=AccessMark.RESTRICTED)
    make_deadline(instruction=make_instruction(text="Бессрочное"), due=None)
    assert queues(official) == {"without_executor": ["Ничьё"], "without_date": ["Бессрочное"]}


def test_cooperatives(official):
    make_cooperative(AKMOLA, name_ru="Без села", bin="940140000385")
    make_cooperative(VILLAGE, name_ru="Без БИН")
    wrong = make_cooperative(VILLAGE, name_ru="Опечатка")
    Cooperative.objects.filter(pk=wrong.pk).update(bin="940140000386")
    assert queues(official) == {
        "without_bin": ["Без БИН"],
        "wrong_bin": ["Опечатка"],
        "without_village": ["Без села"],
    }


def test_money_connections_and_programmes(official):
    owner = make_organisation()
    make_funding(purpose="Без источника", program=make_program(owner=owner))
    undated = make_source(published_on=None, published_note="неизвестно")
    make_funding(purpose="Без даты", program=make_program(owner=owner), source=undated)
    make_funding(purpose="С датой", program=make_program(owner=owner), source=make_source())
    make_program(name_ru="Ничья программа")
    system = InformationSystem.objects.create(name_ru="Amanatnesie", slug="amanatnesie")
    for code, state in ((AKMOLA, ConnectionState.NO_DATA), (ZHAMBYL, ConnectionState.NOT_STARTED)):
        Connection.objects.create(system=system, region=make_region(code), state=state)
    assert queues(official) == {
        "money_without_source_date": ["Без даты", "Без источника"],
        "connections_without_data": [f"Регион {AKMOLA}"],
        "programs_without_owner": ["Ничья программа"],
    }


@pytest.mark.parametrize(
    ("fields", "queue"),
    [
        ({"as_of": TODAY - relativedelta(months=12, days=1)}, "stale_values"),
        ({"as_of": TODAY - relativedelta(months=12)}, None),
        ({"as_of": None, "period_to": date(2024, 12, 31)}, "stale_values"),
        ({"as_of": None, "period_label": "за два года"}, "undated_values"),
        ({"source": None}, "values_without_source_date"),
    ],
    ids=str,
)
def test_values(official, fields, queue):
    value(**fields)
    assert set(queues(official)) == ({queue} if queue else set())


def test_value_is_not_stale_where_a_newer_one_is_known(official):
    old = value(as_of=date(2020, 1, 1))
    value(as_of=date(2020, 1, 1), indicator=old.indicator, kind=ValueKind.PLAN)
    value(indicator=old.indicator)
    stale = official.client.get("/quality/?queue=stale_values").context["queues"]
    assert [queue.n for queue in stale] == [1]


def test_months_after_which_a_figure_is_stale_are_a_setting(official, settings):
    value()
    settings.STALE_AFTER_MONTHS = 1
    assert queues(official) == {}
    monkeypatched = date(2026, 3, 3)
    value(as_of=monkeypatched - relativedelta(months=1, days=2))
    assert set(queues(official)) == {"stale_values"}


def test_disagreement_shows_both_values(official):
    one = value(value=Decimal(10))
    value(indicator=one.indicator, value=Decimal(20))
    other = value(value=Decimal(100), approximation=Approximation.ABOUT)
    value(indicator=other.indicator, value=Decimal(103))
    queue = official.client.get("/quality/").context["queues"][0]
    assert (queue.section.name, queue.n) == ("disagreements", 2)
    assert {hit.about[0] for hit in queue.hits} == {"10", "20"}


def test_region_is_silent_without_a_recent_value_in_it_or_below(official):
    for place, code in enumerate((AKMOLA, ZHAMBYL, "150000000")):
        make_region(code, tile_row=1, tile_column=place, name_ru=code)
    value(region=VILLAGE)
    value(region=ZHAMBYL, as_of=date(2020, 1, 1))
    value(region="150000000", kind=ValueKind.PLAN)
    assert queues(official)["silent_regions"] == ["150000000", ZHAMBYL]
    akmola, zhambyl = (Reader(make_user(Role.OFFICIAL, region=code)) for code in (AKMOLA, ZHAMBYL))
    assert "silent_regions" not in queues(akmola)
    assert queues(zhambyl)["silent_regions"] == [ZHAMBYL]


def test_every_figure_leads_to_as_many_rows(official):
    for n in range(7):
        make_cooperative(VILLAGE, name_ru=f"Кооператив {n}")
        make_instruction(state=InstructionState.DRAFT)
        value(source=None)
    found = official.client.get("/quality/").context["queues"]
    assert {queue.n for queue in found} == {7}
    for queue in found:
        assert len(queue.hits) == 5
        if queue.section.every:
            assert official.count(queue.address) == 7
        else:
            (alone,) = official.client.get(queue.address).context["queues"]
            assert alone.n == len(alone.hits) == 7


@pytest.fixture
def many(monkeypatch):
    """A queue of three pages."""
    monkeypatch.setattr("registry.section_views.PAGE_SIZE", 3)
    for n in range(7):
        make_program(name_ru=f"Программа {n}", slug=f"p{n}")


ALONE = "/quality/?queue=programs_without_owner"


def test_a_queue_by_itself_has_pages_that_show_each_row_once(official, many):
    pages = [queues(official, f"{ALONE}&page={n}")["programs_without_owner"] for n in (1, 2, 3)]
    assert pages == [[f"Программа {n}" for n in each] for each in ((0, 1, 2), (3, 4, 5), (6,))]
    assert official.get(ALONE).links["Next"] == f"{ALONE[len('/quality/') :]}&page=2"
    beyond = official.get(f"{ALONE}&page=4")
    assert beyond.status == 404
    assert "it has pages 1 to 3" in beyond.words


def test_a_queue_can_be_had_as_a_file(official, many):
    assert official.get(ALONE).links["CSV"] == "?queue=programs_without_owner&format=csv"
    response = official.client.get(f"{ALONE}&format=csv")
    head, *rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert re.match("Record[;,]Details[;,]Address", head)
    assert len(rows) == 7
    assert "http://testserver/programs/p0/" in rows[0]
    for kind in ("xlsx", "pdf"):
        assert official.client.get(f"{ALONE}&format={kind}").status_code == 200


def test_a_file_holds_no_more_than_it_may(official, many, settings):
    settings.EXPORT_MAX_ROWS = 6
    page = official.get(f"{ALONE}&format=csv")
    assert page.status == 400
    assert "holds at most 6 rows" in page.words


def test_an_empty_queue_says_so(official):
    page = official.get(ALONE)
    assert page.status == 200
    assert "Nothing to mend" in page.words
    assert official.get(f"{ALONE}&page=2").status == 404


def test_region_sees_its_own():
    for code in (AKMOLA, ZHAMBYL):
        make_cooperative(code, name_ru=code, bin=None)
        make_instruction(code, text=code, state=InstructionState.DRAFT)
        value(region=code, source=None)
    found = queues(Reader(make_user(Role.OFFICIAL, region=AKMOLA)))
    assert found["without_bin"] == found["without_executor"] == [AKMOLA]
    assert len(found["values_without_source_date"]) == 1


def test_those_who_may_are_led_to_the_form():
    cooperative = make_cooperative(AKMOLA)
    instruction = make_instruction(AKMOLA, state=InstructionState.DRAFT)
    forms = {
        Role.EDITOR: f"/admin/cooperatives/cooperative/{cooperative.pk}/change/",
        Role.CONTROLLER: f"/admin/instructions/instruction/{instruction.pk}/change/",
    }
    for role, form in forms.items():
        staff = Reader(make_user(role, region=AKMOLA, is_staff=True))
        page = staff.get("/quality/")
        mending = {href for words, href in page.links.items() if words.startswith("Mend")}
        assert mending == {form}
        assert staff.get(form).status == 200


def test_official_is_led_to_the_page_alone(official):
    cooperative = make_cooperative(AKMOLA, name_ru="Дала")
    page = official.get("/quality/")
    assert not [words for words in page.links if words.startswith("Mend")]
    assert page.links["Дала"] == f"/cooperatives/{cooperative.pk}/"


def test_who_cannot_mend_is_told_who_can(official):
    make_program(owner=None)
    told = "Put right by those whose territory it is, in the role: administrator, editor."
    assert told in official.get("/quality/?queue=programs_without_owner").words
    editor = Reader(make_user(Role.EDITOR, is_staff=True))
    assert told not in editor.get("/quality/?queue=programs_without_owner").words


def test_country_row_is_not_mended_by_a_region():
    make_funding(program=make_program(owner=make_organisation()))
    staff = Reader(make_user(Role.EDITOR, region=AKMOLA, is_staff=True))
    assert set(queues(staff)) == {"money_without_source_date"}
    page = staff.get("/quality/")
    assert not [words for words in page.links if words.startswith("Mend")]
    told = "None of those shown here is of your territory: they are put right at the republican level"
    assert told in page.words
    assert "Put right by those whose territory it is" not in page.words


def test_silent_region_is_mended_by_a_value():
    make_region(AKMOLA, tile_row=1, tile_column=1)
    staff = Reader(make_user(Role.EDITOR, region=AKMOLA, is_staff=True))
    form = staff.get("/quality/").link("^Mend")
    assert form == f"/admin/indicators/indicatorvalue/add/?region={AKMOLA}"
    assert staff.get(form).status == 200


@pytest.mark.parametrize(
    "query",
    ["queue=secrets", "queu=1", "queue=a&queue=b", "queue=%00", "page=1", "format=csv", "queue=wrong_bin&page=0",
     "queue=wrong_bin&page=x", "queue=wrong_bin&format=docx"],
)  # fmt: skip
def test_nonsense_is_named(official, query):
    page = official.get(f"/quality/?{query}")
    assert page.status == 400
    assert page.links["All queues"] == "/quality/"


def test_nobody_without_rights():
    assert Reader(make_user()).get("/quality/").status == 403
    assert queues(Reader(make_user(Role.EXECUTOR))) == {}


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_page_is_whole(language):
    make_cooperative()
    reader = Reader(make_user(Role.OFFICIAL), language)
    for path in ("/quality/", "/quality/?queue=wrong_bin", "/quality/?queue=without_bin", "/quality/?queue=x"):
        page = reader.get(path)
        check_whole(page, language)


def test_number_of_queries_does_not_grow_with_the_rows(official):
    counts = set()
    for n in (1, 20):
        for _ in range(n):
            make_cooperative()
            make_deadline(instruction=make_instruction(), due=None)
            value(source=None, as_of=None, period_label="за год")
        with CaptureQueriesContext(connection) as captured:
            assert official.get("/quality/").status == 200
        counts.add(len(captured))
    assert counts == {9}  # 4 for the session and rights, the role, БИН, disagreements, the numbers, the rows


def test_queues_have_distinct_names():
    every = list(quality.kinds(quality.Asked(make_user(is_superuser=True), TODAY)))
    assert len({section.name for section in every}) == len(every) == 13
    assert all(section.why and section.how for section in every)
