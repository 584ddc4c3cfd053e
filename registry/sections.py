"""Rows of many kinds on one page, in two queries however many kinds there are: what search and data quality stand on.

Each app offers its kinds in a module that a setting names, so that apps which never import each other meet here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, RowNumber
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise

from registry.alphabet import alphabetical

NOTHING, NO_TEXT = Q(pk__in=()), Value("")
TEXTS = 3  # said of a row beside its title


@dataclass(frozen=True)
class Hit:
    """A row in a few words. `mend` is where the reader may change it, empty for those who may not."""

    title: str
    about: list[str]
    address: str
    mend: str
    is_exact: bool


@dataclass(frozen=True)
class Section:
    """Rows of one kind, scoped already. `title`, `about` and `ref` are expressions; `state` names a field with choices.

    `exact` are the rows that come first. `page` gives the address of a row by its key and `ref`. `every` is the list
    that shows the same rows, all of them; without it the page itself does. `why` says what is wrong with the rows.
    """

    name: str
    label: str | Promise
    rows: Any
    title: Any
    page: Callable[[str, str], str]
    order: str = "name_ru"
    about: Sequence[Any] = ()
    figure: Any = NO_TEXT  # an expression of a number, told first
    ref: Any = NO_TEXT
    state: str = ""
    exact: Q = NOTHING
    every: str = ""
    why: str | Promise = ""
    how: str | Promise = ""
    adds: str = ""  # "app.model" of the record that mends a region by being added; else the row itself is changed

    def counted(self) -> Any:
        """An arm of the union of numbers."""
        rows = self._base.filter(pk__in=self.rows.order_by().values("pk"))
        marked = rows.order_by().annotate(told_section=_text(Value(self.name))).values("told_section")
        return marked.annotate(told=Count("pk")).values_list("told_section", "told")

    def first(self, rows: Any, most: int, start: int = 0) -> Any:
        """Keys of the first ones of `rows` after `start` of them."""
        return rows.order_by(*self._by).values("pk")[start : start + most]

    def places(self, most: int) -> Iterator[Any]:
        """Arms of the union of keys: the exact ones, then all, those once more. Ordered together by what is exact and
        what is not, they could not be read in the order of an index, which ends after the first ones."""
        kinds = [(0, self.rows.filter(self.exact))] if self.exact != NOTHING else []
        for rank, rows in (*kinds, (1, self.rows)):
            first = self._base.filter(pk__in=self.first(rows, most)).order_by()
            yield first.annotate(
                told_section=Value(self.name, TextField()),
                told_rank=Value(rank),
                told_place=Window(RowNumber(), order_by=self._by),
                told_key=Cast("pk", TextField()),
            ).values_list("told_section", "told_rank", "told_place", "told_key")

    def told(self, keys: Any, mended_by: Any) -> Any:
        """An arm of the union of rows, as `hit` reads them."""
        texts = [
            *(Value(self.name), F("pk"), self.title),
            *[*self.about, *[NO_TEXT] * TEXTS][:TEXTS],
            *(self.figure, F(self.state) if self.state else NO_TEXT, self.ref, F(self.order.removeprefix("-"))),
        ]
        told = {f"told_{n}": _text(each) for n, each in enumerate(texts)}
        told["told_rank"] = _chosen(self.exact, 0, 1) if self.exact != NOTHING else Value(1)
        told["told_mend"] = Value(0)
        if mended_by:
            told["told_mend"] = _chosen(Exists(self._base.editable_by(mended_by).filter(pk=OuterRef("pk"))), 1, 0)
        return self._base.filter(pk__in=keys).order_by().annotate(**told).values_list(*told)

    @property
    def _by(self) -> list[Any]:
        field = F(self.order.removeprefix("-"))
        return [
            field.desc(nulls_last=True) if self.order.startswith("-") else field.asc(nulls_last=True),
            F("pk").asc(),
        ]

    @property
    def _base(self) -> Any:
        return self.rows.model._default_manager.all()

    def hit(self, row: Sequence[Any], mended_by: Any) -> Hit:
        key, title, *about, figure, state, ref = (each or "" for each in row[1:-3])
        rank, may_mend = row[-2:]
        if figure:
            about.insert(0, number_format(Decimal(f"{Decimal(figure).normalize():f}"), force_grouping=True))
        if self.state:
            about.append(str(dict(self.rows.model._meta.get_field(self.state).flatchoices).get(state, "")))
        page = self.page(key, ref)
        mend = self._mend(key, mended_by, bool(may_mend)) if mended_by else ""
        return Hit(title, [each for each in about if each], page, mend, rank == 0)

    @property
    def mending(self) -> str:
        """The permission that putting a row right asks for."""
        if self.adds:
            return self.adds.replace(".", ".add_")
        meta = self.rows.model._meta
        return f"{meta.app_label}.change_{meta.model_name}"

    def _mend(self, key: str, user: Any, in_scope: bool) -> str:
        """The form of the administration that puts it right, for staff whose role may."""
        if not user.is_staff or not user.has_perm(self.mending):
            return ""
        if self.adds:
            form = reverse("admin:{}_{}_add".format(*self.adds.split(".")))
            return f"{form}?{urlencode({'region': key})}"
        meta = self.rows.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=(key,)) if in_scope else ""


def _text(expression: Any) -> Any:
    return Cast(expression, TextField())


def _chosen(condition: Any, then: int, default: int) -> Any:
    return Case(When(condition, then=Value(then)), default=Value(default), output_field=IntegerField())


def counts(sections: Sequence[Section]) -> dict[str, int]:
    """Rows by name of the section. One query."""
    found = dict(_union(section.counted() for section in sections))
    return {section.name: found.get(section.name, 0) for section in sections}


def first_keys(sections: Sequence[Section], *, most: int) -> dict[str, list[str]]:
    """By name of the section `most` first keys, or more of them where there are as many exact ones, which come before
    the others. One query."""
    keys: dict[str, dict[str, None]] = {section.name: {} for section in sections}
    for name, _rank, _place, key in sorted(_union(arm for section in sections for arm in section.places(most))):
        keys[name][key] = None
    return {name: list(found) for name, found in keys.items()}


def first_rows(
    sections: Sequence[Section], *, most: int, mended_by: Any = None, start: int = 0
) -> dict[str, list[Hit]]:
    """The first `most` rows of each section after `start` of them, with the way to the forms where they are to be
    mended. One query."""
    keys = {section.name: section.first(section.rows, most, start) for section in sections}
    return rows_of(sections, keys, mended_by=mended_by)


def rows_of(sections: Sequence[Section], keys: Mapping[str, Any], *, mended_by: Any = None) -> dict[str, list[Hit]]:
    """The rows of each section with `keys` by its name, those found exactly before the others. One query."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in _union(section.told(keys[section.name], mended_by) for section in sections):
        rows[row[0]].append(row)
    return {
        section.name: [section.hit(row, mended_by) for row in _ordered(section, rows[section.name])]
        for section in sections
    }


def _union(arms: Iterable[Any]) -> Any:
    first, *others = [*arms] or [()]
    return first.union(*others, all=True) if others else first


def _ordered(section: Section, rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """As the database chose them: the union forgets the order."""
    by_place = sorted(rows, key=lambda row: alphabetical(row[-3] or ""), reverse=section.order.startswith("-"))
    return sorted(by_place, key=lambda row: row[-2])
