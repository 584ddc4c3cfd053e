"""What the admin refuses: the message stands at the field, in the reader's language, and nothing is saved."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.cooperatives.models import Cooperative
from programs.instructions.choices import DeadlineState, InstructionState
from programs.instructions.models import Deadline, Instruction
from programs.models import Connection, Funding, InformationSystem, Source
from regions.models import Organisation, OrganisationGroup, OrganisationGroupMember, Region
from registry.admin.base import HELD
from registry.admin.chooser import NO_SUCH_CHOICE
from registry.constraints import MEANWHILE, broken_rule
from tests.factories import (
    AKMOLA,
    TODAY,
    make_cooperative,
    make_deadline,
    make_funding,
    make_instruction,
    make_organisation,
    make_program,
    make_region,
    make_source,
)  # fmt: skip
from tests.staff import errors_at, filled, in_russian, make_staff, page_of, sealed, sign_in

ONE_LEAD = _("There is a lead executor for this period already: make the others co-executors.")
ONCE = _("This executor has a deadline of this kind and period already.")
BEFORE_ISSUE = _("The last day is before the instruction was issued, %(issued_on)s.")
WRONG_BIN = _("The check digit of the БИН is wrong: look for a mistyped digit.")


@pytest.fixture
def client(roles):
    make_region(AKMOLA)
    return sign_in(make_staff())


def post(client, record_or_model, **changes):
    """Sends the change form of a record, or the add form of a model, with `changes`."""
    is_record = not isinstance(record_or_model, type)
    page = page_of(record_or_model, "change" if is_record else "add")
    return client.post(page, filled(client.get(page), **changes))


def row(n, executor, **fields):
    """One more executor in the form of an instruction; TOTAL_FORMS is the caller's."""
    fields = {"executor": executor.pk, "role": "co", "kind": "final", "period_key": "", "due": ""} | fields
    return {f"deadlines-{n}-{name}": value for name, value in fields.items()}


def draft(**fields):
    return make_instruction(state=InstructionState.DRAFT, **fields)


# --- One record -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Organisation, Cooperative])
def test_a_bin_with_a_wrong_digit(client, model):
    response = post(client, model, name_ru="К", kind="other", region=AKMOLA, bin="940140000386")
    assert errors_at(response)["bin"] == [in_russian(WRONG_BIN)]
    assert not model.objects.exists()


def test_a_bin_that_is_taken(client):
    first = make_cooperative(AKMOLA, bin="940140000385")
    response = post(client, Cooperative, name_ru="К", region=AKMOLA, bin=first.bin)
    assert errors_at(response) == {"bin": [in_russian(_("Another cooperative has this БИН."))]}


@pytest.mark.parametrize("code", ["999999999", "110000001", "x", "123456789012345678901234567890", "11000000'"])
def test_a_code_not_in_kato(client, code):
    response = post(client, Cooperative, name_ru="К", region=code)
    assert errors_at(response) == {"region": [in_russian(NO_SUCH_CHOICE)]}
    assert not Cooperative.objects.exists()


@pytest.mark.parametrize("key", ["x", "123456789012345678901234567890", "-1"])
def test_a_forged_key_of_another_record(client, key):
    response = post(client, Funding, program=key, purpose="Ц", region=AKMOLA, stage="plan", amount="5", source=key)
    assert errors_at(response).keys() == {"program", "source"}


def test_parts_above_their_whole(client):
    program = make_program()
    whole = make_funding(AKMOLA, program=program, amount=Decimal(100))
    make_funding(AKMOLA, program=program, amount=Decimal(70), part_of=whole)
    given = {"program": program.pk, "purpose": "Часть", "region": AKMOLA, "stage": "plan", "part_of": whole.pk}
    response = post(client, Funding, amount="31", **given)
    message = _("The parts would add up to %(sum)s tenge, more than their whole of %(whole)s.")
    assert errors_at(response) == {"amount": [in_russian(message, sum="101", whole="100")]}
    assert Funding.objects.count() == 2
    assert post(client, Funding, amount="30", **given).status_code == 302


