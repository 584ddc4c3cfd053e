"""Columns of programmes, their money and projects as files."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.choices import Approximation
from registry.exports import Column


def _name(record: Any) -> str | None:
    return record.name if record else None


def _title(source: Any) -> str | None:
    return source.title if source else None


PROGRAM_COLUMNS = (
    Column(gettext_lazy("programme"), lambda program: program.name, 45),
    Column(gettext_lazy("kind"), lambda program: program.get_kind_display(), 16),
    Column(gettext_lazy("status"), lambda program: program.get_status_display(), 18),
    Column(gettext_lazy("status in words"), lambda program: program.status_note, 30),
    Column(gettext_lazy("from year"), lambda program: program.year_from, 10),
    Column(gettext_lazy("to year"), lambda program: program.year_to, 10),
    Column(gettext_lazy("owner"), lambda program: _name(program.owner) or program.owner_note, 35),
    Column(gettext_lazy("part of the programme"), lambda program: _name(program.parent), 30),
    Column(gettext_lazy("legal act"), lambda program: program.legal_act, 30),
    Column(gettext_lazy("summary"), lambda program: program.summary, 60),
    Column(gettext_lazy("instructions on control"), lambda program: program.on_control, 12),
    Column(gettext_lazy("source"), lambda program: _title(program.source), 30),
)
FUNDING_COLUMNS = (
    Column(gettext_lazy("programme"), lambda amount: amount.row.program.name, 35),
    Column(gettext_lazy("purpose"), lambda amount: amount.row.purpose, 45),
    Column(gettext_lazy("region"), lambda amount: amount.row.region.name, 25),
    Column(gettext_lazy("from year"), lambda amount: amount.row.year_from, 10),
    Column(gettext_lazy("to year"), lambda amount: amount.row.year_to, 10),
    Column(gettext_lazy("period as the source puts it"), lambda amount: amount.row.period_label, 20),
    Column(gettext_lazy("as of"), lambda amount: amount.row.as_of, 12),
    Column(gettext_lazy("budget"), lambda amount: amount.row.get_budget_level_display(), 18),
    Column(gettext_lazy("stage"), lambda amount: amount.row.get_stage_display(), 12),
    Column(gettext_lazy("amount, tenge"), lambda amount: amount.row.amount, 20),
    Column(gettext_lazy("approximation"), lambda amount: Approximation(amount.row.approximation).label, 16),
    Column(pgettext_lazy("money", "part of"), lambda amount: amount.whole and amount.whole.purpose, 30),
    Column(gettext_lazy("source"), lambda amount: _title(amount.row.source), 30),
    Column(gettext_lazy("quote"), lambda amount: amount.row.quote, 40),
    Column(gettext_lazy("note"), lambda amount: amount.row.note, 40),
)
PROJECT_COLUMNS = (
    Column(gettext_lazy("project"), lambda project: project.name, 40),
    Column(gettext_lazy("kind"), lambda project: project.kind, 18, on_paper=False),
    Column(gettext_lazy("programme"), lambda project: _name(project.program), 30),
    Column(gettext_lazy("region"), lambda project: project.region.name, 25),
    Column(gettext_lazy("place as the source puts it"), lambda project: project.place, 25, on_paper=False),
    Column(gettext_lazy("quantity"), lambda project: project.quantity, 17),
    Column(gettext_lazy("unit"), lambda project: project.unit, 18),
    Column(gettext_lazy("approximation"), lambda project: Approximation(project.approximation).label, 16),
    Column(gettext_lazy("cost, tenge"), lambda project: project.cost, 20),
    Column(gettext_lazy("from year"), lambda project: project.year_from, 12),
    Column(gettext_lazy("to year"), lambda project: project.year_to, 17),
    Column(gettext_lazy("status"), lambda project: project.get_status_display(), 18),
    Column(gettext_lazy("status in words"), lambda project: project.status_note, 30, on_paper=False),
    Column(gettext_lazy("source"), lambda project: _title(project.source), 30),
    Column(gettext_lazy("quote"), lambda project: project.quote, 40, on_paper=False),
    Column(gettext_lazy("note"), lambda project: project.note, 40),
)
