from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.accounts.choices import API_SCOPES, TokenScope
from registry.accounts.models import User
from registry.accounts.services import TokenRefused, issue_token


class Command(BaseCommand):
    help = "Makes an API key that acts with the rights of a user, and prints it: it cannot be found out later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="which system uses it")
        parser.add_argument(
            "--scopes", nargs="+", default=[TokenScope.READ.value], choices=[scope.value for scope in API_SCOPES]
        )
        parser.add_argument(
            "--days",
            type=int,
            default=settings.API_TOKEN_DAYS,
            help=f"valid for so many days, {settings.API_TOKEN_MAX_DAYS} at most",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']}.")
        try:
            token, key = issue_token(user=user, name=options["name"], scopes=options["scopes"], days=options["days"])
        except TokenRefused as error:
            raise CommandError(f"{error.field}: {error.message}") from error
        self.stderr.write(f"{token}: {token.scopes}, until {token.expiry:%Y-%m-%d}. The key is shown this once:")
        self.stdout.write(key)
