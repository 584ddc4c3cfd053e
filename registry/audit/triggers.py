"""Triggers by which the database itself refuses to change or delete rows of history and of the journal.

They are installed by `manage.py migrate` and lifted only while a migration or `flush` is at work, since SQLite drops
them when it rebuilds a table, and PostgreSQL could not fill in a new column. One that is there is known by its name:
whoever changes what a trigger does gives it another name as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from registry.audit.history import AppendOnly

PREFIX = "append_only_"
Triggers = set[tuple[str, str]]  # table and name of each

_REFUSE = "SELECT RAISE(ABORT, '{name}: the rows of this table are never changed or deleted')"
_SQLITE = {
    "update": f"BEFORE UPDATE ON {{table}} BEGIN {_REFUSE}; END",
    "delete": f"BEFORE DELETE ON {{table}} BEGIN {_REFUSE}; END",
    # INSERT OR REPLACE deletes the row that is in its way without asking the trigger above.
    "replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608
    " BEGIN " + _REFUSE + "; END",
}
_POSTGRESQL = {
    "change": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()",
    "truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: the rows of this table are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_INSTALLED = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)",
}


def append_only_models() -> list[type[AppendOnly]]:
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Tables that lack a trigger, or where somebody has disabled one; one query."""
    return sorted({table for table, _name in _wanted(using).keys() - _installed(using)})


def install(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Guards every table that exists and is not guarded yet; returns the names of those."""
    wanted = _wanted(using)
    lacking = wanted.keys() - _installed(using)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor)) if lacking else set()
        todo = sorted((table, name) for table, name in lacking if table in present)
        if todo and connections[using].vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table, name in todo:
            cursor.execute(_drop(using, table, name))  # a disabled one
            cursor.execute(wanted[table, name])
    return sorted({table for table, _name in todo})


def lift(using: str = DEFAULT_DB_ALIAS) -> None:
    """Whoever calls this installs them again, whatever happens in between."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        for table, name in sorted(_installed(using)):
            cursor.execute(_drop(using, table, name))


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    lift(using)
    try:
        yield
    finally:
        install(using)


def _wanted(using: str) -> dict[tuple[str, str], str]:
    """The statement that makes each trigger, by table and name."""
    ops = connections[using].ops
    statements = {}
    for model in append_only_models():
        table, key = model._meta.db_table, str(model._meta.pk.column)
        for kind, body in (_POSTGRESQL if connections[using].vendor == "postgresql" else _SQLITE).items():
            name = f"{PREFIX}{kind}_{table}"[: ops.max_name_length()]
            said = body.format(name=table, table=ops.quote_name(table), key=ops.quote_name(key))
            statements[table, name] = f"CREATE TRIGGER {ops.quote_name(name)} {said}"
    return statements


def _installed(using: str) -> Triggers:
    with connections[using].cursor() as cursor:
        cursor.execute(_INSTALLED[connections[using].vendor])
        return {(table, name) for table, name in cursor.fetchall() if name.startswith(PREFIX)}


def _drop(using: str, table: str, name: str) -> str:
    quote = connections[using].ops.quote_name
    on = f" ON {quote(table)}" if connections[using].vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {quote(name)}{on}"
