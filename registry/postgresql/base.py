"""The name of this module and of its class is what Django looks for in a database engine."""

from time import monotonic
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.abc import RV, PQGen
from psycopg_pool import PoolTimeout

from registry.postgresql.pulse import DatabaseSilent, pulse

POOL_SECONDS = 8  # a busy machine answers late rather than not at all


class Connection(psycopg.Connection[Any]):
    """Waits for an answer as long as the database has a pulse."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(_while_alive(gen), interval, timeout)
        except DatabaseSilent:
            self.close()  # an answer may be on its way to whoever would use it next
            raise


def _while_alive(gen: PQGen[RV]) -> PQGen[RV]:
    """psycopg's generator, looked after each time psycopg wakes, every tenth of a second, without an answer."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready:
                pulse.check()
            wanted = gen.send(ready)
    except StopIteration as stop:
        return stop.value


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        pool = {**settings_dict["OPTIONS"]["pool"], "connection_class": Connection}
        super().__init__(settings_dict | {"OPTIONS": {**settings_dict["OPTIONS"], "pool": pool}}, alias)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Waits for a free connection of the pool, as long as the database has a pulse.

        Raises DatabaseSilent at once while it is known to have none, PoolTimeout after POOL_SECONDS.
        """
        pulse.follow(conn_params)
        deadline = monotonic() + POOL_SECONDS
        while True:
            pulse.check()
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if monotonic() > deadline:
                    raise
