"""What one page shows of many kinds of records, in few queries, without importing the apps they live in.

An app below reaches those above by its reverse relations: what a region has of money, projects and deadlines.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import CharField, Count, DateField, F, Model, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce

from registry.alphabet import alphabetical


def rows_of(model: type[Model], relation: str, user: Any) -> Any:
    """Records that point to `model` by its reverse `relation`, as far as `user` sees them.

    None, and no query, for whom the role gives no such records to read.
    """
    target: Any = model._meta.get_field(relation).related_model
    rows = target.objects.visible_to(user)
    meta = target._meta
    return rows if user.has_perm(f"{meta.app_label}.view_{meta.model_name}") else rows.none()


@dataclass(frozen=True)
class First:
    """The first of many rows, and how many there are in all."""

    rows: Any
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)


def first(rows: Any, most: int) -> First:
    """One query. `rows` of the answer is the evaluated queryset, in its own order."""
    taken = rows.annotate(total=Window(Count("pk")))[:most]
    return First(taken, taken[0].total if len(taken) else 0)


# Several tables in one query


def counted(figure: str, rows: QuerySet, *, key: Any = None, name: Any = None, count: Any = None) -> QuerySet:
    """How many `rows` there are for each key, as (figure, key, name, number): one arm of a union."""
    nothing = Value("")
    return (
        rows.order_by()
        .annotate(
            figure=Value(figure, output_field=CharField()),
            key=Cast(key or nothing, CharField()),
            label=Coalesce(name or nothing, nothing, output_field=CharField()),
        )
        .values("figure", "key", "label")
        .annotate(n=count or Count("pk"))
        .values_list("figure", "key", "label", "n")
    )


@dataclass(frozen=True)
class Line:
    """A record of any kind in a few words; what its kind does not have is empty."""

    section: str
    title: str
    key: str
    place: str
    state: str
    text: str
    source: str
    url: str
    since: date | None


@dataclass(frozen=True)
class Arm:
    """One table of a union of lines; `states` names the values of its field of state."""

    section: str
    rows: QuerySet
    states: Mapping[str, Any]


TEXTS = ("title", "key", "place", "text", "source", "url")


def lines(section: str, rows: Any, *, state: str = "", since: Any = None, **texts: Any) -> Arm:
    """`rows` as lines: expressions for the fields of Line, `title` among them; `state` names a field with choices."""
    told = {f"line_{name}": Cast(texts.get(name, Value("")), TextField()) for name in TEXTS}
    told["line_state"] = Cast(F(state) if state else Value(""), TextField())
    told["line_since"] = Cast(since or Value(None), DateField())
    labels = dict(rows.model._meta.get_field(state).flatchoices) if state else {}
    marked = rows.order_by().annotate(line_section=Value(section, output_field=TextField()), **told)
    return Arm(section, marked.values_list("line_section", *told), labels)


def gathered(arms: Sequence[Arm]) -> dict[str, list[Line]]:
    """Lines by section, sorted by title and place. One query, whatever the number of arms."""
    states = {arm.section: arm.states for arm in arms}
    found: dict[str, list[Line]] = defaultdict(list)
    for section, *texts, state, since in arms[0].rows.union(*(arm.rows for arm in arms[1:]), all=True):
        title, key, place, text, source, url = (each or "" for each in texts)
        label = str(states[section].get(state, ""))
        found[section].append(Line(section, title, key, place, label, text, source, url, since))
    for told in found.values():
        told.sort(key=lambda line: (alphabetical(line.title), alphabetical(line.place)))
    return found


def by_state(told: list[Line]) -> list[tuple[str, str, list[Line]]]:
    """Title, state and lines: those of one thing in one state together."""
    ordered = sorted(told, key=lambda line: (line.title, line.state, alphabetical(line.place)))
    groups = groupby(ordered, key=lambda line: (line.title, line.state))
    return [(title, state, list(same)) for (title, state), same in groups]
