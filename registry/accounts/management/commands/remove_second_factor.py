from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.accounts.models import User
from registry.accounts.services import remove_second_factor


class Command(BaseCommand):
    help = "Removes the second factor of a user who has lost phone and recovery codes, where no administrator can."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], second_factor_since__isnull=False).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']} with a second factor.")
        remove_second_factor(user)
        self.stdout.write(f"Removed; {user.username} is signed out everywhere.")
