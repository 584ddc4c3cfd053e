"""The name of this module and of its class is what Django looks for in a database engine."""

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.abc import RV, PQGen

from registry.postgresql.pulse import DatabaseSilent, pulse


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
        """Raises DatabaseSilent at once while the database is known not to answer."""
        pulse.follow(conn_params)
        pulse.check()
        return super().get_new_connection(conn_params)
