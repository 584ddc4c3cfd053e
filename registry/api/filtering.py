"""The filters of a list, as its StrictFilterSet declares them, and their description in the schema."""

from functools import singledispatch
from typing import Any

from django_filters import Filter, ModelChoiceFilter
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from registry import filters
from registry.api.problems import refuse_form

RESERVED = ("cursor", "limit", "count", "ordering")  # read by KeysetPagination and KeysetOrdering
INT64 = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}


class StrictFilterBackend(BaseFilterBackend):
    """`filterset_class` of the view, fed with `get_filterset_kwargs()` of the view; a detail takes no parameter."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if view.detail:
            refuse_unknown(request)
            return queryset
        filterset = view.filterset_class(
            request.query_params,
            queryset,
            request=request,
            reserved=RESERVED,
            allow_empty=False,
            **view.get_filterset_kwargs(),
        )
        if filterset.errors:
            raise refuse_form(filterset.errors.as_data())
        return filterset.qs

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [_parameter(name, declared) for name, declared in view.filterset_class.base_filters.items()]


class NoParameters(filters.StrictForm):
    allow_empty = False


def refuse_unknown(request: Request, form_class: type[filters.StrictForm] = NoParameters) -> None:
    """Refuses every query parameter the form does not take; by default it takes none."""
    form = form_class(request.query_params)
    if form.errors:
        raise refuse_form(form.errors.as_data())


def _parameter(name: str, declared: Any) -> dict[str, Any]:
    parameter = {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(declared.label),
        "schema": schema_of(declared),
    }
    return parameter | ({"style": "form", "explode": False} if isinstance(declared, filters.InFilter) else {})


@singledispatch
def schema_of(declared: Filter) -> dict[str, Any]:
    """What values a filter takes, as JSON schema."""
    return {"type": "string", "minLength": 1, "maxLength": 200}


@schema_of.register
def _(declared: filters.IdFilter) -> dict[str, Any]:
    return INT64


@schema_of.register
def _(declared: filters.WholeNumberFilter) -> dict[str, Any]:
    bounds = {"minimum": declared.extra.get("least"), "maximum": declared.extra.get("most")}
    return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}


@schema_of.register
def _(declared: filters.AmountFilter) -> dict[str, Any]:
    return {"type": "string", "format": "decimal", "pattern": f"^{filters.AmountField.pattern.pattern}$"}


@schema_of.register(filters.CodeFilter)
@schema_of.register(filters.RegionFilter)
@schema_of.register(filters.RegionUnderFilter)
def _(declared: Filter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{filters.CodeField.pattern.pattern}$"}


@schema_of.register
def _(declared: filters.DayFilter) -> dict[str, Any]:
    return {"type": "string", "format": "date"}


@schema_of.register
def _(declared: filters.UpdatedSinceFilter) -> dict[str, Any]:
    return {"type": "string", "format": "date-time"}


@schema_of.register
def _(declared: filters.FlagFilter) -> dict[str, Any]:
    return {"type": "boolean"}


@schema_of.register
def _(declared: filters.OptionFilter) -> dict[str, Any]:
    choices = {code: str(label) for code, label in declared.extra["choices"] if code != ""}
    described = "\n".join(f"* `{code}` – {label}" for code, label in choices.items())
    kind = "integer" if all(isinstance(code, int) for code in choices) else "string"
    return {"type": kind, "enum": list(choices), "description": described}


@schema_of.register
def _(declared: ModelChoiceFilter) -> dict[str, Any]:
    if declared.extra.get("to_field_name"):
        return {"type": "string", "pattern": f"^{filters.SLUG.pattern}$"}
    return INT64


@schema_of.register
def _(declared: filters.InFilter) -> dict[str, Any]:
    return {"type": "array", "items": schema_of(declared.of), "minItems": 1, "maxItems": filters.MAX_VALUES}
