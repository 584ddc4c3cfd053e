"""Made-up instructions for measuring: as many as asked for, the same ones for the same seed and day.

Five years of work of 20 oblast and some 200 district akimats. What is told of a deadline and what its acts say agree,
so that the past can be rebuilt from the acts as for real ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from programs.instructions.choices import (
    AccessMark,
    ControlLevel,
    DeadlineKind,
    DeadlineState,
    ExecutorRole,
    InstructionForm,
    InstructionState,
    RollPolicy,
    Verb,
)
from registry.search import fold

NUMBER = "СИНТ-"  # how the number of every made-up instruction begins
BY = "make_synthetic"
YEARS = 5
EXECUTORS = 20  # of one instruction, about
TASKS = (
    "Обеспечить освоение бюджетных средств",
    "Представить отчёт о ходе исполнения",
    "Завершить ремонт автомобильных дорог",
    "Принять меры по подготовке к отопительному сезону",
    "Обеспечить ввод объектов водоснабжения",
    "Провести инвентаризацию неиспользуемых земель",
)
TERMS = (10, 14, 30, 30, 60, 90)  # days
# Share of deadlines still in work by how many days ago they fell due: the older, the fewer.
STILL_OPEN = ((30, 0.3), (90, 0.15), (365, 0.04), (10**6, 0.002))
OPEN_BEFORE_DUE, UNDER_REVIEW, LATE, CANCELLED, RETURNED, EXTENDED = 0.95, 0.3, 0.15, 0.02, 0.04, 0.06

Row = tuple[Any, ...]
Steps = list[tuple[Verb, date, DeadlineState]]
RECORD = ("id", "version", "created_at", "updated_at")
COLUMNS = {
    "Instruction": (
        *(*RECORD, "search_text", "number", "text", "expected_result", "form", "quote", "issued_on"),
        *("issued_on_is_estimate", "issued_on_note", "issued_by", "term", "roll_policy", "control_level"),
        *("access_mark", "note", "state", "controller_id", "program_id", "region_id"),
    ),
    "Deadline": (
        *(*RECORD, "instruction_id", "executor_id", "role", "kind", "period_key", "due_original", "due", "raw_due"),
        *("reckoning", "state", "reported_on", "closed_on"),
    ),
    "Extension": (
        *(*RECORD, "deadline_id", "asked_by", "asked_on", "reason", "new_due", "state", "decided_by", "decided_on"),
        "comment",
    ),
    "Report": (
        *(*RECORD, "deadline_id", "text", "submitted_by", "submitted_on", "state", "decided_by", "decided_on"),
        "comment",
    ),
    "Act": (
        *("id", "instruction_id", "deadline_id", "verb", "on", "at", "by_name", "reason", "state_before"),
        *("state_after", "due_before", "due_after", "due_original_before", "due_original_after"),
    ),
}


@dataclass(frozen=True)
class People:
    """Whom the instructions are given to and by: keys, in a fixed order."""

    oblasts: Sequence[int]
    districts: Sequence[int]
    programs: Sequence[int]
    controllers: Sequence[int]
    region: str


class Fate(NamedTuple):
    """How a deadline stands today, and the acts that led there after it was issued."""

    state: DeadlineState
    due: date
    reported_on: date | None
    closed_on: date | None
    steps: Steps


@dataclass
class Batch:
    """Rows by model, in the order of COLUMNS."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})


