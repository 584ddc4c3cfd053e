import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from registry.loading import Loader, LoadError, Step, all_steps, read_csv


class Command(BaseCommand):
    help = (
        "Loads fixtures/ in one transaction: inserts what is missing, keeps what people changed, "
        "does not bring back what they deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", nargs="+", metavar="STEP", help="run these steps alone, in their usual order")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = chosen(options["only"])
        try:
            loader = run(steps, quiet=options["verbosity"] == 0)
        except LoadError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        if options["verbosity"]:
            self.report(loader)

    def report(self, loader: Loader) -> None:
        for model, count in sorted(loader.added.items()):
            self.stdout.write(f"{model}: {count} added")
        if not loader.added:
            self.stdout.write("Nothing was missing.")


def chosen(names: list[str] | None) -> list[Step]:
    """The steps of these names, all of them when there are none. Raises CommandError listing the names."""
    steps = all_steps()
    known = [step.name for step in steps]
    if unknown := [name for name in names or () if name not in known]:
        raise CommandError(f"No such step: {', '.join(unknown)}. The steps are: {', '.join(known)}.")
    return [step for step in steps if not names or step.name in names]


def run(steps: list[Step], *, quiet: bool) -> Loader:
    """Runs the steps in one transaction, with a progress bar on a terminal."""
    watched = sys.stderr.isatty() and not quiet
    total = sum(len(read_csv(file)) for step in steps for file in step.files) if watched else 0
    with tqdm(total=total, unit="row", disable=not watched) as bar, transaction.atomic():
        loader = Loader(tick=bar.update)
        for step in steps:
            bar.set_description(step.name)
            step.run(loader)
    return loader
