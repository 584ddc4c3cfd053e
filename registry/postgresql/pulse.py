"""Whether the database lives: a frozen one keeps every connection open and answers none, so somebody has to ask."""

import logging
import time
from contextlib import closing
from threading import Lock, Thread
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

EVERY = 0.5  # seconds between two questions
PATIENCE = 1.5  # seconds an answer may take
CONNECTING = 2  # seconds a new connection may take; libpq knows no less

logger = logging.getLogger(__name__)


class DatabaseSilent(psycopg.OperationalError):
    """The database has stopped answering; what was asked of it may still happen when it goes on."""


class _Questioner(psycopg.Connection[Any]):
    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = PATIENCE) -> RV:
        return super().wait(gen, interval, timeout)


class Pulse:
    """Asks the database `SELECT 1` on a connection of its own, in a thread that begins with the first use."""

    def __init__(self) -> None:
        self.has_stopped = False
        self._thread: Thread | None = None
        self._lock = Lock()

    def follow(self, params: dict[str, Any]) -> None:
        """Begins to ask the database that `params` of psycopg lead to, unless that is done already."""
        with self._lock:
            if self._thread is None:
                params = params | {"autocommit": True, "connect_timeout": CONNECTING}
                self._thread = Thread(target=self._ask_for_ever, args=(params,), name="pulse", daemon=True)
                self._thread.start()

    def check(self) -> None:
        """Raises DatabaseSilent while the database does not answer."""
        if self.has_stopped:
            raise DatabaseSilent("the database does not answer")

    def _ask_for_ever(self, params: dict[str, Any]) -> None:
        while True:
            try:
                with closing(_Questioner.connect(**params)) as connection:
                    while True:
                        connection.execute("SELECT 1")
                        self._note(has_stopped=False)
                        time.sleep(EVERY)
            except psycopg.Error as error:
                self._note(has_stopped=True, why=str(error))
            time.sleep(EVERY)

    def _note(self, *, has_stopped: bool, why: str = "") -> None:
        if has_stopped and not self.has_stopped:
            logger.error("The database does not answer: %s", why)
        elif self.has_stopped and not has_stopped:
            logger.warning("The database answers again")
        self.has_stopped = has_stopped


pulse = Pulse()  # of this process: it has one database
