"""What a term comes to, shown beside it while it is typed: by htmx where script runs, on a page of its own else."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.instructions.choices import InstructionState, RollPolicy
from programs.instructions.models import Instruction
from programs.instructions.terms import Period, Reckoning, in_words, reckon

PERIODS_SHOWN = 12
FRAGMENT = "admin/instructions/instruction/_term.html"
WATCHED = ("term", "issued_on", "roll_policy")
FIRST_YEAR, LAST_YEAR = 1991, 2199


class TermForm(forms.Form):
    """The three fields a date is reckoned from, as the form of an instruction names them."""

    term = forms.CharField(required=False, max_length=300, label=_("term as worded"))
    issued_on = forms.DateField(required=False, label=_("issued on"))
    roll_policy = forms.ChoiceField(choices=RollPolicy.choices, required=False, label=_("if the last day is a day off"))

    def clean_issued_on(self) -> Any:
        day = self.cleaned_data["issued_on"]
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Look at the year again: nothing is reckoned from such a day."), code="year")
        return day


class TermPreview:
    """Part of the admin class of instructions: the page and the fragment with the reckoning."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.term_view)  # type: ignore[attr-defined]
        return [path("term/", view, name="instructions_instruction_term"), *super().get_urls()]  # type: ignore[misc]

    def term_view(self, request: HttpRequest) -> HttpResponse:
        """Changes nothing, so GET and POST are alike; POST brings the whole form of the instruction."""
        may_write = self.has_add_permission(request) or self.has_change_permission(request)  # type: ignore[attr-defined]
        if not may_write:
            raise PermissionDenied
        shown = shown_of(TermForm(request.POST if request.method == "POST" else request.GET))
        if request.htmx:  # type: ignore[attr-defined]
            return TemplateResponse(request, FRAGMENT, shown)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("The term"),
            "opts": self.opts,  # type: ignore[attr-defined]
            **shown,
        }
        return TemplateResponse(request, "admin/instructions/instruction/term.html", context)


def shown_of(form: TermForm) -> dict[str, Any]:
    """What the fragment shows of a form as filled in."""
    if not form.is_valid():
        return {"errors": [f"{form[name].label}: {said}" for name, each in form.errors.items() for said in each]}
    values = form.cleaned_data
    if not values["term"].strip():
        return {"errors": [_("Write the term, and what it comes to is shown here.")], "term": ""}
    if values["issued_on"] is None:
        return {"errors": [_("Terms are counted from the day of issue: give it.")], "term": values["term"]}
    instruction = Instruction(
        term=values["term"], issued_on=values["issued_on"], roll_policy=values["roll_policy"] or RollPolicy.NEXT
    )
    return {"term": values["term"], **_shown(reckoning_of(instruction))}


def shown_for(instruction: Instruction) -> str:
    """The fragment for a stored instruction, for its page."""
    if not instruction.term.strip() or instruction.issued_on is None:
        shown: dict[str, Any] = {}
    else:
        shown = {"term": instruction.term, **_shown(reckoning_of(instruction))}
    return render_to_string(FRAGMENT, shown)


def reckoning_of(instruction: Instruction) -> Reckoning:
    """Periods are those from the issue while it is a draft, as issuing would make them; later those still to come."""
    today, issued_on = timezone.localdate(), instruction.issued_on
    assert issued_on is not None  # noqa: S101  asked by every caller
    is_draft = instruction.state == InstructionState.DRAFT
    return reckon(
        instruction.term,
        issued_on=issued_on,
        policy=instruction.roll_policy,
        after=issued_on if is_draft else max(issued_on, today - timedelta(days=1)),
        horizon=max(issued_on, today) + timedelta(days=settings.PERIODS_AHEAD_DAYS),
    )


def first_period(instruction: Instruction) -> Period | None:
    """The period that draft deadlines without a date will stand for once issued, under a periodic term."""
    if instruction.issued_on is None:
        return None
    return next(iter(reckoning_of(instruction).periods), None)


def live(form: Any) -> None:
    """Has the three fields ask for the reckoning as they change, where the form has them for input."""
    for name in WATCHED:
        if name in form.fields:
            form.fields[name].widget.attrs.update(
                {
                    "hx-get": reverse("admin:instructions_instruction_term"),
                    # The calendar fills a box in without telling, and leaves the cursor in it.
                    "hx-trigger": "change, focus changed, input changed delay:400ms",
                    "hx-include": ", ".join(f"#id_{watched}" for watched in WATCHED),
                    "hx-target": "#term-preview",
                    "hx-sync": "closest form:replace",
                }
            )


def _shown(reckoning: Reckoning) -> dict[str, Any]:
    return {
        "reckoning": reckoning,
        "steps": in_words(reckoning.steps),
        "rolled": reckoning.due != reckoning.raw_due,
        # The first step says the key and the day once more.
        "periods": [(period, in_words(period.steps[1:])) for period in reckoning.periods[:PERIODS_SHOWN]],
        "more": max(0, len(reckoning.periods) - PERIODS_SHOWN),
    }
