"""The queues staff work through; today is that of Almaty, read here and handed down."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.instructions.models import Deadline
from programs.instructions.workdays import WorkCalendar
from registry.admin import QueueFilter


def soon(today: date) -> date:
    """The last day that still counts as "due soon"."""
    return WorkCalendar.load().add_working_days(today, settings.DUE_SOON_WORKING_DAYS)


class InstructionQueue(QueueFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        self.told = Deadline.objects.visible_to(request.user)
        return super().queryset(request, queryset)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no_executor", _("without an executor")), ("no_date", _("without a date"))]

    def rows_of(self, name: str, queryset: Any) -> QuerySet[Any]:
        return queryset.without_executor() if name == "no_executor" else queryset.without_date(self.told)


class DeadlineQueue(QueueFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("overdue today")),
            ("soon", _("due soon")),
            ("review", _("awaiting review")),
            ("no_date", _("without a date")),
            ("late", _("late, closed ones included")),
        ]

    def rows_of(self, name: str, queryset: Any) -> QuerySet[Any]:
        today = timezone.localdate()
        match name:
            case "overdue":
                return queryset.overdue(on=today)
            case "soon":
                return queryset.due_soon(on=today, until=soon(today))
            case "review":
                return queryset.awaiting_review()
            case "no_date":
                return queryset.without_date()
        return queryset.late(on=today)
