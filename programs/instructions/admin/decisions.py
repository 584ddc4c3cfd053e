"""Acts on many rows of a list at once: asked for once, each row its own act, and told what was refused and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.instructions import acts
from programs.instructions.admin.asking import ManyForm, Tally
from programs.instructions.choices import ReportState
from programs.instructions.models import Deadline, Extension, Instruction, Report
from programs.instructions.services import (
    TransitionRefused,
    accept_report,
    cancel_deadline,
    grant_extension,
    issue_instruction,
    refuse_extension,
    return_report,
)
from registry.admin import changed_by
from registry.models import StaleRecord

MOST_AT_ONCE = 500
SHOWN = 50  # rows the question names


@dataclass(frozen=True)
class Decision:
    """`act` is done to one row with the date, the reason and who decides, while its `edition` is the one shown;
    `shown_with` are the relations that the edition reads.
    """

    title: str | Promise
    button: str | Promise
    needs_reason: bool
    act: Callable[[Any, Any, date, str], object]
    permission: str = acts.CONTROL
    edition: Callable[[Any], str] = attrgetter("edition")
    shown_with: tuple[str, ...] = ()


def _pending_report(deadline: Deadline) -> Report:
    report = deadline.reports.filter(state=ReportState.PENDING).select_related("deadline").first()
    if report is None:
        raise TransitionRefused("no_report", _("No report awaits a decision: the executor has to report first."))
    return report


def _accept(deadline: Deadline, by: Any, on: date, reason: str) -> None:
    accept_report(report=_pending_report(deadline), by=by, on=on, comment=reason)


def _return(deadline: Deadline, by: Any, on: date, reason: str) -> None:
    return_report(report=_pending_report(deadline), by=by, on=on, reason=reason)


def _cancel(deadline: Deadline, by: Any, on: date, reason: str) -> None:
    cancel_deadline(deadline=deadline, by=by, on=on, reason=reason)


def _grant(extension: Extension, by: Any, on: date, reason: str) -> None:
    grant_extension(extension=extension, by=by, on=on, comment=reason)


def _refuse(extension: Extension, by: Any, on: date, reason: str) -> None:
    refuse_extension(extension=extension, by=by, on=on, reason=reason)


def _issue(instruction: Instruction, by: Any, on: date, reason: str) -> None:
    issue_instruction(instruction=instruction, by=by, on=on, reason=reason)


DECISIONS = {
    "accept_reports": Decision(_("Accept the reports"), _("Accept"), False, _accept),
    "return_reports": Decision(_("Return the reports for more work"), _("Return"), True, _return),
    "cancel_deadlines": Decision(_("Cancel the deadlines"), _("Cancel the deadlines"), True, _cancel),
    "grant_extensions": Decision(_("Grant more time"), _("Grant"), False, _grant),
    "refuse_extensions": Decision(_("Refuse more time"), _("Refuse"), True, _refuse),
    "issue_selected": Decision(
        _("Issue the selected instructions"),
        pgettext_lazy("button", "Issue"),
        False,
        _issue,
        permission=acts.ISSUE,
        edition=acts.shown,
        shown_with=("deadlines",),
    ),
}


class Decides:
    """Part of an admin class whose list offers the `decisions` it names, to those whose role takes them."""

    decisions: tuple[str, ...] = ()

    def get_actions(self, request: HttpRequest) -> Any:
        actions: Any = super().get_actions(request)  # type: ignore[misc]
        if "_popup" in request.GET:
            return actions
        own = [name for name in self.decisions if request.user.has_perm(DECISIONS[name].permission)]
        return actions | {name: (_asker(name), name, DECISIONS[name].title) for name in own}

    def named_in_question(self, row: Any) -> str:
        """What the question says of one of its rows."""
        return str(row)

    def ask_or_decide(self, request: HttpRequest, queryset: QuerySet[Any], name: str) -> HttpResponse | None:
        """The question first; the acts once it is answered, and back to the list."""
        decision, sent = DECISIONS[name], "decided" in request.POST
        keys = _chosen(request, queryset)
        if len(keys) > MOST_AT_ONCE:
            said = _("Choose at most %(n)d rows at a time.") % {"n": MOST_AT_ONCE}
            self.message_user(request, said, messages.ERROR)  # type: ignore[attr-defined]
            return None
        # Not `queryset`: a filter of the list would hide what changed since the question was asked.
        rows: Any = self.get_queryset(request).filter(pk__in=keys)  # type: ignore[attr-defined]
        rows = list(rows.editable_by(request.user).prefetch_related(*decision.shown_with).order_by("pk"))
        form = ManyForm(request.POST if sent else None, needs_reason=decision.needs_reason)
        if sent and form.is_valid():
            tally = decide(decision, rows, request.POST, by=request.user, **form.cleaned_data)
            tally.ignored = len(keys) - len(rows)
            tally.tell(self, request)
            return None
        return self._question(request, name, keys, rows, form)

    def _question(
        self, request: HttpRequest, name: str, keys: list[str], rows: list[Any], form: ManyForm
    ) -> HttpResponse:
        site, opts = self.admin_site, self.opts  # type: ignore[attr-defined]
        context = {
            **site.each_context(request),
            "title": DECISIONS[name].title,
            "button": DECISIONS[name].button,
            "opts": opts,
            "action": name,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "keys": keys,
            "rows": [self.named_in_question(row) for row in rows[:SHOWN]],
            "seen": [(f"seen-{row.pk}", DECISIONS[name].edition(row)) for row in rows],
            "more": max(0, len(rows) - SHOWN),
            "ignored": len(keys) - len(rows),
            "form": form,
            "media": self.media + form.media,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/instructions/decide.html", context)


def decide(decision: Decision, rows: list[Any], sent: QueryDict, *, by: Any, on: date, reason: str) -> Tally:
    """Each row is its own act: one that is refused leaves the others done, and so does one that changed meanwhile."""
    tally = Tally()
    for row in rows:
        try:
            with transaction.atomic():
                decision.act(_as_seen(row, decision, sent.get(f"seen-{row.pk}", "")), by, on, reason)
        except TransitionRefused as refused:
            tally.refuse(refused)
        except StaleRecord:
            tally.refuse(_("changed meanwhile by %s") % changed_by(row, by))
        else:
            tally.done += 1
    return tally


def _as_seen(row: Any, decision: Decision, edition: str) -> Any:
    """`row` as stored, which stays so until the act is done; raises StaleRecord unless the question showed it so."""
    Instruction.objects.select_for_update().get(pk=_whole(row))  # first of all, as every service does
    stored = type(row).objects.get(pk=row.pk)
    if decision.edition(stored) != edition:
        raise StaleRecord(stored)
    return stored


def _whole(row: Any) -> int:
    """Key of the instruction that is `row` or has it."""
    if isinstance(row, Instruction):
        return row.pk
    return row.instruction_id if isinstance(row, Deadline) else row.deadline.instruction_id


def _asker(name: str) -> Any:
    def action(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return model_admin.ask_or_decide(request, queryset, name)

    return action


def _chosen(request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
    """Keys of the rows that were ticked, or of the whole list where that was asked for."""
    if request.POST.get("select_across") == "1":
        return [str(key) for key in queryset.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1]]
    return list(dict.fromkeys(request.POST.getlist(ACTION_CHECKBOX_NAME)))
