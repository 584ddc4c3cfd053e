"""Rehearses the loss of a PostgreSQL server: `make drill`.

A private cluster archives its log. It gets the registry, a base backup, then more rows, then a mistake, and is killed.
From the backup and the archive two new clusters are made: one as of the moment before the mistake, one as of the end.
Both must hold the same rows in every table as the lost one held then.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from time import perf_counter

from tests.tools.cluster import Cluster, Tables
from tests.tools.postgres import private_postgres

ARCHIVING = (
    "ALTER SYSTEM SET archive_mode = on",
    "ALTER SYSTEM SET archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'",
)
RECOVERY = """
archive_mode = off
restore_command = 'cp {archive}/%f %p'
recovery_target_action = promote
{target}
"""
MISTAKE = "TRUNCATE instructions_extension, instructions_report, instructions_attachment CASCADE"


def manage(cluster: Cluster, *command: str) -> None:
    with tempfile.TemporaryDirectory(prefix="registry-drill-") as folder:
        env = {
            **os.environ,
            "SECRET_KEY": "only-for-drill",
            "VAR_DIR": folder,
            "DATABASE_URL": cluster.url,
            "DEBUG": "0",
        }
        subprocess.run([sys.executable, "manage.py", *command, "--verbosity=0"], env=env, check=True)


def prepare(cluster: Cluster) -> tuple[Path, Path]:
    """The registry with an archive of the log and a base backup: the folders of both."""
    archive, base = cluster.folder("archive"), cluster.folder("base")
    for statement in ARCHIVING:
        cluster.query(statement.format(archive=archive))
    cluster.stop()
    cluster.start()
    manage(cluster, "migrate")
    manage(cluster, "load_registry")
    cluster.run(
        "pg_basebackup", "--dbname", cluster.url, "--pgdata", str(base), "--checkpoint=fast", "--wal-method=none"
    )
    cluster.run("pg_verifybackup", "--no-parse-wal", str(base))
    return archive, base


def lose(cluster: Cluster) -> tuple[str, Tables, Tables]:
    """More rows, a moment, a mistake, the end: the moment, and every table as it was then and at the end."""
    manage(cluster, "make_synthetic", "--deadlines=2000", "--yes")
    before = cluster.tables()
    moment = str(cluster.query("SELECT clock_timestamp()")[0][0])
    time.sleep(0.1)
    cluster.query(MISTAKE)
    after = cluster.tables()
    segment = cluster.query("SELECT pg_walfile_name(pg_switch_wal())")[0][0]
    while (cluster.query("SELECT last_archived_wal FROM pg_stat_archiver")[0][0] or "") < segment:
        time.sleep(0.1)
    cluster.kill()
    return moment, before, after


def rebuild(lost: Cluster, archive: Path, base: Path, name: str, target: str) -> tuple[Tables, float]:
    """Every table of a new cluster brought up to `target`, and the seconds it took."""
    start = perf_counter()
    fresh = lost.sibling(lost.folder(name))
    fresh.run("cp", "-a", f"{base}/.", str(fresh.data))
    with (fresh.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(RECOVERY.format(archive=archive, target=target))
    fresh.run("touch", str(fresh.data / "recovery.signal"))
    try:
        fresh.start()
        while fresh.query("SELECT pg_is_in_recovery()")[0][0]:
            time.sleep(0.1)
        seconds = perf_counter() - start
        return fresh.tables(), seconds
    finally:
        fresh.kill()


def main() -> None:
    with private_postgres(durable=True) as url:
        lost = Cluster.at(url)
        archive, base = prepare(lost)
        moment, before, after = lose(lost)
        cases = [("before the mistake", f"recovery_target_time = '{moment}'", before), ("to the end", "", after)]
        print(f"{'restored':<20}{'tables':>8}{'rows':>10}{'differing':>11}{'seconds':>9}")
        failed = before == after
        for name, target, expected in cases:
            found, seconds = rebuild(lost, archive, base, name.replace(" ", "-"), target)
            differing = sum(found.get(table) != expected.get(table) for table in found.keys() | expected.keys())
            rows = sum(count for count, _digest in found.values())
            print(f"{name:<20}{len(found):>8}{rows:>10}{differing:>11}{seconds:>9.1f}", flush=True)
            failed = failed or bool(differing)
    if failed:
        sys.exit("A restored cluster differs from the lost one")


if __name__ == "__main__":
    main()
