"""Pages of instruction control. The day is read here and handed down."""

from programs.instructions.views.acts import DeadlineActPage, InstructionActPage
from programs.instructions.views.card import AttachmentFile, CardPage, DeadlinePage, MeetingPage
from programs.instructions.views.lists import BoardPage, DeadlineListPage, InstructionListPage, MeetingListPage

__all__ = [
    "AttachmentFile",
    "BoardPage",
    "CardPage",
    "DeadlineActPage",
    "DeadlineListPage",
    "DeadlinePage",
    "InstructionActPage",
    "InstructionListPage",
    "MeetingListPage",
    "MeetingPage",
]
