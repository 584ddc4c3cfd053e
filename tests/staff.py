"""What tests of the admin share: people of the staff, and forms filled in as a browser sends them."""

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from registry.accounts.choices import Role
from registry.accounts.models import User
from registry.admin.deletion import seals
from registry.scope import COUNTRY
from tests.factories import make_user
from tests.pages import speaking


def make_staff(*roles: str, region: str | None = COUNTRY, **fields: Any) -> User:
    """A user who enters the admin; every role of the staff unless told otherwise. Needs the `roles` fixture."""
    user = make_user(region=region, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles or (Role.ADMINISTRATOR, Role.CONTROLLER, Role.EDITOR)))
    return user


def sign_in(user: User, language: str = "ru") -> Client:
    client = speaking(language)
    client.force_login(user)
    return client


def page_of(record: Any, page: str = "change") -> str:
    opts = record._meta
    args = () if page in ("add", "changelist") else (record.pk,)
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


class _Form(HTMLParser):
    """Collects what a browser would send of the form on an admin page."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, Any] = {}
        self._inside = False
        self._select = self._textarea = ""  # name of the open one

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._inside = given.get("id", "").endswith("_form")
        elif tag == "option" and self._select and "selected" in given:
            self.data[self._select] = given.get("value", "")
        elif not self._inside or not name or "disabled" in given:
            return
        elif tag == "input":
            self._input(name, given)
        elif tag == "select":
            self._select = name
            self.data[name] = ""
        elif tag == "textarea":
            self._textarea = name
            self.data[name] = ""

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type")
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self.data[name] = [*self.data.get(name, []), given.get("value", "on")]
        elif kind != "submit":
            self.data[name] = given.get("value", "")

    def handle_data(self, text: str) -> None:
        if self._textarea:
            self.data[self._textarea] += text.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def filled(response: HttpResponse, **changes: Any) -> dict[str, Any]:
    """The form of `response` as a browser would send it, with `changes`; templates of rows are left out."""
    form = _Form()
    form.feed(response.content.decode())
    sent = {name: value for name, value in form.data.items() if "__prefix__" not in name}
    return sent | {name: "" if value is None else value for name, value in changes.items()}


def sealed(*records: Any) -> dict[str, str]:
    """What the question about deleting `records` carries along."""
    return {f"seal-{key}": seal for key, seal in seals(records).items()}


def act_page(record: Any, verb: str) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_act", args=(record.pk, verb))


def answer(client: Client, record: Any, verb: str, **answers: Any) -> HttpResponse:
    """The page of an act, opened and sent with `answers`."""
    page = act_page(record, verb)
    return client.post(page, filled(client.get(page), **answers))  # type: ignore[return-value]


def errors_at(response: HttpResponse) -> dict[str, list[str]]:
    """Messages by field; rows of inlines as "0-due", messages on a whole form or table as ""."""
    context: Any = response.context
    found = {name: list(said) for name, said in context["adminform"].form.errors.items()}
    for inline in context["inline_admin_formsets"]:
        for i, errors in enumerate(inline.formset.errors):
            found |= {f"{i}-{name}": list(said) for name, said in errors.items()}
        if inline.formset.non_form_errors():
            found[""] = list(inline.formset.non_form_errors())
    return found


def in_russian(message: Any, **params: Any) -> str:
    """`message` as a Russian reader meets it; it must be translated."""
    with translation.override("en"):
        source = str(message)
    with translation.override("ru"):
        said = str(message)
    assert said != source, f"not translated: {source}"
    return said % params if params else said
