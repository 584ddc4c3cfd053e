"""The control card of one instruction, and the справка of one meeting: what they show, in few queries."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.instructions.acts import deadline_acts, instruction_acts
from programs.instructions.board.figures import Figure
from programs.instructions.choices import AccessMark, DeadlineState, InstructionState, Mark, Verb
from programs.instructions.doing import ON_DEADLINE, ON_INSTRUCTION, Doing
from programs.instructions.listing import Day, Row, as_rows, deadlines_marked
from programs.instructions.models import Act, Deadline, Instruction, Meeting, Report
from programs.instructions.querysets import ROLE_ORDER
from registry.alphabet import by_name
from registry.loading import in_words
from registry.scope import COUNTRY, sees_region

ACTS_SHOWN = 200  # of the journal at a time


@dataclass(frozen=True)
class Button:
    """A link to the page of an act."""

    doing: Doing
    address: str


@dataclass(frozen=True)
class Difference:
    """What an act changed; an empty side is nothing."""

    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """One act of the journal with its differences in words; or one done to several executors alike, as issuing is."""

    acts: list[Act]
    asked: date | None = None  # for which last day, where the act asks for one

    @property
    def act(self) -> Act:
        return self.acts[0]

    @property
    def by(self) -> str:
        return in_words(self.act.by_name)

    @property
    def executors(self) -> list[str]:
        return [str(act.deadline.executor) for act in self.acts if act.deadline]

    @property
    def states(self) -> Difference | None:
        names = dict((DeadlineState if self.act.deadline_id else InstructionState).choices)
        before, after = self.act.state_before, self.act.state_after
        return Difference(names.get(before, before), names.get(after, after)) if before != after else None

    @property
    def dues(self) -> Difference | None:
        return _difference(self.act.due_before, self.act.due_after)

    @property
    def dues_original(self) -> Difference | None:
        return _difference(self.act.due_original_before, self.act.due_original_after)

    @property
    def is_change(self) -> bool:
        return any((self.states, self.dues, self.dues_original))


ALIKE = attrgetter(
    *("verb", "on", "by_name", "reason", "state_before", "state_after", "due_before", "due_after"),
    *("due_original_before", "due_original_after"),
)


def _entries(acts: Iterable[Act], asked: Callable[[Act], date | None]) -> list[Entry]:
    """Neighbours that differ in their executor alone make one entry."""
    by_likeness = groupby(acts, key=lambda act: (act.deadline_id is None, *ALIKE(act), asked(act)))
    return [Entry(list(same), key[-1]) for key, same in by_likeness]


def _difference(before: date | None, after: date | None) -> Difference | None:
    return Difference(before, after) if before != after else None


@dataclass(frozen=True)
class Duty:
    """A row of the table of executors, with the buttons of its reader."""

    row: Row
    buttons: list[Button] = field(default_factory=list)

    @property
    def deadline(self) -> Deadline:
        return self.row.deadline

    @property
    def first_buttons(self) -> list[Button]:
        return [button for button in self.buttons if not button.doing.rare]

    @property
    def page(self) -> str:
        """The page of the deadline, for whom it has acts that are not among the first; else empty."""
        is_more = any(button.doing.rare for button in self.buttons)
        return reverse("deadline", args=(self.deadline.pk,)) if is_more else ""


def duties_of(user: Any, rows: Iterable[Row]) -> list[Duty]:
    """`rows` with the acts open to `user`; no query where the deadlines are `with_rights(user)`."""
    rows = list(rows)
    acts = deadline_acts(user, [row.deadline for row in rows])
    return [
        Duty(
            row,
            [
                Button(ON_DEADLINE[verb], reverse("deadline_act", args=(row.deadline.pk, verb.value)))
                for verb in acts[row.deadline.pk]
            ],
        )
        for row in rows
    ]


def buttons_of(user: Any, instruction: Instruction) -> list[Button]:
    """Acts on the whole; no query where `instruction` is `with_rights(user)`."""
    return [
        Button(ON_INSTRUCTION[verb], reverse("instruction_act", args=(instruction.pk, verb.value)))
        for verb in instruction_acts(user, instruction)
    ]


class Card:
    """For one reader on one day; `instruction` is from a queryset `with_rights`. Seven queries with the journal."""

    def __init__(self, user: Any, instruction: Instruction, day: Day, *, before: int | None = None) -> None:
        self.user, self.instruction, self.day = user, instruction, day
        self.before = before  # the journal up to this act, which is not shown

    @property
    def controller(self) -> Any:
        """The user who controls it; those of another region stay unnamed."""
        controller = self.instruction.controller
        if controller is None or sees_region(self.user, controller.region_id):
            return controller
        return _("controller of another region")

    @cached_property
    def deadlines(self) -> list[Deadline]:
        rows = Deadline.objects.visible_to(self.user).filter(instruction=self.instruction)
        rows = rows.select_related("executor", "executor__region").with_silence().with_rights(self.user)
        rows = rows.prefetch_related(
            "extensions", Prefetch("reports", Report.objects.prefetch_related("attachments"))
        ).order_by("due_key", ROLE_ORDER, by_name("executor__name"), "pk")
        found = list(rows)
        for deadline in found:
            deadline.instruction = self.instruction
        return found

    @cached_property
    def duties(self) -> list[Duty]:
        return duties_of(self.user, as_rows(self.deadlines, self.day))

    @property
    def is_partial(self) -> bool:
        """Whether executors outside the reader's scope are left out, if there are any."""
        return self.user.is_only_executor or self.user.region_id != COUNTRY

    @property
    def with_buttons(self) -> bool:
        return any(duty.first_buttons for duty in self.duties)

    @property
    def with_pages(self) -> bool:
        return any(duty.page for duty in self.duties)

    @cached_property
    def buttons(self) -> list[Button]:
        """Acts on the whole."""
        return buttons_of(self.user, self.instruction)

    @property
    def extended(self) -> list[Deadline]:
        return [deadline for deadline in self.deadlines if deadline.extensions.all()]

    @property
    def reported(self) -> list[Deadline]:
        return [deadline for deadline in self.deadlines if deadline.reports.all()]

    # The journal

    @cached_property
    def _latest(self) -> list[Act]:
        acts = (
            Act.objects.visible_to(self.user).filter(instruction=self.instruction).select_related("deadline__executor")
        )
        if self.before is not None:
            acts = acts.filter(pk__lt=self.before)
        return list(acts.order_by("-pk")[: ACTS_SHOWN + 1])

    @property
    def journal(self) -> list[Entry]:
        """The newest last."""
        return _entries(reversed(self._latest[:ACTS_SHOWN]), self._asked)

    def _asked(self, act: Act) -> date | None:
        """The last day a request is for: of the request that was written with the act."""
        if act.verb != Verb.REQUEST_EXTENSION:
            return None
        requests = [
            extension
            for deadline in self.deadlines
            if deadline.pk == act.deadline_id
            for extension in deadline.extensions.all()
        ]
        written = min(requests, key=lambda each: abs(each.created_at - act.at), default=None)
        return written.new_due if written else None

    @property
    def earlier(self) -> int | None:
        """The act before which there are more."""
        return self._latest[ACTS_SHOWN - 1].pk if len(self._latest) > ACTS_SHOWN else None


