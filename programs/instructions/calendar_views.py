"""The calendar: a month of deadlines."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.instructions.models import Deadline
from programs.instructions.month import EARLIEST, LATEST, Month
from programs.instructions.querysets import DeadlineQuerySet
from programs.instructions.restricted import CountingPage
from programs.models import Program
from regions.filters import region_choices
from registry.accounts.models import ApiToken
from registry.filters import RegionField, RowField, StrictForm
from registry.pages import without_blanks


class MonthField(forms.Field):
    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    default_error_messages = {"invalid": _("A month such as 2026-03 is expected, from the year 2000 to 2100.")}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        match = re.fullmatch("([0-9]{4})-(0[1-9]|1[0-2])", str(value))
        if not match or not EARLIEST <= int(match[1]) <= LATEST:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return date(int(match[1]), int(match[2]), 1)


class NarrowForm(StrictForm):
    """Whose deadlines: the calendar's filters, and its feed's."""

    region_under = RegionField(label=_("region of the executor"), required=False)
    program = RowField(
        queryset=Program.objects.none(), to_field_name="slug", label=_("programme"), required=False, empty_label="—"
    )

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        super().__init__(data)
        self.fields["program"].queryset = Program.objects.visible_to(user)  # type: ignore[attr-defined]


NARROWED_BY = tuple(NarrowForm.base_fields)


def narrowed(rows: DeadlineQuerySet, told: dict[str, Any]) -> DeadlineQuerySet:
    """Those of `rows` that a NarrowForm asks for."""
    if code := told["region_under"]:
        rows = rows.under(code)
    if program := told["program"]:
        rows = rows.filter(instruction__program=program)
    return rows


class MonthForm(NarrowForm):
    month = MonthField(label=_("month"), required=False)

    field_order = ("month",)

    def __init__(self, data: QueryDict, *, user: Any, today: date) -> None:
        told = data.copy()
        told.setdefault("month", f"{today:%Y-%m}")
        super().__init__(told, user=user)
        regions = region_choices(user, data.get("region_under", ""))
        self.fields["region_under"].widget = forms.Select(choices=[("", "—"), *regions])


class CalendarPage(CountingPage):
    permission_required = "instructions.view_deadline"
    template_name = "instructions/calendar.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (told := without_blanks(request.GET)) != request.GET:
            return redirect(f"{request.path}?{told.urlencode()}" if told else request.path)
        today = timezone.localdate()
        form = MonthForm(request.GET, user=request.user, today=today)
        form.reserved = self.parameters
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        query = {name: request.GET[name] for name in NARROWED_BY if name in request.GET}
        feed = ApiToken.objects.of_feed(request.user).in_force(at=timezone.now()).order_by("-created", "pk").first()
        context = {"month": self._month(form.cleaned_data, query, today), "query": query, "feed": feed}
        return self.render_to_response(self.get_context_data(form=form, **context))

    def _month(self, told: dict[str, Any], query: dict[str, str], today: date) -> Month:
        rows = narrowed(self.counted.rows(Deadline), told)
        return Month(rows, told["month"], on=today, query=query | self.counted.kept)
