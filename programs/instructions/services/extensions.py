"""More time: asked for by the executor, granted or refused by the controller; the original date stays."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.instructions.choices import DeadlineState, ExtensionState, Verb
from programs.instructions.models import Deadline, Extension
from programs.instructions.services.journal import (
    TransitionRefused,
    locked_deadline,
    move,
    record_act,
    require_reason,
    save,
    transition,
)
from programs.instructions.workdays import is_working


def request_extension(*, deadline: Deadline, new_due: date, reason: str, by: Any, on: date) -> Extension:
    """Asks for `new_due`: later than the last day and a working day.

    Refused besides: without a reason, one is pending, too many already or too late to ask (both settings, off at 0).
    """
    require_reason(reason)
    with transition():
        deadline = locked_deadline(deadline, DeadlineState.OPEN)
        _check_request(deadline, new_due, on)
        extension = Extension(deadline=deadline, asked_by=str(by), asked_on=on, reason=reason, new_due=new_due)
        save(extension, by)
        record_act(Verb.REQUEST_EXTENSION, by=by, on=on, reason=reason, subject=deadline, before=deadline)
    return extension


def grant_extension(*, extension: Extension, by: Any, on: date, comment: str = "") -> Deadline:
    """The last day becomes the one asked for; `due_original` stays and discipline is shown against both."""
    with transition():
        deadline, extension = _pending(extension)
        _check_new_due(deadline, extension.new_due)
        _decide(extension, ExtensionState.GRANTED, by, on, comment)
        days = {"on": on, "from": deadline.due, "to": extension.new_due}
        step = {"step": "extended", **{name: _iso(day) for name, day in days.items()}}
        move(
            deadline,
            Verb.GRANT_EXTENSION,
            by=by,
            on=on,
            reason=comment,
            due=extension.new_due,
            reckoning=[*deadline.reckoning, step],
        )
    return deadline


def refuse_extension(*, extension: Extension, by: Any, on: date, reason: str) -> Deadline:
    require_reason(reason)
    with transition():
        deadline, extension = _pending(extension)
        _decide(extension, ExtensionState.REFUSED, by, on, reason)
        record_act(Verb.REFUSE_EXTENSION, by=by, on=on, reason=reason, subject=deadline, before=deadline)
    return deadline


def _pending(extension: Extension) -> tuple[Deadline, Extension]:
    deadline = locked_deadline(extension.deadline, DeadlineState.OPEN, DeadlineState.REPORTED)
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    if extension.state != ExtensionState.PENDING:
        raise TransitionRefused("extension_decided", _("This request was decided already: the card shows how."))
    return deadline, extension


def _decide(extension: Extension, state: ExtensionState, by: Any, on: date, comment: str) -> None:
    extension.state, extension.decided_by, extension.decided_on, extension.comment = state, str(by), on, comment
    save(extension, by)


def _check_request(deadline: Deadline, new_due: date, on: date) -> None:
    _check_new_due(deadline, new_due)
    if deadline.extensions.filter(state=ExtensionState.PENDING).exists():
        raise TransitionRefused(
            "extension_pending",
            _("A request for this deadline awaits a decision already: wait for it."),
        )
    granted = deadline.extensions.filter(state=ExtensionState.GRANTED).count()
    if settings.EXTENSIONS_AT_MOST and granted >= settings.EXTENSIONS_AT_MOST:
        raise TransitionRefused(
            "too_many_extensions",
            _("This deadline was extended as often as is allowed: ask the controller named on the card."),
        )
    least = settings.EXTENSION_DAYS_BEFORE
    if least and deadline.due and (deadline.due - on).days < least:
        said = ngettext(
            "More time is asked for at least %(days)d day before the last day: ask the controller named on the card.",
            "More time is asked for at least %(days)d days before the last day: ask the controller named on the card.",
            least,
        )
        raise TransitionRefused("too_late_to_ask", said % {"days": least})


def _check_new_due(deadline: Deadline, new_due: date) -> None:
    if deadline.due is None:
        raise TransitionRefused(
            "no_date", _("The deadline has no date to extend: ask the controller named on the card to set one.")
        )
    if new_due <= deadline.due:
        raise TransitionRefused("not_later", _("The new last day must be later than the present one."))
    if not is_working(new_due):
        raise TransitionRefused("day_off", _("The new last day is a day off: choose a working day."))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
