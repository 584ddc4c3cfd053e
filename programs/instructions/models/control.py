"""Meetings, their instructions, and the calendar dates are reckoned by."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from programs.instructions.choices import (
    AccessMark,
    ControlLevel,
    InstructionForm,
    InstructionState,
    MeetingKind,
    RollPolicy,
)
from programs.instructions.querysets import (
    InstructionQuerySet,
    MeetingQuerySet,
)
from programs.models import Program, Source
from registry.models import Loaded, Record, Searchable
from registry.scope import COUNTRY


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
        """With the access mark, so that it stands wherever the instruction is named."""
        mark = pgettext("access mark", "ДСП") if self.access_mark == AccessMark.RESTRICTED else ""
        return " ".join(filter(None, (mark, self.number, self.text)))[:120]
