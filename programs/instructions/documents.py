"""The control card, the справка of a meeting and the discipline of a period as files."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.instructions.card import Card, Difference, Entry, MeetingCard
from programs.instructions.choices import AccessMark
from programs.instructions.listing import Row
from programs.instructions.models import Extension, Meeting, Report
from registry.exports import Column, Document, Passage, Table

NONE = "–"


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _mark(row: Row) -> str:
    silence = _("the source does not report execution") if row.is_silent else ""
    return "; ".join(filter(None, (str(row.mark.label), row.state, silence)))


EXECUTORS = (
    Column(gettext_lazy("executor"), lambda row: row.deadline.executor.name, 35),
    Column(gettext_lazy("role"), lambda row: row.deadline.get_role_display()),
    Column(gettext_lazy("region"), lambda row: row.deadline.executor.region.name, 22),
    Column(gettext_lazy("last day"), lambda row: row.deadline.due, 12),
    Column(gettext_lazy("original last day"), lambda row: row.deadline.due_original, 12),
    Column(gettext_lazy("how reckoned"), lambda row: "; ".join(row.reckoning), 35),
    Column(pgettext_lazy("deadline", "mark"), _mark, 25),
    Column(gettext_lazy("reported on"), lambda row: row.deadline.reported_on, 12),
    Column(gettext_lazy("days late"), lambda row: row.days_late or None, 10),
    Column(gettext_lazy("working days late"), lambda row: row.working_days_late or None, 10),
)


def _decision(record: Extension | Report) -> str:
    decided = [record.get_state_display(), _day(record.decided_on), record.decided_by, record.comment]
    return ", ".join(filter(None, decided))


EXTENSIONS = (
    Column(gettext_lazy("executor"), lambda row: row.deadline.executor.name, 30),
    Column(gettext_lazy("asked on"), lambda row: row.asked_on, 12),
    Column(gettext_lazy("asked by"), lambda row: row.asked_by, 25),
    Column(gettext_lazy("reason"), lambda row: row.reason, 40),
    Column(gettext_lazy("new last day"), lambda row: row.new_due, 12),
    Column(gettext_lazy("decision"), _decision, 35),
)
REPORTS = (
    Column(gettext_lazy("executor"), lambda row: row.deadline.executor.name, 30),
    Column(gettext_lazy("submitted on"), lambda row: row.submitted_on, 12),
    Column(gettext_lazy("submitted by"), lambda row: row.submitted_by, 25),
    Column(gettext_lazy("text"), lambda row: row.text, 60),
    Column(gettext_lazy("files"), lambda row: ", ".join(file.name for file in row.attachments.all()), 25),
    Column(gettext_lazy("decision"), _decision, 35),
)


def _change(difference: Difference | None, label: str = "") -> str:
    if difference is None:
        return ""
    sides = (_day(side) if hasattr(side, "isoformat") else side for side in (difference.before, difference.after))
    return f"{label} {' → '.join(str(side or NONE) for side in sides)}".strip()


def _what_changed(entry: Entry) -> str:
    changes = (
        _change(entry.states),
        _change(entry.dues, _("last day:")),
        _change(entry.dues_original, _("original last day:")),
        _("asked for: %(day)s") % {"day": _day(entry.asked)} if entry.asked else "",
    )
    return "; ".join(filter(None, changes))


JOURNAL = (
    Column(gettext_lazy("act"), lambda entry: entry.act.get_verb_display(), 22),
    Column(gettext_lazy("executor"), lambda entry: ", ".join(entry.executors), 35),
    Column(gettext_lazy("date"), lambda entry: entry.act.on, 12),
    Column(gettext_lazy("recorded"), lambda entry: entry.act.at, 16),
    Column(gettext_lazy("by"), lambda entry: entry.by, 25),
    Column(gettext_lazy("reason"), lambda entry: entry.act.reason, 40),
    Column(gettext_lazy("what changed"), _what_changed, 35),
)


def card_document(card: Card) -> Document:
    """One instruction with its executors, extensions, reports and the acts the card shows."""
    instruction = card.instruction
    title = " ".join(filter(None, [_("Control card"), instruction.number and f"№ {instruction.number}"]))
    if instruction.access_mark:
        title = f"{title} · {instruction.get_access_mark_display()}"
    extensions = [each for deadline in card.extended for each in deadline.extensions.all()]
    reports = [each for deadline in card.reported for each in deadline.reports.all()]
    tables = (
        (gettext_lazy("Executors"), EXECUTORS, [duty.row for duty in card.duties]),
        (gettext_lazy("Extensions"), EXTENSIONS, extensions),
        (gettext_lazy("Reports"), REPORTS, reports),
        (gettext_lazy("Journal of acts"), JOURNAL, card.journal),
    )
    parts: list[Table | Passage] = [Passage(gettext_lazy("Instruction"), instruction.text)]
    parts += [Table(name, columns, rows) for name, columns, rows in tables if rows]
    return Document(title, parts, list(_facts(card)))


def _facts(card: Card) -> Iterator[tuple[Any, str]]:
    instruction = card.instruction
    issued = ", ".join(filter(None, [_day(instruction.issued_on), instruction.issued_on_note]))
    told = (
        (gettext_lazy("Expected result"), instruction.expected_result),
        (gettext_lazy("Quote"), instruction.quote),
        (gettext_lazy("State"), instruction.get_state_display()),
        (gettext_lazy("Form"), instruction.get_form_display()),
        (gettext_lazy("Issued by"), instruction.issued_by),
        (gettext_lazy("Issued"), issued),
        (gettext_lazy("The date is an estimate"), _("yes") if instruction.issued_on_is_estimate else ""),
        (gettext_lazy("Meeting"), str(instruction.meeting or "")),
        (gettext_lazy("Term as worded"), instruction.term),
        (gettext_lazy("Control level"), instruction.get_control_level_display()),
        (gettext_lazy("Controller"), str(card.controller or "")),
        (gettext_lazy("Programme"), str(instruction.program or "")),
        (gettext_lazy("Region it concerns"), str(instruction.region)),
        (gettext_lazy("Source"), str(instruction.source or "")),
        (gettext_lazy("Note"), instruction.note),
    )
    return ((name, value) for name, value in told if value)


def meeting_document(record: MeetingCard) -> Document:
    """What the meeting ordered, instruction by instruction, and what came of it."""
    parts: list[Table | Passage] = []
    for told in record.told:
        instruction = told.instruction
        said = [instruction.get_state_display(), instruction.issued_by, instruction.term and f"«{instruction.term}»"]
        title = " ".join(filter(None, [instruction.number and f"№ {instruction.number}.", instruction.text]))
        parts.append(Passage(title, " · ".join(filter(None, said))))
        if told.duties:
            parts.append(Table(gettext_lazy("Executors"), EXECUTORS, [duty.row for duty in told.duties]))
    if record.restricted:
        named = "\n".join(str(instruction) for instruction in record.restricted)
        parts.append(Passage(f"{AccessMark.RESTRICTED.label}: {_('For official use, not counted')}", named))
    title = _("How the instructions of the meeting are carried out")
    return Document(f"{title}: {record.meeting.title}", parts, [*_about_meeting(record.meeting), *_figures(record)])


def _about_meeting(meeting: Meeting) -> Iterable[tuple[Any, str]]:
    told = (
        (gettext_lazy("Held on"), ", ".join(filter(None, [_day(meeting.held_on), meeting.held_on_note]))),
        (gettext_lazy("Kind"), meeting.get_kind_display()),
        (gettext_lazy("Chaired by"), meeting.chair),
        (gettext_lazy("Place"), meeting.place),
        (gettext_lazy("Protocol number"), meeting.protocol_number),
        (gettext_lazy("Source"), str(meeting.source or "")),
        (gettext_lazy("Notes: positions stated, without being instructions"), meeting.notes),
    )
    return [(name, value) for name, value in told if value]


def _figures(record: MeetingCard) -> Iterable[tuple[Any, str]]:
    told = "; ".join(f"{figure.n} {figure.label}" for figure in record.figures)
    return [(gettext_lazy("Figures of the day"), told)]
