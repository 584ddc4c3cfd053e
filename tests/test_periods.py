from datetime import date, timedelta

import pytest
from django.core.management import call_command

from programs.instructions import services
from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole, InstructionState, RollPolicy
from programs.instructions.periods import PeriodRule, occurrences
from programs.instructions.terms import TermKind, reckon
from programs.instructions.workdays import WorkCalendar
from tests.factories import make_instruction, make_organisation, make_user

ISSUED = date(2026, 1, 31)
QUARTERLY = "ежеквартально до 10 числа месяца, следующего за отчётным"


def keys(wording, issued_on=ISSUED):
    got = reckon(wording, issued_on=issued_on, policy=RollPolicy.NEXT, calendar=WorkCalendar({}))
    assert got.kind == TermKind.PERIODIC, got
    return [(period.key, str(period.raw_due), str(period.due)) for period in got.periods]


def test_the_period_reported_on_after_its_end():
    assert keys(QUARTERLY) == [
        ("2026-Q1", "2026-04-10", "2026-04-10"),
        ("2026-Q2", "2026-07-10", "2026-07-10"),
        ("2026-Q3", "2026-10-10", "2026-10-12"),
        ("2026-Q4", "2027-01-10", "2027-01-11"),
    ]


def test_the_day_within_its_month():
    assert keys("ежемесячно к 5 числу")[:3] == [
        ("2026-02", "2026-02-05", "2026-02-05"),
        ("2026-03", "2026-03-05", "2026-03-05"),
        ("2026-04", "2026-04-05", "2026-04-06"),
    ]


@pytest.mark.parametrize(
    ("wording", "first"),
    [
        ("раз в квартал", ("2026-Q1", "2026-03-31", "2026-03-31")),
        ("не реже одного раза в месяц", ("2026-02", "2026-02-28", "2026-03-02")),
        ("один раз в полугодие", ("2026-H1", "2026-06-30", "2026-06-30")),
        ("ежегодно до 1 марта", ("2026", "2026-03-01", "2026-03-02")),
        ("еженедельно", ("2026-W05", "2026-02-01", "2026-02-02")),
        ("ай сайын 5-күніне дейін", ("2026-02", "2026-02-05", "2026-02-05")),
        ("әр айдың 10-күніне дейін", ("2026-02", "2026-02-10", "2026-02-10")),
        ("ай сайын айдың 10-күніне дейін", ("2026-02", "2026-02-10", "2026-02-10")),
        ("ай сайын келесі айдың 10-күніне дейін", ("2026-01", "2026-02-10", "2026-02-10")),
        ("жыл сайын 1 наурызға дейін", ("2026", "2026-03-01", "2026-03-02")),
        ("monthly by the 5th", ("2026-02", "2026-02-05", "2026-02-05")),
        ("once a month", ("2026-02", "2026-02-28", "2026-03-02")),
        ("ежемесячно до 31 числа", ("2026-02", "2026-02-28", "2026-03-02")),
    ],
)
def test_other_wordings(wording, first):
    assert keys(wording)[0] == first


@pytest.mark.parametrize("wording", ["в квартал", "ежемесячно до 40 числа", "еженедельно до 5 числа", "каждую пятницу"])
def test_what_says_too_little_is_not_understood(wording):
    got = reckon(wording, issued_on=ISSUED, policy=RollPolicy.NEXT, calendar=WorkCalendar({}))
    assert got.kind == TermKind.NOT_UNDERSTOOD


def test_occurrences_are_bounded_on_both_sides():
    found = list(occurrences(PeriodRule("month", 31), after=date(2026, 1, 31), until=date(2026, 3, 31)))
    assert [str(one.raw_due) for one in found] == ["2026-02-28", "2026-03-31"]


@pytest.fixture
def instruction(db):
    instruction = make_instruction(state=InstructionState.DRAFT, term=QUARTERLY)
    executors = [make_organisation(), make_organisation()]
    services.add_executors(instruction=instruction, executors=executors, role=ExecutorRole.EQUAL, by="x", on=ISSUED)
    return services.issue_instruction(instruction=instruction, by="x", on=ISSUED)


def periods_of(instruction, **conditions):
    rows = instruction.deadlines.filter(kind=DeadlineKind.PERIODIC, **conditions).exclude(state="cancelled")
    return sorted(rows.values_list("period_key", flat=True))


def test_issuing_makes_the_periods_of_the_year_ahead(instruction):
    assert periods_of(instruction) == sorted(["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"] * 2)
    assert not instruction.deadlines.exclude(kind=DeadlineKind.PERIODIC).exists()
    assert {row.acts.count() for row in instruction.deadlines.all()} == {1}


def test_rolling_again_adds_only_what_is_missing(instruction):
    assert services.roll_periods(instruction=instruction, by="x", on=ISSUED) == []
    added = services.roll_periods(instruction=instruction, by="x", on=date(2026, 7, 1))
    assert sorted(row.period_key for row in added) == ["2027-Q1", "2027-Q1"]


def test_a_freed_executor_gets_no_more_periods(instruction):
    freed = instruction.deadlines.filter(period_key="2026-Q4").first()
    services.cancel_deadline(deadline=freed, by="x", on=ISSUED, reason="ликвидирован")
    added = services.roll_periods(instruction=instruction, by="x", on=date(2026, 7, 1))
    assert [row.executor_id for row in added] != [freed.executor_id]
    assert len(added) == 1


def test_an_executor_added_later_starts_with_the_periods_to_come(instruction):
    late = make_organisation()
    services.add_executors(
        instruction=instruction, executors=[late], role=ExecutorRole.EQUAL, by="x", on=date(2026, 7, 20)
    )
    assert periods_of(instruction, executor=late)[0] == "2026-Q3"


def test_the_command_rolls_every_periodic_instruction(instruction, settings):
    settings.PERIODS_AHEAD_DAYS = 3000
    call_command("roll_periods", verbosity=0)
    before = instruction.deadlines.count()
    assert before > 8
    call_command("roll_periods", verbosity=0)
    assert instruction.deadlines.count() == before


def test_a_changed_term_touches_only_the_open_periods_to_come(instruction):
    past = instruction.deadlines.filter(period_key="2026-Q1")
    report = services.submit_report(
        deadline=instruction.deadlines.filter(period_key="2026-Q2").first(), text="Готово", by="x", on=date(2026, 5, 1)
    )
    aigerim = make_user()
    services.change_term(
        instruction=instruction,
        term="ежемесячно к 5 числу",
        by=aigerim,
        on=date(2026, 5, 20),
        reason="протокол № 2",
    )
    assert {row.state for row in past} == {DeadlineState.OPEN}
    report.deadline.refresh_from_db()
    assert report.deadline.state == DeadlineState.REPORTED
    open_after = instruction.deadlines.filter(state=DeadlineState.OPEN, due__gt=date(2026, 5, 20))
    assert {len(row.period_key) for row in open_after} == {len("2026-06")}
    assert min(open_after.values_list("due", flat=True)) == date(2026, 6, 5)


@pytest.mark.parametrize("term", ["в двухнедельный срок", "когда-нибудь"])
def test_a_periodic_term_is_changed_only_to_another(instruction, term):
    with pytest.raises(services.TransitionRefused) as caught:
        services.change_term(instruction=instruction, term=term, by="x", on=ISSUED + timedelta(1), reason="так")
    assert caught.value.code == "not_periodic"
