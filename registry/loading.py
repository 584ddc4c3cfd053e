"""How `fixtures/` gets into the database: what is missing is inserted; what people changed or deleted stays so.

The columns of a table are the fields of its model. `ref` is the key of a row (of a region its code), and a foreign key
is written as the ref of the row it points to.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from registry.audit.bulk import record_creation
from registry.models import Searchable

LOADER = "load_registry"  # whom history and journal name as the one who brought a row
REF = "ref"


def in_words(author: str) -> str:
    """`author` as history and journal show it: the loader is no name that a reader knows."""
    return gettext("loading from open sources") if author == LOADER else author


class LoadError(Exception):
    """A row that cannot be loaded: says the file, the row and the field. Nothing of the whole run is written."""


class LeftOut(Exception):
    """The row hangs on one that people deleted, so it stays away as well."""


@dataclass(frozen=True)
class Row:
    """A row of `file`; `number` is the line it ends on, as an editor counts."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        try:
            return self.cells[column]
        except KeyError:
            raise self.error(column, "there is no such column") from None

    def error(self, column: str, problem: str) -> LoadError:
        return LoadError(f"{self.file}, row {self.number}, {column}: {problem}")


Fresh = tuple[Any, Row]  # an unsaved record and the row it was made of


def read_csv(file: str) -> list[Row]:
    """The rows of a file of `fixtures/`. Raises LoadError: no such file, not UTF-8, or a row longer or shorter."""
    path = Path(settings.FIXTURES_DIR) / file
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            return [_checked(Row(file, reader.line_num, cells)) for cells in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LoadError(f"{file}: {error}") from error


def _checked(row: Row) -> Row:
    if None in row.cells:
        raise row.error("after the last column", f"cells without a column: {row.cells[None]}")  # type: ignore[index]
    for column, cell in row.cells.items():
        if cell is None:
            raise row.error(column, "the row ends before this column")
    return row


@dataclass
class Keys:
    """What is known of a model's rows: ref → primary key, and the refs that people deleted."""

    present: dict[str, Any]
    gone: set[str]


@dataclass
class Loader:
    """One run. `tick` is told of every row dealt with; `added` counts the new ones by model."""

    tick: Callable[[int], None] = lambda rows: None
    added: Counter[str] = field(default_factory=Counter)
    _keys: dict[type[models.Model], Keys] = field(default_factory=dict)

    def keys(self, model: type[models.Model]) -> Keys:
        """Two queries the first time, none after that."""
        if model not in self._keys:
            key = key_of(model)
            present = dict(model._default_manager.exclude(**{key: None}).values_list(key, "pk"))
            deleted = model.history.filter(history_type="-").exclude(**{key: None})  # type: ignore[attr-defined]
            self._keys[model] = Keys(present, set(deleted.values_list(key, flat=True)) - present.keys())
        return self._keys[model]

    def missing(self, model: type[models.Model], file: str, key: str = REF) -> Iterator[Row]:
        """Rows of `file` that are neither in the database nor deleted from it by people."""
        keys, seen = self.keys(model), set()
        for row in read_csv(file):
            if not row[key]:
                raise row.error(key, "is empty")
            if row[key] in seen:
                raise row.error(key, f"«{row[key]}» stands in this file twice")
            seen.add(row[key])
            if row[key] not in keys.present and row[key] not in keys.gone:
                yield row
            self.tick(1)

    def insert_missing(self, model: type[models.Model], file: str) -> None:
        """One by one where rows of the table may point to rows before them, else all at once."""
        fresh = self._fresh(model, file)
        if any(field.related_model is model for field in model._meta.fields):
            for record, row in fresh:
                self.insert(record, row)
        else:
            self.insert_all(list(fresh))

    def _fresh(self, model: type[models.Model], file: str) -> Iterator[Fresh]:
        for row in self.missing(model, file):
            with suppress(LeftOut):
                yield self.record(model, row), row

    def record(self, model: type[models.Model], row: Row) -> Any:
        """An unsaved `model` of the cells of `row`. Raises LeftOut when it hangs on a deleted row."""
        record = model()
        try:
            self.fill(record, row, row.cells)
        except LeftOut:
            self.keys(model).gone.add(row[REF])
            raise
        return record

    def fill(self, record: models.Model, row: Row, columns: Iterable[str]) -> None:
        """Sets the fields of these `columns`; an empty cell leaves a field as a new record has it."""
        for column in columns:
            try:
                target: Any = record._meta.get_field(column)
                if target.is_relation and row[column]:
                    setattr(record, target.attname, self.find(target.related_model, row, column))
                elif row[column]:
                    setattr(record, column, target.to_python(row[column]))
            except FieldDoesNotExist:
                raise row.error(column, f"{record._meta.label} has no such field") from None
            except ValidationError as error:
                raise row.error(column, "; ".join(error.messages)) from error

    def find(self, model: type[models.Model], row: Row, column: str) -> Any:
        """Primary key of the row that the cell names. Raises LeftOut when people deleted it."""
        keys, ref = self.keys(model), row[column]
        if ref in keys.present:
            return keys.present[ref]
        if ref in keys.gone:
            raise LeftOut(ref)
        raise row.error(column, f"«{ref}» is not among {model._meta.label}: load it first")

    def insert_all(self, fresh: list[Fresh]) -> None:
        """Writes records of one model together; if the database refuses, one by one, so as to tell which it was."""
        for record, row in fresh:
            check(record, row)
        records = [record for record, _row in fresh]
        try:
            with transaction.atomic():
                _write(records)
        except IntegrityError:
            for record, row in fresh:
                self.insert(_as_new(record), row)
        else:
            self.note(*records)

    def insert(self, record: Any, row: Row) -> None:
        """Saves a record after all checks of a form, unless people entered the same thing first."""
        check(record, row)
        try:
            record.validate_constraints()
            record.validate_unique()
            with transaction.atomic():
                _write([record])
        except (ValidationError, IntegrityError) as error:
            own = twin(record)
            if own is None:
                raise _told(row, error) from error
            self.keys(type(record)).present[record.ref] = own.pk
        else:
            self.note(record)

    def note(self, *records: Any) -> None:
        """Remembers rows just written, so that others may point to them."""
        for record in records:
            self.keys(type(record)).present[getattr(record, key_of(type(record)))] = record.pk
            self.added[record._meta.label] += 1


def check(record: models.Model, row: Row) -> None:
    """Each by itself, raising LoadError; the database is not asked for what the loader has just found in it."""
    found = {field.name for field in record._meta.fields if field.is_relation and getattr(record, field.attname)}
    try:
        record.clean_fields(exclude=found)
        record.clean()
    except ValidationError as error:
        raise _told(row, error) from error


def _write(records: list[Any]) -> None:
    if records:
        for record in records:
            if isinstance(record, Searchable):
                record.fill_search_text()
        manager = type(records[0])._default_manager
        manager.bulk_create(records)
        record_creation(manager.filter(pk__in=[record.pk for record in records]), reason=LOADER)


def _as_new(record: models.Model) -> models.Model:
    """Undoes what a refused write said about it."""
    record._state.adding = True
    if record._meta.pk.auto_created:
        record.pk = None
    return record


def twin(record: models.Model) -> models.Model | None:
    """The row people entered that holds a value of `record` which only one row may have."""
    if key_of(type(record)) != REF:
        return None
    meta = record._meta
    alone = [[one.name] for one in meta.fields if one.unique and one.name not in (REF, meta.pk.name)]
    together = [list(rule.fields) for rule in meta.constraints if isinstance(rule, models.UniqueConstraint)]
    for names in alone + together:
        values = {name: getattr(record, name) for name in names}
        if values and all(value not in (None, "") for value in values.values()):
            own = type(record)._default_manager.filter(**values, **{REF: None}).first()
            if own is not None:
                return own
    return None


def _told(row: Row, error: ValidationError | IntegrityError) -> LoadError:
    if isinstance(error, IntegrityError):
        return row.error("whole row", str(error))
    column, problems = next(iter(error.message_dict.items()))
    return row.error("whole row" if column == "__all__" else column, "; ".join(problems))


def key_of(model: type[models.Model]) -> str:
    """`ref`, or the primary key where that is known to the world outside, as a region's code is."""
    return REF if any(field.name == REF for field in model._meta.fields) else model._meta.pk.name


@dataclass(frozen=True)
class Step:
    """A part of the loading that can be run alone: its name, its files, and what is done with them."""

    name: str
    files: tuple[str, ...]
    run: Callable[[Loader], None]


def tables(name: str, **files: type[models.Model]) -> Step:
    """A step that inserts plain tables: `tables("officials", officials=Official)` reads officials.csv."""

    def run(loader: Loader) -> None:
        for file, model in files.items():
            loader.insert_missing(model, f"{file}.csv")

    return Step(name, tuple(f"{file}.csv" for file in files), run)


def all_steps() -> list[Step]:
    """The steps of every app, in the order they have to be run in."""
    return [step for module in settings.REGISTRY_LOADERS for step in import_string(f"{module}.STEPS")]
