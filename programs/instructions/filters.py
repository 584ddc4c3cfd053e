"""What meetings, instructions and deadlines are filtered by, on pages and in the API."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.instructions.choices import (
    ControlLevel,
    DeadlineKind,
    DeadlineState,
    ExecutorRole,
    InstructionForm,
    InstructionState,
    Mark,
    MeetingKind,
)
from programs.instructions.discipline import BASES, FIGURES, behind
from programs.instructions.models import NEVER, Deadline
from programs.instructions.workdays import add_working_days
from programs.models import Program, Source
from regions.models import Organisation
from registry.accounts.models import User
from registry.filters import (
    DayFilter,
    FlagFilter,
    IdFilter,
    InFilter,
    OptionFilter,
    RegionFilter,
    RegionUnderFilter,
    RowFilter,
    SearchFilter,
    StrictFilterSet,
    UpdatedSinceFilter,
    WholeNumberFilter,
    WordFilter,
    keep,
)

MOST_WORKING_DAYS = 250  # about a year


class MeetingFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    search = SearchFilter("search_text")
    kind = OptionFilter(choices=MeetingKind.choices, label=_("kind"))
    held_on = DayFilter(label=_("held on"))
    held_on__gte = DayFilter("held_on", "gte", label=_("held from"))
    held_on__lte = DayFilter("held_on", "lte", label=_("held to"))
    source = RowFilter("source", model=Source, label=_("source"))
    updated_since = UpdatedSinceFilter()


class InstructionFilter(StrictFilterSet):
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    search = SearchFilter()
    state = OptionFilter(choices=InstructionState.choices, label=_("state"))
    state__in = InFilter(
        "state", of=OptionFilter(choices=InstructionState.choices, label=_("state")), label=_("any of these states")
    )
    form = OptionFilter(choices=InstructionForm.choices, label=_("form"))
    control_level = OptionFilter(choices=ControlLevel.choices, label=_("control level"))
    region = RegionFilter(label=_("region it concerns"))
    region_under = RegionUnderFilter("region_id", label=_("territory it concerns, with all its parts"))
    program = RowFilter("program", model=Program, key="slug", label=_("programme"))
    meeting = IdFilter("meeting_id", label=_("meeting"))
    controller = RowFilter("controller", model=User, label=_("controller"))
    source = RowFilter("source", model=Source, label=_("source"))
    executor = RowFilter("executor", model=Organisation, label=_("executor"), method="filter_executor")
    issued_on = DayFilter(label=_("issued on"))
    issued_on__gte = DayFilter("issued_on", "gte", label=_("issued from"))
    issued_on__lte = DayFilter("issued_on", "lte", label=_("issued to"))
    without_executor = WordFilter("without_executor", label=_("nobody is told to do it"))
    without_date = FlagFilter(label=_("without a date"), method="filter_without_date")
    updated_since = UpdatedSinceFilter()

    def filter_executor(self, rows: Any, name: str, value: Organisation) -> Any:
        """Told to `value`, as far as the user may see its deadlines: the filter tells no more than the list."""
        told = Deadline.objects.visible_to(self.request.user).filter(executor=value)
        return rows.filter(Exists(told.filter(instruction=OuterRef("pk"))))

    def filter_without_date(self, rows: Any, name: str, value: bool) -> Any:
        """As far as the user may see its deadlines, as above."""
        told = Deadline.objects.visible_to(self.request.user)
        return keep(rows, value, lambda every: every.without_date(told))


class DeadlineFilter(StrictFilterSet):
    """`on` is the day lateness is asked for, `until` the last day that counts as soon; both come from the edge.

    Those of `discipline…` make one question, of which any part may be left out: the rows behind a figure of a period.
    """

    search = SearchFilter("instruction__search_text", label=_("words of the instruction"))
    region_under = RegionUnderFilter(label=_("territory of the executor, with all its parts"))
    region = RegionFilter("executor__region_id", label=_("region of the executor, without its parts"))
    program = RowFilter("instruction__program", model=Program, key="slug", label=_("programme"))
    without_program = FlagFilter("instruction__program", "isnull", label=_("without a programme"))
    executor = RowFilter("executor", model=Organisation, label=_("executor"))
    controller = RowFilter("instruction__controller", model=User, label=_("controller"))
    without_controller = FlagFilter("instruction__controller", "isnull", label=_("without a controller"))
    role = OptionFilter(choices=ExecutorRole.choices, label=_("role"))
    kind = OptionFilter(choices=DeadlineKind.choices, label=_("kind"))
    state = OptionFilter(choices=DeadlineState.choices, label=_("state"))
    mark = OptionFilter(choices=Mark.choices, label=pgettext_lazy("deadline", "mark"), method="filter_mark")
    due__gte = DayFilter("due", "gte", label=_("last day from"))
    due__lte = DayFilter("due", "lte", label=_("last day to"))
    overdue = FlagFilter(label=_("overdue"), method="filter_overdue")
    overdue_on = DayFilter(label=_("overdue on the day"), method="filter_overdue_on")
    due_within = WholeNumberFilter(
        label=_("falls due within so many working days"),
        method="filter_due_within",
        least=0,
        most=MOST_WORKING_DAYS,
    )
    without_date = WordFilter("without_date", label=_("without a date"))
    meeting = IdFilter("instruction__meeting_id", label=_("meeting"))
    instruction = IdFilter("instruction_id", label=_("instruction"))
    id__in = InFilter("id", of=IdFilter(label=_("id")), label=_("any of these ids"))
    executor__in = InFilter("executor_id", of=IdFilter(label=_("executor")), label=_("any of these executors"))
    instruction__in = InFilter(
        "instruction_id", of=IdFilter(label=_("instruction")), label=_("any of these instructions")
    )
    state__in = InFilter(
        "state", of=OptionFilter(choices=DeadlineState.choices, label=_("state")), label=_("any of these states")
    )
    due = DayFilter(label=_("last day"))
    reported_on__gte = DayFilter("reported_on", "gte", label=_("reported from"))
    reported_on__lte = DayFilter("reported_on", "lte", label=_("reported to"))
    closed_on__gte = DayFilter("closed_on", "gte", label=_("closed from"))
    closed_on__lte = DayFilter("closed_on", "lte", label=_("closed to"))
    discipline = OptionFilter(choices=tuple(FIGURES.items()), label=_("figure of discipline"), method="all_at_once")
    discipline_from = DayFilter(label=_("figure of discipline from"), method="all_at_once")
    discipline_to = DayFilter(label=_("figure of discipline to"), method="all_at_once")
    discipline_base = OptionFilter(
        choices=tuple(BASES.items()), label=_("figure of discipline against"), method="all_at_once"
    )
    updated_since = UpdatedSinceFilter()

    def __init__(self, *args: Any, on: date, until: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.until = on, until

    def filter_queryset(self, queryset: Any) -> Any:
        rows, told = super().filter_queryset(queryset), self.form.cleaned_data
        if not any(told[name] for name in ("discipline", "discipline_from", "discipline_to", "discipline_base")):
            return rows
        return behind(
            rows,
            told["discipline"] or "all",
            start=told["discipline_from"] or date.min,
            end=told["discipline_to"] or NEVER,
            on=self.on,
            base=told["discipline_base"] or "due",
        )

    def all_at_once(self, rows: Any, name: str, value: Any) -> Any:
        """Nothing by itself: `filter_queryset` asks the whole question."""
        return rows

    def filter_mark(self, rows: Any, name: str, value: str) -> Any:
        return rows.marked(value, on=self.on, until=self.until)

    def filter_overdue(self, rows: Any, name: str, value: bool) -> Any:
        return keep(rows, value, lambda every: every.overdue(on=self.on))

    def filter_overdue_on(self, rows: Any, name: str, value: date) -> Any:
        """A past day as its acts left it, another as the rows stand today; `overdue` given as well must hold too."""
        return rows.overdue_as_of(value) if value < self.on else rows.overdue(on=value)

    def filter_due_within(self, rows: Any, name: str, value: int) -> Any:
        return rows.due_soon(on=self.on, until=add_working_days(self.on, value))
