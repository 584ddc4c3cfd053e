"""Acts on the whole of an instruction: a page each that asks for the date and the reason, and does it on POST."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.instructions.acts import INSTRUCTION_ACTS, ISSUE, instruction_acts
from programs.instructions.admin.asking import ActForm
from programs.instructions.admin.lists import SHORT
from programs.instructions.admin.term import first_period
from programs.instructions.choices import DeadlineState, InstructionState, Verb
from programs.instructions.models import Instruction
from programs.instructions.querysets import LIVE
from programs.instructions.services import (
    TransitionRefused,
    cancel_instruction,
    issue_instruction,
    remove_from_control,
    reopen_instruction,
)
from programs.instructions.warnings import likely_duplicates, missing


@dataclass(frozen=True)
class WholeAct:
    """`caption` heads the table of deadlines in `states`, those that the act changes."""

    title: str | Promise
    button: str | Promise
    done: str | Promise
    needs_reason: bool
    act: Callable[..., Instruction]
    caption: str | Promise = ""
    states: tuple[str, ...] = ()


ACTS = {
    Verb.ISSUE: WholeAct(
        _("Issue the instruction"),
        _("Issue"),
        _("The instruction is issued and on control."),
        False,
        issue_instruction,
        _("Deadlines that will open"),
        (DeadlineState.DRAFT,),
    ),
    Verb.REMOVE: WholeAct(
        _("Remove from control"),
        _("Remove from control"),
        _("The instruction is removed from control."),
        False,
        remove_from_control,
        _("Deadlines that will be cancelled"),
        LIVE,
    ),
    Verb.CANCEL: WholeAct(
        _("Cancel the instruction"),
        _("Cancel the instruction"),
        _("The instruction is cancelled."),
        True,
        cancel_instruction,
        _("Deadlines that will be cancelled"),
        LIVE,
    ),
    Verb.REOPEN: WholeAct(
        pgettext_lazy("do", "Reopen"),
        pgettext_lazy("do", "Reopen"),
        _("The instruction is on control again."),
        True,
        reopen_instruction,
    ),
}


class InstructionActs:
    """Part of the admin class of instructions: the buttons of the acts, their pages, and what is warned about."""

    def has_issue_permission(self, request: HttpRequest, obj: Instruction | None = None) -> bool:
        may = request.user.has_perm(ISSUE)
        return may and (obj is None or self._reaches(request, obj, "editable_by"))  # type: ignore[attr-defined]

    def act_buttons(self, request: HttpRequest, instruction: Instruction | None) -> list[tuple[str, str | Promise]]:
        """Addresses and names of the acts open now; issuing has a button among those that save."""
        if instruction is None:
            return []
        verbs = [verb for verb in instruction_acts(request.user, instruction) if verb in ACTS and verb != Verb.ISSUE]
        return [(act_page(instruction, verb), ACTS[verb].title) for verb in verbs]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.act_view)  # type: ignore[attr-defined]
        return [
            path("<path:object_id>/issue/", view, {"verb": Verb.ISSUE}, name="instructions_instruction_issue"),
            path("<path:object_id>/act/<slug:verb>/", view, name="instructions_instruction_act"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def act_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """Asks first, naming what is missing or will change; acts on POST."""
        if verb not in ACTS:
            raise Http404
        instruction = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if instruction is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        may = request.user.has_perm(INSTRUCTION_ACTS[Verb(verb)].permission)
        if not may or not self._reaches(request, instruction, "editable_by"):  # type: ignore[attr-defined]
            raise PermissionDenied
        form = ActForm(request.POST or None, needs_reason=ACTS[Verb(verb)].needs_reason)
        if request.method == "POST" and form.is_valid():
            self._do(request, instruction, ACTS[Verb(verb)], **form.cleaned_data)
            return HttpResponseRedirect(reverse("admin:instructions_instruction_change", args=(instruction.pk,)))
        return self._question(request, instruction, Verb(verb), form)

    def _do(self, request: HttpRequest, instruction: Instruction, act: WholeAct, on: date, reason: str) -> None:
        try:
            act.act(instruction=instruction, by=request.user, on=on, reason=reason)
        except TransitionRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)  # type: ignore[attr-defined]
        else:
            self.message_user(request, act.done, messages.SUCCESS)  # type: ignore[attr-defined]

    def _question(self, request: HttpRequest, instruction: Instruction, verb: Verb, form: ActForm) -> HttpResponse:
        act = ACTS[verb]
        changing = instruction.deadlines.visible_to(request.user).filter(state__in=act.states).by_due()
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": act.title,
            "opts": self.opts,  # type: ignore[attr-defined]
            "original": instruction,
            "act": act,
            "form": form,
            "deadlines": changing.for_listing(),
            "first_period": first_period(instruction) if verb == Verb.ISSUE else None,
            "warnings": warnings_of(request, instruction) if verb == Verb.ISSUE else [],
            "media": self.media + form.media,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/instructions/instruction/act.html", context)

    def warn(self, request: HttpRequest, instruction: Instruction) -> None:
        """After saving; the page that asks about issuing says the same itself."""
        if instruction.state in (InstructionState.DRAFT, InstructionState.ON_CONTROL):
            for warning in warnings_of(request, instruction):
                self.message_user(request, warning, messages.WARNING)  # type: ignore[attr-defined]


def act_page(instruction: Instruction, verb: str) -> str:
    return reverse("admin:instructions_instruction_act", args=(instruction.pk, verb))


def warnings_of(request: HttpRequest, instruction: Instruction) -> list[Any]:
    """What is missing, and what the user sees that it may repeat, by name and with the way there."""
    among: QuerySet[Instruction] = Instruction.objects.visible_to(request.user)
    repeated = [
        format_html(
            '{} <a href="{}">{}</a>',
            _("Likely the same as an instruction that is not finished:"),
            reverse("admin:instructions_instruction_change", args=(other.pk,)),
            Truncator(str(other)).chars(SHORT),
        )
        for other in likely_duplicates(instruction, among=among)
    ]
    return [*missing(instruction), *repeated]
