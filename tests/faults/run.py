"""Kills and freezes what the registry stands on, and looks what became of it: `make faults`.

On a PostgreSQL and an SQLite of its own, with gunicorn as in earnest and people who write and read all the time.
FAULTS_FREEZE=60 freezes the database for that many seconds instead of 20. Linux only.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

DATABASES = ("postgresql", "sqlite")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=DATABASES)
    only = parser.parse_args().only
    failed = 0
    with tempfile.TemporaryDirectory(prefix="registry-faults-") as name:
        own = {"SECRET_KEY": "only-for-faults", "VAR_DIR": name, "DATABASE_URL": "sqlite://:memory:"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "registry.settings", **own}
        django.setup()  # for what reads forms out of pages
        from tests.faults import cases

        of = {"postgresql": cases.on_postgresql, "sqlite": cases.on_sqlite}
        for database in [only] if only else DATABASES:
            folder = Path(name) / database
            folder.mkdir()
            for outcome in of[database](folder):
                print(f"{'ok' if outcome.ok else 'FAILED':<7} {outcome.fault}")
                print(f"        expected: {outcome.expected}\n        measured: {outcome.measured}", flush=True)
                failed += not outcome.ok
    if failed:
        sys.exit(f"{failed} failed")


if __name__ == "__main__":
    main()
