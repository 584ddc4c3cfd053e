from typing import Any

from django.core.management.base import BaseCommand

from registry.accounts.services import sync_roles


class Command(BaseCommand):
    help = "Makes the roles (groups) and gives each exactly its permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
