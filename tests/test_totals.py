"""A figure is the number of the rows its reader sees: on the board, in discipline, of a meeting, in lists and the API.

Over every mix of whose executor, whose instruction, state and access mark. Who sees what is told here once more in
plain words (`sees`), so that the querysets are held against something other than themselves.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest

from programs.instructions.board import Board
from programs.instructions.card import MeetingCard
from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole, InstructionState, Mark
from programs.instructions.listing import Day
from programs.instructions.models import Deadline, Instruction, MonthEnd
from programs.instructions.restricted import Counted
from registry.accounts.choices import Role
from registry.scope import COUNTRY
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_user,
)
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "today")]

VILLAGE = "116630100"  # of Akmola
AGO, AHEAD = TODAY - timedelta(days=9), TODAY + timedelta(days=60)
STATES = (
    (DeadlineState.OPEN, AGO), (DeadlineState.OPEN, TODAY), (DeadlineState.OPEN, AHEAD), (DeadlineState.OPEN, None),
    (DeadlineState.REPORTED, AGO), (DeadlineState.FULFILLED, AGO), (DeadlineState.CANCELLED, AGO),
    (DeadlineState.DRAFT, AHEAD),
)  # fmt: skip


def mix():
    """An instruction for every case, each told to a body of every territory; the meeting gave them all."""
    meeting = make_meeting()
    bodies = {code: make_organisation(code) for code in (AKMOLA, VILLAGE, ZHAMBYL, COUNTRY)}
    for region, mark, (state, due) in product((AKMOLA, ZHAMBYL, COUNTRY), AccessMark, STATES):
        issued = InstructionState.DRAFT if state == DeadlineState.DRAFT else InstructionState.ON_CONTROL
        instruction = make_instruction(region, access_mark=mark, meeting=meeting, state=issued)
        for body in bodies.values():
            make_deadline(executor=body, instruction=instruction, state=state, due=due, role=ExecutorRole.EQUAL)
    for region in (AKMOLA, ZHAMBYL):
        make_instruction(region, meeting=meeting, state=InstructionState.DRAFT)  # told to nobody
    return meeting, bodies


def people(bodies):
    return [
        make_user(Role.CONTROLLER),
        make_user(Role.OFFICIAL),
        make_user(Role.CONTROLLER, AKMOLA),
        make_user(Role.OFFICIAL, AKMOLA),
        make_user(Role.OFFICIAL, VILLAGE),
        make_user(Role.EXECUTOR, AKMOLA, organisation=bodies[VILLAGE]),
        make_user(Role.EXECUTOR, COUNTRY, organisation=bodies[COUNTRY]),
        make_user(Role.OFFICIAL, None),
    ]


FOLLOWED = (3, 6)  # the official of Akmola and the ministry: following every link of everybody takes too long


def lies_in(code, scope):
    return scope == COUNTRY or code.startswith(scope.rstrip("0"))


def sees(user, deadline):
    """Of what may be counted."""
    if user.region_id is None or deadline.instruction.access_mark == AccessMark.RESTRICTED:
        return False
    own = deadline.executor_id == user.organisation_id and deadline.state != DeadlineState.DRAFT
    return lies_in(deadline.executor.region_id, user.region_id) and (not user.is_only_executor or own)


def sees_whole(user, instruction, rows):
    told = any(row.instruction_id == instruction.pk for row in rows)
    if user.region_id is None or instruction.access_mark == AccessMark.RESTRICTED or user.is_only_executor:
        return told
    return told or lies_in(instruction.region_id, user.region_id)


def test_every_figure_is_the_number_of_rows_its_reader_sees():
    meeting, bodies = mix()
    deadlines = list(Deadline.objects.select_related("instruction", "executor"))
    instructions = list(Instruction.objects.all())
    day = Day.load(on=TODAY)
    for n, user in enumerate(people(bodies)):
        rows = [row for row in deadlines if sees(user, row)]
        whole = [each for each in instructions if sees_whole(user, each, rows)]
        reader = Reader(user)
        reader.follows = n in FOLLOWED
        check_board(Board(Counted(user), day), reader, rows, whole, day)
        check_discipline(reader, rows)
        check_meeting(MeetingCard(user, meeting, day), reader, rows, whole, day)
        for name, number in (("deadlines", len(rows)), ("instructions", len(whole))):
            listed = reader.client.get(f"/api/v1/{name}/", {"count": "true", "limit": 1}).json()
            assert listed["count"] == number, (user, name)


def follow(reader, links):
    """Each number is a link to as many rows."""
    for address, number in links if reader.follows else ():
        assert reader.count(address) == number, address


def check_board(board, reader, rows, whole, day):
    marks = Counter(row.mark_on(on=day.on, until=day.until) for row in rows)
    undated = [row for row in rows if row.due is None]
    untold = [each for each in whole if not each.deadlines.exclude(state=DeadlineState.CANCELLED).exists()]
    on_control = [each for each in whole if each.state == InstructionState.ON_CONTROL]
    expected = [marks[Mark.OVERDUE], marks[Mark.DUE_SOON], marks[Mark.UNDER_REVIEW], len(undated), len(untold)]
    assert [figure.n for figure in board.headline] == [*expected, len(on_control)]
    figures = [*board.headline]
    for parts in (board.ages, board.by_executor, board.by_program, [part.overdue for part in board.regions.parts]):
        assert sum(figure.n for figure in parts) == marks[Mark.OVERDUE]
        figures += parts
    follow(reader, ((figure.address, figure.n) for figure in figures))
    shown = {row.deadline.pk for group in board.overdue_groups for row in group.rows}
    assert shown <= {row.pk for row in rows}


def check_discipline(reader, rows):
    fell_due = [row for row in rows if row.due == AGO and row.state != DeadlineState.CANCELLED]
    for by in ("executor", "region"):
        context = reader.client.get("/discipline/", {"by": by, "from": "2026-01-01", "to": "2026-03-31"}).context
        total = {cell.name: cell for cell in context["total"].cells}
        assert total["fell_due"].value == len(fell_due), by
        lines = [{cell.name: cell.value for cell in line.cells} for line in context["lines"]]
        for name in ("all", "fell_due", "in_time", "late", "extensions", "returns"):
            assert total[name].value == sum(line[name] for line in lines), (by, name)
        follow(reader, ((cell.address, cell.value) for cell in total.values() if cell.address))


def check_meeting(record, reader, rows, whole, day):
    """Cancelled duties are no duties; restricted instructions stand apart and uncounted."""
    figures = list(record.figures)
    assert figures[0].n == len(whole)
    live = Counter(row.mark_on(on=day.on, until=day.until) for row in rows if row.state != DeadlineState.CANCELLED)
    assert sum(figure.n for figure in figures[1:]) == live.total()
    follow(reader, ((figure.address, figure.n) for figure in figures))


def test_month_ends_are_seen_as_the_deadlines_they_count():
    """A region does not read what is overdue with the country's bodies, nor an executor what is with others."""
    bodies = {code: make_organisation(code) for code in (AKMOLA, ZHAMBYL, COUNTRY)}
    counts = {"in_work": 1, "overdue": 1, "under_review": 0, "fell_due": 0, "in_time": 0}
    for code, body in bodies.items():
        MonthEnd.objects.create(month=date(2026, 1, 31), region_id=code, organisation=body, **counts)
    for user, seen in (
        (make_user(Role.OFFICIAL), {AKMOLA, ZHAMBYL, COUNTRY}),
        (make_user(Role.OFFICIAL, AKMOLA), {AKMOLA}),
        (make_user(Role.EXECUTOR, AKMOLA, organisation=bodies[ZHAMBYL]), set()),
        (make_user(Role.EXECUTOR, organisation=bodies[COUNTRY]), {COUNTRY}),
        (make_user(Role.OFFICIAL, None), set()),
    ):
        assert set(MonthEnd.objects.visible_to(user).values_list("region_id", flat=True)) == seen
