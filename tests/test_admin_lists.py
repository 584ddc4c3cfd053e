"""Lists of the admin: what they cost, what they find, the queues, and how choices are called."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programs.cooperatives.models import Cooperative
from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState
from programs.models import Connection, InformationSystem
from regions.models import RegionRenumbering
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_funding,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_user,
    make_value,
)  # fmt: skip
from tests.staff import filled, make_staff, page_of, sign_in


@pytest.fixture
def client(roles):
    return sign_in(make_staff())


def connection_row(n):
    system = InformationSystem.objects.create(name_ru=f"Система {n}", slug=f"s{n}")
    return Connection.objects.create(system=system, region=make_region(AKMOLA))


def instruction_row(n):
    instruction = make_instruction(AKMOLA, meeting=make_meeting(), program=make_program(), source=make_source())
    make_deadline(AKMOLA, instruction=instruction)
    return make_deadline(AKMOLA, instruction=instruction, role=ExecutorRole.CO).instruction


ROWS = {
    "instructions_instruction": instruction_row,
    "instructions_deadline": lambda n: make_deadline(
        AKMOLA, instruction=instruction_row(n), kind="interim", period_key="1"
    ),
    "programs_program": lambda n: make_program(owner=make_organisation(), source=make_source()),
    "programs_funding": lambda n: make_funding(AKMOLA, source=make_source()),
    "programs_connection": connection_row,
    "indicators_indicatorvalue": lambda n: make_value(AKMOLA, source=make_source()),
    "cooperatives_cooperative": lambda n: make_cooperative(AKMOLA, source=make_source()),
    "regions_region": lambda n: make_region(f"1101{n:05}"),
    "regions_organisation": lambda n: make_organisation(AKMOLA, parent=make_organisation()),
    "accounts_user": lambda n: make_user(region=AKMOLA, organisation=make_organisation()),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_list_costs_the_same_at_any_length(client, name):
    page, make = reverse(f"admin:{name}_changelist"), ROWS[name]
    make(1)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for n in range(2, 30):
        make(n)
    with CaptureQueriesContext(connection) as thirty:
        client.get(page)
    assert len(thirty) == len(one)


def choices(client, model, field, term):
    app_label, model_name = model.split(".")
    asked = {"app_label": app_label, "model_name": model_name, "field_name": field, "term": term}
    return [found["text"] for found in json.loads(client.get(reverse("admin:autocomplete"), asked).content)["results"]]


@pytest.fixture
def kostomar(db):
    make_region(AKMOLA, name_ru="Акмолинская область")
    make_region("114500000", name_ru="Ерейментауский район")
    make_region("114530000", name_ru="Ельтайский с.о.")
    make_region(ZHAMBYL, name_ru="Жамбылская область")
    make_region("314530000", name_ru="Другой с.о.")
    make_region("314530100", name_ru="Қостомар")
    return make_region("114530100", name_ru="Костомар")


def test_a_region_is_called_with_all_above_it(client, kostomar):
    offered = choices(client, "cooperatives.cooperative", "region", "костомар")
    assert "Костомар → Ельтайский с.о. → Ерейментауский район → Акмолинская область" in offered
    assert len(offered) == 2


def test_two_words_look_at_the_territories_above_as_well(client, kostomar):
    (found,) = choices(client, "cooperatives.cooperative", "region", "акмолинская КОСТОМАР")
    assert found.startswith("Костомар")


def test_a_code_finds_its_region_and_the_one_that_had_it_before(client, kostomar):
    RegionRenumbering.objects.create(old_code="114530109", region=kostomar)
    for code in ("114530100", "114530109"):
        assert len(choices(client, "cooperatives.cooperative", "region", code)) == 1


def test_what_is_retired_is_not_offered_and_stays_where_it_stands(client, kostomar):
    make_region("314530200", name_ru="Костомар", valid_to=timezone.localdate())  # its last day
    gone = make_region("314530300", name_ru="Костомар", valid_to=timezone.localdate() - timedelta(days=1))
    cooperative = make_cooperative(gone.pk)
    assert len(choices(client, "cooperatives.cooperative", "region", "костомар")) == 3
    assert client.post(page_of(cooperative), filled(client.get(page_of(cooperative)), product="Сүт")).status_code == 302
    assert Cooperative.objects.get().region == gone


def test_a_retired_organisation_is_not_offered(client):
    make_organisation(name_ru="Старый акимат", is_active=False)
    make_organisation(name_ru="Старый-новый акимат")
    assert len(choices(client, "instructions.deadline", "executor", "старый")) == 1


def test_calling_regions_costs_the_same_for_one_and_for_twenty(client, kostomar):
    with CaptureQueriesContext(connection) as one:
        choices(client, "cooperatives.cooperative", "region", "ерейментауский")
    for n in range(20):
        make_region(f"11453{n + 20:02}00", name_ru=f"Село {n}")
    with CaptureQueriesContext(connection) as twenty:
        assert len(choices(client, "cooperatives.cooperative", "region", "село")) == 20
    assert len(twenty) == len(one)


def test_the_chosen_region_is_called_with_all_above_it(client, kostomar):
    html = client.get(page_of(make_cooperative(kostomar.pk))).content.decode()
    assert "Костомар → Ельтайский с.о. → Ерейментауский район → Акмолинская область" in html


def test_cooperatives_of_one_name_are_told_apart(client, kostomar):
    make_cooperative(kostomar.pk, name_ru="Береке", bin="940140000385")
    assert choices(client, "cooperatives.support", "cooperative", "береке") == ["Береке, Костомар, 940140000385"]


@pytest.mark.parametrize("term", ["%00", "\x00", "ы" * 5000, "'\"(", "\\"])
def test_odd_terms_are_answered(client, kostomar, term):
    asked = {"app_label": "cooperatives", "model_name": "cooperative", "field_name": "region", "term": term}
    assert client.get(reverse("admin:autocomplete"), asked).status_code in (200, 400)


def found(client, model, **query):
    response = client.get(reverse(f"admin:{model}_changelist"), query)
    return set(response.context["cl"].result_list)


@pytest.mark.parametrize("words", ["КӨКШЕТАУ су", "кокшетау", "Су Көкшетау"])
def test_search_folds_letters(client, words):
    instruction = make_instruction(text="Обеспечить Көкшетау: СУ")
    make_instruction(text="Другое")
    assert found(client, "instructions_instruction", q=words) == {instruction}


def test_people_are_found_in_small_letters(client):
    user = make_user(last_name="Омаров", username="bolat")
    assert found(client, "accounts_user", q="омаров") == {user}


def test_a_deadline_is_found_by_its_executor_and_its_instruction(client):
    deadline = make_deadline(
        instruction=make_instruction(text="Паводок"), executor=make_organisation(name_ru="Акимат Ұлытау")
    )
    make_deadline()
    for words in ("паводок", "улытау", "улытау паводок"):
        assert found(client, "instructions_deadline", q=words) == {deadline}


def test_the_queues_of_deadlines(client, today):
    overdue = make_deadline(due=date(2026, 3, 1))
    soon = make_deadline(due=TODAY)
    undated = make_deadline(due=None)
    review = make_deadline(state=DeadlineState.REPORTED)
    late = make_deadline(due=date(2026, 2, 1), reported_on=date(2026, 2, 5), state=DeadlineState.FULFILLED)
    for queue, rows in {
        "overdue": {overdue}, "soon": {soon}, "no_date": {undated}, "review": {review}, "late": {overdue, late}
    }.items():  # fmt: skip
        assert found(client, "instructions_deadline", queue=queue) == rows


def test_the_queues_of_instructions(client):
    undated = make_deadline(due=None).instruction
    make_deadline()
    alone = make_instruction(state=InstructionState.DRAFT)
    assert found(client, "instructions_instruction", queue="no_executor") == {alone}
    assert found(client, "instructions_instruction", queue="no_date") == {undated}


def test_the_front_page_leads_to_the_queues(client, today):
    make_deadline(due=date(2026, 3, 1))
    shortcuts = client.get(reverse("admin:index")).context["app_list"][0]["models"][:4]
    assert str(shortcuts[0]["name"]) == "Просрочено на сегодня"
    for model in shortcuts:
        assert client.get(model["admin_url"]).status_code == 200


def test_an_estimated_day_of_issue_is_marked(client):
    instruction = make_instruction(issued_on_is_estimate=True, issued_on_note="По дате публикации")
    html = client.get(reverse("admin:instructions_instruction_changelist")).content.decode()
    assert 'title="По дате публикации">≈ 31.01.2026' in html
    assert 'name="issued_on_is_estimate"' in client.get(page_of(instruction)).content.decode()


def test_a_loaded_instruction_is_not_accused(client, today):
    """Nothing was heard since a public text: the list says so beside "overdue"."""
    instruction = make_instruction(ref="x", source=make_source())
    make_deadline(instruction=instruction, due=date(2026, 2, 1))
    html = client.get(reverse("admin:instructions_deadline_changelist")).content.decode()
    assert "исполнение источником не сообщается" in html


def test_rows_of_one_territory(client):
    own = make_funding("111100000")
    national = make_funding()
    make_funding(ZHAMBYL)
    assert found(client, "programs_funding", under=AKMOLA) == {own}
    assert found(client, "programs_funding", under="000000000") == {national}


def test_those_from_a_meeting(client):
    instruction = make_instruction(meeting=make_meeting())
    make_instruction()
    html = client.get(page_of(instruction.meeting)).content.decode()
    address = f"{reverse('admin:instructions_instruction_changelist')}?meeting__id__exact={instruction.meeting_id}"
    assert address in html
    assert set(client.get(address).context["cl"].result_list) == {instruction}
