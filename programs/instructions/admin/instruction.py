"""The page of an instruction: what, by when, by whom; groups of executors; issuing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.instructions.acts import CONTROL
from programs.instructions.admin.act_pages import InstructionActs
from programs.instructions.admin.deadlines import UNFINISHED, DraftInline, IssuedInline, add, date_by_term
from programs.instructions.admin.decisions import Decides
from programs.instructions.admin.filters import InstructionQueue
from programs.instructions.admin.term import TermPreview, live, shown_for
from programs.instructions.admin.words import SHORT, short_date
from programs.instructions.choices import DeadlineKind, DeadlineState, ExecutorRole, InstructionState
from programs.instructions.models import Deadline, Instruction, Meeting
from regions.models import Organisation, OrganisationGroup
from registry.admin import RegistryAdmin, RegistryForm, region_filter
from registry.admin.chooser import possible_keys

TERM_FIELDS = frozenset({"term", "issued_on", "roll_policy"})
ON_ADDING_A_GROUP: dict[str, Any] = {
    InstructionState.DRAFT: _(
        "On saving each member becomes an executor of its own; take out those that are not meant."
    ),
    InstructionState.ON_CONTROL: _(
        "On saving a deadline opens at once for each member, as the instruction is on control; those that are not meant"
        " are then cancelled, each with a reason."
    ),
}


class InstructionForm(RegistryForm):
    group = forms.ModelChoiceField(OrganisationGroup.objects.none(), required=False, label=_("Group of organisations"))
    group_role = forms.ChoiceField(
        choices=[(role.value, role.label) for role in (ExecutorRole.EQUAL, ExecutorRole.CO)],
        required=False,
        initial=ExecutorRole.EQUAL,
        label=_("Their role"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = OrganisationGroup.objects.visible_to(self.user)  # type: ignore[attr-defined]
        live(self)

    def clean_issued_on(self) -> Any:
        """No issued deadline may come to stand before the day of issue; drafts answer for themselves."""
        issued_on = self.cleaned_data["issued_on"]
        if issued_on and self.instance.pk:
            issued = self.instance.deadlines.exclude(state__in=(DeadlineState.DRAFT, DeadlineState.CANCELLED))
            if earlier := issued.filter(due__lt=issued_on).order_by("due").first():
                raise forms.ValidationError(
                    _("There is a deadline before this day already: %(due)s."),
                    code="due_before_issue",
                    params={"due": f"{earlier.due:%d.%m.%Y}"},
                )
        return issued_on


@admin.register(Instruction)
class InstructionAdmin(InstructionActs, Decides, TermPreview, RegistryAdmin):
    form = InstructionForm
    list_display = ("short", "issued", "executors", "next_due", "state", "region")
    list_filter = (
        InstructionQueue, "state", "control_level", "form", "program", "controller", "access_mark",
        "issued_on", "issued_on_is_estimate", region_filter("region_id"),
    )  # fmt: skip
    link_lookups = ("meeting",)
    search_fields = ("search_text__contains", "meeting__search_text__contains")
    search_help_text = _("Number, words of the text or of the expected result, who gave it, the meeting.")
    readonly_fields = ("standing", "reckoned", "reckoned_live")
    decisions = ("issue_selected",)
    inlines = (DraftInline, IssuedInline)
    fieldsets = (
        (_("What"), {"fields": ("text", "expected_result", ("number", "form", "standing"), "region", "program")}),
        (
            _("When and by what term"),
            {
                "fields": (
                    ("issued_on", "issued_on_is_estimate", "issued_on_note"),
                    "issued_by",
                    "meeting",
                    ("term", "roll_policy"),
                    "reckoned",
                )
            },
        ),
        (_("Who controls"), {"fields": (("control_level", "access_mark"), "controller")}),
        (_("Source and doubt"), {"fields": ("source", "quote", "note"), "classes": ("collapse",)}),
    )

    # --- The list -----------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instruction]:
        rows: Any = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        return _with_executors(rows, Deadline.objects.visible_to(request.user)) if is_list else rows

    @admin.display(description=_("instruction"), ordering="text")
    def short(self, instruction: Instruction) -> str:
        return Truncator(str(instruction)).chars(SHORT)

    @admin.display(description=_("issued on"), ordering="issued_on")
    def issued(self, instruction: Instruction) -> str:
        day = short_date(instruction.issued_on)
        if not instruction.issued_on_is_estimate:
            return day
        return format_html('<span class="estimate" title="{}">≈ {}</span>', instruction.issued_on_note, day)

    @admin.display(description=_("executors"), ordering="executor_count")
    def executors(self, instruction: Any) -> str:
        """The lead by name, the others by number; a link to their deadlines."""
        if not instruction.executor_count:
            return format_html('<span class="quiet">{}</span>', _("nobody"))
        others = instruction.executor_count - bool(instruction.lead_name)
        more = ngettext("%(n)d executor", "%(n)d executors", others) % {"n": others} if others else ""
        said = " + ".join(filter(None, (instruction.lead_name, more)))
        address = reverse("admin:instructions_deadline_changelist")
        return format_html('<a href="{}?instruction__id__exact={}">{}</a>', address, instruction.pk, said)

    @admin.display(description=_("nearest last day"), ordering="next_due")
    def next_due(self, instruction: Any) -> Any:
        return short_date(instruction.next_due)

    def named_in_question(self, row: Any) -> str:
        """With the executors who will be told, and the nearest of their days."""
        return format_html("{} · {} · {}", self.short(row), self.executors(row), self.next_due(row))

    # --- The form -----------------------------------------------------------------------------------------------------

    def view_on_site(self, obj: Instruction) -> str:
        return reverse("instruction", args=(obj.pk,))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A controller controls what he or she writes down, and a meeting that is given tells the day and who spoke."""
        initial = super().get_changeform_initial_data(request)
        if request.user.has_perm(CONTROL):
            initial.setdefault("controller", request.user.pk)
        keys = possible_keys(Meeting, [initial.get("meeting", "")])
        if meeting := Meeting.objects.visible_to(request.user).filter(pk__in=keys).first():
            initial = {"issued_on": meeting.held_on, "issued_by": meeting.chair} | initial
        return initial

    @admin.display(description=_("state"))
    def standing(self, instruction: Instruction) -> str:
        """The state, with the way to the acts that led to it."""
        if instruction.pk is None:
            return instruction.get_state_display()
        address = reverse("admin:instructions_act_changelist")
        link = format_html(
            '<a href="{}?instruction__id__exact={}">{}</a>', address, instruction.pk, _("journal of acts")
        )
        return format_html("{} · {}", instruction.get_state_display(), link)

    def get_fieldsets(self, request: HttpRequest, obj: Instruction | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        may_add = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if self._is_live(request, obj):
            fieldsets = [(name, options | {"fields": _live(options["fields"])}) for name, options in fieldsets]
        if may_add and (obj is None or obj.state in UNFINISHED):
            said = ON_ADDING_A_GROUP[InstructionState(obj.state) if obj else InstructionState.DRAFT]
            fieldsets.append((_("Add a group"), {"fields": (("group", "group_role"),), "description": said}))
        return fieldsets

    def _is_live(self, request: HttpRequest, obj: Instruction | None) -> bool:
        """The term may still be written, so what it comes to is shown while it is typed."""
        if obj is None:
            return self.has_add_permission(request)
        return obj.state == InstructionState.DRAFT and self.has_change_permission(request, obj)

    @admin.display(description=_("what the term comes to"))
    def reckoned(self, instruction: Instruction) -> str:
        return shown_for(instruction)

    @admin.display(description=_("what the term comes to"))
    def reckoned_live(self, instruction: Instruction) -> str:
        """With a button for those without script, which opens the answer beside the form."""
        return format_html(
            '<div><div id="term-preview" aria-live="polite">{}</div>'
            '<button type="submit" class="button" formaction="{}" formtarget="_blank" formnovalidate>{}</button></div>',
            shown_for(instruction),
            reverse("admin:instructions_instruction_term"),
            _("Check the term"),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Instruction | None = None) -> list[str]:
        """Once issued, dates no longer follow the term: the wording they were reckoned from stays."""
        issued = obj is not None and obj.state != InstructionState.DRAFT
        return [*super().get_readonly_fields(request, obj), *(("term", "roll_policy") if issued else ())]

    def get_inlines(self, request: HttpRequest, obj: Instruction | None) -> Any:
        if obj is None or obj.state == InstructionState.DRAFT:
            return (DraftInline,)
        return (IssuedInline, DraftInline) if obj.state == InstructionState.ON_CONTROL else (IssuedInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        instruction = form.instance
        if group := form.cleaned_data.get("group"):
            self._add_group(request, instruction, group, form.cleaned_data["group_role"] or ExecutorRole.EQUAL)
        if instruction.state == InstructionState.DRAFT and TERM_FIELDS & set(form.changed_data):
            date_by_term(instruction)

    def _add_group(self, request: HttpRequest, instruction: Instruction, group: OrganisationGroup, role: str) -> None:
        members = Organisation.objects.choosable(on=timezone.localdate()).filter(memberships__group=group)
        members = members.order_by("region_id", "name_ru")
        added = add(instruction, members, by=request.user, role=role, kind=DeadlineKind.FINAL)
        said = ngettext("%(n)d executor added from “%(group)s”.", "%(n)d executors added from “%(group)s”.", len(added))
        self.message_user(request, said % {"n": len(added), "group": group}, messages.SUCCESS)

    # --- Where a button leads -----------------------------------------------------------------------------------------

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._next_page(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._next_page(request, obj) or super().response_change(request, obj)

    def _next_page(self, request: HttpRequest, obj: Instruction) -> HttpResponse | None:
        """To issuing, or back to the page where the members of a group can be taken out; None: as usual."""
        if "_issue" in request.POST:
            return HttpResponseRedirect(reverse("admin:instructions_instruction_act", args=(obj.pk, "issue")))
        self.warn(request, obj)
        if request.POST.get("group"):
            return HttpResponseRedirect(reverse("admin:instructions_instruction_change", args=(obj.pk,)))
        return None

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        is_draft = obj is None or obj.state == InstructionState.DRAFT
        if change:  # the row of buttons is full
            context["show_save_and_add_another"] = False
        context["may_issue"] = is_draft and self.has_issue_permission(request, obj)
        context["is_live"] = self._is_live(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _live(fields: Any) -> tuple[Any, ...]:
    return tuple("reckoned_live" if field == "reckoned" else field for field in fields)


def _with_executors(rows: Any, visible: Any) -> Any:
    """Adds what the list says of executors the user sees: the lead's name, how many, the nearest open date."""
    own = visible.filter(instruction=OuterRef("pk"))
    leads = own.filter(role=ExecutorRole.LEAD).exclude(state=DeadlineState.CANCELLED).order_by("pk")
    pending = own.filter(state__in=(DeadlineState.DRAFT, DeadlineState.OPEN), due__isnull=False).order_by("due_key")
    counted = own.exclude(state=DeadlineState.CANCELLED).order_by().values("instruction").annotate(n=Count("pk"))
    return rows.annotate(
        lead_name=Subquery(leads.values("executor__name_ru")[:1]),
        next_due=Subquery(pending.values("due")[:1]),
        executor_count=Coalesce(Subquery(counted.values("n")), 0),
    )
