import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.models import AbstractAuthToken
from rest_framework.exceptions import AuthenticationFailed

KEY = re.compile(rb"[0-9A-Za-z_-]{1,200}")


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Token <key>`. Broken bytes are a wrong key, not an error; an expired key stays to be seen."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, AbstractAuthToken]:
        if not KEY.fullmatch(token):
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: AbstractAuthToken) -> bool:
        """Whether the key has expired. Reading writes nothing, so it is not deleted here."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


class TokenScheme(KnoxTokenScheme):
    target_class = "registry.api.authentication.TokenAuthentication"
    name = "token"
