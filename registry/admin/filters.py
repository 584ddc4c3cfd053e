"""Filters beside a list: none names a row the user may not see."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.scope import COUNTRY, ScopedQuerySet, within


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """Visible choices that some visible row of the list has."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        rows = field.remote_field.model._default_manager.all()
        if isinstance(rows, ScopedQuerySet):
            rows = rows.visible_to(request.user)
        listed = model_admin.get_queryset(request).order_by().filter(**{self.field_path: OuterRef("pk")})
        return [(row.pk, str(row)) for row in rows.filter(Exists(listed))]

    def has_output(self) -> bool:
        """Also without choices when it is asked for: Django leaves such a filter out, and so shows every row."""
        return super().has_output() or bool(self.used_parameters)


class QueueFilter(ABC, admin.SimpleListFilter):
    """Queues by name; a name that is none is an error, for it must never show every row."""

    title = _("queue")
    parameter_name = "queue"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        name = self.value()
        if name is None:
            return queryset
        if name not in dict(self.lookup_choices):
            raise SuspiciousOperation("no such queue")
        return self.rows_of(name, queryset)

    @abstractmethod
    def rows_of(self, name: str, queryset: Any) -> QuerySet[Any]: ...


class RegionFilter(admin.SimpleListFilter):
    """The parts of the user's own territory; a row lies in one when its region does."""

    title = _("region")
    parameter_name = "under"
    path: ClassVar[str] = "region_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        user: Any = request.user
        regions: Any = get_user_model()._meta.get_field("region").related_model
        scope = user.region_id
        parts = regions._default_manager.visible_to(user).filter(parent=scope, valid_to=None)
        choices = [(part.pk, part.short_name) for part in parts]
        return [(COUNTRY, str(_("the country as a whole"))), *choices] if scope == COUNTRY else choices

    def has_output(self) -> bool:
        return super().has_output() or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if code is None:
            return queryset
        if len(code) != 9 or not (code.isascii() and code.isdigit()):
            raise SuspiciousOperation("no such territory")
        if code == COUNTRY:
            return queryset.filter(**{self.path: COUNTRY})
        return queryset.filter(within(self.path, code))


def region_filter(path: str) -> type[RegionFilter]:
    """A RegionFilter over the lookup `path`, such as "executor__region_id"."""
    return type("RegionFilter", (RegionFilter,), {"path": path})