def test_a_whole_below_its_parts(client):
    program = make_program()
    whole = make_funding(AKMOLA, program=program, amount=Decimal(100))
    make_funding(AKMOLA, program=program, amount=Decimal(70), part_of=whole)
    assert errors_at(post(client, whole, amount="69")).keys() == {"amount"}
    whole.refresh_from_db()
    assert whole.amount == 100


def test_a_rule_about_two_fields_is_said_at_the_one_filled_last(client):
    response = post(client, Source, title="И", published_on="", published_note="", language="ru")
    message = _("Give the date of publication, or say why it is not known.")
    assert errors_at(response) == {"published_note": [in_russian(message)]}


def test_a_rule_over_an_expression_is_said_at_its_first_field(client):
    system = InformationSystem.objects.create(name_ru="С", slug="s")
    Connection.objects.create(system=system, region_id=AKMOLA)
    response = post(client, Connection, system=system.pk, region=AKMOLA, state="testing")
    assert errors_at(response) == {"system": [in_russian(_("This region has a row for this system already."))]}


def test_a_rule_with_a_field_that_is_not_in_the_form(client):
    """Django leaves such rules to the database; here the form knows them: on control an instruction has its day."""
    instruction = make_instruction()
    response = post(client, instruction, issued_on="", issued_on_note="")
    assert errors_at(response).keys() == {"issued_on_note"}
    instruction.refresh_from_db()
    assert instruction.issued_on is not None


@pytest.mark.parametrize("code", ["1234567890", "12345678", "abcdefghi", "", "11000000\u0661"])
def test_a_malformed_code(client, code):
    response = post(client, Region, name_ru="Село", code=code, kind="village", parent=AKMOLA)
    assert "code" in errors_at(response)


def test_a_territory_is_part_of_the_one_its_code_names(client):
    response = post(client, Region, name_ru="Село", code="311111111", kind="village", parent=AKMOLA)
    assert errors_at(response).keys() == {"parent"}
    assert post(client, Region, name_ru="Район", code="111100000", kind="district", parent=AKMOLA).status_code == 302
    assert Region.objects.get(pk="111100000").level == 2


# --- Rows of one record -----------------------------------------------------------------------------------------------


@pytest.fixture
def executors(client):
    return [make_organisation(AKMOLA) for _n in range(3)]


def test_two_leads_on_a_new_instruction(client, executors):
    rows = row(0, executors[0], role="lead") | row(1, executors[1], role="lead")
    response = post(client, Instruction, text="Т", **rows, **{"deadlines-TOTAL_FORMS": 2})
    assert errors_at(response) == {"1-role": [in_russian(ONE_LEAD)]}
    assert not Instruction.objects.exists()


def test_two_leads_for_different_periods(client, executors):
    rows = row(0, executors[0], role="lead") | row(1, executors[1], role="lead", kind="interim", period_key="1")
    assert post(client, Instruction, text="Т", **rows, **{"deadlines-TOTAL_FORMS": 2}).status_code == 302
    assert Deadline.objects.count() == 2


def test_a_second_lead_beside_a_stored_one(client, executors):
    instruction = draft()
    make_deadline(instruction=instruction, executor=executors[0], state=DeadlineState.DRAFT)
    rows = row(1, executors[1], role="lead")
    response = post(client, instruction, text="Другой", **rows, **{"deadlines-TOTAL_FORMS": 2})
    assert errors_at(response) == {"1-role": [in_russian(ONE_LEAD)]}
    instruction.refresh_from_db()
    assert (instruction.text != "Другой", instruction.deadlines.count()) == (True, 1)


def test_a_second_lead_beside_an_issued_one(client, executors):
    """The issued row is not a form of the page, and is counted all the same."""
    instruction = make_instruction()
    make_deadline(instruction=instruction, executor=executors[0])
    rows = _second(row(0, executors[1], role="lead"))
    response = post(client, instruction, **rows, **{"deadlines-2-TOTAL_FORMS": 1})
    assert errors_at(response) == {"0-role": [in_russian(ONE_LEAD)]}
    assert instruction.deadlines.count() == 1


