import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

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


def test_deploy_check_is_clean_in_earnest():
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "VAR_DIR", "DATABASE_URL")}
    env |= {
        "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuv",
        "HTTPS": "1",
        "ALLOWED_HOSTS": "registry.example",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
