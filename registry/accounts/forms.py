"""Forms of sign-in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from registry.filters import NO_TEXT


class SignInForm(AuthenticationForm):
    """Django's own; what can be nobody's name or password gets the same answer as a wrong one."""

    def clean(self) -> dict[str, Any]:
        username, password = (self.cleaned_data.get(name) or "" for name in ("username", "password"))
        longest: Any = self.username_field.max_length
        if len(username) > longest or NO_TEXT.search(username + password):
            raise self.get_invalid_login_error()
        return super().clean()


class CodeForm(forms.Form):
    """A code of the app on the phone, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits from the app on your phone, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class AppCodeForm(CodeForm):
    """A code of the app alone, on the page that sets it up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Six digits from the app.")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": False}
