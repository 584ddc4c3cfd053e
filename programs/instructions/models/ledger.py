"""What is asked, reported and decided about a deadline, and the journal of it all."""

from pathlib import PurePath
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import (
    ExtensionState,
    ReportState,
    Verb,
)
from programs.instructions.models.control import Instruction
from programs.instructions.models.deadlines import Deadline
from programs.instructions.querysets import (
    ActQuerySet,
    AttachmentQuerySet,
    MonthEndQuerySet,
    OfDeadlineQuerySet,
)
from programs.models import Program
from registry.audit.history import AppendOnly
from registry.models import Record


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


class Act(AppendOnly):
    """The journal and ledger in one, append-only: services write it and nothing else does.

    `on` is the date of the act on paper, `at` when it was recorded. A past day is rebuilt from the last act with
    `on` ≤ it.
    """

    author_field = "by_id"

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

    objects: ClassVar[Any] = MonthEndQuerySet.as_manager()

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
