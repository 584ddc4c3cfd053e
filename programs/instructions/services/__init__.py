"""The only code that changes the state of an instruction or a deadline.

Every transition is one function: keyword-only, atomic, takes who does it (`by`) and the date on paper (`on`), guards
itself in the write, leaves an act in the journal, and refuses with TransitionRefused, changing nothing. `by` is a
user, or a text where no person acts (the loader, a command).
"""

from programs.instructions.services.calendar import DateMove, apply_moves, preview_moves
from programs.instructions.services.closing import (
    cancel_deadline,
    cancel_instruction,
    remove_from_control,
    reopen_deadline,
    reopen_instruction,
)
from programs.instructions.services.extensions import grant_extension, refuse_extension, request_extension
from programs.instructions.services.issuing import add_executors, issue_instruction, set_due
from programs.instructions.services.journal import TransitionRefused
from programs.instructions.services.mending import change_lead, correct_due, replace_executor
from programs.instructions.services.months import close_month, ended_months, uncounted_months
from programs.instructions.services.periods import change_term, roll_periods
from programs.instructions.services.reports import accept_report, return_report, submit_report

__all__ = [
    "DateMove",
    "TransitionRefused",
    "accept_report",
    "add_executors",
    "apply_moves",
    "cancel_deadline",
    "cancel_instruction",
    "change_lead",
    "change_term",
    "close_month",
    "correct_due",
    "ended_months",
    "grant_extension",
    "issue_instruction",
    "preview_moves",
    "refuse_extension",
    "remove_from_control",
    "reopen_deadline",
    "reopen_instruction",
    "replace_executor",
    "request_extension",
    "return_report",
    "roll_periods",
    "set_due",
    "submit_report",
    "uncounted_months",
]
