from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Everything between a fresh database and a usable one, in one process; repeating it keeps what was entered."

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        call_command("migrate", verbosity=max(verbosity - 1, 0))  # one line per migration only when asked for
        for command in ("sync_roles", "load_registry"):
            call_command(command, verbosity=verbosity)
        call_command("close_month", missing=True, verbosity=max(verbosity - 1, 0))
        call_command("demo_users", verbosity=verbosity)  # last, so that the passwords are what is read
