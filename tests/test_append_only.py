"""History and journal are append-only: the database refuses to change or delete their rows, whoever asks."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import Migration

from programs.instructions.models import Act, Instruction
from programs.models import Program
from registry.audit import triggers
from registry.audit.management.commands.migrate import Command as Migrate
from tests.admin_rows import make_act
from tests.factories import make_organisation, make_program

ALL = sorted(model._meta.db_table for model in triggers.append_only_models())


def kept():
    """Tables that refuse changes, as the database's own catalogue tells, and how many triggers see to it."""
    found = triggers._installed("default")
    return sorted({table for table, _name in found}), len(found)


def forget(*tables):
    """As after a restored dump that left the triggers out, or a hand in the database."""
    with connection.cursor() as cursor:
        for table, name in triggers._installed("default"):
            if table in tables:
                cursor.execute(triggers._drop("default", table, name))


def refused(act, *args, **kwargs):
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        act(*args, **kwargs)


def run(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.mark.django_db
def test_every_history_and_the_journal_are_kept():
    per_table = {"sqlite": 3, "postgresql": 2}[connection.vendor]
    assert {"instructions_act", "accounts_historicaluser", "programs_historicalprogram"} <= set(ALL)
    assert len(ALL) == 1 + sum(hasattr(model, "history_id") for model in triggers.append_only_models())
    assert kept() == (ALL, per_table * len(ALL))
    assert triggers.missing() == []


@pytest.mark.django_db
def test_history_and_acts_are_added_to():
    program = make_program()
    program.name_ru = "Иначе"
    program.save()
    make_act()
    assert (program.history.count(), Act.objects.count()) == (2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [lambda: make_program().history.get(), make_act])
def test_no_way_through_the_models(make):
    row = make()
    rows = type(row)._base_manager.filter(pk=row.pk)
    author = type(row).author_field
    before = rows.values().get()
    refused(rows.update, **{author: 7})
    refused(rows.delete)
    refused(row.delete)
    refused(row.save)
    refused(type(row)._base_manager.bulk_update, [row], [author])
    assert rows.values().get() == before


@pytest.mark.django_db
@pytest.mark.parametrize("make", [lambda: make_program().history.get(), make_act])
def test_no_way_by_hand(make):
    row = make()
    table, key = row._meta.db_table, row._meta.pk.column
    refused(run, f"UPDATE {table} SET {key} = {key} + 1")
    refused(run, f"DELETE FROM {table} WHERE {key} = %s", row.pk)
    refused(run, f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO UPDATE SET {key} = 9")
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")  # those put off till the end would refuse it first
        refused(run, f"TRUNCATE {table} CASCADE")
    else:
        refused(run, f"REPLACE INTO {table} SELECT * FROM {table}")
    assert type(row)._base_manager.filter(pk=row.pk).exists()


@pytest.mark.django_db
def test_a_record_may_go_and_its_history_stays():
    organisation = make_organisation(name_ru="Была")
    organisation.delete()
    assert list(type(organisation).history.values_list("name_ru", "history_type")) == [("Была", "-"), ("Была", "+")]


# --- Migrations -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_migrating_again_keeps_them_throughout(monkeypatch):
    monkeypatch.setattr(triggers, "lift", lambda using: pytest.fail("nothing is to be migrated"))
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    assert kept()[0] == ALL


@pytest.mark.django_db
def test_migrate_mends_and_says_what(capsys):
    forget("instructions_act", "accounts_historicaluser")
    for harmless in ("plan", "check_unapplied"):
        call_command("migrate", verbosity=0, **{harmless: True})
        assert triggers.missing() == ["accounts_historicaluser", "instructions_act"]
    call_command("migrate")
    assert "Made append-only: accounts_historicaluser, instructions_act\n" in capsys.readouterr().out
    assert kept()[0] == ALL


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no way to switch a trigger off")
def test_a_trigger_switched_off_counts_as_missing():
    run("ALTER TABLE instructions_act DISABLE TRIGGER USER")
    assert triggers.missing() == ["instructions_act"]
    call_command("migrate", verbosity=0)
    refused(make_act().delete)


def altered(before, after):
    """The table of a history is altered as a migration of its model would do it."""
    history = Program.history.model
    with connection.schema_editor() as editor:
        for field in (before, after):
            field.set_attributes_from_name("name_kk")
            field.model = history
        editor.alter_field(history, before, after)


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_rebuild_a_history_and_fill_it_in():
    """A column that becomes NOT NULL is filled in by an UPDATE on PostgreSQL; SQLite makes the whole table anew."""
    program = make_program()
    loose, strict = models.CharField(max_length=300, null=True), models.CharField(max_length=300, default="жоқ")
    stored = models.CharField(max_length=300)
    try:
        with triggers.lifted():
            altered(stored, loose)
            program.history.update(name_kk=None)
            altered(loose, strict)
        assert program.history.get().name_kk == "жоқ"
        assert kept()[0] == ALL
        refused(program.history.update, name_kk="")
    finally:
        with triggers.lifted():
            altered(strict, stored)


@pytest.fixture
def earlier(transactional_db):
    """A migration to go back to."""
    yield "0002"
    call_command("migrate", "instructions", fake=True, verbosity=0)


def test_a_migration_runs_without_them_and_ends_with_them(earlier, monkeypatch):
    """Back and forth in name only: what the migrations do is not the question."""
    during = []
    callback = Migrate.migration_progress_callback

    def watched(self, action, *args, **kwargs):
        callback(self, action, *args, **kwargs)
        if action in ("apply_start", "unapply_start"):
            during.append((action, kept()[1]))

    monkeypatch.setattr(Migrate, "migration_progress_callback", watched)
    call_command("migrate", "instructions", earlier, fake=True, verbosity=0)
    assert kept()[0] == ALL
    call_command("migrate", "instructions", fake=True, verbosity=0)
    assert kept()[0] == ALL
    assert set(during) == {("unapply_start", 0), ("apply_start", 0)}


def test_a_migration_that_fails_leaves_them_as_they_were(earlier, monkeypatch):
    def fail(*args, **kwargs):
        assert kept()[1] == 0
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(Migration, "unapply", fail)
        with pytest.raises(RuntimeError, match="in the middle"):
            call_command("migrate", "instructions", earlier, verbosity=0)
    assert kept()[0] == ALL


# --- Emptying ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_flush_empties_and_they_stay():
    make_act()
    call_command("flush", interactive=False, verbosity=0)
    assert not Act.objects.exists()
    assert not Instruction.history.exists()
    assert kept()[0] == ALL
    refused(make_act().delete)


@pytest.mark.django_db(transaction=True)
def test_flush_that_fails_leaves_them(monkeypatch):
    def fail(*args):
        raise IntegrityError("a table holds the others")

    monkeypatch.setattr(connection.ops, "execute_sql_flush", fail)
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    monkeypatch.undo()
    assert kept()[0] == ALL


# --- Telling ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_not_ready_without_them(client):
    forget("instructions_act", "regions_historicalregion")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == "2 tables of history lack the triggers that keep them: run manage.py migrate"
    call_command("migrate", verbosity=0)
    assert client.get("/readyz").status_code == 200
