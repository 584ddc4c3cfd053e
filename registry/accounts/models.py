from copy import copy
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from registry.accounts.choices import Role
from registry.audit.history import RecordHistory
from registry.models import StaleRecord
from registry.scope import ScopedQuerySet, within

_SIGNER = Signer(salt="accounts.User.edition")


class UserQuerySet(ScopedQuerySet):
    region_path = "region_id"


class ApiTokenQuerySet(ScopedQuerySet):
    """Keys of the country's users are no national record: a region sees its own."""

    region_path = "user__region_id"

    def seen_by_region(self, user: Any) -> Self:
        return self.filter(within(self.region_path, user.region_id))


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

    # What the form of a user sets. Signing in and a new password change the row too, and are in nobody's way.
    GUARDED: ClassVar[tuple[str, ...]] = (
        "username", "last_name", "first_name", "email", "region_id", "organisation_id", "is_active"
    )  # fmt: skip

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "region"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def edition(self) -> str:
        """As `Record.edition`. The row has no version, so this is what was seen itself, signed."""
        seen = [self.pk, *(getattr(self, name) for name in self.GUARDED)]
        return _SIGNER.sign_object([*seen, sorted(group.pk for group in self.groups.all())], compress=True)

    def require_edition(self, edition: str) -> None:
        """As `Record.require_edition`; locks the row, since no version guards the write that follows."""
        stored = User._base_manager.select_for_update().filter(pk=self.pk).first()
        if stored is None or stored.edition != edition:
            raise StaleRecord(self)

    def in_edition(self, edition: str) -> "User | None":
        """As `Record.in_edition`, the roles included."""
        try:
            key, *seen, groups = _SIGNER.unsign_object(edition)
        except BadSignature:
            return None
        if key != self.pk:
            return None
        past = copy(self)
        for name, value in zip(self.GUARDED, seen, strict=True):
            setattr(past, name, value)
        past.__dict__["_prefetched_objects_cache"] = {"groups": Group.objects.filter(pk__in=groups)}
        return past

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the user's groups; one query for the life of this object, that is one request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def is_only_executor(self) -> bool:
        """Sees the own organisation alone: an executor without a wider role; groups that are no role widen nothing."""
        return not self.is_superuser and self.roles & set(Role.values) == {Role.EXECUTOR}


class ApiToken(AbstractAuthToken):
    """A key another system reads the API with. The database holds its digest only; the key is shown once."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Which system uses it."))

    objects: ClassVar[Any] = ApiTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"
