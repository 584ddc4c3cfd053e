from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from registry.accounts.services import lift_locks


class Command(BaseCommand):
    help = "Opens sign-in for a name that was closed after repeated failures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Failures from {lift_locks(options['username'])} addresses forgotten.")
