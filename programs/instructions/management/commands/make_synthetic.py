from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone

from programs.instructions.models import Instruction
from programs.instructions.synthetic import COLUMNS, EXECUTORS, NUMBER, Batch, Maker, People
from programs.models import Program
from regions.choices import OrganisationKind, RegionLevel
from regions.models import Organisation, Region
from registry.accounts.choices import Role
from registry.accounts.models import User
from registry.scope import COUNTRY

MODELS: dict[str, type[Model]] = {name: apps.get_model("instructions", name) for name in COLUMNS}
MOST = 10_000_000
NOTE = "make_synthetic"


class Command(BaseCommand):
    help = (
        "Fills the registry with made-up instructions for measuring, the same ones for the same seed and day. "
        "They get no history rows and cannot be told apart from real ones in the figures: never on a real registry."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--deadlines", type=int, default=10_000, help="how many deadlines (default: 10000)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes", action="store_true", help="do it outside DEBUG too")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check(options["deadlines"], options["yes"])
        with transaction.atomic():
            people = _people()
            last = {name: model._base_manager.aggregate(n=Max("pk"))["n"] or 0 for name, model in MODELS.items()}
            first = {name: key + 1 for name, key in last.items()}
            maker = Maker(people, on=timezone.localdate(), seed=options["seed"], first=first)
            with _bare_tables():
                for batch in maker.batches(options["deadlines"]):
                    _write(batch)
            _move_sequences()
        if connection.vendor == "postgresql":
            _analyse()
        if options["verbosity"]:
            made = {name: maker.next[name] - first[name] for name in MODELS}
            self.stdout.write(", ".join(f"{MODELS[name]._meta.verbose_name_plural}: {n}" for name, n in made.items()))

    def _check(self, deadlines: int, yes: bool) -> None:
        if not 1 <= deadlines <= MOST:
            raise CommandError(f"--deadlines {deadlines}: choose from 1 to {MOST}")
        if not (settings.DEBUG or yes):
            raise CommandError("This fills the registry with made-up rows. Outside DEBUG it needs --yes.")
        if not Organisation.objects.filter(kind=OrganisationKind.OBLAST_AKIMAT).exists():
            raise CommandError("There are no regions and akimats yet: run load_registry first.")
        if Instruction.objects.filter(number__startswith=NUMBER).exists():
            raise CommandError("Made-up instructions are here already; a fresh database is needed for others.")


def _people() -> People:
    """The akimats of the registry; those of districts it lacks are made."""
    districts = Region.objects.filter(level=RegionLevel.DISTRICT, valid_to=None)
    missing = districts.exclude(organisations__kind=OrganisationKind.DISTRICT_AKIMAT).order_by("pk")
    Organisation.objects.bulk_create(
        Organisation(
            name_ru=f"Акимат ({region.name_ru})", kind=OrganisationKind.DISTRICT_AKIMAT, region=region, note=NOTE
        ).fill_search_text()
        for region in missing
    )
    people = People(
        oblasts=_keys(Organisation.objects.filter(kind=OrganisationKind.OBLAST_AKIMAT)),
        districts=_keys(Organisation.objects.filter(kind=OrganisationKind.DISTRICT_AKIMAT)),
        programs=_keys(Program.objects.all()),
        controllers=_keys(User.objects.filter(groups__name=Role.CONTROLLER)),
        region=COUNTRY,
    )
    if len(people.oblasts) + len(people.districts) < EXECUTORS + 5:
        raise CommandError("There are too few akimats and districts: run load_registry first.")
    return people


def _keys(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


@contextmanager
def _bare_tables() -> Iterator[None]:
    """On PostgreSQL takes foreign keys and plain indexes off while rows are written: made at once they cost a third.

    All in the transaction: other readers wait, and a failure leaves the tables as they were.
    """
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in MODELS.values()]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checks put off till the end would hold the tables
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
            [tables],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])",
            [tables],
        )
        indexes = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {quote(name)}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {quote(name)} {definition}")


def _write(batch: Batch) -> None:
    for name, rows in batch.rows.items():
        if connection.vendor == "postgresql":
            _copy(MODELS[name], COLUMNS[name], rows)
        else:
            made = [MODELS[name](**dict(zip(COLUMNS[name], row, strict=True))) for row in rows]
            MODELS[name]._base_manager.bulk_create(made, batch_size=1000)


def _copy(model: type[Model], columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Texts of ours hold neither tabs nor backslashes, so a line needs no escaping; None is how a line says it."""
    quote = connection.ops.quote_name
    line = "\t".join(["%s"] * len(columns)) + "\n"
    target = f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN (NULL 'None')") as copy:
        copy.write("".join([line % row for row in rows]))


def _move_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
            cursor.execute(statement)


def _analyse() -> None:
    """The planner knows nothing of rows that came a moment ago."""
    act = "ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE"
    with connection.cursor() as cursor:
        for model in MODELS.values():
            cursor.execute(f"{act} {connection.ops.quote_name(model._meta.db_table)}")
