"""The page of one act: what it will do, a small form, and the service behind the button."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.instructions.acts import deadline_acts, instruction_acts, may_act
from programs.instructions.choices import Verb
from programs.instructions.doing import FIELD_OF, ON_DEADLINE, ON_INSTRUCTION, Doing, do
from programs.instructions.forms import ActForm
from programs.instructions.listing import Day, Row
from programs.instructions.models import Deadline, Instruction
from programs.instructions.services import TransitionRefused
from registry.pages import RegistryPage


class ActPage(RegistryPage):
    """GET asks, POST does it. 404 outside the scope, 403 for whom the act is not, 409 when the state refuses it."""

    permission_required = "instructions.view_instruction"
    template_name = "instructions/act.html"
    doings: ClassVar[Mapping[Verb, Doing]]

    def rows(self) -> Any:
        """Those the user may see."""
        raise NotImplementedError

    def open_now(self, subject: Any) -> list[Verb]:
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        subject, act = self._asked(pk, verb)
        form = self._form(subject, act)
        if act not in self.open_now(subject) or (form.decides and form.decided() is None):
            refusal = _("This cannot be done now: the state of things has changed. Go back to the card and look again.")
            return self._answer(subject, act, None, status=409, refusal=refusal)
        return self._answer(subject, act, form)

    def post(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        subject, act = self._asked(pk, verb)
        form = self._form(subject, act, data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self._answer(subject, act, form, status=400)
        try:
            do(act, subject, form.cleaned_data, by=request.user)
        except TransitionRefused as refused:
            return self._refused(form, refused, pk, verb)
        messages.success(request, str(self.doings[act].done))
        return redirect("instruction", pk=self.instruction_of(subject).pk)

    def _refused(self, form: ActForm, refused: TransitionRefused, pk: int, verb: str) -> HttpResponse:
        """All that was typed, beside things as they stand now: what is confirmed next is what is seen."""
        field = FIELD_OF.get(refused.code, "")
        form.add_error(field if field in form.fields else None, str(refused))
        subject, act = self._asked(pk, verb)
        sent = self.request.POST.copy()
        sent["version"] = str(subject.version)
        form.data = sent
        return self._answer(subject, act, form, status=409)

    def instruction_of(self, subject: Any) -> Instruction:
        return subject if isinstance(subject, Instruction) else subject.instruction

    def _asked(self, pk: int, verb: str) -> tuple[Any, Verb]:
        act = next((each for each in self.doings if each.value == verb), None)
        if act is None:
            raise Http404(verb)
        subject = get_object_or_404(self.rows().with_rights(self.request.user), pk=pk)
        if not may_act(self.request.user, act, subject):
            raise PermissionDenied
        return subject, act

    def _form(self, subject: Any, act: Verb, **sent: Any) -> ActForm:
        today = timezone.localdate()
        return self.doings[act].form(**sent, subject=subject, user=self.request.user, today=today)

    def _answer(self, subject: Any, act: Verb, form: ActForm | None, status: int = 200, **context: Any) -> HttpResponse:
        day = Day.load(on=timezone.localdate())
        context |= {
            "instruction": self.instruction_of(subject),
            "row": Row(subject, day) if isinstance(subject, Deadline) else None,
            "doing": self.doings[act],
            "form": form,
            "decided": form.decided() if form else None,
        }
        return self.render_to_response(self.get_context_data(**context), status=status)


class InstructionActPage(ActPage):
    doings = ON_INSTRUCTION

    def rows(self) -> Any:
        return Instruction.objects.visible_to(self.request.user).for_listing()

    def open_now(self, subject: Any) -> list[Verb]:
        return instruction_acts(self.request.user, subject)


class DeadlineActPage(ActPage):
    doings = ON_DEADLINE

    def rows(self) -> Any:
        rows = Deadline.objects.visible_to(self.request.user).for_listing().with_silence()
        return rows.select_related("instruction__source")

    def open_now(self, subject: Any) -> list[Verb]:
        return deadline_acts(self.request.user, [subject])[subject.pk]
