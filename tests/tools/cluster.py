"""A running PostgreSQL as an accident meets it: killed, frozen, started again, rebuilt from a backup. Linux only."""

import os
import pwd
import re
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from tests.tools.postgres import as_account, free_port, give_to

Tables = dict[str, tuple[int, str]]  # rows and their digest by table

# The same rows give the same digest in whatever order they lie.
DIGEST = "SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {} t"
TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@dataclass(frozen=True)
class Cluster:
    """The cluster in the folder `data`, which `url` reaches; PostgreSQL's own programs run as the owner of the data."""

    url: str
    data: Path
    binaries: Path
    options: list[str]  # it was started with
    account: pwd.struct_passwd | None  # None: the owner is ourselves

    @classmethod
    def at(cls, url: str) -> "Cluster":
        """Of a running server on this machine."""
        with psycopg.connect(url) as connection:
            data = Path(connection.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]
        binaries = Path(f"/proc/{_postmaster(data)}/exe").resolve().parent
        owner = data.stat().st_uid
        account = pwd.getpwuid(owner) if owner != os.geteuid() else None
        _program, *options = shlex.split((data / "postmaster.opts").read_text())
        at = options.index("-D")
        return cls(url, data, binaries, options[:at] + options[at + 2 :], account)

    def sibling(self, data: Path) -> "Cluster":
        """Another one in the folder `data`, on a port of its own."""
        port, own = str(free_port()), re.search(r":(\d+)/", self.url)[1]  # type: ignore[index]
        options = [part.replace(f"port={own}", f"port={port}") for part in self.options]
        return replace(self, url=self.url.replace(f":{own}/", f":{port}/"), data=data, options=options)

    def folder(self, name: str) -> Path:
        """A new one beside the data, of the same owner."""
        path = self.data.parent / name
        path.mkdir(mode=0o700)
        if self.account:
            give_to(self.account, path)
        return path

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def tables(self) -> Tables:
        return {name: self.query(DIGEST.format(name))[0] for (name,) in self.query(TABLES)}

    def run(self, program: str, *args: str) -> None:
        """A program of PostgreSQL or of the system, as the owner of the data; what it tells besides is not shown."""
        env = {**os.environ, "PATH": f"{self.binaries}:{os.defpath}"}
        command = [program, *args]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, env=env, stdout=quiet, stderr=quiet, **as_account(self.account))

    def start(self) -> None:
        """Returns when it answers."""
        options = shlex.join(self.options)
        self.run("pg_ctl", f"--pgdata={self.data}", f"--options={options}", f"--log={self.data}.log", "--wait", "start")

    def stop(self) -> None:
        self.run("pg_ctl", f"--pgdata={self.data}", "--mode=fast", "stop")

    def kill(self) -> None:
        """Every process at once, as when the machine goes; returns when they are gone."""
        processes = self._signal(signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            time.sleep(0.05)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> list[str]:
        postmaster = _postmaster(self.data)
        processes = [postmaster, *Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()]
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(int(pid), number)
        return processes


def _postmaster(data: Path) -> str:
    return (data / "postmaster.pid").read_text().split()[0]