def _second(rows):
    """An issued instruction has two tables of deadlines; new rows go into the second."""
    return {name.replace("deadlines-", "deadlines-2-"): value for name, value in rows.items()}


def test_a_cancelled_lead_stands_in_nobodys_way(client, executors):
    instruction = make_instruction()
    make_deadline(instruction=instruction, executor=executors[0], state=DeadlineState.CANCELLED)
    rows = _second(row(0, executors[0], role="lead", due="05.03.2026"))
    assert post(client, instruction, **rows, **{"deadlines-2-TOTAL_FORMS": 1}).status_code == 302
    assert instruction.deadlines.count() == 2


@pytest.mark.parametrize("stored", [True, False])
def test_one_executor_twice(client, executors, stored):
    instruction = draft()
    if stored:
        make_deadline(instruction=instruction, executor=executors[0], state=DeadlineState.DRAFT, role="co")
        rows = row(1, executors[0])
    else:
        rows = row(0, executors[0]) | row(1, executors[0])
    response = post(client, instruction, **rows, **{"deadlines-TOTAL_FORMS": 2})
    assert errors_at(response) == {"1-executor": [in_russian(ONCE)]}
    assert instruction.deadlines.count() == stored


def test_the_lead_changes_hands_in_one_form(client, executors):
    """What counts is how the rows will stand together, not what is stored while one of them is looked at."""
    instruction = draft()
    for role, executor in zip(("lead", "co"), executors, strict=False):
        make_deadline(instruction=instruction, executor=executor, role=role, state=DeadlineState.DRAFT)
    changes = {"deadlines-0-role": "co", "deadlines-1-role": "lead"}
    assert post(client, instruction, **changes).status_code == 302
    assert list(instruction.deadlines.order_by("pk").values_list("role", flat=True)) == ["co", "lead"]


def test_the_lead_changes_hands_the_other_way_round(client, executors):
    instruction = draft()
    for role, executor in zip(("co", "lead"), executors, strict=False):
        make_deadline(instruction=instruction, executor=executor, role=role, state=DeadlineState.DRAFT)
    assert post(client, instruction, **{"deadlines-0-role": "lead", "deadlines-1-role": "co"}).status_code == 302
    assert list(instruction.deadlines.order_by("pk").values_list("role", flat=True)) == ["lead", "co"]


def test_the_lead_is_taken_out_and_another_row_takes_its_place(client, executors):
    instruction = draft()
    for role, executor in zip(("co", "lead"), executors, strict=False):
        make_deadline(instruction=instruction, executor=executor, role=role, state=DeadlineState.DRAFT)
    changes = {"deadlines-0-role": "lead", "deadlines-1-DELETE": "on"}
    assert post(client, instruction, **changes).status_code == 302
    assert list(instruction.deadlines.values_list("role", flat=True)) == ["lead"]


def test_an_executor_taken_out_may_be_named_anew(client, executors):
    instruction = draft()
    make_deadline(instruction=instruction, executor=executors[0], state=DeadlineState.DRAFT)
    changes = {"deadlines-0-DELETE": "on", "deadlines-TOTAL_FORMS": 2} | row(1, executors[0], role="lead")
    assert post(client, instruction, **changes).status_code == 302
    assert instruction.deadlines.count() == 1


@pytest.mark.parametrize("is_new", [True, False])
def test_a_last_day_before_the_issue(client, executors, is_new):
    rows = row(0, executors[0], role="lead", due="01.03.2026") | {"deadlines-TOTAL_FORMS": 1}
    target = Instruction if is_new else draft()
    response = post(client, target, text="Т", issued_on="02.03.2026", **rows)
    assert errors_at(response) == {"0-due": [in_russian(BEFORE_ISSUE, issued_on="02.03.2026")]}
    assert not Deadline.objects.exists()


def test_a_day_of_issue_after_a_deadline_that_is_issued(client):
    deadline = make_deadline()
    response = post(client, deadline.instruction, issued_on="03.03.2026")
    assert errors_at(response).keys() == {"issued_on"}


