"""Instruction control: meetings, instructions, deadlines, and the journal of what became of them."""

from programs.instructions.models.control import CalendarDay, Instruction, Meeting
from programs.instructions.models.deadlines import NEVER, Deadline
from programs.instructions.models.ledger import Act, Attachment, Extension, MonthEnd, Report, random_name

__all__ = [
    "NEVER",
    "Act",
    "Attachment",
    "CalendarDay",
    "Deadline",
    "Extension",
    "Instruction",
    "Meeting",
    "MonthEnd",
    "Report",
    "random_name",
]
