"""The discipline figure, and the past rebuilt from the acts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from programs.instructions import services
from programs.instructions.choices import DeadlineState, ExecutorRole
from programs.instructions.discipline import BASES, KEYS, behind, discipline, total
from programs.instructions.models import CalendarDay, Deadline
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

pytestmark = pytest.mark.django_db
PERIOD = {"start": date(2026, 1, 1), "end": date(2026, 3, 31)}
BEFORE, AFTER = TODAY - timedelta(days=10), TODAY + timedelta(days=10)


def of_all(**kwargs):
    return total(discipline(Deadline.objects.all(), by="executor", on=TODAY, **PERIOD | kwargs))


def test_no_rows_is_no_data():
    empty = of_all()
    assert (empty.fell_due, empty.strict, empty.common, empty.mean_days_late) == (0, None, None, None)


def test_counts_of_every_fate():
    make_deadline(due=BEFORE, state=DeadlineState.FULFILLED, reported_on=BEFORE)  # in time
    make_deadline(due=BEFORE, state=DeadlineState.REPORTED, reported_on=BEFORE)  # in time, under review
    make_deadline(due=BEFORE, state=DeadlineState.FULFILLED, reported_on=BEFORE + timedelta(days=4))  # 4 late
    make_deadline(due=BEFORE)  # 10 late and counting
    make_deadline(due=BEFORE, state=DeadlineState.CANCELLED, closed_on=BEFORE + timedelta(days=1))  # 1 late
    make_deadline(due=BEFORE, state=DeadlineState.CANCELLED, closed_on=BEFORE)  # freed in time: left out
    make_deadline(due=TODAY)  # in work
    make_deadline(due=AFTER, state=DeadlineState.REPORTED, reported_on=BEFORE)  # early
    make_deadline(due=None)
    make_deadline(due=BEFORE, state=DeadlineState.DRAFT)
    make_deadline(due=date(2025, 12, 31))
    make_deadline(due=date(2026, 4, 1))
    got = of_all()
    assert (got.all, got.fell_due, got.in_time, got.late, got.early, got.in_work) == (7, 5, 2, 3, 1, 1)
    assert got.strict == Decimal("40.0")
    assert got.common == Decimal("57.1")
    assert (got.days_late, got.mean_days_late) == (15, Decimal("5.0"))
    assert (got.working_days_late, got.mean_working_days_late) == (8, Decimal("2.7"))


def test_working_days_late_follow_the_calendar():
    make_deadline(due=date(2026, 2, 13), state=DeadlineState.FULFILLED, reported_on=date(2026, 2, 16))  # Friday, Monday
    make_deadline(due=date(2026, 2, 20), state=DeadlineState.FULFILLED, reported_on=date(2026, 2, 21))  # a Saturday
    assert (of_all().days_late, of_all().working_days_late) == (4, 1)
    CalendarDay.objects.create(date=date(2026, 2, 21), is_working=True, name_ru="перенос")
    assert (of_all().days_late, of_all().working_days_late) == (4, 2)


def test_late_ones_the_source_says_nothing_of_are_counted_apart():
    public = make_instruction(ref="i-1", source=make_source())
    silent = make_deadline(instruction=public, due=BEFORE)
    make_deadline(due=BEFORE)  # ours: it is known that nothing was reported
    make_deadline(instruction=public, due=AFTER, role=ExecutorRole.CO)  # silent, and not late
    got = of_all()
    assert (got.late, got.silent, got.strict) == (2, 1, 0)
    assert list(behind(Deadline.objects.all(), "silent", on=TODAY, **PERIOD)) == [silent]


def test_every_count_leads_to_its_rows():
    for days in range(-5, 5):
        make_deadline(due=TODAY + timedelta(days=days))
        make_deadline(due=BEFORE, state=DeadlineState.FULFILLED, reported_on=BEFORE + timedelta(days=max(days, 0)))
    rows, got = Deadline.objects.all(), of_all()
    for figure in ("all", "fell_due", "in_time", "late"):
        assert getattr(got, figure) == behind(rows, figure, on=TODAY, **PERIOD).count() > 0


def test_an_extension_does_not_hide_lateness():
    make_deadline(due=BEFORE, due_original=BEFORE - timedelta(days=5), state="fulfilled", reported_on=BEFORE)
    assert of_all().strict == 100
    assert of_all(base="due_original").strict == 0


def test_a_leads_lateness_is_not_the_co_executors():
    lead = make_deadline(due=BEFORE)
    co = make_deadline(
        instruction=lead.instruction, role=ExecutorRole.CO, due=BEFORE, state="fulfilled", reported_on=BEFORE
    )
    got = {row.key: row.strict for row in discipline(Deadline.objects.all(), by="executor", on=TODAY, **PERIOD)}
    assert got == {lead.executor_id: 0, co.executor_id: 100}


def test_extensions_and_returns_are_counted():
    deadline = make_deadline(due=TODAY)
    extension = services.request_extension(deadline=deadline, new_due=date(2026, 3, 16), reason="x", by="А", on=TODAY)
    services.grant_extension(extension=extension, by="А", on=TODAY)
    for _ in range(2):
        report = services.submit_report(deadline=deadline, text="x", by="А", on=TODAY)
        services.return_report(report=report, by="А", on=TODAY, reason="x")
    got = of_all()
    assert (got.extensions, got.returns) == (1, 2)


def test_by_each_key():
    program, controller = make_program(), make_user()
    instruction = make_instruction(program=program, controller=controller)
    make_deadline("114600000", instruction=instruction, due=BEFORE)
    make_deadline(ZHAMBYL, instruction=instruction, due=BEFORE, role=ExecutorRole.CO)
    make_deadline(due=BEFORE)
    rows = Deadline.objects.all()
    keys = {by: {row.key for row in discipline(rows, by=by, on=TODAY, **PERIOD)} for by in KEYS}
    assert keys["region"] == {AKMOLA, ZHAMBYL, "000000000"}
    assert keys["program"] == {program.pk, None}
    assert keys["controller"] == {controller.pk, None}
    assert len(keys["executor"]) == 3


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("n", [1, 30])
def test_four_queries_whatever_the_size(django_assert_num_queries, base, n):
    for _ in range(n):
        make_deadline(due=BEFORE)
    with django_assert_num_queries(4):
        discipline(Deadline.objects.all(), by="region", on=TODAY, base=base, **PERIOD)


def issued(due, on=BEFORE - timedelta(days=10)):
    instruction = make_instruction(state="draft", issued_on=on)
    services.add_executors(
        instruction=instruction, executors=[make_organisation()], role=ExecutorRole.LEAD, by="А", on=on, due=due
    )
    services.issue_instruction(instruction=instruction, by="А", on=on)
    return instruction.deadlines.get()


def overdue_on(day):
    return set(Deadline.objects.overdue_as_of(day))


def test_the_past_is_rebuilt_from_the_acts():
    deadline = issued(due=BEFORE)
    services.submit_report(deadline=deadline, text="x", by="А", on=TODAY)
    assert overdue_on(BEFORE - timedelta(days=11)) == set()  # not issued yet
    assert overdue_on(BEFORE) == set()
    assert overdue_on(BEFORE + timedelta(days=1)) == {deadline}
    assert overdue_on(TODAY - timedelta(days=1)) == {deadline}
    assert overdue_on(TODAY) == set()


def test_an_extension_does_not_rewrite_the_past():
    deadline = issued(due=BEFORE)
    extension = services.request_extension(
        deadline=deadline, new_due=date(2026, 3, 16), reason="x", by="А", on=BEFORE + timedelta(days=3)
    )
    services.grant_extension(extension=extension, by="А", on=BEFORE + timedelta(days=3))
    assert overdue_on(BEFORE + timedelta(days=2)) == {deadline}
    assert overdue_on(BEFORE + timedelta(days=3)) == set()


def test_for_today_both_words_give_the_same_rows():
    for days in (-3, -1, 0, 1):
        issued(due=TODAY + timedelta(days=days))
    assert overdue_on(TODAY) == set(Deadline.objects.overdue(on=TODAY))
    assert len(overdue_on(TODAY)) == 2
