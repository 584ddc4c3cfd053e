from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.accounts.demo import close_demo_users, ensure_demo_users


class Command(BaseCommand):
    help = "With DEMO on: makes a demo user per role and prints the passwords of new ones. With DEMO off: closes them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            if closed := close_demo_users():
                self.stdout.write(f"DEMO is off: {closed} demo users closed.")
            return
        file = settings.VAR_DIR / "demo-users.json"
        try:
            demo = ensure_demo_users(file)
        except LookupError as error:
            raise CommandError(str(error)) from error
        if not demo["made"]:
            return
        self.stdout.write(f"Demo users (shown once, kept in {file}):")
        for role in demo["made"]:
            entry = demo["credentials"][role]
            secret = entry.get("password") or entry["token"]
            self.stdout.write(f"  {role:14} {entry.get('username', 'token'):20} {secret}")
