"""Queues of what is missing or doubtful in the registry; the apps say what of theirs belongs there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise, lazystr

from registry.accounts.choices import Role
from registry.accounts.roles import roles_with
from registry.sections import Hit, Section, counts, first_rows

SHOWN = 5  # rows of one queue among others


@dataclass(frozen=True)
class Asked:
    """Who asks, and `since` when a figure is not stale."""

    user: Any
    since: date

    def may(self, permission: str) -> bool:
        return bool(self.user.has_perm(permission))

    @property
    def since_shown(self) -> Promise:
        return lazystr(date_format(self.since, "SHORT_DATE_FORMAT"))


@dataclass(frozen=True)
class Queue:
    section: Section
    n: int
    hits: list[Hit]
    of_role: bool  # whether the reader's role puts such records right, be it elsewhere

    @property
    def address(self) -> str:
        """The list that shows all of it, else the queue by itself."""
        return self.section.every or f"{reverse('quality')}?{urlencode({'queue': self.section.name})}"

    @property
    def hidden(self) -> int:
        return self.n - len(self.hits)

    @property
    def can_mend(self) -> bool:
        return any(hit.mend for hit in self.hits)

    @property
    def menders(self) -> str:
        """Whom to tell: the roles that may put it right, in words."""
        return ", ".join(str(Role(role).label) for role in roles_with(self.section.mending))


def kinds(asked: Asked) -> Iterator[Section]:
    for module in settings.REGISTRY_QUALITY:
        yield from import_module(module).sections(asked)


def queue(section: Section, n: int, hits: list[Hit], asked: Asked) -> Queue:
    return Queue(section, n, hits, asked.may(section.mending))


def queues(sections: Sequence[Section], asked: Asked) -> list[Queue]:
    """Of `sections`, each with its first rows. Two queries."""
    numbers, hits = counts(sections), first_rows(sections, most=SHOWN, mended_by=asked.user)
    return [queue(section, numbers[section.name], hits[section.name], asked) for section in sections]
