"""Search, and the queues of what is missing or doubtful."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry import quality, searching
from registry.filters import NO_TEXT, OptionField, StrictForm
from registry.pages import RegistryPage, without_blanks
from registry.search import fold
from registry.sections import Section

LEAST, MOST = 2, 200  # letters of a search


class WordsField(forms.Field):
    widget = forms.TextInput(attrs={"type": "search", "maxlength": MOST, "autocomplete": "off"})
    default_error_messages = {
        "short": _("Type at least two letters or digits."),
        "long": _("Type at most %(most)d characters; a few words are enough."),
        "not_text": _("There is something here that is no text; type the words anew."),
    }

    def clean(self, value: Any) -> str:
        words = " ".join(str(value or "").split())
        if NO_TEXT.search(words):
            raise ValidationError(self.error_messages["not_text"], code="not_text")
        if len(words) > MOST:
            raise ValidationError(self.error_messages["long"], code="long", params={"most": MOST})
        if sum(map(str.isalnum, fold(words))) < LEAST:
            raise ValidationError(self.error_messages["short"], code="short")
        return words


class SectionPage(ABC, RegistryPage):
    """Of sections the reader may see; forbidden to whom none is shown."""

    @abstractmethod
    def sections(self) -> Iterable[Section]:
        """All kinds, whatever is asked."""

    def has_permission(self) -> bool:
        return any(True for _section in self.sections())

    @cached_property
    def names(self) -> list[tuple[str, Any]]:
        return [(section.name, section.label) for section in self.sections()]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (told := without_blanks(request.GET)) != request.GET:
            return redirect(f"{request.path}?{told.urlencode()}" if told else request.path)
        form = self.form()
        if not form.is_bound:
            return self.render_to_response(self.get_context_data(form=form, **self.found({})))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        return self.render_to_response(self.get_context_data(form=form, **self.found(form.cleaned_data)))

    @abstractmethod
    def form(self) -> StrictForm: ...

    @abstractmethod
    def found(self, told: dict[str, Any]) -> dict[str, Any]: ...


class SearchForm(StrictForm):
    q = WordsField(label=_("words, number, БИН or КАТО"))
    kind = OptionField(choices=(), label=_("kind"), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, kinds: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [("", ""), *kinds]  # type: ignore[attr-defined]


class SearchPage(SectionPage):
    template_name = "registry/search.html"

    @cached_property
    def all_sections(self) -> list[Section]:
        return list(searching.kinds(searching.Query("", self.request.user)))

    def sections(self) -> Iterable[Section]:
        return self.all_sections

    def form(self) -> StrictForm:
        return SearchForm(self.request.GET or None, kinds=self.names)

    def found(self, told: dict[str, Any]) -> dict[str, Any]:
        if not told:
            return {}
        found = searching.search(searching.Query(told["q"], self.request.user), only=told["kind"])
        return {
            "words": told["q"],
            "kind": dict(self.names).get(told["kind"]),
            "found": found,
            "counted": searching.COUNTED,
        }


class QueueForm(StrictForm):
    queue = OptionField(choices=(), label=_("queue"), required=False)

    def __init__(self, data: Any, *, kinds: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["queue"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]


class QualityPage(SectionPage):
    template_name = "registry/quality.html"

    @cached_property
    def asked(self) -> quality.Asked:
        since = timezone.localdate() - relativedelta(months=settings.STALE_AFTER_MONTHS)
        return quality.Asked(self.request.user, since)

    @cached_property
    def all_sections(self) -> list[Section]:
        return list(quality.kinds(self.asked))

    def sections(self) -> Iterable[Section]:
        return self.all_sections

    def form(self) -> StrictForm:
        return QueueForm(self.request.GET or None, kinds=self.names)

    def found(self, told: dict[str, Any]) -> dict[str, Any]:
        only = told.get("queue", "")
        sections = [section for section in self.all_sections if only in ("", section.name)]
        found = quality.queues(sections, self.asked, alone=bool(only))
        return {
            "queues": [queue for queue in found if queue.n],
            "clean": [queue for queue in found if not queue.n],
            "only": only,
        }
