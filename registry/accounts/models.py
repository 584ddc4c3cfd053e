from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from knox.models import AbstractAuthToken, AuthTokenManager

from registry.accounts.choices import Role, TokenScope
from registry.audit.history import RecordHistory
from registry.scope import ScopedQuerySet


class UserQuerySet(ScopedQuerySet):
    region_path = "region_id"


class ApiTokenQuerySet(ScopedQuerySet):
    region_path = "user__region_id"

    def in_force(self, *, at: datetime) -> Self:
        """Neither revoked nor expired; a key without a last day, such as the demo's, does not expire."""
        return self.filter(Q(expiry=None) | Q(expiry__gt=at), revoked_at=None)


class RegistryUserManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own, with the words of scope; a class of its own so that migrations can name it."""


class ApiTokenManager(AuthTokenManager.from_queryset(ApiTokenQuerySet)):  # type: ignore[misc]
    """Knox's own, which makes the key and keeps its digest, with the words of scope."""


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A member of staff, an official, an executor's person or another system; the region is the scope."""

    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("region"),
        help_text=_(
            "What the user sees and edits. The whole country is the region of level 0; empty: nothing is seen."
        ),
    )
    organisation = models.ForeignKey(
        "regions.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("organisation"),
        help_text=_("An executor sees the deadlines of this organisation and of those subordinate to it."),
    )
    is_demo = models.BooleanField(
        _("demo user"), default=False, editable=False, help_text=_("Made for the demo; cannot sign in outside it.")
    )

    history = RecordHistory(excluded_fields=("password", "last_login"))
    objects: ClassVar[Any] = RegistryUserManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "region"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the user's groups; one query for the life of this object, that is one request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def is_only_executor(self) -> bool:
        """Sees the own organisation alone: an executor without a wider role."""
        return not self.is_superuser and self.roles == {Role.EXECUTOR}


class ApiToken(AbstractAuthToken):
    """A key another system uses the API with. The database holds its digest only; the key is shown once.

    A revoked or expired one stays, so that it can be seen who had it and when it was used last.
    """

    name = models.CharField(_("name"), max_length=100, help_text=_("Which system uses it."))
    scopes = models.CharField(
        pgettext_lazy("API token", "allows to"),
        max_length=100,
        default=TokenScope.READ,
        help_text=_("Never more than the user may do."),
    )  # names of TokenScope, blanks between
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    objects: ClassVar[Any] = ApiTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"

    def is_in_force(self, *, at: datetime) -> bool:
        return self.revoked_at is None and (self.expiry is None or self.expiry > at)

    def allows(self, scope: str) -> bool:
        return scope in self.scopes.split()
