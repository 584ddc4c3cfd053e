"""What pages cost on a large registry: their queries against SQL written by hand for the same rows: `make bench`.

A private PostgreSQL gets the registry and BENCH_DEADLINES made-up deadlines (1,000,000 unless told otherwise). Paired:
each round runs both in alternating order, so a busy machine slows both alike and the ratio stays.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from tests.bench import by_hand, files
from tests.tools.postgres import private_postgres

DEADLINES = int(os.environ.get("BENCH_DEADLINES", "1000000"))
MOST_QUERIES = 12
TABLES = ("instructions_deadline", "instructions_instruction", "instructions_act", "instructions_monthend")


class Case(NamedTuple):
    name: str
    address: str
    by_hand: list[str]  # statements that bring the same rows; none where only the page itself is measured
    most: float = 0  # how many times their time the page's own may take


def cases(on: date) -> list[Case]:
    end = on + relativedelta(day=1, months=-((on.month - 1) % 3), days=-1)  # of the last ended quarter
    quarter = end + relativedelta(day=1, months=-2)
    period = f"from={quarter}&to={end}"
    return [
        Case("overdue list", "/deadlines/?mark=overdue", by_hand.overdue_list(on), 2),
        Case("control board", "/", by_hand.board(on), 3),
        Case("discipline by region", f"/discipline/?by=region&{period}", by_hand.discipline(on, quarter, end), 3),
        Case("search by a common word", "/search/?q=отчёт", by_hand.search("отчет"), 3),
        Case("search by a number", "/search/?q=СИНТ-4711", by_hand.search("синт-4711"), 5),
        Case("data quality", "/quality/", []),
        Case("calendar", "/calendar/", []),
        Case("discipline by executor", f"/discipline/?by=executor&{period}", []),
        Case("all deadlines", "/deadlines/", []),
        Case("overdue a year ago", f"/deadlines/?overdue_on={on.replace(year=on.year - 1, day=1)}", []),
    ]


def fill(env: dict[str, str]) -> float:
    """Seconds that the made-up rows took."""
    for command in (["migrate"], ["load_registry"]):
        subprocess.run([sys.executable, "manage.py", *command, "--verbosity=0"], env=env, check=True)
    start = perf_counter()
    command = ["make_synthetic", "--deadlines", str(DEADLINES), "--yes"]
    subprocess.run([sys.executable, "manage.py", *command], env=env, check=True, stdout=subprocess.DEVNULL)
    took = perf_counter() - start
    months = ["close_month", "--missing", "--verbosity=0"]
    subprocess.run([sys.executable, "manage.py", *months], env=env, check=True)
    print(f"twelve months counted: {perf_counter() - start - took:.1f} s")
    return took


def reader() -> Any:
    """A browser of an official who sees the whole country."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from registry.accounts.choices import Role
    from registry.accounts.models import User
    from registry.accounts.services import sync_roles
    from registry.scope import COUNTRY

    sync_roles()
    user = User.objects.create(username="bench", region_id=COUNTRY)
    user.groups.add(Group.objects.get(name=Role.OFFICIAL))
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def run(statements: list[str]) -> float:
    """Seconds to run `statements` and fetch what they bring."""
    from django.db import connection

    start = perf_counter()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
    return perf_counter() - start


def measure(client: Any, case: Case, rounds: int) -> tuple[int, float, float, float]:
    """Number of queries, and medians: seconds of the page, of its queries of rows, and their ratio to those by hand."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(case.address)
    assert response.status_code == 200, case.address
    queries = len(captured)  # the next request forgets them
    own = [query["sql"] for query in captured if any(table in query["sql"] for table in TABLES)]
    pages, times, ratios = [], [], []
    for number in range(rounds):
        start = perf_counter()
        client.get(case.address)
        pages.append(perf_counter() - start)
        pair = {}
        for which in sorted(("own", "by hand"), reverse=bool(number % 2)):
            pair[which] = run(own if which == "own" else case.by_hand)
        times.append(pair["own"])
        ratios.append(pair["own"] / pair["by hand"] if case.by_hand else 0)
    return queries, median(pages), median(times), median(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder, private_postgres() as url:
        os.environ |= {"SECRET_KEY": "only-for-bench", "VAR_DIR": folder, "DATABASE_URL": url, "DEBUG": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
        print(f"{DEADLINES} made-up deadlines: {fill(dict(os.environ)):.1f} s")
        import django

        django.setup()
        from django.db import connection
        from django.utils import timezone

        client = reader()
        print(f"{'page':<24}{'queries':>9}{'page ms':>9}{'SQL ms':>8}{'by hand: times':>16}")
        worse = []
        for case in cases(timezone.localdate()):
            queries, page, own, ratio = measure(client, case, rounds)
            told = f"{ratio:.2f} (≤ {case.most:g})" if ratio else "–"
            print(f"{case.name:<24}{queries:>9}{page * 1000:>9.0f}{own * 1000:>8.0f}{told:>16}", flush=True)
            if queries > MOST_QUERIES or ratio > case.most:
                worse.append(case.name)
        print(f"{'overdue list as a file':<24}{'rows':>9}{'seconds':>9}{'MB':>8}{'of 2,500: times':>16}")
        for cost in files.costs(client, timezone.localdate()):
            told = f"{cost.growth:.2f} (≤ {files.GROWTH:g})"
            print(f"{cost.name:<24}{cost.rows:>9}{cost.seconds:>9.1f}{cost.memory:>8.1f}{told:>16}", flush=True)
            if cost.is_over:
                worse.append(cost.name)
        connection.close()
    if worse:
        sys.exit(f"Over the limit: {', '.join(worse)}")


if __name__ == "__main__":
    main()
