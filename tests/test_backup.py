"""`backup` and `restore` on SQLite: what was there comes back; what is broken or foreign changes nothing."""

import json
import os
import random
import signal
import sqlite3
import time
import zipfile
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest
from django.conf import settings as real_settings
from django.core.management import CommandError, call_command
from django.db import connection

from registry import backup
from registry.backup import BackupError, Place, make_archive, restore_archive
from tests.factories import make_deadline

AT = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=5)))
KNOWN = {("regions", "0001_initial")}
PDF = "files/attachments/a1.pdf"


def make_place(folder, rows=50, content=b"%PDF-1.7"):
    """A registry in small: a table of `rows` rows and one attached file."""
    place = Place(folder / "registry.sqlite3", folder / "files")
    (place.files / "attachments").mkdir(parents=True)
    (place.files / "attachments/a1.pdf").write_bytes(content)
    with closing(sqlite3.connect(place.database)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        db.executemany("INSERT INTO django_migrations VALUES (?, ?)", KNOWN)
        db.execute("CREATE TABLE deadline (id INTEGER PRIMARY KEY, text TEXT)")
        db.executemany("INSERT INTO deadline (text) VALUES (?)", [(f"Поручение {n}",) for n in range(rows)])
        db.commit()
    return place


def whole(place):
    """All that a place holds: every row as SQL, every file."""
    with closing(sqlite3.connect(place.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = list(db.iterdump())
    return rows, {path.relative_to(place.files): path.read_bytes() for path in place.files.rglob("*.*")}


def restore(archive, place, *, yes=False, at=AT):
    aside = place.files.parent / "backups"
    return restore_archive(archive, place, migrations=KNOWN, replace=yes, aside=aside, at=at)


@pytest.fixture
def place(tmp_path):
    return make_place(tmp_path / "here")


@pytest.fixture
def archive(tmp_path, place):
    make_archive(place, tmp_path / "copy.zip", at=AT)
    return tmp_path / "copy.zip"


@pytest.fixture
def empty(tmp_path):
    return Place(tmp_path / "empty/registry.sqlite3", tmp_path / "empty/files")


# There and back


def test_an_empty_machine_gets_every_row_and_file(place, archive, empty):
    restored = restore(archive, empty)
    assert whole(empty) == whole(place)
    assert (restored.kept, restored.manifest.rows) == (None, {"django_migrations": 1, "deadline": 50})


def test_the_archive_is_private_and_nothing_is_left_beside_it(archive):
    assert archive.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in archive.parent.iterdir()} == {"copy.zip", "here"}


def test_writers_go_on_during_a_backup(place, tmp_path):
    with closing(sqlite3.connect(place.database)) as writer:
        writer.execute("INSERT INTO deadline (text) VALUES ('ещё не записано')")  # an open transaction
        manifest = make_archive(place, tmp_path / "copy.zip", at=AT)
        writer.commit()
    assert manifest.rows["deadline"] == 50


def test_what_is_replaced_is_kept_as_an_archive(tmp_path, archive, empty):
    other = make_place(tmp_path / "other", rows=7, content=b"%PDF-other")
    before = whole(other)
    kept = restore(archive, other, yes=True).kept
    assert kept == tmp_path / "other/backups/replaced-20260302-093000.zip"
    assert len(whole(other)[0]) > len(before[0])
    restore(kept, empty)
    assert whole(empty) == before


def test_readers_of_the_replaced_database_see_the_new_rows(tmp_path, archive):
    other = make_place(tmp_path / "other", rows=7)
    with closing(sqlite3.connect(other.database)) as reader:
        assert reader.execute("SELECT count(*) FROM deadline").fetchone() == (7,)
        restore(archive, other, yes=True)
        assert reader.execute("SELECT count(*) FROM deadline").fetchone() == (50,)


def test_a_damaged_database_is_moved_out_of_the_way(place, archive):
    before = whole(place)
    place.database.write_bytes(b"not a database" * 500)
    kept = restore(archive, place, yes=True).kept
    assert (kept / "registry.sqlite3").read_bytes() == b"not a database" * 500
    assert whole(place) == before


# Refusals: nothing is touched


def test_without_leave_nothing_is_replaced(tmp_path, archive):
    other = make_place(tmp_path / "other", rows=7)
    before = whole(other)
    with pytest.raises(BackupError, match="repeat with --yes"):
        restore(archive, other)
    assert whole(other) == before


def test_files_alone_are_not_written_over_either(archive, empty):
    empty.files.mkdir(parents=True)
    (empty.files / "note.txt").write_text("x")
    with pytest.raises(BackupError, match="repeat with --yes"):
        restore(archive, empty)


def test_no_archive_is_written_over(place, archive):
    with pytest.raises(BackupError, match="choose another name"):
        make_archive(place, archive, at=AT)


def test_one_at_a_time(place, tmp_path):
    with backup._workshop(tmp_path), pytest.raises(BackupError, match="Another backup"):
        make_archive(place, tmp_path / "copy.zip", at=AT)


def test_a_database_in_use_is_not_waited_for_for_ever(tmp_path, archive, monkeypatch):
    monkeypatch.setattr(backup, "LOCK_SECONDS", 0.1)
    other = make_place(tmp_path / "other", rows=7)
    with closing(sqlite3.connect(other.database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackupError, match="database is locked"):
            restore(archive, other, yes=True)
        writer.execute("ROLLBACK")
    assert len(whole(other)[0]) < 50


def test_an_archive_of_a_newer_release_is_refused(archive, empty):
    with pytest.raises(BackupError, match="newer release"):
        restore_archive(archive, empty, migrations=set(), replace=True, aside=empty.files, at=AT)
    assert not empty.database.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"%PDF-1.7 " * 100], ids=["none", "zip", "pdf"])
def test_what_is_no_archive_is_refused(tmp_path, empty, content):
    (tmp_path / "foreign.zip").write_bytes(content)
    with pytest.raises(BackupError, match="no archive"):
        restore(tmp_path / "foreign.zip", empty)


def test_a_missing_archive_is_named(tmp_path, empty):
    with pytest.raises(BackupError, match=r"nowhere\.zip"):
        restore(tmp_path / "nowhere.zip", empty)


def test_a_damaged_archive_is_refused_wherever_the_damage_is(archive, place, tmp_path):
    """Cut off or with one bit turned: refused, or the bit tells nothing of the content, as one in a time does."""
    chance, sound, refused = random.Random(1), archive.read_bytes(), 0
    for number in range(150):
        damaged = bytearray(sound[: chance.randrange(len(sound))] if number % 5 == 0 else sound)
        if number % 5:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        (tmp_path / "damaged.zip").write_bytes(damaged)
        target = Place(tmp_path / f"{number}/registry.sqlite3", tmp_path / f"{number}/files")
        try:
            restore(tmp_path / "damaged.zip", target)
        except BackupError:
            refused += 1
            assert not target.is_taken
        else:
            assert whole(target) == whole(place)
    assert refused > 100


def rebuilt(archive, *, manifest=lambda told: told, **members):
    """The archive with members added or replaced, and its manifest changed."""
    with zipfile.ZipFile(archive) as old:
        contents = {name: old.read(name) for name in old.namelist()} | members
    contents["manifest.json"] = json.dumps(manifest(json.loads(contents["manifest.json"])))
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in contents.items():
            new.writestr(name, content)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/evil",
        "files/../../evil",
        "files//evil",
        "files/..",
        "files\\..\\evil",
        "evil",
        "files/a/../../b",
    ],
)
def test_no_member_leaves_the_folder_of_files(archive, empty, tmp_path, name):
    def named(told):
        told["members"][name] = told["members"][PDF]
        return told

    rebuilt(archive, manifest=named, **{name: b"%PDF-1.7"})
    with pytest.raises(BackupError, match="would leave"):
        restore(archive, empty)
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told | {"rows": told["rows"] | {"deadline": 51}},
        lambda told: told | {"version": 2},
        lambda told: told | {"format": "other"},
        lambda told: told | {"members": {"registry.sqlite3": told["members"]["registry.sqlite3"]}},
        lambda told: told | {"members": {PDF: told["members"][PDF]}},
        lambda told: told | {"members": {name: {"size": 10**15, "sha256": ""} for name in told["members"]}},
        lambda told: told | {"members": {name: {"size": "x", "sha256": ""} for name in told["members"]}},
        lambda told: [told],
    ],
    ids=["rows", "version", "format", "extra member", "no database", "too large", "no size", "a list"],
)
def test_an_archive_that_contradicts_its_manifest_is_refused(archive, empty, change):
    rebuilt(archive, manifest=change)
    with pytest.raises(BackupError):
        restore(archive, empty)
    assert not empty.is_taken


