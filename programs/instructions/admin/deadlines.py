"""Executors and their dates on the page of an instruction: drafts to edit, issued ones to see."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from programs.instructions.admin.words import short_date, steps_in_words
from programs.instructions.choices import DeadlineState, InstructionState
from programs.instructions.models import Deadline, Instruction
from programs.instructions.services import TransitionRefused, add_executors, set_due
from programs.instructions.workdays import WorkCalendar
from registry.admin import ReadOnly, Refused, RegistryForm, RegistryFormSet, RegistryInline

UNFINISHED = (InstructionState.DRAFT, InstructionState.ON_CONTROL)


class DeadlineForm(RegistryForm):
    class Meta:
        model = Deadline
        fields = ("executor", "role", "kind", "period_key", "due")

    @property
    def typed_due(self) -> Any:
        """The date people typed here, if they did; one left as it was is not typed."""
        return self.instance.due if "due" in self.changed_data else None


class DeadlineFormSet(RegistryFormSet):
    """Dates rows without one by the instruction's term; under an instruction on control a new row opens at once."""

    def save_new(self, form: Any, commit: bool = True) -> Deadline:
        if self.instance.state == InstructionState.DRAFT:
            return self._save_dated(form)
        row = form.save(commit=False)
        added = add(
            self.instance,
            [row.executor],
            by=self.user,
            role=row.role,
            kind=row.kind,
            period_key=row.period_key,
            due=row.due,
        )
        return added[0] if added else row

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Deadline:
        return self._save_dated(form)

    def _save_dated(self, form: Any) -> Deadline:
        deadline = form.save(commit=False)
        if form.typed_due or follows_term(deadline):
            set_due(deadline, form.typed_due, WorkCalendar.load())
        deadline.save()
        return deadline


def add(instruction: Instruction, executors: Any, *, by: Any, **fields: Any) -> list[Deadline]:
    """`add_executors` on this day; what it refuses comes back to the form."""
    try:
        return add_executors(instruction=instruction, executors=executors, by=by, on=timezone.localdate(), **fields)
    except TransitionRefused as refused:
        raise Refused(refused.message) from refused
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def follows_term(deadline: Deadline) -> bool:
    """Its date comes from the term, or would; one set by hand or loaded without a reckoning stays as it is."""
    by_hand = any(step["step"] == "by_hand" for step in deadline.reckoning)
    return not by_hand and (deadline.due is None or bool(deadline.reckoning))


def date_by_term(instruction: Instruction) -> None:
    """Dates anew the drafts that follow the term, after the term or the day of issue has changed."""
    calendar = WorkCalendar.load()
    for deadline in instruction.deadlines.filter(state=DeadlineState.DRAFT):
        deadline.instruction = instruction
        before = (deadline.due, deadline.raw_due, deadline.reckoning)
        if follows_term(deadline):
            set_due(deadline, None, calendar)
            if before != (deadline.due, deadline.raw_due, deadline.reckoning):
                deadline.save()


class DraftInline(RegistryInline):
    """Rows that are not issued yet; under an instruction on control only new ones."""

    model = Deadline
    form = DeadlineForm
    formset = DeadlineFormSet
    verbose_name = _("executor")
    verbose_name_plural = _("executors and deadlines")
    fields = ("executor", "role", "kind", "period_key", "due", "steps")
    readonly_fields = ("steps",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        return super().get_queryset(request).filter(state=DeadlineState.DRAFT).order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj: Instruction | None = None) -> bool:
        return (obj is None or obj.state in UNFINISHED) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Instruction | None = None) -> bool:
        """A draft may be taken out again; an issued deadline is cancelled, which is an act."""
        is_draft = obj is None or obj.state == InstructionState.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    @admin.display(description=_("how the date was reckoned"))
    def steps(self, deadline: Deadline) -> str:
        return steps_in_words(deadline)


class IssuedInline(ReadOnly, RegistryInline):
    """Deadlines in work and closed; their dates and states change by acts only."""

    model = Deadline
    verbose_name_plural = _("issued deadlines")
    fields = readonly_fields = (
        "executor", "role", "kind", "period_key", "in_state", "day", "original", "steps", "reported", "closed"
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        rows: Any = super().get_queryset(request).exclude(state=DeadlineState.DRAFT)
        return rows.for_listing().by_due()

    @admin.display(description=_("how the date was reckoned"))
    def steps(self, deadline: Deadline) -> str:
        return steps_in_words(deadline)

    @admin.display(description=_("state"))
    def in_state(self, deadline: Deadline) -> str:
        address = reverse("admin:instructions_deadline_change", args=(deadline.pk,))
        return format_html('<a href="{}">{}</a>', address, deadline.get_state_display())

    @admin.display(description=_("last day"))
    def day(self, deadline: Deadline) -> str:
        return short_date(deadline.due)

    @admin.display(description=_("original last day"))
    def original(self, deadline: Deadline) -> str:
        return short_date(deadline.due_original)

    @admin.display(description=_("reported on"))
    def reported(self, deadline: Deadline) -> str:
        return short_date(deadline.reported_on)

    @admin.display(description=_("closed on"))
    def closed(self, deadline: Deadline) -> str:
        return short_date(deadline.closed_on)
