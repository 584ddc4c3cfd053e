"""Backup of a registry on SQLite: one archive of its database and attached files, and the way back.

An archive is a zip. Its `manifest.json` names every other member with size and SHA-256, and every table with its number
of rows. Everything is written aside first: a killed process leaves the old or the new, never half of it.
"""

import fcntl
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from django.conf import settings

FORMAT, VERSION = "registry-backup", 1
MANIFEST, DATABASE, FILES = "manifest.json", "registry.sqlite3", "files"
LOCK_SECONDS = 20  # how long a busy database is waited for
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class BackupError(Exception):
    """Why there is no backup or no restore; the registry is as it was."""


class Damaged(BackupError):
    """SQLite cannot read a database, or finds it broken."""


@dataclass(frozen=True)
class Place:
    """Where a registry on SQLite lives: its database, and the folder of attached files."""

    database: Path
    files: Path

    @property
    def is_taken(self) -> bool:
        return self.database.exists() or any(_files_in(self.files))


@dataclass(frozen=True)
class Member:
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    made_at: str
    rows: dict[str, int]  # by table
    members: dict[str, Member]  # by name in the archive

    def __str__(self) -> str:
        """What the archive holds, in words."""
        files, rows = len(self.members) - 1, sum(self.rows.values())
        return f"{rows} rows in {len(self.rows)} tables, attached files: {files}, made {self.made_at}"


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    kept: Path | None  # where the replaced data went; None where there was none


def own_place() -> Place:
    """Of this installation. Raises BackupError where it is not on SQLite."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        raise BackupError(
            "This registry is on PostgreSQL, which has better means: pg_basebackup with an archive of the write-ahead "
            "log, or pg_dump. See “Backup and restore” in docs/operations.md."
        )
    return Place(Path(database["NAME"]), Path(settings.MEDIA_ROOT))


def make_archive(place: Place, archive: Path, *, at: datetime) -> Manifest:
    """Writes `archive` while the registry goes on. Raises BackupError, Damaged where the database itself is."""
    if archive.exists():
        raise BackupError(f"{archive} is there already: choose another name.")
    if not place.database.is_file():
        raise BackupError(f"There is no database at {place.database}.")
    with _workshop(archive.parent) as shop:
        copy, draft = shop / DATABASE, shop / "archive.zip"
        _copy_database(place.database, copy)
        # After the database: files come before the rows that name them and are never removed.
        found = {f"{FILES}/{path.relative_to(place.files).as_posix()}": path for path in _files_in(place.files)}
        found[DATABASE] = copy
        members = {name: Member(path.stat().st_size, _digest(path)) for name, path in found.items()}
        manifest = Manifest(at.isoformat(timespec="seconds"), _examine(copy), members)
        with zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as zipped:
            zipped.writestr(MANIFEST, json.dumps({"format": FORMAT, "version": VERSION, **asdict(manifest)}))
            for name, path in found.items():
                zipped.write(path, name)
        _settle(draft, archive)
    return manifest


def restore_archive(
    archive: Path, place: Place, *, migrations: Collection[tuple[str, str]], replace: bool, aside: Path, at: datetime
) -> Restored:
    """Puts the archive's data in `place`; what was there goes into an archive in the folder `aside`.

    Raises BackupError before anything is touched: the archive is damaged, foreign, of a release with other `migrations`
    than the known ones, or would replace something without leave.
    """
    with _workshop(place.files.parent) as shop:
        manifest = _unpack(archive, shop)
        if newer := _applied(shop / DATABASE) - set(migrations):
            raise BackupError(f"{archive} is of a newer release: this one does not know {sorted(newer)[0]}.")
        if place.is_taken and not replace:
            raise BackupError(f"{archive} is sound: {manifest}. It would replace {place.database}: repeat with --yes.")
        kept = _keep(place, aside, at) if place.database.exists() else None
        # The files first: the old database minds none it does not name, and the new one takes over at once.
        _put_files(shop / FILES, place.files)
        _put_database(shop / DATABASE, place.database)
    return Restored(manifest, kept)


# --- The archive ------------------------------------------------------------------------------------------------------


def _unpack(archive: Path, folder: Path) -> Manifest:
    """Every member into `folder`, checked; only the names of the manifest are ever written."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            manifest = _read_manifest(zipped)
            _check_members(zipped, manifest)
            if sum(member.size for member in manifest.members.values()) > shutil.disk_usage(folder).free:
                raise BackupError(f"There is no room in {folder} for what {archive} holds.")
            for name, member in manifest.members.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with zipped.open(name) as source, path.open("xb") as target:
                    shutil.copyfileobj(source, target)
                if Member(path.stat().st_size, _digest(path)) != member:
                    raise BackupError(f"{archive} is damaged: {name} is not what was put in.")
    except UNREADABLE as error:
        raise BackupError(f"{archive} is damaged or is no archive of a registry: {error}") from error
    if _examine(folder / DATABASE) != manifest.rows:
        raise BackupError(f"{archive} is damaged: its tables do not have the rows that were counted.")
    return manifest


