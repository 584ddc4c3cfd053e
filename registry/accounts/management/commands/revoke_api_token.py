from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.accounts.models import ApiToken
from registry.accounts.services import revoke_tokens

SHORTEST = 8  # characters of a key that tell it from others


class Command(BaseCommand):
    help = "Revokes an API key by its beginning, or all keys of a user; at once and for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("beginning", nargs="?", help=f"the first characters of the key, {SHORTEST} or more")
        which.add_argument("--user", help="all keys of this user")

    def handle(self, *args: Any, **options: Any) -> None:
        tokens = self.of_user(options["user"]) if options["user"] else self.beginning_with(options["beginning"])
        revoked = revoke_tokens(tokens, at=timezone.now())
        self.stdout.write(f"{revoked} revoked.")

    def of_user(self, username: str) -> Any:
        tokens = ApiToken.objects.filter(user__username=username)
        if not tokens.exists():
            raise CommandError(f"{username} has no key.")
        return tokens

    def beginning_with(self, beginning: str) -> Any:
        """A whole key will do as well; the database knows its first characters."""
        if len(beginning) < SHORTEST:
            raise CommandError(f"Give {SHORTEST} characters or more.")
        tokens = ApiToken.objects.filter(token_key__startswith=beginning[:15])
        if (found := tokens.count()) != 1:
            raise CommandError(f"{found} keys begin with these characters; nothing was revoked.")
        return tokens
