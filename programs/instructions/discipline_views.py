"""Executive discipline of a period: a table whose every count leads to its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.instructions.discipline import BASES, FIGURES, Discipline, discipline, total
from programs.instructions.models import Deadline
from programs.instructions.restricted import NOT_IN_FILES, CountingPage
from programs.models import Program
from regions.models import Organisation, Region
from registry.accounts.models import User
from registry.alphabet import alphabetical
from registry.exports import Column, Document, Table
from registry.filters import DayField, OptionField, StrictForm
from registry.pages import as_file, in_words, sort_links, without_blanks
from registry.scope import COUNTRY

BY = {
    "executor": gettext_lazy("executor"),
    "region": gettext_lazy("region"),
    "program": gettext_lazy("programme"),
    "controller": gettext_lazy("controller"),
}
COLUMNS: dict[str, str | Promise] = {
    "all": FIGURES["all"],
    "fell_due": FIGURES["fell_due"],
    "in_time": FIGURES["in_time"],
    "late": FIGURES["late"],
    "silent": FIGURES["silent"],
    "strict": gettext_lazy("strict share, %"),
    "common": gettext_lazy("common share, %"),
    "mean_days_late": gettext_lazy("average delay: days (working days)"),
    "extensions": pgettext_lazy("discipline", "extensions"),
    "returns": pgettext_lazy("discipline", "returns"),
}
Query = Mapping[str, str]
Named = dict[Any, tuple[str, Query | None]]  # by key: the name, and the filters of its rows where they can be asked for


@dataclass(frozen=True)
class Cell:
    """`value` is None where there is no data; `address` is empty where there is nothing to lead to. `aside` is the
    same counted otherwise."""

    name: str
    label: str | Promise
    value: int | Decimal | None
    address: str = ""
    aside: Decimal | None = None


@dataclass(frozen=True)
class Line:
    name: str
    cells: list[Cell]


NAME, WORST_FIRST = "name", "strict"
FILES = ("xlsx", "csv", "pdf")
ORDERINGS = [f"{sign}{name}" for name in (NAME, *COLUMNS) for sign in ("", "-")]


def _choice(label: Any, choices: Mapping[str, Any]) -> forms.Field:
    field = OptionField(choices=choices.items(), label=label, required=False)
    field.choices = list(choices.items())  # there is always one: without a blank
    return field


class PeriodForm(StrictForm):
    by = _choice(gettext_lazy("by whom"), BY)
    base = _choice(gettext_lazy("counted against"), BASES)
    ordering = OptionField(
        choices=[(name, name) for name in ORDERINGS],
        label=gettext_lazy("order of the table"),
        required=False,
        widget=forms.HiddenInput,
    )
    format = OptionField(
        choices=[(name, name) for name in FILES], label=gettext_lazy("format"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> None:
        super().clean()
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error("from", _("The period begins after its end."))


PERIOD = ("from", "to", "by", "base")
# "from" cannot be written as the name of an attribute.
PeriodForm.base_fields = {
    "from": DayField(label=gettext_lazy("last day from"), required=False),
    "to": DayField(label=gettext_lazy("last day to"), required=False),
    **PeriodForm.base_fields,
}


class DisciplinePage(CountingPage):
    permission_required = "instructions.view_deadline"
    template_name = "instructions/discipline.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override]
        if (told := without_blanks(request.GET)) != request.GET:
            return redirect(f"{request.path}?{told.urlencode()}" if told else request.path)
        today = timezone.localdate()
        form = PeriodForm(with_defaults(request.GET, today))
        form.reserved = self.parameters
        if form.is_valid() and form.cleaned_data["format"] and self.counted.with_restricted:
            form.add_error(None, NOT_IN_FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        table = self._table(form.cleaned_data, today)
        if name := form.cleaned_data["format"]:
            return as_file(request, document_of(form, table), name)
        return self.render_to_response(self.get_context_data(form=form, formats=FILES, **table))

    def _table(self, told: dict[str, Any], today: date) -> dict[str, Any]:
        period = {"start": told["from"], "end": told["to"], "base": told["base"]}
        found = discipline(self.counted.rows(Deadline), by=told["by"], on=today, **period)
        query = {
            "discipline_from": told["from"].isoformat(),
            "discipline_to": told["to"].isoformat(),
            "discipline_base": told["base"],
            **self.counted.kept,
        }
        names = names_of(told["by"], [row.key for row in found], self.request.user)
        lines = in_order([(row, *names[row.key]) for row in found], told["ordering"])
        return {
            "today": today,
            "sorts": sort_links({NAME: BY[told["by"]], **COLUMNS}, told["ordering"]),
            "start": told["from"],
            "end": told["to"],
            "year_ago": today - relativedelta(years=1),
            "silent": sum(row.silent for row in found),
            "lines": [line_of(name, row, own and {**query, **own}) for row, name, own in lines],
            "total": line_of(_("Total"), total(found), query),
        }


def document_of(form: PeriodForm, table: dict[str, Any]) -> Document:
    """The page's table with its total, and what was asked for."""

    def figure(name: str, part: str = "value") -> Any:
        return lambda line: next(getattr(cell, part) for cell in line.cells if cell.name == name)

    columns = [
        Column(table["sorts"][NAME].label, lambda line: line.name, 40),
        *(Column(label, figure(name), 14) for name, label in COLUMNS.items()),
        Column(gettext_lazy("average delay, working days"), figure("mean_days_late", "aside"), 14),
    ]
    lines = [*table["lines"], table["total"]] if table["lines"] else []
    asked = [(capfirst(form[name].label), in_words(form.fields[name], form.cleaned_data[name])) for name in PERIOD]
    title = _("Executive discipline")
    return Document(title, [Table(title, columns, lines)], asked)