def test_an_interim_deadline_names_its_period(client, executors):
    response = post(client, draft(), **row(0, executors[0], kind="interim"), **{"deadlines-TOTAL_FORMS": 1})
    assert errors_at(response).keys() == {"0-period_key"}


def test_one_member_twice_in_a_group(client, executors):
    group = OrganisationGroup.objects.create(name_ru="Г")
    OrganisationGroupMember.objects.create(group=group, organisation=executors[0])
    response = post(client, group, **{"memberships-1-organisation": executors[0].pk, "memberships-TOTAL_FORMS": 2})
    assert errors_at(response) == {"1-organisation": [in_russian(_("This organisation is in the group already."))]}


def test_every_mistake_of_a_page_is_said_at_once(client, executors):
    rows = (
        row(0, executors[0], role="lead") | row(1, executors[1], role="lead") | row(2, executors[2], due="01.01.2020")
    )
    response = post(client, draft(issued_on=TODAY), **rows, **{"deadlines-TOTAL_FORMS": 3})
    assert errors_at(response).keys() == {"1-role", "2-due"}


# --- What only the write meets ----------------------------------------------------------------------------------------


def test_a_rule_met_by_the_write_alone(client, monkeypatch, executors):
    """As when somebody else named a lead after the form had been checked: the database refuses, the form says why."""
    instruction = draft()
    make_deadline(instruction=instruction, executor=executors[0], state=DeadlineState.DRAFT)
    monkeypatch.setattr("registry.admin.forms.RegistryFormSet._check_across", lambda *args: None)
    response = post(client, instruction, **row(1, executors[1], role="lead"), **{"deadlines-TOTAL_FORMS": 2})
    assert response.context["adminform"].form.non_field_errors() == [in_russian(ONE_LEAD)]
    assert instruction.deadlines.count() == 1


def test_a_record_others_refer_to_is_not_deleted(client, monkeypatch):
    source = make_source()
    make_cooperative(AKMOLA, source=source)
    seals = sealed(source)
    assert client.post(page_of(source, "delete"), {"post": "yes"} | seals).status_code == 200
    monkeypatch.setattr("registry.admin.base.deletion_of", lambda *args: ([], {}, set(), []))  # it came meanwhile
    response = client.post(page_of(source, "delete"), {"post": "yes"} | seals, follow=True)
    assert [str(message) for message in response.context["messages"]] == [in_russian(HELD)]
    sent = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"} | seals
    response = client.post(reverse("admin:programs_source_changelist"), sent, follow=True)
    assert [str(message) for message in response.context["messages"]] == [in_russian(HELD)]
    assert Source.objects.exists()


@pytest.mark.parametrize(
    ("write", "field"),
    [
        (
            lambda: make_deadline(due=None, role="x", state=DeadlineState.FULFILLED, reported_on=TODAY, closed_on=None),
            "closed_on",
        ),
        (lambda: [make_organisation(bin="940140000385") for _n in range(2)], "bin"),
        (lambda: [make_source(url="https://x.kz/") for _n in range(2)], "url"),
        (lambda: [Region.objects.create(**_tile(code)) for code in ("150000000", "190000000")], "tile_row"),
    ],
)
def test_the_rule_behind_a_database_error_is_found(db, write, field):
    with pytest.raises(IntegrityError) as caught:
        write()
    rule = broken_rule(caught.value)
    assert field in rule.fields
    assert rule.message != MEANWHILE


def _tile(code):
    return {
        "code": code,
        "level": 1,
        "kind": "oblast",
        "name_ru": "О",
        "parent": make_region(),
        "tile_row": 1,
        "tile_column": 1,
    }


def test_an_error_without_a_rule_is_said_in_general(db):
    with pytest.raises(IntegrityError) as caught, connection.cursor() as cursor:
        cursor.execute("INSERT INTO programs_source (title) VALUES (NULL)")
    assert broken_rule(caught.value).message == MEANWHILE
