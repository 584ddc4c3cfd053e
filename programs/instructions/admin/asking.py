"""What acts on many rows ask for, and how their answers are told in a line."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.instructions.forms import REASON_LENGTH, DatedForm

MOST_REASONS = 10


class ManyForm(DatedForm):
    """One date and one reason, which goes into the journal of each."""

    reason = forms.CharField(
        label=_("reason"), required=False, max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, today=timezone.localdate(), **kwargs)
        self.fields["reason"].required = needs_reason


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
            told = [f"{why} ({n})" if 1 < n < number else why for why, n in counted]
            told += ["…"] if len(self._refused) > MOST_REASONS else []
            model_admin.message_user(request, f"{summary} {'; '.join(told)}", messages.WARNING)
        if self.ignored:
            said = ngettext(
                "%(n)d left out: not there, or outside your scope",
                "%(n)d left out: not there, or outside your scope",
                self.ignored,
            )
            model_admin.message_user(request, said % {"n": self.ignored}, messages.WARNING)