def _read_manifest(zipped: zipfile.ZipFile) -> Manifest:
    try:
        told = json.loads(zipped.read(MANIFEST))
        if told["format"] != FORMAT:
            raise KeyError
        if told["version"] != VERSION:
            raise BackupError(f"The archive has the form {told['version']}, this release reads {VERSION}.")
        members = {name: Member(int(member["size"]), member["sha256"]) for name, member in told["members"].items()}
        return Manifest(told["made_at"], told["rows"], members)
    except (KeyError, TypeError, AttributeError):
        raise BackupError(f"{zipped.filename} is no archive of a registry.") from None


def _check_members(zipped: zipfile.ZipFile, manifest: Manifest) -> None:
    """Exactly those of the manifest, each once, each the database or a file below `files/`."""
    infos = [info for info in zipped.infolist() if info.filename != MANIFEST]
    names = [info.filename for info in infos]
    if sorted(names) != sorted(manifest.members) or DATABASE not in names:
        raise BackupError(f"{zipped.filename} is damaged: it does not hold what its manifest names.")
    for info in infos:
        if info.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            raise BackupError(f"{zipped.filename} is damaged: {info.filename} is packed in an unknown way.")
        top, *below = info.filename.split("/")
        if info.filename != DATABASE and (top != FILES or not below or not _is_plain(below)):
            raise BackupError(f"{zipped.filename} is refused: {info.filename} would leave the folder of files.")


def _is_plain(parts: list[str]) -> bool:
    return all(part not in ("", ".", "..") and PurePosixPath(part).name == part and "\\" not in part for part in parts)


# --- The database -----------------------------------------------------------------------------------------------------


def _copy_database(source: Path, target: Path) -> None:
    """A snapshot by SQLite's own means, while others read and write; one file, without a log beside it."""
    with _opened(source) as old, _opened(target) as new:
        old.backup(new, progress=_give_up_when_locked)
        new.execute("PRAGMA journal_mode=DELETE")


def _put_database(source: Path, target: Path) -> None:
    """One transaction over the whole of `target`: a reader sees the old rows or the new ones."""
    with _opened(source) as old, _opened(target) as new:
        new.execute("PRAGMA journal_mode=WAL")
        old.backup(new, progress=_give_up_when_locked)


def _give_up_when_locked(status: int, remaining: int, total: int) -> None:
    """For `Connection.backup`, which would wait for a locked database for ever."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise sqlite3.OperationalError("database is locked")


def _examine(database: Path) -> dict[str, int]:
    """Rows by table. Raises Damaged when SQLite finds anything broken."""
    with _opened(database) as db:
        if (found := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise Damaged(f"The database {database.name} is damaged: {found}")
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        names = [name for (name,) in tables.fetchall()]
        return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _applied(database: Path) -> set[tuple[str, str]]:
    with _opened(database) as db:
        return set(db.execute("SELECT app, name FROM django_migrations"))


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    """What SQLite says of it is told as BackupError, or Damaged."""
    try:
        with closing(sqlite3.connect(database, timeout=LOCK_SECONDS)) as connection:
            yield connection
    except sqlite3.OperationalError as error:
        raise BackupError(f"The database {database.name} cannot be used just now: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"The database {database.name} is damaged: {error}.") from error


def _keep(place: Place, folder: Path, at: datetime) -> Path:
    """An archive of the present data; of a damaged database the bare files, moved out of the way."""
    kept = folder / f"replaced-{at:%Y%m%d-%H%M%S}.zip"
    try:
        make_archive(place, kept, at=at)
    except Damaged:
        kept = kept.with_suffix("")
        kept.mkdir(parents=True, mode=0o700)
        for ending in ("", "-wal", "-shm", "-journal"):
            path = place.database.with_name(place.database.name + ending)
            if path.exists():
                shutil.move(path, kept / path.name)
    return kept


# --- Files ------------------------------------------------------------------------------------------------------------


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A private folder inside `folder`, for one process at a time; what a killed one left in it is swept away.

    A full disk and a folder one may not write to are told as BackupError.
    """
    shop = folder / ".backup.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            shutil.rmtree(shop, ignore_errors=True)
            shop.mkdir(mode=0o700)
            try:
                yield shop
            finally:
                shutil.rmtree(shop)
    except OSError as error:
        raise BackupError(str(error)) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The lock goes with the process, however that ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(f"Another backup or restore is at work in {folder}.") from None
    finally:
        os.close(descriptor)


def _put_files(source: Path, target: Path) -> None:
    """Those that are missing or differ; others stay, as files that no row names."""
    for path in _files_in(source):
        place = target / path.relative_to(source)
        if place.is_file() and _digest(place) == _digest(path):
            continue
        place.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
        draft = place.with_name(f"{place.name}.new")  # beside it: the folder may be another disk
        shutil.copyfile(path, draft)
        _settle(draft, place)


def _settle(draft: Path, target: Path) -> None:
    """Makes `draft` the file `target`, at once and for good, readable by its owner alone."""
    draft.chmod(0o600)
    _flush(draft)
    draft.replace(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