# Killed


def test_a_killed_restore_leaves_the_old_rows_or_the_new(tmp_path):
    new = make_place(tmp_path / "new", rows=40_000)
    make_archive(new, tmp_path / "new.zip", at=AT)
    target = make_place(tmp_path / "target", rows=20_000)
    old_rows, new_rows = whole(target)[0], whole(new)[0]
    for number in range(6):
        child = os.fork()
        if child == 0:
            restore(tmp_path / "new.zip", target, yes=True, at=AT + timedelta(seconds=number))
            os._exit(0)
        time.sleep(0.03 * (number + 1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert whole(target)[0] in (old_rows, new_rows)
    restore(tmp_path / "new.zip", target, yes=True, at=AT + timedelta(minutes=1))
    assert whole(target) == whole(new)
    assert not list(tmp_path.rglob(".backup.new"))


def test_a_failed_backup_leaves_nothing(place, tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "write", lambda *args: (_ for _ in ()).throw(OSError("No space left")))
    with pytest.raises(BackupError, match="No space left"):
        make_archive(place, tmp_path / "copy.zip", at=AT)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


# The commands


@pytest.fixture
def here(tmp_path, settings, monkeypatch):
    """This installation's data are in `tmp_path`."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "registry.sqlite3")}
    monkeypatch.setitem(real_settings.DATABASES, "default", database)
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return Place(tmp_path / "registry.sqlite3", tmp_path / "files")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="takes its data from a test database on SQLite")
def test_the_registry_itself_comes_back(transactional_db, here, capsys):
    make_deadline()
    connection.ensure_connection()
    with closing(sqlite3.connect(here.database)) as copy:
        connection.connection.backup(copy)
    before = whole(here)
    call_command("backup")
    archive = next(here.files.parent.glob("backups/registry-*.zip"))
    assert f"{archive}: " in capsys.readouterr().out
    here.database.unlink()
    call_command("restore", archive)
    assert whole(here) == before
    with pytest.raises(CommandError, match=r"Nothing was restored\. .* is sound: .* repeat with --yes"):
        call_command("restore", archive)
    call_command("restore", archive, yes=True)
    assert "kept in" in capsys.readouterr().out
    assert whole(here) == before


def test_nothing_to_back_up_is_said(here):
    with pytest.raises(CommandError, match=r"There is no backup\. There is no database at"):
        call_command("backup")


@pytest.mark.parametrize("command", [["backup"], ["restore", "x.zip", "--yes"]])
def test_on_postgresql_they_name_what_to_use(monkeypatch, command):
    monkeypatch.setitem(real_settings.DATABASES, "default", {"ENGINE": "django.db.backends.postgresql"})
    with pytest.raises(CommandError, match="pg_basebackup"):
        call_command(*command)