class Maker:
    """`first` are the first free ids by model."""

    def __init__(self, people: People, *, on: date, seed: int, first: dict[str, int]) -> None:
        self.people, self.on, self.random, self.next = people, on, Random(seed), dict(first)  # noqa: S311
        self.count = 0

    def batches(self, deadlines: int, size: int = 20_000) -> Iterator[Batch]:
        batch, left = Batch(), deadlines
        while left:
            n = min(left, self.random.randint(EXECUTORS - 5, EXECUTORS + 5))
            left -= n
            self._instruction(batch, n)
            if len(batch.rows["Deadline"]) >= size or not left:
                yield batch
                batch = Batch()

    def _id(self, model: str) -> int:
        key = self.next[model]
        self.next[model] = key + 1
        return key

    def _executors(self, n: int) -> list[int]:
        """Half of the instructions are for oblasts, half for districts."""
        wanted, rest = self.people.oblasts, self.people.districts
        if self.random.random() < 0.5:
            wanted, rest = rest, wanted
        chosen = self.random.sample(wanted, min(n, len(wanted)))
        return chosen + self.random.sample(rest, n - len(chosen))

    def _instruction(self, batch: Batch, n: int) -> None:
        draw, key = self.random, self._id("Instruction")
        self.count += 1
        issued = self.on - timedelta(days=draw.randrange(365 * YEARS))
        due = _working(issued + timedelta(days=draw.choice(TERMS)))
        equal = draw.random() < 0.5
        live, last = False, issued
        for place, executor in enumerate(self._executors(n)):
            role = ExecutorRole.EQUAL if equal else ExecutorRole.CO if place else ExecutorRole.LEAD
            fate = self._deadline(batch, key, executor, role, issued, due)
            live = live or fate.closed_on is None
            last = max(last, fate.closed_on or last)
        state = InstructionState.ON_CONTROL if live else InstructionState.REMOVED
        acts = [(Verb.ISSUE, issued, InstructionState.DRAFT, InstructionState.ON_CONTROL)]
        if not live:
            acts.append((Verb.REMOVE, last, InstructionState.ON_CONTROL, state))
        for verb, on, before, after in acts:
            row = (self._id("Act"), key, None, verb.value, on, _at(on), BY, "", before.value, after.value)
            batch.rows["Act"].append((*row, None, None, None, None))
        batch.rows["Instruction"].append(self._instruction_row(key, issued, due, state))

    def _instruction_row(self, key: int, issued: date, due: date, state: InstructionState) -> Row:
        draw, number = self.random, f"{NUMBER}{self.count}"
        text = f"{draw.choice(TASKS)} ({self.count})"
        program = draw.choice((*self.people.programs, None))
        controller = draw.choice((*self.people.controllers, None))
        at = _at(issued)
        return (
            *(key, 1, at, at, fold(f"{number} {text}"), number, text, "", InstructionForm.INSTRUCTION.value, ""),
            *(issued, False, "", "", f"до {due:%d.%m.%Y}", RollPolicy.NEXT.value, ControlLevel.MINISTRY.value),
            *(AccessMark.NONE.value, "", state.value, controller, program, self.people.region),
        )

    def _deadline(
        self, batch: Batch, instruction: int, executor: int, role: ExecutorRole, issued: date, due: date
    ) -> Fate:
        key, fate = self._id("Deadline"), self._fate(issued, due)
        made, changed = _at(issued), _at(fate.steps[-1][1] if fate.steps else issued)
        batch.rows["Deadline"].append(
            (
                *(key, 1 + len(fate.steps), made, changed, instruction, executor, role.value),
                *(DeadlineKind.FINAL.value, "", due, fate.due, due, [], fate.state.value),
                *(fate.reported_on, fate.closed_on),
            )
        )
        before, then = DeadlineState.DRAFT, due
        for verb, on, state in ((Verb.ISSUE, issued, DeadlineState.OPEN), *fate.steps):
            now = fate.due if verb == Verb.GRANT_EXTENSION else then
            row: Row = (self._id("Act"), instruction, key, verb.value, on, _at(on), BY, "", before.value, state.value)
            batch.rows["Act"].append((*row, then, now, due, due))
            if verb == Verb.GRANT_EXTENSION:
                row = (self._id("Extension"), 1, _at(on), _at(on), key, BY, on, "…", fate.due, "granted", BY, on, "")
                batch.rows["Extension"].append(row)
            before, then = state, now
        if fate.state == DeadlineState.REPORTED:  # those decided long ago are spared
            row = (self._id("Report"), 1, changed, changed, key, "Исполнено.", BY, fate.reported_on, "pending")
            batch.rows["Report"].append((*row, "", None, ""))
        return fate

    def _fate(self, issued: date, due: date) -> Fate:
        draw, on, steps, original = self.random, self.on, [], due
        if draw.random() < EXTENDED:
            asked = issued + (original - issued) / 2
            if asked <= on:
                due = _working(original + timedelta(days=30))
                steps.append((Verb.GRANT_EXTENSION, asked, DeadlineState.OPEN))
        if self._is_open(due):
            return Fate(DeadlineState.OPEN, due, None, None, steps)
        start = steps[-1][1] if steps else issued
        if draw.random() < CANCELLED:
            steps.append((Verb.CANCEL, start, DeadlineState.CANCELLED))
            return Fate(DeadlineState.CANCELLED, due, None, start, steps)
        reported = due + timedelta(days=draw.randint(1, 40) if draw.random() < LATE else -draw.randint(0, 7))
        reported = min(max(reported, start), on)
        if draw.random() < RETURNED:
            steps += [(Verb.REPORT, start, DeadlineState.REPORTED), (Verb.RETURN, start, DeadlineState.OPEN)]
        steps.append((Verb.REPORT, reported, DeadlineState.REPORTED))
        closed = reported + timedelta(days=draw.randint(0, 5))
        if closed > on or ((on - closed).days < 30 and draw.random() < UNDER_REVIEW):
            return Fate(DeadlineState.REPORTED, due, reported, None, steps)
        steps.append((Verb.ACCEPT, closed, DeadlineState.FULFILLED))
        return Fate(DeadlineState.FULFILLED, due, reported, closed, steps)

    def _is_open(self, due: date) -> bool:
        age = (self.on - due).days
        share = OPEN_BEFORE_DUE if age <= 0 else next(share for most, share in STILL_OPEN if age <= most)
        return self.random.random() < share


def _working(day: date) -> date:
    """Off the week-end."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _at(day: date) -> str:
    return f"{day} 09:00:00+05:00"
