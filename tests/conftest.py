"""What every test stands on: a fixed environment and a browser.

The environment is set before Django reads its settings, so a bare `pytest` works and nothing of the developer's own
settings leaks in, except DATABASE_URL, which chooses the database.
"""

import gc
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from django.conf import settings
from django.utils import translation

from tests.tools.ensure_chromium import HOW_TO_INSTALL, find_chromium

if TYPE_CHECKING:  # Playwright takes 0.3 s to import and most runs while developing need no browser
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer
    from pytest_django.plugin import DjangoDbBlocker

    from programs.instructions.models import Instruction
    from tests.phone import Phone
    from tests.world import World

_var_dir = tempfile.TemporaryDirectory(prefix="registry-tests-")
_settings = (Path(__file__).parent.parent / "registry/settings.py").read_text(encoding="utf-8")
for _name in set(re.findall(r"""env\.\w+\(\s*"(\w+)""", _settings)) - {"DATABASE_URL"}:
    os.environ.pop(_name, None)
os.environ.update(
    DJANGO_SETTINGS_MODULE="registry.settings",
    SECRET_KEY="only-for-tests",
    VAR_DIR=_var_dir.name,
    DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright keeps an event loop running, which Django takes for async code
)
django.setup()  # pytest-django does this only where it knew of the settings before this file
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a real one takes 0.3 s per password

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}
CHROMIUM_FLAGS = [
    "--no-sandbox",  # Chromium's own sandbox does not start as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
]


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if {"browser", "page"} & fixtures:
            item.add_marker("browser")
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & fixtures:
            item.add_marker("database")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    executable = find_chromium()
    assert executable, HOW_TO_INSTALL
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", live_server: "LiveServer") -> Iterator["Page"]:
    """A fresh browser window on the running site: `page.goto("/deadlines/")`. Script errors and CSP violations fail."""
    context = browser.new_context(base_url=live_server.url, locale="ru-RU", timezone_id="Asia/Almaty")
    page = context.new_page()
    page.set_default_timeout(10_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if "Security Policy" in message.text else None)
    yield page
    context.close()
    assert not problems


@pytest.fixture
def problems(page: "Page") -> Iterator[list[str]]:
    """Everything the browser complains of, and every answer that is an error; any of them fails the test."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("response", lambda answer: found.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    yield found
    assert not found


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever language the last page of another test was read in."""
    with translation.override("en"):
        yield


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday 2 March 2026, whatever the day is."""
    from tests.factories import TODAY

    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> None:
    """The database begins with the groups of all roles: to make them anew for every test took a tenth of the time."""
    from registry.accounts.services import sync_roles

    with django_db_blocker.unblock():
        sync_roles()
    gc.freeze()  # what is there by now stays: looking through it again and again takes a twentieth of the time


@pytest.fixture
def roles(db: None) -> None:
    """The groups of all roles with their permissions, also after a test that emptied the database."""
    from django.contrib.auth.models import Group

    from registry.accounts.roles import ROLES
    from registry.accounts.services import sync_roles

    if Group.objects.filter(name__in=ROLES).count() < len(ROLES):
        sync_roles()


@pytest.fixture
def akimats(transactional_db: None) -> list[Any]:
    """Akimats of three oblasts, which make the group «Акиматы областей»."""
    from tests.akimats import make_akimats

    return make_akimats()


@pytest.fixture
def late(akimats: list[Any], roles: None) -> "Instruction":
    """An instruction of a public text to all three, due on Monday 16 February; Zhambyl alone has reported."""
    from tests.akimats import make_late

    return make_late(akimats)


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> "Phone":
    """Shows the codes of everybody's second factor; its clock is the server's."""
    from tests.phone import Phone

    return Phone(monkeypatch)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """What load_registry brings, once for the tests of a module, which ask for `db` as well; undone after the last."""
    from django.core.management import call_command
    from django.db import connection, transaction

    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_registry", verbosity=0)
        # Here and not at the end of every test; on PostgreSQL not as is quickest for the empty tables of before.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator["World"]:
    """A row of every model in two regions and somebody of every role, once for the tests of a module."""
    from django.core.management import call_command
    from django.db import transaction

    from tests.world import make_world

    with django_db_blocker.unblock(), transaction.atomic():
        call_command("sync_roles")
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Refusals are logged with their trace, which takes longer than the refusal."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)
