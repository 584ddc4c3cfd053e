import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).parent.parent


def start(**env: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings in a process of its own, as the server would."""
    base = {name: value for name, value in os.environ.items() if name in ("PATH", "VAR_DIR")}
    command = [sys.executable, "-c", "import registry.settings"]
    return subprocess.run(command, cwd=ROOT, env=base | env, capture_output=True, text=True, check=False)


def test_every_setting_is_documented():
    names = set(re.findall(r"""env\.\w+\(\s*"(\w+)""", (ROOT / "registry/settings.py").read_text(encoding="utf-8")))
    documented = set(re.findall(r"^\| `(\w+)`", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert names == documented - {"PORT"}  # PORT is make's own


@pytest.mark.parametrize(
    "env",
    [
        {"DEBUG": "perhaps"},
        {"HTTPS": "ja"},
        {"DEMO": "2"},
        {"DUE_SOON_WORKING_DAYS": "three"},
        {"DATABASE_URL": "mysql://x/y"},
        {"DATABASE_URL": "nonsense"},
        {"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere"},
        {"LOG_LEVEL": "LOUD"},
        {"REQUEST_MAX_MB": "0"},
        {"ATTACHMENT_MAX_MB": "ten"},
        {"DATABASE_QUERY_SECONDS": "-1"},
        {"TRUSTED_PROXIES": "-1"},
        {"SIGN_IN_FAILURES": "0"},
        {"SIGN_IN_COOL_OFF_MINUTES": "for ever"},
        {"PASSWORD_MIN_LENGTH": "4"},
        {"SECOND_FACTOR": "on"},
        {"SESSION_IDLE_MINUTES": "0"},
        {"SESSION_MAX_HOURS": "a day"},
        {"API_TOKEN_MAX_DAYS": "0"},
        {"CALENDAR_FEED_ROWS": "0"},
        {"CALENDAR_FEED_DAYS": "a year"},
        {"API_TOKEN_MAX_DAYS": "30", "API_TOKEN_DAYS": "31"},
    ],
    ids=lambda env: next(reversed(env)),
)
def test_a_value_that_cannot_be_read_stops_the_start_with_its_name(env):
    done = start(**({"SECRET_KEY": "x"} | env))
    assert done.returncode != 0
    assert next(reversed(env)) in done.stderr


def test_outside_debug_there_is_no_default_secret():
    assert "SECRET_KEY" in start().stderr
    assert start(SECRET_KEY="x").returncode == 0
    assert start(DEBUG="1").returncode == 0


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def deploy_check(**given: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "VAR_DIR", "DATABASE_URL")}
    env |= {
        "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuv",
        "HTTPS": "1",
        "ALLOWED_HOSTS": "registry.example",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=env | given, capture_output=True, text=True, check=False)


def test_deploy_check_is_clean_in_earnest():
    done = deploy_check(TRUSTED_PROXIES="1")
    assert done.returncode == 0, done.stderr


SHOW = """
import {module}
from django.conf import settings
database = settings.DATABASES["default"]
print(database["ENGINE"], database["OPTIONS"]["options"])
"""


def shown(module: str, **env: str) -> str:
    """The engine of PostgreSQL and the limits it is given by whoever begins with `module`."""
    base = {
        "SECRET_KEY": "x",
        "DATABASE_URL": "postgres://a@127.0.0.1/b",
        "DJANGO_SETTINGS_MODULE": "registry.settings",
    }
    env |= base | {name: value for name, value in os.environ.items() if name in ("PATH", "VAR_DIR")}
    command = [sys.executable, "-c", SHOW.format(module=module)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_statements_of_pages_are_limited_and_those_of_commands_are_not():
    assert shown("registry") == "django.db.backends.postgresql -c jit=off\n"
    of_pages = shown("registry.wsgi")
    assert of_pages.startswith("registry.postgresql -c jit=off -c statement_timeout=15s -c lock_timeout=5s ")
    assert "statement_timeout=40s" in shown("registry", DATABASE_QUERY_SECONDS="40")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's own default is as careful")
def test_what_sqlite_acknowledges_outlives_a_power_cut():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)


def test_deploy_check_asks_for_the_proxy():
    """Without it every caller seems to come from the proxy, and one who guesses closes a name for everybody."""
    assert "TRUSTED_PROXIES" in deploy_check().stderr
