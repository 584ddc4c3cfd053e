"""Discipline of a period: counts with their shares, each count a link to as many rows, mistakes in the address told."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.instructions import services
from programs.instructions.choices import AccessMark, ExecutorRole
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_organisation,
    make_program,
    make_source,
    make_user,
)
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]

BEFORE = date(2026, 2, 20)  # in the quarter of TODAY
FIGURES = ("all", "fell_due", "in_time", "late", "silent")
BYS = ("executor", "region", "program", "controller")


@pytest.fixture
def official():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def quarter():
    """Every fate, several executors, with and without programme and controller."""
    told = make_instruction(program=make_program(name_ru="Ауыл аманаты"), controller=make_user(first_name="Айгерим"))
    akmola = make_organisation("114600000", name_ru="Акимат Акмолы")
    make_deadline(executor=akmola, instruction=told, due=BEFORE, state="fulfilled", reported_on=BEFORE)
    make_deadline(executor=akmola, due=BEFORE, due_original=BEFORE - timedelta(days=9), state="reported")
    make_deadline(executor=akmola, due=BEFORE - timedelta(days=2))
    make_deadline(ZHAMBYL, instruction=told, due=BEFORE, role=ExecutorRole.CO)
    make_deadline(ZHAMBYL, due=TODAY)
    make_deadline(ZHAMBYL, due=BEFORE, state="cancelled", closed_on=BEFORE + timedelta(days=1))
    make_deadline(ZHAMBYL, due=BEFORE, state="cancelled", closed_on=BEFORE)
    make_deadline(executor=make_organisation(name_ru="Минсельхоз"), due=BEFORE)
    make_deadline(AKMOLA, due=date(2025, 12, 31))
    make_deadline(AKMOLA, due=None)


def table(reader, **query):
    """Figures by name of the line; the total is the last."""
    response = reader.client.get("/discipline/", query)
    assert response.status_code == 200
    lines = response.context["lines"]
    lines = [*lines, response.context["total"]] if lines else []
    return {line.name: {cell.name: cell for cell in line.cells} for line in lines}


def test_figures_of_the_current_quarter(official, quarter):
    got = {name: [cell.value for cell in cells.values()] for name, cells in table(official, by="region").items()}
    assert list(got) == ["Регион 310000000", "central bodies", "Регион 110000000", "Total"]
    strict, common, days = 66.7, 66.7, 12
    assert [float(value) for value in got["Регион 110000000"]] == [3, 3, 2, 1, 0, strict, common, days, 0, 0]
    assert got["Total"][:4] == [7, 6, 2, 4]


def test_the_worst_come_first_and_any_column_sorts(official, quarter):
    assert list(table(official, by="region"))[:3] == ["Регион 310000000", "central bodies", "Регион 110000000"]
    by_name = ["central bodies", "Регион 110000000", "Регион 310000000"]
    assert list(table(official, by="region", ordering="name"))[:3] == by_name
    assert list(table(official, by="region", ordering="-name"))[:3] == by_name[::-1]
    assert next(iter(table(official, by="region", ordering="-in_time"))) == "Регион 110000000"
    page = official.get("/discipline/?by=region&ordering=-in_time")
    assert "ordering=in_time" in page.link("In time ↓")
    assert page.has("th", **{"aria-sort": "descending"})
    assert page.fields["ordering"] == "-in_time"  # another period keeps it


def test_lines_without_data_are_last_either_way(official):
    make_deadline(AKMOLA, due=BEFORE)
    make_deadline(ZHAMBYL, due=TODAY)  # in work: no strict share yet
    for ordering in ("strict", "-strict"):
        assert list(table(official, by="region", ordering=ordering))[1] == "Регион 310000000"


def test_page_tells_how_many_late_ones_the_source_says_nothing_of(official):
    make_deadline(due=BEFORE)
    assert "published text" not in official.get("/discipline/").words
    make_deadline(instruction=make_instruction(ref="i-1", source=make_source()), due=BEFORE)
    assert "1 late deadline is known from a published text" in official.get("/discipline/").words
    assert table(official)["Total"]["silent"].value == 1


def test_page_says_how_each_share_is_counted(official, quarter):
    page = official.get("/discipline/")
    assert "between 01.01.2026 and 02.03.2026, as of 02.03.2026" in page.words
    assert "Strict share: reported in time out of all whose last day has passed." in page.words
    assert page.has("td", **{"data-label": "Strict share, %"})
    assert "12.0 (8.0)" in page.words  # calendar and working days
    assert page.fields.items() >= {"from": "2026-01-01", "to": "2026-03-02", "by": "executor", "base": "due"}.items()


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("base", ["due", "due_original"])
def test_every_count_leads_to_as_many_rows(official, quarter, by, base):
    lines = table(official, by=by, base=base)
    followed = 0
    for cells in lines.values():
        for cell in (cells[name] for name in FIGURES):
            assert bool(cell.address) == bool(cell.value)
            if cell.address:
                assert official.count(cell.address) == cell.value, cell.address
                followed += 1
    assert followed > len(FIGURES)
    assert lines["Total"]["all"].value == sum(cells["all"].value for cells in lines.values()) / 2


def test_extensions_and_returns_lead_to_their_deadlines(official):
    deadline = make_deadline(due=TODAY)
    make_deadline(due=TODAY)
    extension = services.request_extension(deadline=deadline, new_due=date(2026, 3, 16), reason="x", by="А", on=TODAY)
    services.grant_extension(extension=extension, by="А", on=TODAY)
    for _n in range(2):
        report = services.submit_report(deadline=deadline, text="x", by="А", on=TODAY)
        services.return_report(report=report, by="А", on=TODAY, reason="x")
    total = table(official, to="2026-03-31")["Total"]
    assert (total["extensions"].value, total["returns"].value) == (1, 2)
    for name in ("extensions", "returns"):
        rows = official.client.get(total[name].address).context["rows"]
        assert [row.deadline for row in rows] == [deadline]


def test_each_part_of_the_question_can_be_taken_off_the_list(official, quarter):
    page = official.get(table(official)["Total"]["late"].address)
    for label in ("figure of discipline", "figure of discipline from", "figure of discipline against"):
        assert official.get("/deadlines/" + page.link(f"“{label}”").partition("/deadlines/")[2]).status == 200


def test_another_period(official, quarter):
    assert table(official, **{"from": "2025-10-01", "to": "2025-12-31"})["Total"]["all"].value == 1
    assert table(official, to="2025-12-31")["Total"]["all"].value == 1  # from the beginning of that quarter


def test_an_empty_period_leads_to_the_last_twelve_months(official):
    make_deadline(due=TODAY - timedelta(days=300))
    page = official.get("/discipline/")
    assert "No data" in page.words
    found = official.get("/discipline/" + page.link("The last twelve months"))
    assert "No data" not in found.words
    assert "The last twelve months" not in found.words


def test_no_rows_is_no_data(official):
    page = official.get("/discipline/")
    assert "No data: no deadline has its last day in this period." in page.words
    make_deadline(due=TODAY)  # in work: nothing fell due yet
    cells = table(official)["Total"]
    assert (cells["strict"].value, cells["mean_days_late"].value) == (None, None)
    assert "no data" in official.get("/discipline/").words


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("form=2026-01-01", "There is no parameter “form” here."),
        ("from=yesterday", "A date such as 2026-03-31 is expected."),
        ("to=2026-02-30", "A date such as 2026-03-31 is expected."),
        ("by=week", "This is not one of the values allowed here."),
        ("ordering=key", "This is not one of the values allowed here."),
        ("base=raw_due", "This is not one of the values allowed here."),
        ("by=region&by=program", "“by” is given more than once."),
        ("from=2026-03-02&to=2026-03-01", "The period begins after its end."),
        ("from=%00", "A date such as 2026-03-31 is expected."),
    ],
)
def test_mistake_in_the_address_is_told(official, quarter, query, said):
    page = official.get(f"/discipline/?{query}")
    assert page.status == 400
    assert said in page.words
    assert not page.has("table")


def test_blank_fields_are_dropped(official):
    response = official.client.get("/discipline/?from=&by=region&to=")
    assert (response.status_code, response["Location"]) == (302, "/discipline/?by=region")


def test_who_sees_what(quarter):
    bolat = Reader(make_user(Role.OFFICIAL, AKMOLA))
    assert list(table(bolat, by="region")) == ["Регион 110000000", "Total"]
    names = set(table(bolat, by="controller"))
    assert "Айгерим" not in str(names) or "Айгерим" in names
    assert Reader(make_user()).get("/discipline/").status == 403
    assert Reader().client.get("/discipline/").status_code == 302
    assert table(Reader(make_user(Role.OFFICIAL, region=None))) == {}


def test_controller_of_another_region_is_not_named():
    far = make_user(region=ZHAMBYL, first_name="Далёкая")
    make_deadline(AKMOLA, due=BEFORE, instruction=make_instruction(controller=far))
    lines = table(Reader(make_user(Role.OFFICIAL, AKMOLA)), by="controller")
    assert list(lines) == ["controller of another region", "Total"]
    assert lines["controller of another region"]["all"].address == ""


def test_restricted_instructions_are_left_out(official):
    make_deadline(due=BEFORE, instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    assert table(Reader(make_user(Role.OFFICIAL, is_superuser=True))) == table(official) == {}


def test_page_is_in_the_menu(official):
    page = official.get("/discipline/")
    assert page.links["Discipline"] == "/discipline/"
    assert page.has("a", href="/discipline/", **{"aria-current": "page"})


@pytest.mark.parametrize("by", BYS)
def test_number_of_queries_does_not_grow(official, by):
    def queries():
        with CaptureQueriesContext(connection) as found:
            table(official, by=by)
        return len(found)

    make_deadline(AKMOLA, due=BEFORE, instruction=make_instruction(program=make_program(), controller=make_user()))
    at_one = queries()
    for _n in range(30):
        instruction = make_instruction(program=make_program(), controller=make_user())
        make_deadline(ZHAMBYL, due=BEFORE, instruction=instruction)
    assert queries() == at_one <= 12


def test_names_are_escaped(official):
    make_deadline(due=BEFORE, executor=make_organisation(name_ru="<script>1</script>"))
    assert not re.search("<script>1", official.get("/discipline/").html)


# The past


def test_overdue_on_a_past_day_is_rebuilt_from_the_acts(official):
    issued = TODAY - timedelta(days=30)
    instruction = make_instruction(state="draft", issued_on=issued)
    services.add_executors(
        instruction=instruction, executors=[make_organisation()], role="lead", by="А", on=issued, due=BEFORE
    )
    services.issue_instruction(instruction=instruction, by="А", on=issued)
    reported = BEFORE + timedelta(days=3)
    services.submit_report(deadline=instruction.deadlines.get(), text="x", by="А", on=reported)
    days = [
        BEFORE,
        BEFORE + timedelta(days=1),
        reported - timedelta(days=1),
        reported,
        TODAY,
        TODAY + timedelta(days=9),
    ]
    counts = [official.count("/deadlines/", {"overdue_on": day.isoformat()}) for day in days]
    assert counts == [0, 1, 1, 0, 0, 0]
