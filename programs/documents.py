"""The passport of a programme as a file."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.models import Program
from programs.passport import Passport
from registry.exports import Column, Document, Passage, Table
from registry.figures import plain


def _source(fact: Any) -> str | None:
    return fact.source.title if fact.source else None


# What is said of the source of every fact.
READ_IN = (
    Column(gettext_lazy("source"), _source, 25),
    Column(gettext_lazy("quote"), lambda fact: fact.quote, 30, on_paper=False),
    Column(gettext_lazy("note"), lambda fact: fact.note, 30),
)
INSTRUCTIONS = (
    Column(gettext_lazy("number"), lambda instruction: instruction.number, 8),
    Column(gettext_lazy("instruction"), lambda instruction: instruction.text, 60),
    Column(gettext_lazy("issued by"), lambda instruction: instruction.issued_by, 25),
    Column(gettext_lazy("issued on"), lambda instruction: instruction.issued_on, 12),
    Column(gettext_lazy("overdue"), lambda instruction: instruction.overdue, 10),
    Column(gettext_lazy("source silent"), lambda instruction: instruction.silent, 10),
    Column(gettext_lazy("in work, the day has not passed"), lambda instruction: instruction.in_time, 10),
    Column(gettext_lazy("under review"), lambda instruction: instruction.under_review, 10),
    Column(gettext_lazy("without a date"), lambda instruction: instruction.without_date, 10),
)
MONEY = (
    Column(gettext_lazy("purpose"), lambda amount: amount.purpose, 40),
    Column(pgettext_lazy("money", "part of"), lambda amount: amount.whole and amount.whole.purpose, 25),
    Column(gettext_lazy("region"), lambda amount: amount.region.name, 20),
    Column(gettext_lazy("period"), lambda amount: amount.period, 14),
    Column(gettext_lazy("stage"), lambda amount: amount.get_stage_display(), 14),
    Column(gettext_lazy("budget"), lambda amount: amount.get_budget_level_display(), 16),
    Column(gettext_lazy("amount"), lambda amount: amount.shown, 18),
    Column(gettext_lazy("amount, tenge"), lambda amount: amount.amount, 20, on_paper=False),
    *READ_IN,
)
VALUES = (
    Column(gettext_lazy("indicator"), lambda value: value.indicator.name, 35),
    Column(gettext_lazy("unit"), lambda value: value.indicator.unit, 12),
    Column(gettext_lazy("region"), lambda value: value.region.name, 20),
    Column(gettext_lazy("period"), lambda value: value.period, 16),
    Column(gettext_lazy("as of"), lambda value: value.as_of, 12),
    Column(gettext_lazy("kind"), lambda value: value.get_kind_display(), 10),
    Column(gettext_lazy("value"), lambda value: value.shown, 16),
    Column(gettext_lazy("figure"), lambda value: plain(value.value), 14, on_paper=False),
    *READ_IN,
)
PROJECTS = (
    Column(gettext_lazy("project"), lambda project: project.name, 40),
    Column(gettext_lazy("kind"), lambda project: project.kind, 16),
    Column(gettext_lazy("region"), lambda project: project.region.name, 20),
    Column(gettext_lazy("quantity"), lambda project: project.shown, 14),
    Column(gettext_lazy("cost, tenge"), lambda project: project.cost, 18),
    Column(gettext_lazy("status"), lambda project: project.get_status_display(), 16),
    *READ_IN,
)
TERMS = (
    Column(gettext_lazy("parameter"), lambda term: term.parameter, 40),
    Column(gettext_lazy("value"), lambda term: term.shown, 14),
    Column(gettext_lazy("in force from"), lambda term: term.valid_from, 12),
    Column(gettext_lazy("in force to"), lambda term: term.valid_to, 12),
    Column(gettext_lazy("legal act"), lambda term: term.act, 40),
    *READ_IN,
)
LINES = (
    Column(gettext_lazy("title"), lambda line: line.title, 45),
    Column(gettext_lazy("region"), lambda line: line.place, 25),
    Column(gettext_lazy("state"), lambda line: line.state, 16),
    Column(gettext_lazy("description"), lambda line: line.text, 50),
    Column(gettext_lazy("source"), lambda line: line.source, 25),
)
PROGRAMS = (
    Column(gettext_lazy("programme"), lambda program: program.name, 45),
    Column(gettext_lazy("status"), lambda program: program.get_status_display(), 20),
    Column(gettext_lazy("why"), lambda program: program.reason, 50),
)


def passport_document(passport: Passport) -> Document:
    """All the page shows, section by section; those without a row are left out."""
    values = [value for each in passport.measured for value in each.values]
    disputed = [value for group in passport.disagreements for value in group.values]
    tables = (
        (gettext_lazy("Instructions in work"), INSTRUCTIONS, passport.instructions.rows),
        (gettext_lazy("Money"), MONEY, list(_amounts(passport))),
        (gettext_lazy("Sources disagree"), VALUES, disputed),
        (gettext_lazy("Indicators: plan and actual"), VALUES, values),
        (gettext_lazy("Projects"), PROJECTS, passport.projects.rows),
        *((name, LINES, passport.told.get(section, ())) for section, name in _SECTIONS),
        (pgettext_lazy("programme", "Terms"), TERMS, [term for act in passport.terms for term in act.terms]),
        (gettext_lazy("Parts and linked programmes"), PROGRAMS, [*passport.parts, *passport.linked]),
    )
    program = passport.program
    parts: list[Table | Passage] = [Passage(gettext_lazy("Summary"), program.summary)] if program.summary else []
    parts += [Table(name, columns, rows) for name, columns, rows in tables if rows]
    return Document(program.name, parts, list(_facts(program)))


_SECTIONS = (
    ("practices", gettext_lazy("Practices")),
    ("replications", gettext_lazy("Practices taken up elsewhere")),
    ("systems", gettext_lazy("Information systems")),
    ("findings", gettext_lazy("Findings of authorities")),
)


def _amounts(passport: Passport) -> Iterator[Any]:
    """Each with the `whole` it stands under."""
    for money in passport.moneys:
        wholes = {row.pk: row for row in (money.row, *money.beneath)}
        for row in wholes.values():
            row.whole = wholes.get(row.part_of_id)
            yield row


def _facts(program: Program) -> Iterator[tuple[Any, str]]:
    told = (
        (gettext_lazy("Kind"), program.get_kind_display()),
        (gettext_lazy("Status"), "; ".join(filter(None, [program.get_status_display(), program.status_note]))),
        (gettext_lazy("Years"), program.period),
        (gettext_lazy("Owner"), "; ".join(filter(None, [str(program.owner or ""), program.owner_note]))),
        (gettext_lazy("Legal act"), program.legal_act),
        (gettext_lazy("Source"), _source(program) or ""),
    )
    return ((name, value) for name, value in told if value)
