"""The queues staff work through; today is that of Almaty, read here and handed down."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.instructions.workdays import WorkCalendar


def soon(today: date) -> date:
    """The last day that still counts as "due soon"."""
    return WorkCalendar.load().add_working_days(today, settings.DUE_SOON_WORKING_DAYS)


class InstructionQueue(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no_executor", _("without an executor")), ("no_date", _("without a date"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "no_executor":
                return queryset.without_executor()  # type: ignore[attr-defined]
            case "no_date":
                return queryset.without_date()  # type: ignore[attr-defined]
        return queryset


class DeadlineQueue(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("overdue today")),
            ("soon", _("due soon")),
            ("review", _("awaiting review")),
            ("no_date", _("without a date")),
            ("late", _("late, closed ones included")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        rows: Any = queryset
        match self.value():
            case "overdue":
                return rows.overdue(on=today)
            case "soon":
                return rows.due_soon(on=today, until=soon(today))
            case "review":
                return rows.awaiting_review()
            case "no_date":
                return rows.without_date()
            case "late":
                return rows.late(on=today)
        return queryset
