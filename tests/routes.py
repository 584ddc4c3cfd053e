"""Every address of the registry as the URL resolver knows them, and which row each is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.admin import site
from django.urls import URLPattern, URLResolver, get_resolver, reverse

PAGES_OF_MODEL = ("changelist", "add", "change", "delete", "history", "restore", "")  # the last leads to "change"
OF_MODEL = re.compile(
    r"admin/(\w+)/(\w+)/(?:(add)/|<path:object_id>/(?:(change|delete|history)/(<int:version>/<slug:name>/)?)?)?\Z"
)

# The model of the row an address is about, for those outside the usual pages of a model and the API's resources.
MODEL_OF = {
    "instruction": "instructions.Instruction",
    "instruction_act": "instructions.Instruction",
    "deadline": "instructions.Deadline",
    "deadline_act": "instructions.Deadline",
    "meeting": "instructions.Meeting",
    "program": "programs.Program",
    "region": "regions.Region",
    "cooperative": "cooperatives.Cooperative",
    "system": "programs.InformationSystem",
    "attachment": "instructions.Attachment",
    "admin:auth_user_password_change": "accounts.User",
    "admin:instructions_instruction_act": "instructions.Instruction",
    "admin:instructions_deadline_act": "instructions.Deadline",
}
# What an address takes besides the row.
OTHER_ARGUMENTS = {
    "name": "nothing",
    "verb": "cancel",
    "app_label": "instructions",
    "content_type_id": 1,
    "key": "0" * 64,
}
NOWHERE = {"admin/(?P<url>.*)$": "/admin/nowhere/", "api:nowhere": "/api/v1/nowhere/"}


@dataclass(frozen=True)
class Route:
    """`name` is what `reverse` takes, or the pattern of those without a name.

    `model` and `page` are those of the usual pages of a model in the admin, else empty.
    """

    name: str
    pattern: str
    takes: tuple[str, ...]  # names of its arguments
    model: str = ""
    page: str = ""

    @property
    def about(self) -> str:
        """Label of the model whose row it shows; empty for an address without a row."""
        if not self.takes:
            return ""
        if self.name.startswith("api:") and self.name.endswith("-detail"):
            name = self.name.removeprefix("api:").removesuffix("-detail")
            return next(model._meta.label for model in apps.get_models() if model._meta.model_name == name)
        return self.model or MODEL_OF.get(self.name, "")


@cache
def routes() -> list[Route]:
    return list(_walk(get_resolver()))


def _walk(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = f"{prefix}{each.pattern}"
        if isinstance(each, URLPattern):
            takes = tuple(each.pattern.converters) or tuple(each.pattern.regex.groupindex)
            yield Route(f"{space}{each.name}" if each.name else pattern, pattern, takes, *_model_and_page(pattern))
        else:
            yield from _walk(each, pattern, f"{space}{each.namespace}:" if each.namespace else space)


def _model_and_page(pattern: str) -> tuple[str, str]:
    found = OF_MODEL.match(pattern)
    app, model, add, page, version = found.groups() if found else ("",) * 5
    label = next((each._meta.label for each in site._registry if each._meta.label_lower == f"{app}.{model}"), "")
    is_list = label and "<" not in pattern and not add
    return label, "changelist" if is_list else "restore" if version else add or page or ""


def address(route: Route, rows: dict[str, Any]) -> str:
    """Of the row of `rows` that `route` is about."""
    if route.name in NOWHERE:
        return NOWHERE[route.name]
    row = rows.get(route.about)
    if route.model and row is not None and not route.page:
        return f"/{route.pattern.partition('<')[0]}{row.pk}/"
    arguments = {name: OTHER_ARGUMENTS.get(name, _key(row, name)) for name in route.takes}
    return reverse(route.name, kwargs=arguments)


def _key(row: Any, name: str) -> Any:
    """By its slug where the address names it so, else by its key."""
    return getattr(row, name, row.pk) if row is not None else 1
