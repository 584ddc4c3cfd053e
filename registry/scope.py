"""Which rows a user may see and change: the only place where scope is decided.

A scope is a region: its own code is the path, so a subtree is a range of codes and needs no join. The whole country is
the region of level 0. No region means nothing is seen. Rows of the whole country are read by all and written by users
of country scope.
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

COUNTRY = "000000000"
LENGTHS = {0: 0, 1: 2, 2: 4, 3: 6, 4: 9}  # significant digits of a KATO code by level


def level_of(code: str) -> int:
    """Level of a KATO code, 0 to 4, from its trailing zeros."""
    digits = len(code.rstrip("0"))
    return next(level for level, length in LENGTHS.items() if digits <= length)


def subtree(code: str) -> tuple[str, str]:
    """First and last code of the territory `code`, both included."""
    prefix = code[: LENGTHS[level_of(code)]]
    return prefix.ljust(9, "0"), prefix.ljust(9, "9")


def within(path: str, code: str) -> Q:
    """Rows whose region at `path` lies in the territory `code`."""
    if code == COUNTRY:
        return Q(**{f"{path}__isnull": False})
    first, last = subtree(code)
    return Q(**{f"{path}__gte": first, f"{path}__lte": last})  # a foreign key knows no __range


def sees_region(user: Any, code: str | None) -> bool:
    """Whether `user` reads rows of the region `code`: the answer of `visible_to`, without a query."""
    if not has_scope(user):
        return False
    first, last = subtree(user.region_id)
    return user.region_id == COUNTRY or code == COUNTRY or (code is not None and first <= code <= last)


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows its user. Default: reference data, read by all who have a region, written country-wide."""

    region_path: ClassVar[str] = ""  # lookup of the region's code, such as "region_id"; empty for reference data

    @property
    def is_reference(self) -> bool:
        """Everybody with a scope reads every row."""
        own = type(self)
        words = ("visible_to", "seen_by_region", "seen_by_country")
        return not self.region_path and all(getattr(own, word) == getattr(ScopedQuerySet, word) for word in words)

    def visible_to(self, user: Any) -> Self:
        if not has_scope(user):
            return self.none()
        if user.region_id == COUNTRY:
            return self.seen_by_country(user)
        return self.seen_by_region(user)

    def editable_by(self, user: Any) -> Self:
        if not has_scope(user):
            return self.none()
        if user.region_id == COUNTRY:
            return self.seen_by_country(user)
        return self.filter(within(self.region_path, user.region_id)) if self.region_path else self.none()

    def choosable(self, *, on: date) -> Self:
        """Those that a new record may name on the day `on`: what is retired by then stays where it stands already."""
        return self.all()

    def seen_by_country(self, user: Any) -> Self:
        return self.all()

    def seen_by_region(self, user: Any) -> Self:
        if not self.region_path:
            return self.all()
        return self.filter(within(self.region_path, user.region_id) | Q(**{self.region_path: COUNTRY}))


def has_scope(user: Any) -> bool:
    """Whether `user` sees anything at all."""
    return bool(user.is_authenticated and user.is_active and user.region_id)
