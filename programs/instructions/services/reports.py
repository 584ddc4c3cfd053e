"""Reports: submitted by the executor, accepted or returned by the controller."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import DeadlineState, ReportState, Verb
from programs.instructions.models import Attachment, Deadline, Report
from programs.instructions.services.journal import (
    TransitionRefused,
    locked_deadline,
    move,
    require_reason,
    save,
    transition,
)


def submit_report(*, deadline: Deadline, text: str, by: Any, on: date, files: Iterable[UploadedFile] = ()) -> Report:
    """The executor says it is done; the deadline goes under review, in time if `on` is not after the last day.

    `files` are checked already (forms.py). Refused: not in work, no text, before the instruction was issued.
    """
    with transition():
        deadline = locked_deadline(deadline, DeadlineState.OPEN)
        if not text.strip():
            raise TransitionRefused("no_text", _("Say what was done."))
        issued_on = deadline.instruction.issued_on
        if issued_on and on < issued_on:
            raise TransitionRefused(
                "report_before_issue", _("The report is dated before the instruction was issued: look at the date.")
            )
        report = Report(deadline=deadline, text=text, submitted_by=str(by), submitted_on=on)
        save(report, by)
        move(deadline, Verb.REPORT, by=by, on=on, state=DeadlineState.REPORTED, reported_on=on)
        for file in files:  # last: a refusal undoes rows, not files on the disk
            save(
                Attachment(
                    report=report,
                    file=file,
                    name=file.name or "",
                    content_type=file.content_type or "",
                    size=file.size or 0,
                ),
                by,
            )
    return report


def accept_report(*, report: Report, by: Any, on: date, comment: str = "") -> Deadline:
    """Fulfilled: closed on `on`, with the date of the report kept, since the review may take long."""
    with transition():
        deadline = _decide(report, ReportState.ACCEPTED, by, on, comment)
        move(deadline, Verb.ACCEPT, by=by, on=on, reason=comment, state=DeadlineState.FULFILLED, closed_on=on)
    return deadline


def return_report(*, report: Report, by: Any, on: date, reason: str) -> Deadline:
    """Back to the executor, in work again and overdue if the last day has passed. Refused without a reason."""
    require_reason(reason)
    with transition():
        deadline = _decide(report, ReportState.RETURNED, by, on, reason)
        move(deadline, Verb.RETURN, by=by, on=on, reason=reason, state=DeadlineState.OPEN, reported_on=None)
    return deadline


def _decide(report: Report, state: ReportState, by: Any, on: date, comment: str) -> Deadline:
    deadline = locked_deadline(report.deadline, DeadlineState.REPORTED)
    report = Report.objects.select_for_update().get(pk=report.pk)
    if report.state != ReportState.PENDING:
        raise TransitionRefused("report_decided", _("This report was decided already: the card shows how."))
    report.state, report.decided_by, report.decided_on, report.comment = state, str(by), on, comment
    save(report, by)
    return deadline
