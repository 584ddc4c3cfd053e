from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """Roles are Django groups of these names, made by `manage.py sync_roles`."""

    ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")
    CONTROLLER = "controller", pgettext_lazy("role", "controller")
    EDITOR = "editor", pgettext_lazy("role", "editor")
    EXECUTOR = "executor", pgettext_lazy("role", "executor")
    OFFICIAL = "official", pgettext_lazy("role", "official")
    CONSUMER = "consumer", pgettext_lazy("role", "consumer of the API")


class TokenScope(models.TextChoices):
    """What a key may be used for; never more than its user may do."""

    READ = "read", pgettext_lazy("what an API token allows", "read")
    WRITE = "write", pgettext_lazy("what an API token allows", "write")
    CALENDAR = "calendar", pgettext_lazy("what an API token allows", "calendar feed")  # and nothing else


API_SCOPES = (TokenScope.READ, TokenScope.WRITE)
