"""Forms of sign-in."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm

from registry.filters import NO_TEXT


class SignInForm(AuthenticationForm):
    """Django's own; what can be nobody's name or password gets the same answer as a wrong one."""

    def clean(self) -> dict[str, Any]:
        username, password = (self.cleaned_data.get(name) or "" for name in ("username", "password"))
        if len(username) > self.username_field.max_length or NO_TEXT.search(username + password):
            raise self.get_invalid_login_error()
        return super().clean()
