"""The board and the lists."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.instructions.board import Board
from programs.instructions.choices import DeadlineState
from programs.instructions.exports import DEADLINE_COLUMNS, INSTRUCTION_COLUMNS, MEETING_COLUMNS
from programs.instructions.filters import DeadlineFilter, InstructionFilter, MeetingFilter
from programs.instructions.listing import MEETING_COUNTS, Day, MeetingRow, Row, as_rows
from programs.instructions.models import Deadline, Instruction, Meeting
from programs.instructions.querysets import DeadlineQuerySet, InstructionQuerySet, MeetingQuerySet
from programs.instructions.restricted import CountingList, CountingPage
from regions.filters import TerritoryChoices
from regions.models import Organisation
from registry.alphabet import by_name
from registry.pages import ListPage, Sort

ID = re.compile("[0-9]{1,18}")  # what may be asked for in a drop-down's place


class BoardPage(CountingPage):
    permission_required = "instructions.view_deadline"
    template_name = "instructions/board.html"

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Staff who keep other records start where they work."""
        if getattr(self.request.user, "is_staff", False):
            return redirect("admin:index")
        return super().handle_no_permission()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = Day.load(on=timezone.localdate())
        return super().get_context_data(day=day, board=Board(self.counted, day), **kwargs)


class DeadlineListPage(TerritoryChoices, CountingList):
    permission_required = "instructions.view_deadline"
    template_name = "instructions/deadline_list.html"
    title = _("Deadlines")
    columns = DEADLINE_COLUMNS
    filterset_class = DeadlineFilter
    sorts: ClassVar = {
        "due": Sort(_("last day"), "due_key"),
        "issued": Sort(_("issued on"), "instruction__issued_on", nullable=True),
        "instruction": Sort(_("instruction"), "instruction__text"),
        "executor": Sort(_("executor"), "executor__name", is_name=True),
        "region": Sort(_("region"), "executor__region__name", is_name=True),
        "program": Sort(_("programme"), "instruction__program__name", nullable=True, is_name=True),
    }
    default_sort = "due"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "words of the instruction"),
        "region_under": _("region of the executor"),
        "program": _("programme"),
        "executor": _("executor"),
        "mark": pgettext_lazy("deadline", "mark"),
        "due__gte": _("last day from"),
        "due__lte": _("last day to"),
    }
    more_controls: ClassVar = {
        "role": _("role"),
        "state": _("state"),
        "kind": _("kind"),
        "without_date": _("without a date"),
        "overdue_on": _("overdue on the day"),
    }

    @cached_property
    def day(self) -> Day:
        return Day.load(on=timezone.localdate())

    def rows(self) -> DeadlineQuerySet:
        return self.counted.rows(Deadline)

    def filter_options(self) -> dict[str, Any]:
        return {"on": self.day.on, "until": self.day.until}

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        return super().choices() | {"executor": self._executors()}

    def _executors(self) -> list[tuple[str, str]]:
        """Those with a row to see, not the thousands of the register; and the one asked for."""
        with_rows = Exists(self.rows().filter(executor=OuterRef("pk")))
        asked = self.request.GET.get("executor", "")
        named = Q(pk=asked) if ID.fullmatch(asked) else Q()
        seen = Organisation.objects.visible_to(self.request.user)
        found = seen.filter(Q(with_rows) | named).order_by(by_name(), "pk")
        return [(str(each.pk), each.name) for each in found]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(day=self.day, **kwargs)

    def joined(self, rows: Any) -> Any:
        return rows.for_listing().select_related("instruction__source").with_silence()

    def shown(self, records: Iterable[Deadline]) -> Iterable[Row]:
        return as_rows(records, self.day)


class InstructionListPage(CountingList):
    permission_required = "instructions.view_instruction"
    template_name = "instructions/instruction_list.html"
    title = _("Instructions")
    columns = INSTRUCTION_COLUMNS
    filterset_class = InstructionFilter
    sorts: ClassVar = {
        "issued": Sort(_("issued on"), "issued_on", nullable=True),
        "text": Sort(_("instruction"), "text"),
        "program": Sort(_("programme"), "program__name", nullable=True, is_name=True),
        "state": Sort(_("state"), "state"),
    }
    default_sort = "-issued"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "words of the instruction"),
        "program": _("programme"),
        "state": _("state"),
        "without_executor": _("without an executor"),
        "without_date": _("without a date"),
        "issued_on__gte": _("issued from"),
        "issued_on__lte": _("issued to"),
    }

    def rows(self) -> InstructionQuerySet:
        return self.counted.rows(Instruction)

    def joined(self, rows: Any) -> Any:
        """With the number of its deadlines that the user may see."""
        deadlines = Deadline.objects.visible_to(self.request.user).exclude(state=DeadlineState.CANCELLED)
        of_one = deadlines.filter(instruction=OuterRef("pk")).order_by().values("instruction")
        return rows.for_listing().annotate(told=Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0))


class MeetingListPage(ListPage):
    permission_required = "instructions.view_meeting"
    template_name = "instructions/meeting_list.html"
    title = _("Meetings")
    columns = MEETING_COLUMNS
    filterset_class = MeetingFilter
    sorts: ClassVar = {
        "held": Sort(_("held on"), "held_on", nullable=True),
        "title": Sort(_("meeting"), "title"),
        "kind": Sort(_("kind"), "kind"),
        **{name: Sort(label, name) for name, (label, _page, _query) in MEETING_COUNTS.items()},
    }
    default_sort = "-held"
    controls: ClassVar = {
        "search": pgettext_lazy("filter", "words of the meeting"),
        "kind": _("kind"),
        "held_on__gte": _("held from"),
        "held_on__lte": _("held to"),
    }

    def rows(self) -> MeetingQuerySet:
        return Meeting.objects.visible_to(self.request.user).with_counts(self.request.user, on=timezone.localdate())

    def shown(self, records: Iterable[Meeting]) -> Iterable[MeetingRow]:
        return map(MeetingRow, records)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = [link for name, link in kwargs["sorts"].items() if name in MEETING_COUNTS]
        return super().get_context_data(counts=counts, **kwargs)
