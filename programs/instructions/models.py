from datetime import date
from pathlib import PurePath
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import (
    AccessMark,
    ControlLevel,
    DeadlineKind,
    DeadlineState,
    ExecutorRole,
    ExtensionState,
    InstructionForm,
    InstructionState,
    Mark,
    MeetingKind,
    ReportState,
    RollPolicy,
    Verb,
)
from programs.instructions.querysets import (
    ActQuerySet,
    AttachmentQuerySet,
    DeadlineQuerySet,
    InstructionQuerySet,
    MeetingQuerySet,
    OfDeadlineQuerySet,
)
from programs.models import Program, Source
from programs.querysets import RegionalQuerySet
from registry.models import Loaded, Record, Searchable
from registry.scope import COUNTRY

NEVER = date(9999, 12, 31)  # stands for "no date" in `due_key`: a NULL breaks orders and cursors
CLOSED = (DeadlineState.FULFILLED, DeadlineState.CANCELLED)


class CalendarDay(Loaded, Record):
    """A day that differs from the five-day week: a holiday, a transferred day off or a working weekend."""

    date = models.DateField(_("date"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name_ru = models.CharField(_("name in Russian"), max_length=200, blank=True)
    name_kk = models.CharField(_("name in Kazakh"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("special day of the calendar")
        verbose_name_plural = _("special days of the calendar")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y}"


class Meeting(Searchable, Loaded, Record):
    """Where instructions are given."""

    searched: ClassVar[tuple[str, ...]] = ("title", "chair", "protocol_number", "place")

    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    held_on_note = models.CharField(
        _("why the date is not known"), max_length=300, blank=True, help_text=_("Or what the date rests on.")
    )
    chair = models.CharField(_("chaired by"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    protocol_number = models.CharField(_("protocol number"), max_length=60, blank=True)
    notes = models.TextField(_("notes"), blank=True, help_text=_("Positions stated, without being instructions."))
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("source")
    )

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = (F("held_on").desc(nulls_last=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(held_on__isnull=False) | ~Q(held_on_note=""),
                name="meeting_date_or_why_not",
                violation_error_message=_("Give the date of the meeting, or say why it is not known."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Instruction(Searchable, Loaded, Record):
    """A task given by somebody entitled to give it, kept on control until it is removed from it."""

    searched: ClassVar[tuple[str, ...]] = ("number", "text", "expected_result", "issued_by", "quote")

    number = models.CharField(_("number"), max_length=60, blank=True)
    text = models.TextField(_("text"))
    expected_result = models.TextField(_("expected result"), blank=True)
    form = models.CharField(_("form"), max_length=12, choices=InstructionForm, default=InstructionForm.INSTRUCTION)
    quote = models.CharField(_("quote"), max_length=300, blank=True, help_text=_("The source's own words, at most 12."))
    issued_on = models.DateField(_("issued on"), null=True, blank=True, help_text=_("Terms are counted from this day."))
    issued_on_is_estimate = models.BooleanField(_("the date is an estimate"), default=False)
    issued_on_note = models.CharField(
        _("what the date rests on"), max_length=300, blank=True, help_text=_("Or why it is not known.")
    )
    issued_by = models.CharField(_("issued by"), max_length=200, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("meeting")
    )
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("programme")
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        default=COUNTRY,
        related_name="instructions",
        verbose_name=_("region it concerns"),
    )
    term = models.CharField(
        _("term as worded"), max_length=300, blank=True, help_text=_("«в двухнедельный срок», «до 1 июля 2026 года»…")
    )
    roll_policy = models.CharField(
        _("if the last day is a day off"), max_length=10, choices=RollPolicy, default=RollPolicy.NEXT
    )
    control_level = models.CharField(
        _("control level"), max_length=25, choices=ControlLevel, default=ControlLevel.OTHER
    )
    controller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="controlled_instructions",
        verbose_name=_("controller"),
    )
    access_mark = models.CharField(
        _("access mark"), max_length=10, choices=AccessMark, default=AccessMark.NONE, blank=True
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("source")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("What is inferred, unclear or in doubt."))
    state = models.CharField(
        _("state"), max_length=10, choices=InstructionState, default=InstructionState.DRAFT, editable=False
    )

    objects: ClassVar[Any] = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = (F("issued_on").desc(nulls_last=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(issued_on__isnull=False) | ~Q(issued_on_note="") | Q(state=InstructionState.DRAFT),
                name="instruction_date_or_why_not",
                violation_error_message=_("Give the date of issue, or say why it is not known."),
            ),
            models.CheckConstraint(
                condition=Q(issued_on_is_estimate=False) | Q(issued_on__isnull=False) & ~Q(issued_on_note=""),
                name="instruction_estimate_explained",
                violation_error_message=_("An estimated date needs the date and what it rests on."),
            ),
        )
        indexes = (models.Index(fields=("state", "id"), name="instruction_state"),)
        permissions = (
            ("issue_instruction", _("Can issue instructions")),
            ("control_instruction", _("Can accept and return reports, decide extensions, remove, cancel and reopen")),
            ("report_deadline", _("Can report on own deadlines and ask for more time")),
            ("view_restricted", _("Can see instructions for official use (ДСП)")),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.text}".strip()[:120]


class Deadline(Loaded, Record):
    """One executor's duty by one date, with its own state and report."""

    instruction = models.ForeignKey(
        Instruction, models.PROTECT, related_name="deadlines", verbose_name=_("instruction")
    )
    executor = models.ForeignKey(
        "regions.Organisation", models.PROTECT, related_name="deadlines", verbose_name=_("executor")
    )
    role = models.CharField(
        _("role"),
        max_length=6,
        choices=ExecutorRole,
        default=ExecutorRole.LEAD,
        help_text=_("Lead: the first named, answers for the whole. Equal: a group with no first among them."),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=DeadlineKind, default=DeadlineKind.FINAL)
    period_key = models.CharField(
        _("period"), max_length=20, blank=True, default="", help_text=_("2026-Q1, 2026-03 or 1; empty for a final one.")
    )
    due_original = models.DateField(_("original last day"), null=True, blank=True, editable=False)
    due = models.DateField(_("last day"), null=True, blank=True, help_text=_("This day still counts as in time."))
    raw_due = models.DateField(_("last day before the roll"), null=True, blank=True, editable=False)
    reckoning = models.JSONField(_("how the date was reckoned"), default=list, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=DeadlineState, default=DeadlineState.DRAFT, editable=False
    )
    reported_on = models.DateField(_("reported on"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    due_key = models.GeneratedField(
        expression=Coalesce("due", Value(NEVER, output_field=models.DateField())),
        output_field=models.DateField(),
        db_persist=True,
    )

    objects: ClassVar[Any] = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ("due_key", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("instruction", "executor", "kind", "period_key"),
                condition=~Q(state=DeadlineState.CANCELLED),
                name="deadline_once_per_executor",
                violation_error_message=_("This executor has a deadline of this kind and period already."),
            ),
            models.UniqueConstraint(
                fields=("instruction", "kind", "period_key"),
                condition=Q(role=ExecutorRole.LEAD) & ~Q(state=DeadlineState.CANCELLED),
                name="deadline_one_lead",
                violation_error_message=_(
                    "There is a lead executor for this period already: make the others co-executors."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind=DeadlineKind.FINAL, period_key="") | ~Q(kind=DeadlineKind.FINAL) & ~Q(period_key=""),
                name="deadline_period_by_kind",
                violation_error_message=_("A final deadline has no period; an interim or periodic one names it."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(DeadlineState.DRAFT, DeadlineState.OPEN)) | Q(reported_on=None),
                name="deadline_open_is_unreported",
                violation_error_message=_("A deadline in work has no report date."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(DeadlineState.REPORTED, DeadlineState.FULFILLED))
                | Q(reported_on__isnull=False),
                name="deadline_reported_is_dated",
                violation_error_message=_("A reported deadline has the date of its report."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_on__isnull=False) | ~Q(state__in=CLOSED) & Q(closed_on=None),
                name="deadline_closed_is_dated",
                violation_error_message=_("A deadline has a closing date when it is closed, and only then."),
            ),
        )
        indexes = (
            models.Index(fields=("due_key", "id"), condition=Q(state="open"), name="deadline_open_by_due"),
            models.Index(fields=("due_key", "id"), condition=Q(state="reported"), name="deadline_reviewed_by_due"),
            models.Index(fields=("due_key", "id"), name="deadline_by_due"),
            models.Index(fields=("updated_at", "id"), name="deadline_by_change"),
            models.Index(fields=("executor", "due_key"), name="deadline_by_executor"),
        )

    def __str__(self) -> str:
        return f"{self.executor}: {self.instruction}"

    def clean(self) -> None:
        super().clean()
        instruction = getattr(self, "instruction", None)  # none is chosen yet, or it is not stored yet
        issued_on = instruction.issued_on if instruction else None
        if self.due and issued_on and self.due < issued_on:
            raise ValidationError(
                {
                    "due": ValidationError(
                        _("The last day is before the instruction was issued, %(issued_on)s."),
                        code="due_before_issue",
                        params={"issued_on": f"{issued_on:%d.%m.%Y}"},
                    )
                }
            )

    def is_overdue(self, *, on: date) -> bool:
        """As DeadlineQuerySet.overdue."""
        return self.state == DeadlineState.OPEN and self.due is not None and self.due < on

    def is_late(self, *, on: date) -> bool:
        """As DeadlineQuerySet.late."""
        if self.due is not None and self.state in (DeadlineState.REPORTED, DeadlineState.FULFILLED):
            return self.reported_on is not None and self.reported_on > self.due
        return self.is_overdue(on=on)

    def mark_on(self, *, on: date, until: date) -> Mark:
        """As DeadlineQuerySet.with_mark."""
        match self.state:
            case DeadlineState.REPORTED:
                return Mark.UNDER_REVIEW
            case DeadlineState.DRAFT:
                return Mark.DRAFT
            case DeadlineState.OPEN:
                return self._open_mark(on, until)
        return Mark.CLOSED

    def _open_mark(self, on: date, until: date) -> Mark:
        if self.due is None:
            return Mark.NO_DATE
        if self.due < on:
            return Mark.OVERDUE
        return Mark.DUE_SOON if self.due <= until else Mark.IN_TIME

    def days_late(self, *, on: date) -> int:
        """Calendar days after the last day: to `on` while overdue, to the report once reported; 0 when in time."""
        if self.due is None or not self.is_late(on=on):
            return 0
        return ((self.reported_on or on) - self.due).days


class Extension(Record):
    """A request for more time and what was decided; together they are the ledger of the deadline's dates."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="extensions", verbose_name=_("deadline"))
    asked_by = models.CharField(_("asked by"), max_length=200)
    asked_on = models.DateField(_("asked on"))
    reason = models.TextField(_("reason"))
    new_due = models.DateField(_("new last day"))
    state = models.CharField(
        _("state"), max_length=10, choices=ExtensionState, default=ExtensionState.PENDING, editable=False
    )
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    comment = models.TextField(_("comment"), blank=True, editable=False)

    objects: ClassVar[Any] = OfDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension of a deadline")
        verbose_name_plural = _("extensions of deadlines")
        ordering = ("-asked_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("deadline",),
                condition=Q(state=ExtensionState.PENDING),
                name="extension_one_pending",
                violation_error_message=_("A request for this deadline awaits a decision already."),
            ),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.PENDING, decided_on=None)
                | ~Q(state=ExtensionState.PENDING) & Q(decided_on__isnull=False),
                name="extension_decision_dated",
                violation_error_message=_("A decision has a date, a pending request has none."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.deadline}: {self.new_due:%d.%m.%Y}"


class Report(Record):
    """What an executor says was done, and whether it was accepted."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="reports", verbose_name=_("deadline"))
    text = models.TextField(_("text"))
    submitted_by = models.CharField(_("submitted by"), max_length=200)
    submitted_on = models.DateField(_("submitted on"))
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState, default=ReportState.PENDING, editable=False
    )
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    comment = models.TextField(_("comment"), blank=True, editable=False)

    objects: ClassVar[Any] = OfDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("report on a deadline")
        verbose_name_plural = _("reports on deadlines")
        ordering = ("-submitted_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("deadline",),
                condition=Q(state=ReportState.PENDING),
                name="report_one_pending",
                violation_error_message=_("A report on this deadline awaits a decision already."),
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.PENDING, decided_on=None)
                | ~Q(state=ReportState.PENDING) & Q(decided_on__isnull=False),
                name="report_decision_dated",
                violation_error_message=_("A decision has a date, a pending report has none."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.deadline}, {self.submitted_on:%d.%m.%Y}"


def random_name(instance: "Attachment", filename: str) -> str:
    """Where an attachment is stored: a random name, of which only the ending is the sender's."""
    return f"attachments/{uuid4().hex}{PurePath(filename).suffix.lower()[:10]}"


class Attachment(Record):
    report = models.ForeignKey(Report, models.PROTECT, related_name="attachments", verbose_name=_("report"))
    file = models.FileField(_("file"), upload_to=random_name)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size, bytes"))

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return self.name


class Act(models.Model):
    """The journal and ledger in one, append-only: services write it and nothing else does.

    `on` is the date of the act on paper, `at` when it was recorded. The author is kept as id and text, without a
    foreign key, so that nobody's leaving changes the journal. A past day is rebuilt from the last act with `on` ≤ it.
    """

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="acts", verbose_name=_("instruction"))
    deadline = models.ForeignKey(
        Deadline, models.PROTECT, null=True, blank=True, related_name="acts", verbose_name=_("deadline")
    )
    verb = models.CharField(_("act"), max_length=20, choices=Verb)
    on = models.DateField(_("date of the act"))
    at = models.DateTimeField(_("recorded"), auto_now_add=True)
    by_id = models.BigIntegerField(_("user"), null=True)
    by_name = models.CharField(_("by"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    state_before = models.CharField(_("state before"), max_length=10, blank=True)
    state_after = models.CharField(_("state after"), max_length=10, blank=True)
    due_before = models.DateField(_("last day before"), null=True)
    due_after = models.DateField(_("last day after"), null=True)
    due_original_before = models.DateField(_("original last day before"), null=True)
    due_original_after = models.DateField(_("original last day after"), null=True)

    objects: ClassVar[Any] = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("journal of acts")
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("deadline", "on", "id"), name="act_of_deadline"),)

    def __str__(self) -> str:
        return f"{self.on:%d.%m.%Y} {self.get_verb_display()}"


class MonthEnd(models.Model):
    """Counts at the end of a month, recomputable from the acts; the trend reads them."""

    month = models.DateField(_("last day of the month"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    organisation = models.ForeignKey(
        "regions.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    in_work = models.PositiveIntegerField(_("in work"))
    overdue = models.PositiveIntegerField(_("overdue"))
    under_review = models.PositiveIntegerField(_("under review"))
    fell_due = models.PositiveIntegerField(_("fell due in the month"))
    in_time = models.PositiveIntegerField(_("of them in time"))

    objects: ClassVar[Any] = RegionalQuerySet.as_manager()

    class Meta:
        verbose_name = _("month-end count")
        verbose_name_plural = _("month-end counts")
        ordering = ("-month", "organisation", "pk")
        constraints = (
            models.UniqueConstraint(
                "month",
                "region",
                "organisation",
                Coalesce("program", Value(0, output_field=models.BigIntegerField())),
                name="month_end_once",
                violation_error_message=_("This month is counted already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%m.%Y}, {self.organisation}"
