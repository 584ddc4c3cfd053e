"""What `load_registry` brings of meetings and instructions; one that names an executor is issued on its own date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress

from programs.instructions.models import CalendarDay, Deadline, Instruction, Meeting
from programs.instructions.services import TransitionRefused, issue_instruction, set_due
from programs.instructions.workdays import WorkCalendar
from regions.models import Organisation, OrganisationGroup, OrganisationGroupMember
from registry.loading import LOADER, LeftOut, Loader, Row, Step, read_csv, tables

DAY = ("ref", "date", "name_ru", "name_kk", "name_en", "source")


def load_calendar(loader: Loader) -> None:
    days = []
    for row in loader.missing(CalendarDay, "kz_days.csv"):
        day = CalendarDay(is_working=row["kind"] == "working_weekend")
        loader.fill(day, row, DAY)
        days.append((day, row))
    loader.insert_all(days)


def load_instructions(loader: Loader) -> None:
    """An instruction comes with its executors or not at all: those of one already here are people's business."""
    told = defaultdict(list)
    for row in read_csv("executors.csv"):
        told[row["instruction"]].append(row)
    for row in loader.missing(Instruction, "instructions.csv"):
        with suppress(LeftOut):
            instruction = loader.record(Instruction, row)
            loader.insert(instruction, row)
            if _add_executors(loader, instruction, told.get(instruction.ref, ())):
                _issue(instruction, row)
    _check_instructions(loader, told)


def _add_executors(loader: Loader, instruction: Instruction, rows: Iterable[Row]) -> bool:
    """Dated draft deadlines of the executors these rows name; False when there are none or some were deleted."""
    try:
        named = [(row, *executor) for row in rows for executor in _executors(loader, row)]
    except LeftOut:
        return False
    calendar = WorkCalendar.load()
    deadlines = []
    for row, executor, key in named:
        ref = f"{instruction.ref}:{key}"
        deadline = Deadline(ref=ref, instruction=instruction, executor_id=executor, role=row["role"])
        set_due(deadline, None, calendar)
        deadlines.append((deadline, row))
    loader.insert_all(deadlines)
    return bool(deadlines)


def _executors(loader: Loader, row: Row) -> Iterator[tuple[int, str]]:
    """Primary key and name in refs of the organisation, or of every member of the group, that the row names."""
    if bool(row["executor"]) == bool(row["group"]):
        raise row.error("executor", "name either an executor or a group")
    if row["executor"]:
        yield loader.find(Organisation, row, "executor"), row["executor"]
        return
    members = OrganisationGroupMember.objects.filter(group=loader.find(OrganisationGroup, row, "group"))
    for pk, ref in members.values_list("organisation_id", "organisation__ref"):
        yield pk, ref or str(pk)


def _issue(instruction: Instruction, row: Row) -> None:
    if instruction.issued_on is None:
        raise row.error("issued_on", "an instruction with executors needs the day it was issued")
    try:
        issue_instruction(
            instruction=instruction,
            by=LOADER,
            on=instruction.issued_on,
            reason=instruction.issued_on_note,
        )
    except TransitionRefused as refusal:
        raise row.error("whole row", str(refusal)) from refusal


def _check_instructions(loader: Loader, told: dict[str, list[Row]]) -> None:
    for rows in told.values():
        loader.tick(len(rows))
        for row in rows:
            with suppress(LeftOut):
                loader.find(Instruction, row, "instruction")


STEPS = [
    Step("calendar", ("kz_days.csv",), load_calendar),
    tables("meetings", meetings=Meeting),
    Step("instructions", ("instructions.csv", "executors.csv"), load_instructions),
]
