from datetime import date

import pytest
from django.core.management import CommandError, call_command

from programs.instructions import services
from programs.instructions.choices import AccessMark, ExecutorRole
from programs.instructions.models import MonthEnd
from tests.factories import make_instruction, make_organisation

pytestmark = pytest.mark.django_db
MONTH = date(2026, 1, 31)


def issued(executor, due, **fields):
    instruction = make_instruction(state="draft", issued_on=date(2026, 1, 5), **fields)
    services.add_executors(
        instruction=instruction, executors=[executor], role=ExecutorRole.LEAD, by="А", on=date(2026, 1, 5), due=due
    )
    services.issue_instruction(instruction=instruction, by="А", on=date(2026, 1, 5))
    return instruction.deadlines.get()


def test_a_month_is_counted_as_its_last_day_left_it():
    executor = make_organisation()
    for due in (date(2026, 1, 20), date(2026, 1, 20), date(2026, 1, 31), date(2026, 2, 20)):
        deadline = issued(executor, due)
    services.submit_report(deadline=deadline, text="x", by="А", on=date(2026, 1, 25))
    late = executor.deadlines.order_by("pk").first()
    services.submit_report(deadline=late, text="x", by="А", on=date(2026, 2, 3))  # after the month: does not show in it
    issued(executor, date(2026, 1, 20), access_mark=AccessMark.RESTRICTED)
    assert services.close_month(month=date(2026, 1, 10)) == 1
    row = MonthEnd.objects.get()
    assert (row.month, row.organisation) == (MONTH, executor)
    assert (row.in_work, row.overdue, row.under_review, row.fell_due, row.in_time) == (3, 2, 1, 3, 0)


def test_counting_again_gives_the_same_rows():
    issued(make_organisation(), date(2026, 1, 20))
    services.close_month(month=MONTH)
    before = list(MonthEnd.objects.values_list("organisation", "overdue"))
    services.close_month(month=MONTH)
    assert list(MonthEnd.objects.values_list("organisation", "overdue")) == before


def test_the_command_counts_every_month_since(capsys):
    issued(make_organisation(), date(2026, 1, 20))
    call_command("close_month", "--from", "2026-01")
    months = set(MonthEnd.objects.values_list("month", flat=True))
    assert {date(2026, 1, 31), date(2026, 2, 28)} <= months
    assert "2026-01: 1 rows" in capsys.readouterr().out


@pytest.mark.parametrize("value", ["2026-13", "january", "2999-01"])
def test_a_month_that_makes_no_sense_is_refused(value):
    with pytest.raises(CommandError):
        call_command("close_month", "--from", value)


def test_missing_months_are_counted_once_from_the_first_act_on(capsys, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 4, 15))
    issued(make_organisation(), date(2026, 1, 20))
    services.close_month(month=date(2026, 2, 1))
    for expected in (["2026-01: 1 rows", "2026-03: 1 rows"], []):
        call_command("close_month", "--missing")
        assert capsys.readouterr().out.splitlines() == expected


def test_an_empty_journal_has_no_months(capsys):
    call_command("close_month", "--missing")
    assert not capsys.readouterr().out


def test_missing_and_from_are_two_different_questions():
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("close_month", "--missing", "--from", "2026-01")


@pytest.mark.parametrize(
    ("day", "last"), [(date(2026, 3, 1), date(2026, 2, 28)), (date(2026, 3, 31), date(2026, 2, 28))]
)
def test_twelve_months_end_with_the_last_ended_one(day, last):
    ends = services.ended_months(on=day)
    assert (len(ends), ends[0], ends[-1]) == (12, date(2025, 3, 31), last)
