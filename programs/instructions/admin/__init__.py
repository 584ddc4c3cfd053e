"""Control of instructions: the instruction with its executors, and the lists staff work through."""

from programs.instructions.admin.calendar import CalendarDayAdmin
from programs.instructions.admin.instruction import InstructionAdmin
from programs.instructions.admin.lists import (
    ActAdmin,
    DeadlineAdmin,
    ExtensionAdmin,
    MeetingAdmin,
    MonthEndAdmin,
    ReportAdmin,
)

__all__ = [
    "ActAdmin",
    "CalendarDayAdmin",
    "DeadlineAdmin",
    "ExtensionAdmin",
    "InstructionAdmin",
    "MeetingAdmin",
    "MonthEndAdmin",
    "ReportAdmin",
]
