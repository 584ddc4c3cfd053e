"""What every act in the admin asks for, and how the answers of many are told in a line."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminDateWidget
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MOST_REASONS = 10


class ActForm(forms.Form):
    """The date on paper and the reason, which goes into the journal."""

    required_css_class = "required"

    on = forms.DateField(label=_("Date of the act"), widget=AdminDateWidget)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        self.fields["reason"].required = needs_reason

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."), code="future")
        return self.cleaned_data["on"]


class Tally:
    """Counts what was done, what was refused and why, and what was none of the user's."""

    def __init__(self) -> None:
        self.done = 0
        self.ignored = 0
        self._refused: Counter[str] = Counter()

    def refuse(self, why: object) -> None:
        self._refused[str(why)] += 1

    def tell(self, model_admin: Any, request: HttpRequest) -> None:
        """One message a kind: “3 done”, “3 refused: why (2); why else”, “1 left out”."""
        if self.done:
            said = ngettext("%(n)d done", "%(n)d done", self.done) % {"n": self.done}
            model_admin.message_user(request, said, messages.SUCCESS)
        if number := self._refused.total():
            summary = ngettext("%(n)d refused:", "%(n)d refused:", number) % {"n": number}
            counted = ((why.removesuffix("."), n) for why, n in self._refused.most_common(MOST_REASONS))
            told = [f"{why} ({n})" if n > 1 else why for why, n in counted]
            told += ["…"] if len(self._refused) > MOST_REASONS else []
            model_admin.message_user(request, f"{summary} {'; '.join(told)}", messages.WARNING)
        if self.ignored:
            said = ngettext(
                "%(n)d left out: not there, or outside your scope",
                "%(n)d left out: not there, or outside your scope",
                self.ignored,
            )
            model_admin.message_user(request, said % {"n": self.ignored}, messages.WARNING)
