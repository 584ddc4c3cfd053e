"""A queryset's word about a deadline and the model's own are the same word, on every day and in every state."""

from datetime import timedelta

import pytest
from django.db import connection

from programs.instructions.choices import DeadlineState, Mark
from programs.instructions.models import Deadline
from tests.factories import TODAY, make_deadline, make_instruction

UNTIL = TODAY + timedelta(days=3)
DAYS = [-1, 0, 1, 3, 4]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[None, *DAYS], ids=lambda n: "no date" if n is None else f"{n:+d}")
def due(request):
    return None if request.param is None else TODAY + timedelta(days=request.param)


@pytest.mark.parametrize("state", DeadlineState.values)
@pytest.mark.parametrize("report_after", [-1, 0, 1])
def test_words_agree(state, due, report_after):
    fields = (
        {"reported_on": (due or TODAY) + timedelta(days=report_after)} if state in ("reported", "fulfilled") else {}
    )
    made = make_deadline(state=state, due=due, **fields)
    deadline = Deadline.objects.with_mark(on=TODAY, until=UNTIL).get(pk=made.pk)
    rows = Deadline.objects.all()
    assert rows.overdue(on=TODAY).exists() is deadline.is_overdue(on=TODAY)
    assert rows.late(on=TODAY).exists() is deadline.is_late(on=TODAY)
    assert deadline.mark == deadline.mark_on(on=TODAY, until=UNTIL)
    assert [mark for mark in Mark if rows.marked(mark, on=TODAY, until=UNTIL).exists()] == [deadline.mark]


@pytest.mark.parametrize(("days", "overdue"), [(-1, True), (0, False), (1, False)])
def test_the_last_day_still_counts_as_in_time(days, overdue):
    make_deadline(due=TODAY + timedelta(days=days))
    assert Deadline.objects.overdue(on=TODAY).exists() is overdue


@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (3, True), (4, False)])
def test_due_soon_includes_both_ends(days, soon):
    make_deadline(due=TODAY + timedelta(days=days))
    assert Deadline.objects.due_soon(on=TODAY, until=UNTIL).exists() is soon


def test_no_date_is_never_overdue_and_listed_on_its_own():
    deadline = make_deadline(due=None)
    assert not Deadline.objects.overdue(on=TODAY + timedelta(days=100_000)).exists()
    assert Deadline.objects.without_date().get() == deadline


def test_reported_in_time_stays_in_time_however_long_the_review():
    deadline = make_deadline(state=DeadlineState.REPORTED, due=TODAY, reported_on=TODAY)
    long_after = TODAY + timedelta(days=400)
    assert not deadline.is_late(on=long_after)
    assert deadline.days_late(on=long_after) == 0


def test_days_late_run_to_the_report_and_no_further():
    deadline = make_deadline(state=DeadlineState.FULFILLED, due=TODAY, reported_on=TODAY + timedelta(days=5))
    assert deadline.days_late(on=TODAY + timedelta(days=90)) == 5
    assert make_deadline(due=TODAY - timedelta(days=7)).days_late(on=TODAY) == 7


def test_order_is_earliest_first_undated_last():
    undated, late, early = make_deadline(due=None), make_deadline(due=TODAY), make_deadline(due=TODAY - timedelta(1))
    assert list(Deadline.objects.by_due()) == [early, late, undated]


def test_the_overdue_list_reads_the_partial_index():
    instruction = make_instruction()
    made = make_deadline(instruction=instruction)
    closed = {"state": DeadlineState.FULFILLED, "reported_on": TODAY, "closed_on": TODAY, "due": TODAY}
    duty = {"instruction": instruction, "executor": made.executor, "role": "co", "kind": "interim"}
    rows = [Deadline(period_key=str(n), **duty, **closed) for n in range(2000)]
    Deadline.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Deadline.objects.overdue(on=TODAY + timedelta(days=1)).by_due().explain()
    assert "deadline_open_by_due" in plan, plan
    assert "sort" not in plan.lower() and "temp b-tree" not in plan.lower(), plan
