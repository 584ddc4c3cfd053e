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
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from registry.search import fold
from tests.bench import by_hand, files
from tests.tools.postgres import private_postgres

DEADLINES = int(os.environ.get("BENCH_DEADLINES", "1000000"))
MOST_QUERIES = 12
SEARCH_MS = 100  # of the whole page, its PostgreSQL included
OFFICIAL, REGIONAL = "official", "official of an oblast"
TABLES = ("instructions_deadline", "instructions_instruction", "instructions_act", "instructions_monthend")


class Case(NamedTuple):
    name: str
    address: str
    by_hand: list[str]  # statements that bring the same rows; none where only the page itself is measured
    most: float = 0  # how many times their time the page's own may take
    reader: str = OFFICIAL
    most_ms: float = 0  # of the processor the page may take, in its best round


def cases(on: date) -> list[Case]:
    end = on + relativedelta(day=1, months=-((on.month - 1) % 3), days=-1)  # of the last ended quarter
    quarter = end + relativedelta(day=1, months=-2)
    period = f"from={quarter}&to={end}"
    return [
        Case("overdue list", "/deadlines/?mark=overdue", by_hand.overdue_list(on), 2),
        Case("control board", "/", by_hand.board(on), 3),
        Case("discipline by region", f"/discipline/?by=region&{period}", by_hand.discipline(on, quarter, end), 3),
        Case("data quality", "/quality/", []),
        Case("calendar", "/calendar/", []),
        Case("discipline by executor", f"/discipline/?by=executor&{period}", []),
        Case("all deadlines", "/deadlines/", []),
        Case("overdue a year ago", f"/deadlines/?overdue_on={on.replace(year=on.year - 1, day=1)}", []),
    ]


def searches() -> list[Case]:
    """Each kind of reader asks for each kind of words. By hand only the three kinds with many rows are asked, of 13."""
    from regions.models import Organisation

    one = Organisation.objects.exclude(bin="").exclude(bin=None).order_by("pk").first()
    asked = {
        "a common word": "отчёт",
        "a rare word": "(4711)",
        "two words": "отчёт исполнения",
        "two letters": "ре",
        "two rare letters": "жж",
        "a number": "СИНТ-4711",
        "a БИН": one.bin if one else "940140000385",
        "a КАТО code": "111010000",
        "nothing": "абракадабра",
    }
    seen = {OFFICIAL: "true", REGIONAL: by_hand.seen_in("110000000", "119999999")}
    seen |= {name: by_hand.seen_by(body.pk) for name, body in executors().items()}
    return [
        Case(what, f"/search/?q={words}", by_hand.search(fold(words), condition), reader=reader, most_ms=SEARCH_MS)
        for reader, condition in seen.items()
        for what, words in asked.items()
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


def executors() -> dict[str, Any]:
    """The body with most deadlines, and one with none."""
    from django.db.models import Count

    from regions.models import Organisation

    bodies = Organisation.objects.filter(subordinates=None).annotate(n=Count("deadlines"))
    busiest, idle = bodies.order_by("-n", "pk").first(), bodies.order_by("n", "pk").first()
    return {"busiest executor": busiest, "idle executor": idle}


def readers() -> dict[str, Any]:
    """Browsers of an official who sees the whole country, of one of an oblast, and of executors."""
    from registry.accounts.choices import Role
    from registry.accounts.services import sync_roles
    from registry.scope import COUNTRY

    sync_roles()
    return {
        OFFICIAL: browser(Role.OFFICIAL, region_id=COUNTRY),
        REGIONAL: browser(Role.OFFICIAL, region_id="110000000"),
        **{
            name: browser(Role.EXECUTOR, region_id=body.region_id, organisation=body)
            for name, body in executors().items()
        },
    }


def browser(role: str, **of: Any) -> Any:
    from django.contrib.auth.models import Group
    from django.test import Client

    from registry.accounts.models import User

    user = User.objects.create(username=f"bench-{User.objects.count()}", **of)
    user.groups.add(Group.objects.get(name=role))
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


class Measured(NamedTuple):
    """Seconds, medians but for `processor`, the least a page took of it; `own` are the page's queries of rows, `ratio`
    theirs to those by hand."""

    queries: int
    page: float
    processor: float
    own: float
    ratio: float

    def is_over(self, case: Case) -> bool:
        is_slow = case.most_ms and self.processor * 1000 > case.most_ms
        return self.queries > MOST_QUERIES or bool(is_slow) or bool(case.most and self.ratio > case.most)


def processor() -> float:
    """Seconds this process and its PostgreSQL have had, parallel workers apart, of which a search has none. A busy
    machine hardly adds to them, unlike to those of the clock."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return process_time() + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


def measure(client: Any, case: Case, rounds: int) -> Measured:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(case.address)
    assert response.status_code == 200, case.address
    queries = len(captured)  # the next request forgets them
    own = [query["sql"] for query in captured if any(table in query["sql"] for table in TABLES)]
    pages, processors, times, ratios = [], [], [], []
    for number in range(rounds):
        before, start = processor(), perf_counter()
        client.get(case.address)
        pages.append(perf_counter() - start)
        processors.append(processor() - before)
        pair = {}
        for which in sorted(("own", "by hand"), reverse=bool(number % 2)):
            pair[which] = run(own if which == "own" else case.by_hand)
        times.append(pair["own"])
        ratios.append(pair["own"] / pair["by hand"] if case.by_hand else 0)
    return Measured(queries, median(pages), min(processors), median(times), median(ratios))


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

        clients, worse = readers(), []
        for title, table in (("page", cases(timezone.localdate())), ("search for", searches())):
            print(f"{title:<46}{'queries':>8}{'page ms':>9}{'CPU ms':>8}{'SQL ms':>8}{'by hand: times':>16}")
            for case in table:
                name = case.name if case.reader == OFFICIAL else f"{case.name} ({case.reader})"
                found = measure(clients[case.reader], case, rounds)
                told = f"{found.ratio:.2f}" + (f" (≤ {case.most:g})" if case.most else "") if case.by_hand else "–"
                times = f"{found.page * 1000:>9.0f}{found.processor * 1000:>8.0f}{found.own * 1000:>8.0f}"
                print(f"{name:<46}{found.queries:>8}{times}{told:>16}", flush=True)
                if found.is_over(case):
                    worse.append(name)
        print(f"{'overdue list as a file':<46}{'rows':>8}{'seconds':>9}{'MB':>8}{'':>8}{'of 2,500: times':>16}")
        for cost in files.costs(clients[OFFICIAL], timezone.localdate()):
            told = f"{cost.growth:.2f} (≤ {files.GROWTH:g})"
            print(f"{cost.name:<46}{cost.rows:>8}{cost.seconds:>9.1f}{cost.memory:>8.1f}{'':>8}{told:>16}", flush=True)
            if cost.is_over:
                worse.append(cost.name)
        connection.close()
    if worse:
        sys.exit(f"Over the limit: {', '.join(worse)}")


if __name__ == "__main__":
    main()
