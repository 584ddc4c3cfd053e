from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request

from registry.accounts.choices import TokenScope


class ViewModelPermissions(IsAuthenticated):
    """Reading needs Django's `view` permission of the model; which rows, the queryset decides."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.method not in SAFE_METHODS:
            raise MethodNotAllowed(str(request.method))
        options = view.queryset.model._meta
        return request.user.has_perm(f"{options.app_label}.view_{options.model_name}")


class TokenAllows(BasePermission):
    """A key reads or writes only where it was made for it; what its user may not do it never does."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if token is None:  # a session
            return True
        return token.allows(TokenScope.READ if request.method in SAFE_METHODS else TokenScope.WRITE)
