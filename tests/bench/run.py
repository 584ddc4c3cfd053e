"""Loads the whole registry into empty databases, SQLite and PostgreSQL by turns, and compares: `make bench`.

Paired: each round measures both, in alternating order, so a busy machine slows both alike and the ratio stays.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.tools.postgres import private_postgres

STEPS = ("migrate", "load_registry")
Times = dict[str, list[float]]


def measure(database: str, times: Times) -> None:
    """Appends the seconds of every step on a fresh `database` ("sqlite" or "postgresql")."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-"))
        sqlite = f"sqlite:///{Path(folder) / 'registry.sqlite3'}"
        url = stack.enter_context(private_postgres(durable=True)) if database == "postgresql" else sqlite
        env = {**os.environ, "SECRET_KEY": "only-for-bench", "VAR_DIR": folder, "DATABASE_URL": url}
        for step in STEPS:
            start = perf_counter()
            subprocess.run([sys.executable, "manage.py", step], env=env, check=True, stdout=subprocess.DEVNULL)
            times[step].append(perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    results: dict[str, Times] = {name: {step: [] for step in STEPS} for name in ("sqlite", "postgresql")}
    for number in range(rounds):
        for database in sorted(results, reverse=bool(number % 2)):
            measure(database, results[database])
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)

    print(f"{'step':<15}{'database':<12}{'min s':>8}{'median s':>10}")
    for step in STEPS:
        for database, times in results.items():
            print(f"{step:<15}{database:<12}{min(times[step]):8.2f}{median(times[step]):10.2f}")
        pairs = zip(results["sqlite"][step], results["postgresql"][step], strict=True)
        print(f"{step:<15}SQLite/PostgreSQL, median of {rounds} pairs: {median(s / p for s, p in pairs):.2f}")


if __name__ == "__main__":
    main()
