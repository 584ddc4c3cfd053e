from copy import copy
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_otp.models import DeviceManager
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AbstractAuthToken, AuthTokenManager

from registry.accounts.choices import Role, TokenScope
from registry.audit.history import RecordHistory
from registry.models import StaleRecord
from registry.scope import ScopedQuerySet, within

_SIGNER = Signer(salt="accounts.User.edition")


class UserQuerySet(ScopedQuerySet):
    region_path = "region_id"

    def choosable(self, *, on: date) -> Self:
        return self.filter(is_active=True)


class OfUserQuerySet(ScopedQuerySet):
    """What belongs to a user of the country is no national record: a region sees its own."""

    region_path = "user__region_id"

    def seen_by_region(self, user: Any) -> Self:
        return self.filter(within(self.region_path, user.region_id))


class ApiTokenQuerySet(OfUserQuerySet):
    def in_force(self, *, at: datetime) -> Self:
        """Neither revoked nor expired; a key without a last day, such as the demo's, does not expire."""
        return self.filter(Q(expiry=None) | Q(expiry__gt=at), revoked_at=None)

    def of_feed(self, user: "User") -> Self:
        """Those in the addresses of the user's calendar feed."""
        return self.filter(user=user, scopes=TokenScope.CALENDAR)


class RegistryUserManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own, with the words of scope; a class of its own so that migrations can name it."""


class AuthenticatorManager(DeviceManager.from_queryset(OfUserQuerySet)):  # type: ignore[misc]
    """That of django-otp, with the words of scope."""


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
    # As Django's own, by the name people know it by.
    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group, verbose_name=_("roles"), blank=True, related_name="user_set", related_query_name="user"
    )
    is_demo = models.BooleanField(
        _("demo user"), default=False, editable=False, help_text=_("Made for the demo; cannot sign in outside it.")
    )

    second_factor_since = models.DateTimeField(
        _("second factor since"),
        null=True,
        editable=False,
        help_text=_("Since when sign-in asks for a code of the phone besides the password."),
    )

    history = RecordHistory(excluded_fields=("password", "last_login"), m2m_fields=("groups",))
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

    def hold(self) -> None:
        """As `Record.hold`; which edition this is `require_edition` has asked already."""
        if not list(User._base_manager.select_for_update().filter(pk=self.pk).values_list("pk")):
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

    @cached_property
    def bodies(self) -> list[int]:
        """Keys of the user's organisation and of those subordinate to it, two levels down; one query, as `roles`."""
        if self.organisation_id is None:
            return []
        own = Q(pk=self.organisation_id) | Q(parent=self.organisation_id) | Q(parent__parent=self.organisation_id)
        bodies = apps.get_model("regions", "Organisation").objects.filter(own)
        return list(bodies.order_by("pk").values_list("pk", flat=True))

    @property
    def owes_second_factor(self) -> bool:
        """The installation demands one of this user, who has none yet."""
        demanded = settings.SECOND_FACTOR == "all" or (settings.SECOND_FACTOR == "staff" and self.is_staff)
        return demanded and self.second_factor_since is None

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session ends when this changes: with the password, as in Django, and with the second factor."""
        of_password = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        since = self.second_factor_since
        return of_password if since is None else f"{of_password} {since.timestamp()}"


class Authenticator(TOTPDevice):
    """The app on a user's phone whose codes are the second factor; a code is taken once.

    Its secret must be stored as it is: the server reckons the same codes from it.
    """

    LONGEST_WAIT = 900  # seconds; else who knows the password keeps the owner out for years by guessing

    objects: ClassVar[Any] = AuthenticatorManager()

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def get_throttle_factor(self) -> float:
        """Seconds to wait after the first wrong code; each further one doubles the wait."""
        return min(1.0, self.LONGEST_WAIT / 2 ** max(0, self.throttling_failure_count - 1))


class RecoveryCode(models.Model):
    """Signs a user in once instead of a code of the phone. The database holds its digest; the code is shown once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes", verbose_name=_("user")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True)

    objects: ClassVar[Any] = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.user} ({self.digest[:8]}…)"


class ApiToken(AbstractAuthToken):
    """A key another system uses the API with. The database holds its digest only; the key is shown once.

    A revoked or expired one stays, so that it can be seen who had it and when it was used last.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="auth_token_set",
        verbose_name=_("user"),
        help_text=_("With whose rights the key acts."),
    )
    created = models.DateTimeField(_("made on"), auto_now_add=True)
    expiry = models.DateTimeField(_("valid to"), null=True, blank=True)
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
