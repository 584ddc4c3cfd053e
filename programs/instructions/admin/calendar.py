"""Special days of the calendar: a change first shows which last days it would move, and moves them only when told to.

The change is written, the moves are worked out, and all of it is rolled back to ask; the answer sends the form again.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from programs.instructions.models import CalendarDay, Deadline
from programs.instructions.services import DateMove, TransitionRefused, apply_moves, preview_moves
from programs.instructions.workdays import WorkCalendar
from registry.admin import Refused, RegistryAdmin

CHOICE, SEEN = "_moves", "_moves_seen"
MOVE, LEAVE = "move", "leave"
SHOWN = 200  # moves the question lists


@dataclass(frozen=True)
class Change:
    """Of the calendar, under way in this request: what moves by it, and the days it is about."""

    moves: list[DateMove]
    days: list[date]

    @property
    def seal(self) -> str:
        """Names exactly these moves, so that only those that were shown are done."""
        named = ((found.deadline.pk, str(found.deadline.due), str(found.due)) for found in self.moves)
        return sha256(repr(sorted(named)).encode()).hexdigest()


class Unanswered(Exception):
    """Rolls the change back in order to ask."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change


@admin.register(CalendarDay)
class CalendarDayAdmin(RegistryAdmin):
    list_display = ("date", "is_working", "name_ru", "name_kk", "source")
    list_filter = ("is_working", "date")
    search_fields = ("name_ru", "name_kk", "name_en")
    folded_search = False
    fields = (("date", "is_working"), ("name_ru", "name_kk", "name_en"), "source")

    # --- Where a change comes in, each within one transaction ---------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Unanswered as unanswered:
            return self._question(request, unanswered.change)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        request.calendar_before = WorkCalendar.load()  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        days = {form.instance.date, form.initial.get("date") or form.instance.date}
        self._settle(request, request.calendar_before, days)  # type: ignore[attr-defined]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Unanswered as unanswered:
            return self._question(request, unanswered.change)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def restore_view(self, request: HttpRequest, object_id: str, version: int, name: str) -> Any:
        try:
            return super().restore_view(request, object_id, version, name)
        except Unanswered as unanswered:
            return self._question(request, unanswered.change)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        before, day = WorkCalendar.load(), obj.date
        super().delete_model(request, obj)
        self._settle(request, before, {day})

    def response_action(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> Any:
        try:
            with transaction.atomic():
                return super().response_action(request, queryset)
        except Unanswered as unanswered:
            return self._question(request, unanswered.change)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        before, days = WorkCalendar.load(), set(queryset.values_list("date", flat=True))
        super().delete_queryset(request, queryset)
        self._settle(request, before, days)

    # --- What it moves ------------------------------------------------------------------------------------------------

    def _settle(self, request: HttpRequest, before: WorkCalendar, days: set[date]) -> None:
        """Asks, moves or leaves the last days that the change just written would move."""
        today = timezone.localdate()
        change = Change(moved_by(before, WorkCalendar.load(), on=today), sorted(days))
        if not change.moves:
            return
        choice = request.POST.get(CHOICE)
        if choice not in (MOVE, LEAVE) or request.POST.get(SEEN) != change.seal:
            raise Unanswered(change)
        number = len(change.moves)
        if choice == MOVE:
            number = _apply(change, request.user, today)
            said = ngettext("%(n)d last day moved.", "%(n)d last days moved.", number)
        else:
            said = ngettext("%(n)d last day left as it was.", "%(n)d last days left as they were.", number)
        self.message_user(request, said % {"n": number}, messages.SUCCESS)

    def _question(self, request: HttpRequest, change: Change) -> HttpResponse:
        shown = _shown_to(request.user, change.moves)
        kept = ("csrfmiddlewaretoken", CHOICE, SEEN)
        context = {
            **self.admin_site.each_context(request),
            "title": _("The calendar moves last days"),
            "opts": self.opts,
            "moves": shown[:SHOWN],
            "total": len(change.moves),
            "more": len(change.moves) - len(shown[:SHOWN]),
            "seal": change.seal,
            "looked_before": SEEN in request.POST,
            "sent": [(name, value) for name, values in request.POST.lists() if name not in kept for value in values],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/instructions/calendarday/moves.html", context)


def moved_by(before: WorkCalendar, after: WorkCalendar, *, on: date) -> list[DateMove]:
    """What moves by the change alone: a day that was left as it was at an earlier change stays out of it."""
    moves = preview_moves(after, on=on)
    standing = {(found.deadline.pk, found.due) for found in preview_moves(before, on=on)} if moves else set()
    return [found for found in moves if (found.deadline.pk, found.due) not in standing]


def _apply(change: Change, by: Any, today: date) -> int:
    """Within the transaction of the change: both are done, or neither."""
    days = ", ".join(formats.date_format(day, "SHORT_DATE_FORMAT") for day in change.days[:3])
    if len(change.days) > 3:
        days += "…"
    try:
        return apply_moves(change.moves, by=by, on=today, reason=gettext("The calendar was changed: %s") % days)
    except TransitionRefused as refused:
        raise Refused(refused.message) from refused


def _shown_to(user: Any, moves: list[DateMove]) -> list[DateMove]:
    """Of restricted instructions, and for those who look at no deadlines, only the number is told."""
    if not user.has_perm("instructions.view_deadline"):
        return []
    keys = [found.deadline.pk for found in moves]
    seen = set(Deadline.objects.filter(pk__in=keys).visible_to(user).values_list("pk", flat=True))
    return [found for found in moves if found.deadline.pk in seen]
