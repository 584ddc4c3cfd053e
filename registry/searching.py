"""Search over everything the reader may see; the apps say what of theirs is found and how."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise

from registry.search import containing
from registry.sections import Hit, Section, first_keys, rows_of

COUNTED = 100  # of one kind; beyond it the page says "more than"
SHOWN, SHOWN_ALONE = 5, 100  # of one kind among others, and by itself


@dataclass(frozen=True)
class Query:
    """What is asked, and by whom."""

    words: str
    user: Any

    def may(self, permission: str) -> bool:
        return bool(self.user.has_perm(permission))

    def found(self, rows: Any) -> Any:
        """Those of `rows` that hold every word."""
        return rows.filter(containing(self.words))

    def of(self, model: Any, *, or_else: Q | None = None) -> Any:
        """All that the reader sees of `model` and that holds every word, and what answers to `or_else`."""
        condition = containing(self.words)
        return model.objects.visible_to(self.user).filter(condition | or_else if or_else else condition)

    def is_code(self, digits: int) -> bool:
        """Whether it is a code of so many digits and nothing else: of words no code is asked."""
        return bool(re.fullmatch(f"[0-9]{{{digits}}}", self.words))

    def list_of(self, page: str) -> str:
        """The list whose own search finds the same rows."""
        return f"{reverse(page)}?{urlencode({'search': self.words})}"


@dataclass(frozen=True)
class Found:
    """What was found of one kind."""

    name: str
    label: str | Promise
    n: int
    hits: list[Hit]
    every: str

    @property
    def is_more(self) -> bool:
        """So many that they were not counted to the end."""
        return self.n > COUNTED

    @property
    def hidden(self) -> int:
        return self.n - len(self.hits)


def kinds(query: Query) -> Iterator[Section]:
    for module in settings.REGISTRY_SEARCH:
        yield from import_module(module).sections(query)


def search(query: Query, sections: Iterable[Section], *, only: str = "") -> list[Found]:
    """By kind, of `sections` that answer to `query`, those with an exact answer first; with `only` more of that kind
    and nothing of others. Two queries."""
    sections = [section for section in sections if only in ("", section.name)]
    keys = first_keys(sections, most=COUNTED + 1)
    present = [section for section in sections if keys[section.name]]
    shown = SHOWN_ALONE if only else SHOWN
    hits = rows_of(present, {name: found[:shown] for name, found in keys.items()})
    found = [
        Found(each.name, each.label, len(keys[each.name]), hits[each.name], each.every or _alone(query, each.name))
        for each in present
    ]
    return sorted(found, key=lambda one: not any(hit.is_exact for hit in one.hits))


def _alone(query: Query, name: str) -> str:
    return f"{reverse('search')}?{urlencode({'q': query.words, 'kind': name})}"
