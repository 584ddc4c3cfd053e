"""What each act is called, what it asks and which service does it: one row for each verb a person can choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.instructions import forms, services
from programs.instructions.acts import DEADLINE_ACTS, INSTRUCTION_ACTS, shown
from programs.instructions.choices import DeadlineState, Verb
from programs.instructions.models import Deadline, Instruction
from programs.instructions.querysets import LIVE
from programs.instructions.services import TransitionRefused


@dataclass(frozen=True)
class Doing:
    """`button` asks for the act, `done` says it happened; a `rare` one is not among the first to be offered."""

    button: str | Promise
    done: str | Promise
    explanation: str | Promise
    form: type[forms.ActForm]
    service: Callable[..., Any]
    rare: bool = False


ON_INSTRUCTION: Mapping[Verb, Doing] = {
    Verb.ISSUE: Doing(
        pgettext_lazy("button", "Issue"),
        _("The instruction is issued and on control."),
        _("The instruction goes on control: its deadlines open and their dates stand."),
        forms.NoteForm,
        services.issue_instruction,
    ),
    Verb.REMOVE: Doing(
        _("Remove from control"),
        _("The instruction is removed from control."),
        _("For what is finished. What is still open under it, such as co-executors and periods to come, is cancelled."),
        forms.NoteForm,
        services.remove_from_control,
    ),
    Verb.CHANGE_TERM: Doing(
        _("Change the term"),
        _("The term is changed."),
        _("For periodic terms: the periods to come are cancelled and opened anew by the new term; the past stays."),
        forms.TermForm,
        services.change_term,
        rare=True,
    ),
    Verb.CANCEL: Doing(
        _("Cancel the instruction"),
        _("The instruction is cancelled."),
        _("The instruction and all that is open under it are cancelled."),
        forms.ReasonForm,
        services.cancel_instruction,
        rare=True,
    ),
    Verb.REOPEN: Doing(
        _("Put back on control"),
        _("The instruction is on control again."),
        _("Back on control, with exactly those deadlines that the removal cancelled."),
        forms.ReasonForm,
        services.reopen_instruction,
    ),
}
ON_DEADLINE: Mapping[Verb, Doing] = {
    Verb.REPORT: Doing(
        pgettext_lazy("button", "Report"),
        _("The report is submitted and under review."),
        _("Say what was done. The deadline goes under review; it is in time if the report is not after the last day."),
        forms.ReportForm,
        services.submit_report,
    ),
    Verb.REQUEST_EXTENSION: Doing(
        _("Ask for more time"),
        _("The request is submitted."),
        _("The controller decides. Until then the present last day stands; the original one is kept for ever."),
        forms.RequestForm,
        services.request_extension,
    ),
    Verb.ACCEPT: Doing(
        _("Accept the report"),
        _("The report is accepted: the deadline is fulfilled."),
        _("The deadline is fulfilled and closed. Whether it was in time is judged by the date of the report."),
        forms.AcceptForm,
        services.accept_report,
    ),
    Verb.RETURN: Doing(
        _("Return the report"),
        _("The report is returned for more work."),
        _("The deadline is in work again, and overdue if its last day has passed."),
        forms.ReturnForm,
        services.return_report,
    ),
    Verb.GRANT_EXTENSION: Doing(
        _("Grant more time"),
        _("More time is granted."),
        _("The last day becomes the one asked for; the original one stays and is shown beside it."),
        forms.GrantForm,
        services.grant_extension,
    ),
    Verb.REFUSE_EXTENSION: Doing(
        _("Refuse more time"),
        _("More time is refused."),
        _("The last day stays as it is."),
        forms.RefuseForm,
        services.refuse_extension,
    ),
    Verb.REPLACE_EXECUTOR: Doing(
        _("Replace the executor"),
        _("The executor is replaced."),
        _("This deadline is cancelled, and the same duty by the same dates opens for another executor."),
        forms.ReplaceForm,
        services.replace_executor,
        rare=True,
    ),
    Verb.CHANGE_LEAD: Doing(
        _("Make the lead"),
        _("The lead is changed."),
        _("This executor answers for the whole; the former lead becomes a co-executor."),
        forms.ReasonForm,
        services.change_lead,
        rare=True,
    ),
    Verb.CORRECT_DUE: Doing(
        _("Correct the dates"),
        _("The dates are corrected."),
        _("Only for what was mistyped: to move a date, more time is asked for and granted."),
        forms.CorrectForm,
        services.correct_due,
        rare=True,
    ),
    Verb.CANCEL: Doing(
        _("Cancel the deadline"),
        _("The deadline is cancelled."),
        _("This executor is freed of the duty; cancelled after its last day, it still counts as late."),
        forms.ReasonForm,
        services.cancel_deadline,
        rare=True,
    ),
    Verb.REOPEN: Doing(
        _("Put back in work"),
        _("The deadline is in work again."),
        _("For a report that turned out not to hold: the deadline is open again, and late if its last day has passed."),
        forms.ReasonForm,
        services.reopen_deadline,
        rare=True,
    ),
}


@dataclass(frozen=True)
class Affected:
    """The deadlines that an act on the whole changes with it, named before it is confirmed: `among` them, on a day."""

    caption: str | Promise
    among: Callable[[Any, date], Any]


_CANCELLED = Affected(_("Deadlines that will be cancelled"), lambda rows, on: rows.filter(state__in=LIVE))
_IN_THE_WAY = Affected(
    _("Not finished yet, so the instruction stays on control: accept their reports or cancel them first"),
    lambda rows, on: rows.unfinished_main(on=on),
)
AFFECTED = {  # the first that has rows is shown
    Verb.ISSUE: (Affected(_("Deadlines that will open"), lambda rows, on: rows.filter(state=DeadlineState.DRAFT)),),
    Verb.REMOVE: (_IN_THE_WAY, _CANCELLED),
    Verb.CANCEL: (_CANCELLED,),
    Verb.CHANGE_TERM: (
        Affected(
            _("Periods that will be cancelled and opened anew by the new term"),
            lambda rows, on: rows.periods_to_come(on=on),
        ),
    ),
}

# Where a refusal is told: beside the field that has to be mended.
FIELD_OF = {
    "future_date": "on",
    "date_before_last_act": "on",
    "report_before_issue": "on",
    "not_later": "new_due",
    "day_off": "new_due",
    "no_text": "text",
    "no_reason": "reason",
    "not_periodic": "term",
    "same_executor": "executor",
    "has_deadline": "executor",
    "due_before_issue": "due",
    "original_after_due": "due_original",
    "one_date": "due_original",
    "no_change": "due",
}


def do(verb: Verb, subject: Instruction | Deadline, answers: dict[str, Any], *, by: Any) -> None:
    """Does the act with the `answers` of its form. Refused besides when `subject` has changed since it was shown."""
    is_instruction = isinstance(subject, Instruction)
    doing = (ON_INSTRUCTION if is_instruction else ON_DEADLINE)[verb]
    states = (INSTRUCTION_ACTS if is_instruction else DEADLINE_ACTS)[verb].states
    answers = dict(answers)
    seen = answers.pop("seen")
    if not doing.form.decides:
        answers["instruction" if is_instruction else "deadline"] = subject
    with transaction.atomic():
        whole = subject.pk if isinstance(subject, Instruction) else subject.instruction_id
        Instruction.objects.select_for_update().get(pk=whole)  # first of all, as every service does
        stored = type(subject).objects.get(pk=subject.pk)
        if shown(stored) != seen and stored.state in states:  # in any other state the service says which
            raise TransitionRefused(
                "changed_meanwhile",
                _("Somebody else has changed this since you opened the page: look at it again, then confirm."),
            )
        doing.service(by=by, **answers)
