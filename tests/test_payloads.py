"""What people type stays text at every door: no mark-up, no script, no address that runs, no formula."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import SlugField
from django.test import Client

from registry.accounts.choices import Role
from registry.accounts.roles import STAFF_ROLES
from registry.exports.spreadsheets import FORMULA
from tests.factories import AKMOLA, make_user
from tests.routes import address, routes
from tests.test_canary import DOCUMENTS
from tests.world import Rows, side

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("quiet", "roles")]

MARK_UP = """<xss onxss="1">"onxss="1' onxss='1 {{ xss }} {% xss %} </script></title></textarea>"""
ADDRESS = "javascript:xss(1)"
WORKING = ("href", "src", "action", "formaction", "data", "xlink:href")  # attributes that a browser follows


class Found(HTMLParser):
    """What a browser would run or follow of what was typed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xss":
            self.wrong.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            if name.startswith("onxss") or (name in WORKING and address.startswith("javascript:")):
                self.wrong.append((tag, name, value))


def planted(word: str) -> Rows:
    rows = side(AKMOLA, word, {"auth.Group": Group.objects.earliest("pk")})
    for row in rows.values():  # an address holds a slug: mark-up there would lead nowhere
        for field in row._meta.concrete_fields:
            if isinstance(field, SlugField):
                setattr(row, field.name, f"slug-{row.pk}")
                type(row)._base_manager.filter(pk=row.pk).update(**{field.name: f"slug-{row.pk}"})
    return rows


def staff_of_all_roles() -> Client:
    user = make_user(region=AKMOLA, is_staff=True, last_name=MARK_UP[:100])
    user.groups.set(Group.objects.filter(name__in={*STAFF_ROLES, Role.EXECUTOR}))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("word", [MARK_UP, ADDRESS])
def test_no_page_runs_what_was_typed(word):
    rows, client, wrong, pages = planted(word), staff_of_all_roles(), [], 0
    for route in routes():
        response = client.get(address(route, rows))
        if "html" in response.headers.get("Content-Type", ""):
            pages += 1
            if response.status_code >= 500 or (found := Found(response.content.decode()).wrong):
                wrong.append((route.name, response.status_code, found))
    assert not wrong
    assert pages > 100


@pytest.mark.parametrize("mistake", ["?q=", "?search=", "?ordering=", "?nothing="])
def test_no_answer_to_a_mistake_runs_what_was_asked(mistake):
    client = staff_of_all_roles()
    for path in ("/deadlines/", "/search/", "/quality/", "/programs/", "/admin/programs/program/", "/nowhere/"):
        response = client.get(path + mistake + "%3Cxss%20onxss%3D1%3E%22%20onxss%3D1")
        assert response.status_code < 500
        assert not Found(response.content.decode()).wrong


@pytest.mark.parametrize("start", FORMULA)
def test_no_list_as_csv_begins_a_cell_with_a_formula(start):
    rows, client, seen = planted(f"{start}SUM(1)"), staff_of_all_roles(), 0
    for name in DOCUMENTS:
        route = next(each for each in routes() if each.name == name)
        response = client.get(address(route, rows), {"format": "csv"})
        if response.status_code != 200:
            assert response.status_code == 404  # a document of several tables is no CSV
            continue
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            seen += sum("SUM(1)" in cell for cell in row)
            assert not [cell for cell in row if cell.startswith(start) and "SUM(1)" in cell], name
    assert seen > 10
