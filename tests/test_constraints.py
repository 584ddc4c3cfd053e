"""What one row can prove is refused by the database as well as told at the form."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programs.choices import ConnectionState
from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole
from programs.instructions.models import Deadline, Extension, Report
from programs.models import Connection, InformationSystem
from registry.models import StaleRecord
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
    make_value,
)

pytestmark = pytest.mark.django_db


def refused_by_both(record, code: str):
    """`full_clean` says it in words, and the database refuses the row that goes past it."""
    with pytest.raises(ValidationError):
        record.full_clean()
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        record.save()


def test_one_deadline_per_executor_kind_and_period():
    first = make_deadline()
    again = Deadline(instruction=first.instruction, executor=first.executor, role=ExecutorRole.CO)
    with pytest.raises(ValidationError):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_cancelled_deadline_makes_room():
    first = make_deadline(state=DeadlineState.CANCELLED)
    make_deadline(instruction=first.instruction, executor=first.executor)


def test_one_lead_per_period():
    first = make_deadline()
    second = Deadline(instruction=first.instruction, executor=make_organisation(), role=ExecutorRole.LEAD)
    with pytest.raises(ValidationError):
        second.full_clean()
    make_deadline(instruction=first.instruction, role=ExecutorRole.CO)
    make_deadline(instruction=first.instruction, kind=DeadlineKind.INTERIM, period_key="1")


def test_a_periodic_deadline_names_its_period():
    deadline = make_deadline()
    deadline.kind = DeadlineKind.PERIODIC
    refused_by_both(deadline, "deadline_period_by_kind")


@pytest.mark.parametrize(
    ("state", "fields", "code"),
    [
        (DeadlineState.OPEN, {"reported_on": TODAY}, "deadline_open_is_unreported"),
        (DeadlineState.REPORTED, {"reported_on": None}, "deadline_reported_is_dated"),
        (DeadlineState.FULFILLED, {"reported_on": TODAY, "closed_on": None}, "deadline_closed_is_dated"),
        (DeadlineState.OPEN, {"closed_on": TODAY}, "deadline_closed_is_dated"),
    ],
)
def test_state_and_dates_go_together(state, fields, code):
    deadline = make_deadline()
    deadline.state = state
    for name, value in fields.items():
        setattr(deadline, name, value)
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        deadline.save()


def test_due_before_the_issue_is_told_at_the_field():
    deadline = make_deadline(instruction=make_instruction(issued_on=TODAY))
    deadline.due = date(2026, 3, 1)
    with pytest.raises(ValidationError) as caught:
        deadline.full_clean()
    assert set(caught.value.message_dict) == {"due"}


def test_an_estimated_date_says_what_it_rests_on():
    instruction = make_instruction()
    instruction.issued_on_is_estimate = True
    refused_by_both(instruction, "instruction_estimate_explained")
    instruction.issued_on_note = "по тексту: «в ноябре прошлого года»"
    instruction.full_clean()


def test_one_pending_report_and_request():
    deadline = make_deadline()
    for _ in range(2):
        report = Report(deadline=deadline, text="Сделано", submitted_by="А", submitted_on=TODAY)
        request = Extension(deadline=deadline, asked_by="А", asked_on=TODAY, reason="Мало", new_due=TODAY)
        if not deadline.reports.exists():
            report.save()
            request.save()
    refused_by_both(report, "report")
    refused_by_both(request, "extension")


def test_parts_of_funding_stay_within_their_whole():
    program = make_program()
    whole = make_funding(program=program, amount=Decimal(100))
    make_funding(program=program, amount=Decimal(60), part_of=whole)
    with pytest.raises(ValidationError) as caught:
        make_funding(program=program, amount=Decimal(41), part_of=whole).full_clean()
    assert set(caught.value.message_dict) == {"amount"}
    whole.amount = Decimal(59)
    with pytest.raises(ValidationError) as caught:
        whole.full_clean()
    assert caught.value.message_dict.keys() == {"amount"}


def test_a_part_belongs_to_the_programme_of_its_whole():
    whole = make_funding()
    part = make_funding()
    part.part_of = whole
    with pytest.raises(ValidationError) as caught:
        part.full_clean()
    assert set(caught.value.message_dict) == {"part_of"}


def test_one_value_per_source_region_and_period():
    source = make_source()
    value = make_value(source=source)
    value.pk, value._state.adding = None, True
    refused_by_both(value, "indicator_value_once")


def test_a_region_below_the_country_has_a_parent():
    region = make_region(AKMOLA)
    region.parent = None
    refused_by_both(region, "region_parent_by_level")


def test_connected_since_when():
    system = InformationSystem.objects.create(slug="s", name_ru="Система")
    connection = Connection.objects.create(system=system, region=make_region(AKMOLA))
    connection.state = ConnectionState.CONNECTED
    refused_by_both(connection, "connection_dated")


def test_an_unknown_bin_is_null_so_that_two_may_be_unknown():
    for cooperative in (make_cooperative(), make_cooperative()):
        cooperative.bin = ""
        cooperative.full_clean()
        cooperative.save()
        assert cooperative.bin is None


def test_an_edit_never_overwrites_one_it_has_not_seen():
    first = make_organisation()
    second = type(first).objects.get(pk=first.pk)
    first.note = "первый"
    first.save()
    second.note = "второй"
    with pytest.raises(StaleRecord):
        second.save()
    second.refresh_from_db()
    assert (second.note, second.version) == ("первый", 2)


def test_history_keeps_who_and_what():
    organisation = make_organisation(name_ru="Было")
    organisation.name_ru = "Стало"
    organisation.save()
    assert [row.name_ru for row in organisation.history.all()] == ["Стало", "Было"]
    assert "search_text" not in {field.name for field in organisation.history.model._meta.fields}
