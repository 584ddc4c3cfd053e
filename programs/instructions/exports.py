"""Columns of instructions and deadlines as files."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole
from programs.instructions.listing import Row
from registry.exports import Column

# `get_role_display` makes its table anew for each of ten thousand rows.
ROLES, KINDS, STATES = dict(ExecutorRole.choices), dict(DeadlineKind.choices), dict(DeadlineState.choices)


def why_in_doubt(row: Row) -> str:
    """What a reader must know before a mark is held against anybody."""
    said = [_("the source does not report execution")] if row.is_silent else []
    instruction = row.deadline.instruction
    if instruction.issued_on_is_estimate:
        said.append(_("the date is an estimate"))
    return "; ".join([*said, instruction.issued_on_note] if instruction.issued_on_note else said)


def _program(instruction: Any) -> str | None:
    return instruction.program.name if instruction.program else None


def _meeting(instruction: Any) -> str | None:
    return str(instruction.meeting) if instruction.meeting else None


DEADLINE_COLUMNS = (
    Column(gettext_lazy("number"), lambda row: row.deadline.instruction.number, 10, on_paper=False),
    Column(gettext_lazy("instruction"), lambda row: row.deadline.instruction.text, 60),
    Column(gettext_lazy("programme"), lambda row: _program(row.deadline.instruction), 25),
    Column(gettext_lazy("meeting"), lambda row: _meeting(row.deadline.instruction), 30, on_paper=False),
    Column(gettext_lazy("executor"), lambda row: row.deadline.executor.name, 35),
    Column(gettext_lazy("region"), lambda row: row.deadline.executor.region.name, 25),
    Column(gettext_lazy("role"), lambda row: ROLES[row.deadline.role], 18, on_paper=False),
    Column(gettext_lazy("kind"), lambda row: KINDS[row.deadline.kind], 14, on_paper=False),
    Column(gettext_lazy("period"), lambda row: row.deadline.period_key, 10, on_paper=False),
    Column(gettext_lazy("issued on"), lambda row: row.deadline.instruction.issued_on, 12),
    Column(gettext_lazy("term"), lambda row: row.deadline.instruction.term, 25, on_paper=False),
    Column(gettext_lazy("last day"), lambda row: row.deadline.due, 12),
    Column(gettext_lazy("original last day"), lambda row: row.deadline.due_original, 12),
    Column(gettext_lazy("how reckoned"), lambda row: "; ".join(row.reckoning), 40, on_paper=False),
    Column(pgettext_lazy("deadline", "mark"), lambda row: row.mark.label, 16),
    Column(gettext_lazy("state"), lambda row: STATES[row.deadline.state], 16, on_paper=False),
    Column(gettext_lazy("reported on"), lambda row: row.deadline.reported_on, 12),
    Column(gettext_lazy("closed on"), lambda row: row.deadline.closed_on, 12, on_paper=False),
    Column(gettext_lazy("days late"), lambda row: row.days_late or None, 10),
    Column(gettext_lazy("working days late"), lambda row: row.working_days_late or None, 10, on_paper=False),
    Column(gettext_lazy("doubt"), why_in_doubt, 40),
)
INSTRUCTION_COLUMNS = (
    Column(gettext_lazy("number"), lambda instruction: instruction.number, 10),
    Column(gettext_lazy("instruction"), lambda instruction: instruction.text, 60),
    Column(gettext_lazy("expected result"), lambda instruction: instruction.expected_result, 40),
    Column(gettext_lazy("form"), lambda instruction: instruction.get_form_display(), 14, on_paper=False),
    Column(gettext_lazy("programme"), _program, 25),
    Column(gettext_lazy("meeting"), _meeting, 30),
    Column(gettext_lazy("issued by"), lambda instruction: instruction.issued_by, 25),
    Column(gettext_lazy("issued on"), lambda instruction: instruction.issued_on, 12),
    Column(gettext_lazy("term"), lambda instruction: instruction.term, 25),
    Column(gettext_lazy("region it concerns"), lambda instruction: instruction.region.name, 25),
    Column(
        gettext_lazy("control level"), lambda instruction: instruction.get_control_level_display(), 20, on_paper=False
    ),
    Column(gettext_lazy("state"), lambda instruction: instruction.get_state_display(), 16),
    Column(gettext_lazy("deadlines"), lambda instruction: instruction.told, 10, on_paper=False),
    Column(gettext_lazy("doubt"), lambda instruction: instruction.issued_on_note, 40),
)
MEETING_COLUMNS = (
    Column(gettext_lazy("meeting"), lambda row: row.meeting.title, 45),
    Column(gettext_lazy("kind"), lambda row: row.meeting.get_kind_display(), 18),
    Column(gettext_lazy("held on"), lambda row: row.meeting.held_on, 16),
    Column(gettext_lazy("why the date is not known"), lambda row: row.meeting.held_on_note, 30, on_paper=False),
    Column(gettext_lazy("chaired by"), lambda row: row.meeting.chair, 25),
    Column(gettext_lazy("place"), lambda row: row.meeting.place, 20, on_paper=False),
    Column(gettext_lazy("protocol number"), lambda row: row.meeting.protocol_number, 14),
    Column(gettext_lazy("instructions"), lambda row: row.meeting.told, 14),
    Column(pgettext_lazy("deadlines", "in work"), lambda row: row.meeting.in_work, 12),
    Column(pgettext_lazy("deadlines", "overdue"), lambda row: row.meeting.overdue, 15),
    Column(gettext_lazy("source silent"), lambda row: row.meeting.silent, 14),
    Column(pgettext_lazy("deadlines", "under review"), lambda row: row.meeting.under_review, 12),
    Column(pgettext_lazy("deadlines", "fulfilled"), lambda row: row.meeting.fulfilled, 14),
    Column(gettext_lazy("source"), lambda row: row.meeting.source and row.meeting.source.title, 30, on_paper=False),
)