def in_order(lines: list[tuple[Discipline, str, Query | None]], ordering: str) -> list[Any]:
    """`lines` by a name of ORDERINGS, those without data last; among equals those with more late ones come first."""
    lines = sorted(lines, key=lambda line: (-line[0].late, alphabetical(line[1])))
    name, descending = ordering.removeprefix("-"), ordering.startswith("-")
    if name == NAME:
        return sorted(lines, key=lambda line: alphabetical(line[1]), reverse=descending)
    known = [line for line in lines if getattr(line[0], name) is not None]
    unknown = [line for line in lines if getattr(line[0], name) is None]
    return sorted(known, key=lambda line: getattr(line[0], name), reverse=descending) + unknown


def with_defaults(given: QueryDict, today: date) -> QueryDict:
    """`given` with what is left out: the current quarter to today, by executor, against the present last days, the
    worst strict share first."""
    told = given.copy()
    told.setdefault("to", today.isoformat())
    try:
        end = date.fromisoformat(str(told["to"]))
    except ValueError:  # the form says so
        end = today
    told.setdefault("from", (end + relativedelta(day=1, months=-((end.month - 1) % 3))).isoformat())
    told.setdefault("by", "executor")
    told.setdefault("base", "due")
    told.setdefault("ordering", WORST_FIRST)
    return told


def line_of(name: str, row: Discipline, query: Query | None) -> Line:
    """`query` selects the rows of `all`; None where they cannot be asked for."""

    def cell(column: str) -> Cell:
        value = getattr(row, column)
        if column == "mean_days_late":
            return Cell(column, COLUMNS[column], value, aside=row.mean_working_days_late)
        if column not in FIGURES or not value or query is None:
            return Cell(column, COLUMNS[column], value)
        return Cell(
            column, COLUMNS[column], value, f"{reverse('deadlines')}?{urlencode({'discipline': column, **query})}"
        )

    return Line(name, [cell(column) for column in COLUMNS])


def names_of(by: str, keys: Iterable[Any], user: Any) -> Named:
    """What each key is called and the filters of its rows. One query."""
    known = [key for key in keys if key is not None]
    match by:
        case "region":
            named: Named = {row.pk: (row.name, {"region_under": row.pk}) for row in Region.objects.filter(pk__in=known)}
            named[COUNTRY] = (_("central bodies"), {"region": COUNTRY})
        case "program":
            programs = Program.objects.filter(pk__in=known)
            named = {row.pk: (row.name, {"program": row.slug}) for row in programs}
            named[None] = (_("without a programme"), {"without_program": "true"})
        case "controller":
            people = User.objects.visible_to(user).filter(pk__in=known)
            named = {key: (_("controller of another region"), None) for key in known}
            named |= {row.pk: (str(row), {"controller": str(row.pk)}) for row in people}
            named[None] = (_("without a controller"), {"without_controller": "true"})
        case _:
            bodies = Organisation.objects.filter(pk__in=known)
            named = {row.pk: (row.name, {"executor": str(row.pk)}) for row in bodies}
    return named
