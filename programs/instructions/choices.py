from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingKind(models.TextChoices):
    SESSION = "session", _("session")
    CONFERENCE = "conference", _("conference")
    RECEPTION = "reception", _("reception of citizens")
    DIALOGUE = "dialogue", _("dialogue platform")
    ROUND_TABLE = "round_table", _("round table")
    OTHER = "other", pgettext_lazy("kind of meeting", "other")


class InstructionForm(models.TextChoices):
    INSTRUCTION = "instruction", pgettext_lazy("form", "instruction")
    DIRECTION = "direction", pgettext_lazy("form", "direction")
    COMMITMENT = "commitment", pgettext_lazy("form", "commitment")
    DECISION = "decision", pgettext_lazy("form", "decision")


class ControlLevel(models.TextChoices):
    PRESIDENT = "president", _("President")
    GOVERNMENT = "government", pgettext_lazy("control level", "Government")
    DEPUTY_PRIME_MINISTER = "deputy_prime_minister", _("Deputy Prime Minister")
    MINISTRY = "ministry", _("ministry")
    AKIMAT = "akimat", _("akimat")
    OTHER = "other", pgettext_lazy("control level", "other")


class AccessMark(models.TextChoices):
    NONE = "", pgettext_lazy("access mark", "none")
    RESTRICTED = "restricted", _("for official use (ДСП)")


class RollPolicy(models.TextChoices):
    """Where a date goes that falls on a day off."""

    NEXT = "next", _("to the next working day")
    PREVIOUS = "previous", _("to the previous working day")
    NONE = "none", _("stays where it is")


class InstructionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("instruction", "draft")
    ON_CONTROL = "on_control", _("on control")
    REMOVED = "removed", _("removed from control")
    CANCELLED = "cancelled", pgettext_lazy("instruction", "cancelled")


class DeadlineState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("deadline", "draft")
    OPEN = "open", _("in work")
    REPORTED = "reported", _("reported, under review")
    FULFILLED = "fulfilled", _("fulfilled")
    CANCELLED = "cancelled", pgettext_lazy("deadline", "cancelled")


class ExecutorRole(models.TextChoices):
    LEAD = "lead", pgettext_lazy("executor", "lead")
    EQUAL = "equal", pgettext_lazy("executor", "equal")
    CO = "co", _("co-executor")


class DeadlineKind(models.TextChoices):
    FINAL = "final", pgettext_lazy("deadline", "final")
    INTERIM = "interim", pgettext_lazy("deadline", "interim")
    PERIODIC = "periodic", pgettext_lazy("deadline", "periodic")


class Mark(models.TextChoices):
    """What the colour of a deadline says on a day."""

    OVERDUE = "overdue", _("overdue")
    DUE_SOON = "due_soon", _("due soon")
    IN_TIME = "in_time", pgettext_lazy("mark", "in time")
    UNDER_REVIEW = "under_review", _("under review")
    NO_DATE = "no_date", _("without a date")
    DRAFT = "draft", pgettext_lazy("mark", "not issued yet")
    CLOSED = "closed", _("closed")


class ExtensionState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("extension", "awaits a decision")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed: the deadline closed meanwhile")


class ReportState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("report", "awaits a decision")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned for more work")


class Verb(models.TextChoices):
    """Acts of the journal."""

    ISSUE = "issue", pgettext_lazy("act", "issued")
    REMOVE = "remove", pgettext_lazy("act", "removed from control")
    REOPEN = "reopen", pgettext_lazy("act", "reopened")
    CANCEL = "cancel", pgettext_lazy("act", "cancelled")
    REPORT = "report", pgettext_lazy("act", "report submitted")
    ACCEPT = "accept", pgettext_lazy("act", "report accepted")
    RETURN = "return", pgettext_lazy("act", "report returned")
    REQUEST_EXTENSION = "request_extension", pgettext_lazy("act", "extension asked for")
    GRANT_EXTENSION = "grant_extension", pgettext_lazy("act", "extension granted")
    REFUSE_EXTENSION = "refuse_extension", pgettext_lazy("act", "extension refused")
    REPLACE_EXECUTOR = "replace_executor", pgettext_lazy("act", "executor replaced")
    CHANGE_LEAD = "change_lead", pgettext_lazy("act", "lead changed")
    CHANGE_TERM = "change_term", pgettext_lazy("act", "term changed")
    MOVE_WITH_CALENDAR = "move_with_calendar", pgettext_lazy("act", "date moved with the calendar")
    CORRECT_DUE = "correct_due", pgettext_lazy("act", "date corrected")
