import re

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.exceptions import AuthenticationFailed

from registry.accounts.choices import TokenScope
from registry.accounts.models import ApiToken, User
from registry.accounts.services import record_use

KEY = re.compile(rb"[0-9A-Za-z_-]{1,200}")


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Token <key>`. Broken bytes are a wrong key, not an error; a key out of force stays to be seen."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        if not KEY.fullmatch(token):
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        """Whether the key is out of force, or a calendar feed's. Knox deletes it here; ours stays to be seen."""
        return not auth_token.is_in_force(at=timezone.now()) or auth_token.allows(TokenScope.CALENDAR)

    def validate_user(self, auth_token: ApiToken) -> tuple[User, ApiToken]:
        user, token = super().validate_user(auth_token)
        record_use(token, at=timezone.now())
        return user, token


class TokenScheme(KnoxTokenScheme):
    target_class = "registry.api.authentication.TokenAuthentication"
    name = "token"
