"""The page of one act, as the control card and the admin have it: what it will do, a small form, and the service."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from programs.instructions.acts import deadline_acts, instruction_acts, may_act, shown
from programs.instructions.choices import Verb
from programs.instructions.doing import AFFECTED, FIELD_OF, ON_DEADLINE, ON_INSTRUCTION, Doing, do
from programs.instructions.forms import SEARCH, ActForm
from programs.instructions.listing import Day, Row
from programs.instructions.models import Deadline, Instruction
from programs.instructions.querysets import ROLE_ORDER
from programs.instructions.services import TransitionRefused
from registry.alphabet import by_name


class ActPage(ABC, TemplateView):
    """GET asks, POST does it. 404 outside the scope, 403 for whom the act is not, 409 when the state refuses it."""

    request: HttpRequest
    doings: ClassVar[Mapping[Verb, Doing]]

    @abstractmethod
    def rows(self) -> Any:
        """Those the user may see."""

    @abstractmethod
    def open_now(self, subject: Any) -> list[Verb]: ...

    @abstractmethod
    def back(self, subject: Any) -> str:
        """Where the page was opened from, and leads once the act is done."""

    def get(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        subject, act = self._asked(pk, verb)
        form = self.form_for(subject, act)
        if act not in self.open_now(subject) or (form.decides and form.decided() is None):
            refusal = _("This cannot be done now: the state of things has changed. Go back and look again.")
            return self._answer(subject, act, None, status=409, refusal=refusal)
        return self._answer(subject, act, form)

    def post(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        subject, act = self._asked(pk, verb)
        if SEARCH in request.POST:
            return self._answer(subject, act, self.form_for(subject, act, initial=request.POST.dict()))
        form = self.form_for(subject, act, data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self._answer(subject, act, form, status=400)
        try:
            do(act, subject, form.cleaned_data, by=request.user)
        except TransitionRefused as refused:
            return self._refused(form, refused, pk, verb)
        messages.success(request, str(self.doings[act].done))
        return redirect(self.back(subject))

    def _refused(self, form: ActForm, refused: TransitionRefused, pk: int, verb: str) -> HttpResponse:
        """All that was typed, beside things as they stand now: what is confirmed next is what is seen."""
        field = FIELD_OF.get(refused.code, "")
        form.add_error(field if field in form.fields else None, str(refused))
        subject, act = self._asked(pk, verb)
        sent = self.request.POST.copy()
        sent["seen"] = shown(subject)
        form.data = sent
        return self._answer(subject, act, form, status=409)

    def _asked(self, pk: int, verb: str) -> tuple[Any, Verb]:
        act = next((each for each in self.doings if each.value == verb), None)
        if act is None:
            raise Http404(verb)
        subject = get_object_or_404(self.rows().with_rights(self.request.user), pk=pk)
        if not may_act(self.request.user, act, subject):
            raise PermissionDenied
        return subject, act

    def form_for(self, subject: Any, act: Verb, **sent: Any) -> ActForm:
        today = timezone.localdate()
        return self.doings[act].form(**sent, subject=subject, user=self.request.user, today=today)

    def shown_of(self, subject: Any, act: Verb) -> dict[str, Any]:
        """What the page shows of the subject beside the form."""
        return {}

    def _answer(self, subject: Any, act: Verb, form: ActForm | None, status: int = 200, **context: Any) -> HttpResponse:
        context |= {
            "doing": self.doings[act],
            "form": form,
            "decided": form.decided() if form else None,
            "back": self.back(subject),
            **self.shown_of(subject, act),
        }
        return self.render_to_response(self.get_context_data(**context), status=status)


class ActOnInstruction(ActPage):
    doings = ON_INSTRUCTION

    def rows(self) -> Any:
        return Instruction.objects.visible_to(self.request.user).for_listing()

    def open_now(self, subject: Any) -> list[Verb]:
        return instruction_acts(self.request.user, subject)

    def shown_of(self, subject: Any, act: Verb) -> dict[str, Any]:
        own = subject.deadlines.visible_to(self.request.user)
        for affected in AFFECTED.get(act, ()):
            rows = affected.among(own, timezone.localdate()).for_listing()
            if found := list(rows.order_by("due_key", ROLE_ORDER, by_name("executor__name"), "pk")):
                return {"instruction": subject, "caption": affected.caption, "deadlines": found}
        return {"instruction": subject}


class ActOnDeadline(ActPage):
    doings = ON_DEADLINE

    def rows(self) -> Any:
        rows = Deadline.objects.visible_to(self.request.user).for_listing().with_silence()
        return rows.select_related("instruction__source")

    def open_now(self, subject: Any) -> list[Verb]:
        return deadline_acts(self.request.user, [subject])[subject.pk]

    def shown_of(self, subject: Any, act: Verb) -> dict[str, Any]:
        row = Row(subject, Day.load(on=timezone.localdate()))
        return {"instruction": subject.instruction, "row": row}
