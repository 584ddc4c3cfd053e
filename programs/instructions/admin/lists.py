"""Deadlines, meetings, and the ledger that only services write."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from programs.instructions.admin.act_pages import DeadlineActs
from programs.instructions.admin.decisions import Decides
from programs.instructions.admin.filters import DeadlineQueue, soon
from programs.instructions.admin.words import instruction_link, short_date, steps_in_words
from programs.instructions.choices import DeadlineState, ExtensionState, InstructionState, Mark, ReportState, Verb
from programs.instructions.models import Act, Deadline, Extension, Instruction, Meeting, MonthEnd, Report
from registry.admin import ReadOnly, RegistryAdmin, region_filter
from registry.loading import in_words


@admin.register(Deadline)
class DeadlineAdmin(DeadlineActs, Decides, ReadOnly, RegistryAdmin):
    """To look through and act on; executors and dates are entered on the page of their instruction."""

    decisions = ("accept_reports", "return_reports", "cancel_deadlines")

    list_display = ("executor", "text", "day", "mark", "role", "reported_on")
    list_filter = (DeadlineQueue, "state", "role", "kind", region_filter("executor__region_id"), "instruction__program")
    link_lookups = ("instruction", "executor")
    search_fields = ("executor__search_text__contains", "instruction__search_text__contains")
    search_help_text = _("Executor, number or words of the instruction.")
    ordering = ("due_key", "pk")
    fieldsets = (
        (None, {"fields": ("instruction", "executor", ("role", "kind", "period_key"), "state")}),
        (_("Dates"), {"fields": ("due", "due_original", "raw_due", "steps", ("reported_on", "closed_on"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        today = timezone.localdate()
        rows: Any = super().get_queryset(request)
        return rows.with_mark(on=today, until=soon(today)).with_silence()

    @admin.display(description=_("instruction"), ordering="instruction__text")
    def text(self, deadline: Deadline) -> str:
        return instruction_link(deadline.instruction)

    @admin.display(description=_("last day"), ordering="due_key")
    def day(self, deadline: Deadline) -> str:
        return short_date(deadline.due)

    @admin.display(description=_("mark"))
    def mark(self, deadline: Any) -> str:
        mark = Mark(deadline.mark)
        shown = format_html('<span class="mark mark-{}">{}</span>', mark.value, mark.label)
        if mark == Mark.OVERDUE and deadline.is_silent:
            return format_html('{}<div class="quiet">{}</div>', shown, _("the source does not report execution"))
        return shown

    @admin.display(description=_("how the date was reckoned"))
    def steps(self, deadline: Deadline) -> str:
        return steps_in_words(deadline)


@admin.register(Meeting)
class MeetingAdmin(RegistryAdmin):
    list_display = ("title", "kind", "held", "chair", "place", "protocol_number")
    list_filter = ("kind", "held_on", ("held_on", admin.EmptyFieldListFilter))
    search_fields = ("search_text__contains",)
    readonly_fields = ("instructions_link",)
    fieldsets = (
        (None, {"fields": ("title", "kind", ("held_on", "held_on_note"), "chair", ("place", "protocol_number"))}),
        (_("What was said"), {"fields": ("notes", "instructions_link")}),
        (_("Source"), {"fields": ("source",)}),
    )

    def view_on_site(self, obj: Meeting) -> str:
        return reverse("meeting", args=(obj.pk,))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        meeting = context.get("original")
        instructions: Any = self.admin_site.get_model_admin(Instruction)
        if meeting and instructions.has_add_permission(request):
            address = f"{reverse('admin:instructions_instruction_add')}?meeting={meeting.pk}"
            context["act_buttons"] = [(address, _("Add an instruction of this meeting"))]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("held on"), ordering="held_on")
    def held(self, meeting: Meeting) -> str:
        return short_date(meeting.held_on) if meeting.held_on else meeting.held_on_note

    @admin.display(description=_("instructions"))
    def instructions_link(self, meeting: Meeting) -> str:
        if meeting.pk is None:
            return "–"
        address = reverse("admin:instructions_instruction_changelist")
        return format_html('<a href="{}?meeting__id__exact={}">{}</a>', address, meeting.pk, _("Those given here"))


class OfDeadline(ReadOnly, RegistryAdmin):
    """Extensions and reports: services write them, so here they are looked through and, while they wait, decided."""

    pending: str
    deciding: frozenset[Verb]
    list_select_related = ("deadline__executor", "deadline__instruction")
    search_fields = ("deadline__executor__search_text__contains", "deadline__instruction__search_text__contains")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """One at a time waits under a deadline, so the acts on the deadline decide this very one."""
        row = context.get("original")
        if row and row.state == self.pending:
            deadlines: Any = self.admin_site.get_model_admin(Deadline)
            context["act_buttons"] = deadlines.act_buttons(request, row.deadline, self.deciding)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("executor"), ordering="deadline__executor__name_ru")
    def executor(self, row: Any) -> str:
        return str(row.deadline.executor)

    @admin.display(description=_("instruction"))
    def instruction(self, row: Any) -> str:
        return instruction_link(row.deadline.instruction)


@admin.register(Extension)
class ExtensionAdmin(Decides, OfDeadline):
    pending, deciding = ExtensionState.PENDING, frozenset({Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION})
    decisions = ("grant_extensions", "refuse_extensions")
    list_display = ("asked_on", "executor", "instruction", "new_due", "state", "decided_on", "decided_by")
    list_filter = ("state", "asked_on", region_filter("deadline__executor__region_id"))
    fieldsets = (
        (None, {"fields": ("deadline", ("asked_by", "asked_on"), "reason", "new_due")}),
        (_("Decision"), {"fields": ("state", ("decided_by", "decided_on"), "comment")}),
    )


@admin.register(Report)
class ReportAdmin(OfDeadline):
    pending, deciding = ReportState.PENDING, frozenset({Verb.ACCEPT, Verb.RETURN})
    list_display = ("submitted_on", "executor", "instruction", "state", "decided_on", "decided_by")
    list_filter = ("state", "submitted_on", region_filter("deadline__executor__region_id"))
    fieldsets = (
        (None, {"fields": ("deadline", ("submitted_by", "submitted_on"), "text")}),
        (_("Decision"), {"fields": ("state", ("decided_by", "decided_on"), "comment")}),
    )


@admin.register(Act)
class ActAdmin(ReadOnly, RegistryAdmin):
    list_display = ("on", "verb", "text", "executor", "who", "after", "reason", "at")
    list_filter = ("verb", "on")
    list_select_related = ("instruction", "deadline__executor")
    link_lookups = ("instruction", "deadline")
    search_fields = ("instruction__search_text__contains", "deadline__executor__search_text__contains")
    fieldsets = (
        (None, {"fields": ("instruction", "deadline", "verb", ("on", "at"), "who", "reason")}),
        (_("Before and after"), {"fields": (("before", "after"), ("due_before", "due_after"))}),
        (_("Original last day"), {"fields": (("due_original_before", "due_original_after"),)}),
    )
    readonly_fields = ("who", "before", "after")

    @admin.display(description=_("instruction"))
    def text(self, act: Act) -> str:
        return instruction_link(act.instruction)

    @admin.display(description=_("by"), ordering="by_name")
    def who(self, act: Act) -> str:
        return in_words(act.by_name)

    @admin.display(description=_("executor"))
    def executor(self, act: Act) -> str | None:
        return str(act.deadline.executor) if act.deadline else None

    @admin.display(description=_("state before"))
    def before(self, act: Act) -> str:
        return _state(act, act.state_before)

    @admin.display(description=_("state after"), ordering="state_after")
    def after(self, act: Act) -> str:
        return _state(act, act.state_after)


def _state(act: Act, state: str) -> str:
    """A state in words: of the deadline the act is on, else of the instruction."""
    states: Any = DeadlineState if act.deadline_id else InstructionState
    return dict(states.choices).get(state, state)


@admin.register(MonthEnd)
class MonthEndAdmin(ReadOnly, RegistryAdmin):
    list_display = (
        "month", "region", "organisation", "program", "in_work", "overdue", "under_review", "fell_due", "in_time"
    )  # fmt: skip
    list_filter = ("month", "program", region_filter("region_id"))
    list_select_related = ("region", "organisation", "program")
    search_fields = ("organisation__search_text__contains", "region__search_text__contains")
    fields = (
        ("month", "region"),
        ("organisation", "program"),
        "in_work",
        "overdue",
        "under_review",
        "fell_due",
        "in_time",
    )
