"""One executor's duty by one date."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import (
    DeadlineKind,
    DeadlineState,
    ExecutorRole,
    Mark,
)
from programs.instructions.models.control import Instruction
from programs.instructions.querysets import (
    DeadlineQuerySet,
)
from registry.models import Loaded, Record

NEVER = date(9999, 12, 31)  # stands for "no date" in `due_key`: a NULL breaks orders and cursors
CLOSED = (DeadlineState.FULFILLED, DeadlineState.CANCELLED)


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
            models.Index(fields=("due_original",), name="deadline_by_original_due"),  # discipline against it
            models.Index(fields=("updated_at", "id"), name="deadline_by_change"),
            models.Index(fields=("executor", "due_key"), name="deadline_by_executor"),
            # What bodies are told, of a region or one's own; the last two spare reading the rows.
            models.Index(fields=("executor", "instruction", "role", "state"), name="deadline_told"),
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