@dataclass(frozen=True)
class Told:
    """An instruction of a meeting with its executors, and the acts open to the reader that are not rare."""

    instruction: Instruction
    duties: list[Duty]
    buttons: list[Button]

    @property
    def with_buttons(self) -> bool:
        return any(duty.first_buttons for duty in self.duties)


def _in_order(number: str) -> tuple[bool, list[int], str]:
    """1.2 before 1.10, and what has no number last."""
    return number == "", [int(digits) for digits in re.findall("[0-9]+", number)], number


class MeetingCard:
    """What a meeting ordered and what came of it; restricted instructions are named apart and never counted."""

    def __init__(self, user: Any, meeting: Meeting, day: Day) -> None:
        self.user, self.meeting, self.day = user, meeting, day

    @cached_property
    def _instructions(self) -> list[Instruction]:
        rows = Instruction.objects.visible_to(self.user).filter(meeting=self.meeting)
        rows = rows.for_listing().with_rights(self.user)
        return sorted(rows.order_by("pk"), key=lambda each: _in_order(each.number))

    @property
    def restricted(self) -> list[Instruction]:
        return [each for each in self._instructions if each.access_mark == AccessMark.RESTRICTED]

    @cached_property
    def rows(self) -> list[Row]:
        """The deadlines counted."""
        deadlines = Deadline.objects.visible_to(self.user).unrestricted().filter(instruction__meeting=self.meeting)
        deadlines = deadlines.exclude(state=DeadlineState.CANCELLED).for_listing().with_silence()
        deadlines = deadlines.with_rights(self.user)
        return list(
            as_rows(
                deadlines.order_by("instruction_id", "due_key", ROLE_ORDER, by_name("executor__name"), "pk"), self.day
            )
        )

    @cached_property
    def told(self) -> list[Told]:
        duties = groupby(duties_of(self.user, self.rows), key=attrgetter("deadline.instruction_id"))
        by_instruction = {key: list(own) for key, own in duties}
        open_to_all = (each for each in self._instructions if each.access_mark == AccessMark.NONE)
        return [
            Told(
                each,
                by_instruction.get(each.pk, []),
                [button for button in buttons_of(self.user, each) if not button.doing.rare],
            )
            for each in open_to_all
        ]

    @property
    def figures(self) -> Iterator[Figure]:
        """Counts of the rows below, each leading to them in the list; the labels agree with the numbers."""
        meeting = {"meeting": self.meeting.pk}
        told = len(self.told)
        label = ngettext("instruction given", "instructions given", told)
        yield Figure(label, told, urlencode(meeting), page="instructions")
        counts = Counter(row.mark for row in self.rows)
        for mark in Mark:
            wanted = {"mark": mark.value} if mark != Mark.CLOSED else {"state": DeadlineState.FULFILLED.value}
            if counts[mark] or mark == Mark.OVERDUE:
                yield Figure(deadlines_marked(mark, counts[mark]), counts[mark], urlencode(meeting | wanted))
