"""Whatever acts are done in whatever order, done or refused, the invariants of the states hold."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from programs.instructions import services
from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState, ReportState
from programs.instructions.models import Act, Deadline, Extension, Report
from tests.factories import make_instruction, make_organisation

START = date(2026, 1, 5)
DAYS = st.integers(0, 12)
PICK = st.integers(0, 5)
"""Which of the deadlines an act is tried on."""


class Ledger(RuleBasedStateMachine):
    """One instruction with a lead and two co-executors; acts are tried on days that only go forward."""

    def __init__(self):
        super().__init__()
        self.on = START

    @initialize()
    def issue(self):
        self.instruction = make_instruction(state="draft", issued_on=START, term="в 10-дневный срок")
        for role, n in ((ExecutorRole.LEAD, 1), (ExecutorRole.CO, 2)):
            executors = [make_organisation() for _ in range(n)]
            self.act("add_executors", instruction=self.instruction, executors=executors, role=role)
        self.act("issue_instruction", instruction=self.instruction)

    def act(self, name, **kwargs):
        with suppress(services.TransitionRefused):  # a refusal changes nothing, which the invariants prove
            getattr(services, name)(by="А", on=self.on, **kwargs)

    def deadline(self, n):
        rows = list(Deadline.objects.order_by("pk"))
        return rows[n % len(rows)]

    @rule(days=DAYS)
    def time_passes(self, days):
        self.on += timedelta(days=days)

    @rule(n=PICK)
    def report(self, n):
        self.act("submit_report", deadline=self.deadline(n), text="x")

    @precondition(lambda self: Report.objects.exists())
    @rule(n=PICK, accepted=st.booleans())
    def decide_report(self, n, accepted):
        reports = list(Report.objects.order_by("pk"))
        report = reports[n % len(reports)]
        self.act("accept_report", report=report) if accepted else self.act("return_report", report=report, reason="x")

    @rule(n=PICK, days=st.integers(-3, 20))
    def ask_for_time(self, n, days):
        deadline = self.deadline(n)
        self.act("request_extension", deadline=deadline, new_due=deadline.due + timedelta(days=days), reason="x")

    @precondition(lambda self: Extension.objects.exists())
    @rule(n=PICK, granted=st.booleans())
    def decide_extension(self, n, granted):
        extensions = list(Extension.objects.order_by("pk"))
        extension = extensions[n % len(extensions)]
        if granted:
            self.act("grant_extension", extension=extension)
        else:
            self.act("refuse_extension", extension=extension, reason="x")

    @rule(n=PICK, name=st.sampled_from(["cancel_deadline", "reopen_deadline", "change_lead"]))
    def close_or_open(self, n, name):
        self.act(name, deadline=self.deadline(n), reason="x")

    @rule(n=PICK)
    def replace(self, n):
        self.act("replace_executor", deadline=self.deadline(n), executor=make_organisation(), reason="x")

    @rule(name=st.sampled_from(["remove_from_control", "reopen_instruction", "cancel_instruction"]))
    def whole(self, name):
        self.act(name, instruction=self.instruction, reason="x")

    @invariant()
    def what_is_in_work_is_under_control(self):
        live = Deadline.objects.filter(state__in=(DeadlineState.OPEN, DeadlineState.REPORTED))
        assert not live.exclude(instruction__state=InstructionState.ON_CONTROL).exists()

    @invariant()
    def today_rebuilt_from_the_acts_is_today(self):
        rows = Deadline.objects
        for on in (self.on, self.on + timedelta(days=30)):
            assert set(rows.overdue_as_of(on)) == set(rows.overdue(on=on))

    @invariant()
    def the_last_act_tells_the_state_and_the_dates(self):
        for deadline in Deadline.objects.exclude(state=DeadlineState.DRAFT):
            last = deadline.acts.order_by("pk").last()
            assert (last.state_after, last.due_after, last.due_original_after) == (
                deadline.state,
                deadline.due,
                deadline.due_original,
            )
            deadline.full_clean()
        assert Act.objects.filter(on__gt=self.on).count() == 0

    @invariant()
    def a_deadline_under_review_has_one_pending_report(self):
        for deadline in Deadline.objects.filter(state=DeadlineState.REPORTED):
            assert deadline.reports.filter(state=ReportState.PENDING).count() == 1

    @invariant()
    def one_lead_at_most(self):
        live = Deadline.objects.exclude(state=DeadlineState.CANCELLED)
        assert live.filter(role=ExecutorRole.LEAD).count() <= 1


@pytest.mark.django_db
def test_any_sequence_of_acts_keeps_the_invariants():
    class RolledBack(Ledger):
        def __init__(self):
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self):
            transaction.savepoint_rollback(self.savepoint)

    run_state_machine_as_test(
        RolledBack,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
