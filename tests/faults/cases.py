"""The faults: each case does one to a running registry and says what came of it."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.service import ROOT, Browser, Service, environment, manage, running, seconds_until_well
from tests.faults.writers import Query, Writers, writing
from tests.tools.cluster import TABLES, Cluster
from tests.tools.postgres import private_postgres

TIMES = 5
BACK = 10  # seconds until the service must serve again
QUICK = 3  # seconds in which it must say that it cannot
FREEZE = int(os.environ.get("FAULTS_FREEZE", "20"))  # seconds
READERS = 20
# Indexes and constraints: a load that takes them off for a while must not lose them.
SHAPE = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION SELECT conname FROM pg_constraint ORDER BY 1"
SQLITE_SHAPE = "SELECT sql FROM sqlite_master ORDER BY name"
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
LOADS = {  # and the question whether they are complete
    "load_registry": "SELECT count(*) > 15000 FROM regions_region",
    "make_synthetic --deadlines=20000 --yes": "SELECT count(*) >= 20000 FROM instructions_deadline",
}
Env = dict[str, str]


@dataclass(frozen=True)
class Outcome:
    fault: str
    expected: str
    measured: str
    ok: bool


def killed_loads(env: Env, query: Query, tables: str, catalogue: str) -> Iterator[Outcome]:
    """On a migrated, empty database, which is full in the end."""

    def state() -> Any:
        return [query(f"SELECT count(*) FROM {name}") for (name,) in query(tables)], query(catalogue)

    for command, complete in LOADS.items():
        before, killed, untouched = state(), 0, 0
        for number in range(TIMES):
            if not _is_killed(env, command.split(), after=1 + (number + random.random()) * 5 / TIMES):
                break
            if query(complete)[0][0]:  # it was done with the last row
                break
            killed += 1
            untouched += state() == before
        if not query(complete)[0][0]:
            manage(env, *command.split())
        full, ended = state(), bool(query(complete)[0][0])
        manage(env, "load_registry")
        ok = 0 < killed == untouched and ended and state() == full
        measured = f"killed {killed} times, untouched {untouched} times; then complete: {ended}"
        yield Outcome(f"{command.split()[0]} killed", "nothing half-written; a rerun completes", measured, ok)


def _is_killed(env: Env, command: list[str], *, after: float) -> bool:
    """False when it was quicker."""
    process = subprocess.Popen([sys.executable, "manage.py", *command, "--verbosity=0"], env=env, cwd=ROOT)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() < 0


def killed_workers(service: Service, query: Query, fault: str, people: int) -> Outcome:
    with writing(service, query, people) as writers:
        for _time in range(TIMES):
            time.sleep(random.uniform(1, 3))
            service.kill_a_worker()
        time.sleep(1)
    return _after_writing(fault, writers, query, ok=not writers.statuses[503])


def killed_database(service: Service, cluster: Cluster) -> Outcome:
    """Its own start is no merit of the service's: both times are told, the service's part is judged."""
    alone = together = 0.0
    browser = service.browser("official")
    with writing(service, cluster.query, 4) as writers:
        for _time in range(TIMES):
            time.sleep(random.uniform(1, 3))
            cluster.kill()
            killed = time.monotonic()
            with ThreadPoolExecutor() as supervisor:
                started = supervisor.submit(_start_again, cluster)
                back = killed + seconds_until_well(browser, "/", most=90)
            alone = max(alone, back - started.result())
            together = max(together, back - killed)
    back_in = f"back {max(alone, 0):.1f} s after PostgreSQL, {together:.1f} s after the kill"
    return _after_writing("PostgreSQL killed", writers, cluster.query, ok=alone <= BACK, more=back_in)


def _start_again(cluster: Cluster) -> float:
    """When it answered again."""
    time.sleep(1)  # as a supervisor would
    cluster.start()
    return time.monotonic()


def _after_writing(fault: str, writers: Writers, query: Query, *, ok: bool, more: str = "") -> Outcome:
    wrong = writers.check(query)
    measured = "; ".join(filter(None, (str(writers), wrong or "lost 0, half-written 0", more)))
    expected = "acknowledged writes lost: 0; all or nothing; no 500; " + (f"back in {BACK} s" if more else "no 503")
    ok = ok and not wrong and not writers.statuses[500] and bool(writers.issued)
    return Outcome(f"{fault} {TIMES} times under load", expected, measured, ok)


class Readers:
    """Asks one page again and again, and keeps when each was asked, how long it took and what came."""

    def __init__(self, service: Service, path: str, people: int, role: str = "") -> None:
        self.asked: list[tuple[float, float, int]] = []
        self._stop = threading.Event()
        browsers = [service.browser(role)] * people
        self._threads = [threading.Thread(target=self._read, args=(each, path), daemon=True) for each in browsers]
        for thread in self._threads:
            thread.start()

    def _read(self, browser: Browser, path: str) -> None:
        while not self._stop.is_set():
            start = time.monotonic()
            answer = browser.get(path)
            self.asked.append((start, answer.seconds, answer.status))
            time.sleep(0.2)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=70)

    def between(self, start: float, end: float) -> tuple[Counter[int], float]:
        """Statuses of what was asked from `start` to `end`, and the longest anybody waited after `start`."""
        statuses = Counter(status for asked, _seconds, status in self.asked if start <= asked < end)
        waits = [
            asked + took - max(asked, start) for asked, took, _s in self.asked if asked < end and asked + took > start
        ]
        return statuses, max(waits, default=0.0)


def frozen_database(service: Service, cluster: Cluster) -> Iterator[Outcome]:
    pages = Readers(service, "/", READERS, "official")
    alive, ready = Readers(service, "/healthz", 1), Readers(service, "/readyz", 1)
    browser = service.browser("official")
    time.sleep(3)
    threads = service.threads()
    cluster.freeze()
    start = time.monotonic()
    time.sleep(FREEZE)
    more = service.threads() - threads
    end = time.monotonic()
    cluster.thaw()
    back = seconds_until_well(browser, "/", most=60)
    for readers in (pages, alive, ready):
        readers.stop()
    fault = f"PostgreSQL frozen for {FREEZE} s"
    for readers, name, wanted in (
        (pages, f"{READERS} readers", 503),
        (ready, "/readyz", 503),
        (alive, "/healthz", 200),
    ):
        statuses, slowest = readers.between(start, end)
        told = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
        ok = set(statuses) == {wanted} and slowest <= QUICK
        yield Outcome(f"{fault}: {name}", f"{wanted} in {QUICK} s", f"{told}; slowest {slowest:.1f} s", ok)
    yield Outcome(f"{fault}: threads", "no pile-up", f"{more} more than before", more <= 4)
    yield Outcome(f"{fault}: after it", f"back in {BACK} s", f"back in {back:.1f} s", back <= BACK)


def on_postgresql(folder: Path) -> Iterator[Outcome]:
    with private_postgres(durable=True) as url:
        cluster, env = Cluster.at(url), environment(url, folder)
        manage(env, "migrate")
        yield from killed_loads(env, cluster.query, TABLES, SHAPE)
        manage(env, "prepare")
        with running(env) as service:
            yield killed_workers(service, cluster.query, "a worker killed", 4)
            yield killed_database(service, cluster)
            yield from frozen_database(service, cluster)


def on_sqlite(folder: Path) -> Iterator[Outcome]:
    database = folder / "registry.sqlite3"
    env = environment(f"sqlite:///{database}", folder)

    def query(statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(database, timeout=20)) as connection:
            return connection.execute(statement).fetchall()

    manage(env, "migrate")
    yield from killed_loads(env, query, SQLITE_TABLES, SQLITE_SHAPE)
    manage(env, "prepare")
    with running(env) as service:
        yield killed_workers(service, query, "SQLite with 8 writers: a worker killed", 8)
        locked = service.log.read_text(errors="replace").count("database is locked")
    found = query("PRAGMA integrity_check")[0][0]
    measured = f"{locked} times in the log; integrity_check: {found}"
    yield Outcome("SQLite after it", "never “locked”; the file is sound", measured, not locked and found == "ok")
