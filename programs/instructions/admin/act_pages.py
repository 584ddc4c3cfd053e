"""Acts in the admin: their buttons on the page of an instruction or a deadline, and the page each of them leads to.

What an act asks and does is that of the control card (doing.py, act_page.py).
"""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from programs.instructions.act_page import ActOnDeadline, ActOnInstruction, ActPage
from programs.instructions.acts import ISSUE
from programs.instructions.admin.term import first_period
from programs.instructions.admin.words import SHORT
from programs.instructions.choices import InstructionState, Verb
from programs.instructions.doing import ON_DEADLINE, ON_INSTRUCTION, Doing
from programs.instructions.forms import ActForm
from programs.instructions.models import Deadline, Instruction
from programs.instructions.warnings import likely_duplicates, missing
from registry.admin.chooser import SafeAutocomplete


class InAdmin(ActPage):
    """Part of a page of acts: it stands in the admin and leads back to the record's page there."""

    model_admin: Any = None
    template_name = "admin/instructions/act.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def back(self, subject: Any) -> str:
        return reverse(f"admin:instructions_{subject._meta.model_name}_change", args=(subject.pk,))

    def shown_of(self, subject: Any, act: Verb) -> dict[str, Any]:
        return super().shown_of(subject, act) | {
            **self.model_admin.admin_site.each_context(self.request),
            "title": self.doings[act].button,
            "opts": self.model_admin.opts,
            "original": subject,
            "media": self.model_admin.media,
        }


class InstructionActPage(InAdmin, ActOnInstruction):
    def shown_of(self, subject: Any, act: Verb) -> dict[str, Any]:
        shown = super().shown_of(subject, act)
        if act == Verb.ISSUE:
            shown |= {"first_period": first_period(subject), "warnings": warnings_of(self.request, subject)}
        return shown


class DeadlineActPage(InAdmin, ActOnDeadline):
    def form_for(self, subject: Any, act: Verb, **sent: Any) -> ActForm:
        """An organisation is chosen as everywhere in the admin."""
        form = super().form_for(subject, act, **sent)
        if act == Verb.REPLACE_EXECUTOR:
            field: Any = form.fields["executor"]
            field.label = form.fields.pop("words").label
            field.widget = SafeAutocomplete(Deadline._meta.get_field("executor"), self.model_admin.admin_site)
            field.widget.choices, field.widget.takes_words = field.choices, False
        return form


class ActPages:
    """Part of an admin class: the buttons of the acts on its records and the pages they lead to."""

    act_page: type[InAdmin]
    doings: Mapping[Verb, Doing]
    offered_elsewhere: ClassVar[frozenset[Verb]] = frozenset()
    opts: Any
    admin_site: Any

    def act_buttons(
        self, request: HttpRequest, record: Any, only: Collection[Verb] | None = None
    ) -> list[tuple[str, str | Promise]]:
        """Addresses and names of the acts open now, or `only` of those; the rare ones come last."""
        page: Any = self.act_page(model_admin=self, request=request)
        offered = set(self.doings if only is None else only) - self.offered_elsewhere
        verbs = [verb for verb in page.open_now(record) if verb in offered]
        verbs.sort(key=lambda verb: self.doings[verb].rare)
        name = f"admin:instructions_{self.opts.model_name}_act"
        return [(reverse(name, args=(record.pk, verb.value)), self.doings[verb].button) for verb in verbs]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.act_page.as_view(model_admin=self))
        name = f"instructions_{self.opts.model_name}_act"
        return [path("<int:pk>/act/<slug:verb>/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = context.get("original")
        context["act_buttons"] = self.act_buttons(request, record) if record else []
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


class DeadlineActs(ActPages):
    act_page, doings = DeadlineActPage, ON_DEADLINE


class InstructionActs(ActPages):
    """Besides: issuing, which has a button among those that save, and what is warned about."""

    act_page, doings = InstructionActPage, ON_INSTRUCTION
    offered_elsewhere = frozenset({Verb.ISSUE})  # beside the buttons that save

    def has_issue_permission(self, request: HttpRequest, obj: Instruction | None = None) -> bool:
        may = request.user.has_perm(ISSUE)
        return may and (obj is None or self._reaches(request, obj, "editable_by"))  # type: ignore[attr-defined]

    def warn(self, request: HttpRequest, instruction: Instruction) -> None:
        """After saving; the page that asks about issuing says the same itself."""
        if instruction.state in (InstructionState.DRAFT, InstructionState.ON_CONTROL):
            for warning in warnings_of(request, instruction):
                self.message_user(request, warning, messages.WARNING)  # type: ignore[attr-defined]


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
