"""Lists walked by key: a page starts behind the last row of the one before, wherever rows were inserted meanwhile.

The order is any of the allowed ones, closed by the primary key, so that no two rows share a place. A cursor holds the
keys of one row and the direction; it is signed, so a forged one is refused without being read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any, ClassVar, Self

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from registry.api.problems import refuse

Order = tuple[str, ...]  # as `order_by` takes it


class KeysetOrdering(BaseFilterBackend):
    """`?ordering=due,-updated_at`, from `ordering_fields` of the view: what a key is called and the column behind it.

    A column that may be NULL stands there as Coalesce(…): NULLs have no place in a walk by key.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if view.detail:
            return queryset
        asked = request.query_params.get("ordering")
        names = view.ordering if asked is None else self._allowed(asked, view.ordering_fields)
        order: list[str] = []
        for name in names:
            sign, key = ("-", name[1:]) if name.startswith("-") else ("", name)
            path = view.ordering_fields[key]
            if not isinstance(path, str):
                queryset, path = queryset.annotate(**{f"key_{key}": path}), f"key_{key}"
            order.append(sign + path)
            if path == "pk":  # nothing is left to order
                return queryset.order_by(*order)
        return queryset.order_by(*order, f"{sign}pk")  # the way of the last key, as an index is read

    def _allowed(self, asked: str, allowed: Any) -> list[str]:
        names = asked.split(",", len(allowed))  # more keys than there are must repeat one
        keys = [name.removeprefix("-") for name in names]
        if any(key not in allowed for key in keys):
            raise refuse("ordering", "unknown_ordering", _("Order by: %(keys)s.") % {"keys": ", ".join(allowed)})
        if len(set(keys)) < len(keys):
            raise refuse("ordering", "repeated_ordering", _("A key stands in the order twice."))
        return names

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        keys = [sign + name for name in view.ordering_fields for sign in ("", "-")]
        return [
            {
                "name": "ordering",
                "in": "query",
                "required": False,
                "description": str(gettext_lazy("Keys of the order, “-” for descending; the id closes every order.")),
                "schema": {
                    "type": "array",
                    "items": {"type": "string", "enum": keys},
                    "minItems": 1,
                    "maxItems": len(view.ordering_fields),
                    "default": list(view.ordering),
                },
                "style": "form",
                "explode": False,
            }
        ]


@dataclass(frozen=True)
class Cursor:
    """A place between rows: behind the row with these keys, or before it when read `backward`."""

    backward: bool
    keys: tuple[Any, ...]

    signer: ClassVar[signing.Signer] = signing.Signer(salt="registry.api.cursor", sep=".")

    @classmethod
    def read(cls, text: str, order: Order) -> Self:
        """Refuses what this registry did not write for this very order."""
        try:
            backward, written_for, keys = cls.signer.unsign_object(text, serializer=_Compact)
        except signing.BadSignature:
            raise refuse("cursor", "bad_cursor", _("This is not a cursor of this registry.")) from None
        if tuple(written_for) != order:
            raise refuse("cursor", "cursor_of_other_order", _("The cursor belongs to another order."))
        return cls(backward, tuple(keys))

    @classmethod
    def at(cls, row: Model, order: Order, *, backward: bool) -> str:
        keys = [_plain(_value(row, path.removeprefix("-"))) for path in order]
        return cls.signer.sign_object([backward, order, keys], serializer=_Compact)


class _Compact:
    """JSON that keeps Cyrillic short: addresses are at most about 4,000 bytes long."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def _value(row: Any, path: str) -> Any:
    return reduce(getattr, path.split("__"), row) if not path.startswith("key_") else getattr(row, path)


def _plain(value: Any) -> Any:
    """As JSON can say it and the column's own field reads it back."""
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def behind(order: Order, keys: Sequence[Any]) -> Q:
    """Rows behind the place `keys` in this order, in the form an index on the first key can serve."""
    condition: Q | None = None
    for path, key in reversed(list(zip(order, keys, strict=True))):
        name, lookup = (path[1:], "lt") if path.startswith("-") else (path, "gt")
        beyond = Q(**{f"{name}__{lookup}": key})
        condition = beyond if condition is None else Q(**{f"{name}__{lookup}e": key}) & (beyond | condition)
    return condition or Q()


def flipped(order: Order) -> Order:
    return tuple(path[1:] if path.startswith("-") else f"-{path}" for path in order)


class KeysetPagination(BasePagination):
    """`limit` rows, links to the `next` and the `previous` page, a count of all only where asked for."""

    usual_limit = 50
    greatest_limit = 1000

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.order: Order = tuple(str(path) for path in queryset.query.order_by)
        limit = self._limit()
        self.total = queryset.count() if self._wants_count() else None
        text = request.query_params.get("cursor")
        self.cursor = Cursor.read(text, self.order) if text is not None else None
        rows = self._rows(queryset, limit + 1)
        self.has_more = len(rows) > limit
        self.page = rows[:limit]
        if self.cursor and self.cursor.backward:
            self.page.reverse()
        return self.page

    def _rows(self, queryset: QuerySet, most: int) -> list[Any]:
        if self.cursor is None:
            return list(queryset[:most])
        order = flipped(self.order) if self.cursor.backward else self.order
        return list(queryset.filter(behind(order, self.cursor.keys)).order_by(*order)[:most])

    def _limit(self) -> int:
        text = self.request.query_params.get("limit", str(self.usual_limit))
        if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= self.greatest_limit):
            message = _("A number from %(least)s to %(most)s is expected.")
            raise refuse("limit", "range", message % {"least": 1, "most": self.greatest_limit})
        return int(text)

    def _wants_count(self) -> bool:
        text = self.request.query_params.get("count", "false")
        if text not in ("true", "false"):
            raise refuse("count", "invalid_choice", _("true or false is expected."))
        return text == "true"

    def get_paginated_response(self, data: Any) -> Response:
        body = {"next": self._next(), "previous": self._previous(), "results": data}
        return Response(body if self.total is None else {"count": self.total} | body)

    def _next(self) -> str | None:
        came_back = self.cursor is not None and self.cursor.backward
        return self._link(self.page[-1], backward=False) if self.page and (came_back or self.has_more) else None

    def _previous(self) -> str | None:
        if not self.page or self.cursor is None or (self.cursor.backward and not self.has_more):
            return None
        return self._link(self.page[0], backward=True)

    def _link(self, row: Model, *, backward: bool) -> str:
        cursor = Cursor.at(row, self.order, backward=backward)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": str(gettext_lazy("All rows, where count=true."))},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": self.greatest_limit, "default": self.usual_limit}
        described = {
            "limit": (gettext_lazy("Rows of a page."), limit),
            "cursor": (gettext_lazy("Taken from next or previous of another page."), {"type": "string"}),
            "count": (gettext_lazy("Count all rows as well."), {"type": "boolean", "default": False}),
        }
        return [
            {"name": name, "in": "query", "required": False, "description": str(description), "schema": schema}
            for name, (description, schema) in described.items()
        ]
