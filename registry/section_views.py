"""Search, and the queues of what is missing or doubtful."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry import quality, searching
from registry.exports import Column, Document, Table
from registry.filters import NO_TEXT, OptionField, StrictForm, WholeNumberField
from registry.pages import (
    LIST_FORMATS,
    PAGE_SIZE,
    RegistryPage,
    as_file,
    elided,
    no_such_page,
    why_no_file,
    without_blanks,
)
from registry.search import LONGEST, fold
from registry.sections import Hit, Section, counts, first_rows

LEAST = 2  # letters of a search


class WordsField(forms.Field):
    widget = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST, "autocomplete": "off"})
    default_error_messages = {
        "short": _("Type at least two letters or digits."),
        "long": _("Type at most %(most)d characters; a few words are enough."),
        "not_text": _("There is something here that is no text; type the words anew."),
    }

    def clean(self, value: Any) -> str:
        words = " ".join(str(value or "").split())
        if NO_TEXT.search(words):
            raise ValidationError(self.error_messages["not_text"], code="not_text")
        if len(words) > LONGEST:
            raise ValidationError(self.error_messages["long"], code="long", params={"most": LONGEST})
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

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override]
        if (told := without_blanks(request.GET)) != request.GET:
            return redirect(f"{request.path}?{told.urlencode()}" if told else request.path)
        form = self.form()
        if form.is_bound and not form.is_valid():
            return self.show(form, status=400)
        return self.answer(form, form.cleaned_data if form.is_bound else {})

    def show(self, form: StrictForm, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **context), status=status)

    @abstractmethod
    def form(self) -> StrictForm: ...

    @abstractmethod
    def answer(self, form: StrictForm, told: dict[str, Any]) -> HttpResponse | FileResponse:
        """To what was `told` in the `form`."""


class SearchForm(StrictForm):
    q = WordsField(label=_("words, number, БИН or КАТО"))
    kind = OptionField(choices=(), label=_("kind"), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, kinds: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [("", ""), *kinds]  # type: ignore[attr-defined]


class SearchPage(SectionPage):
    template_name = "registry/search.html"

    @cached_property
    def query(self) -> searching.Query:
        """As it was sent: the form looks at it before anything is asked."""
        return searching.Query(" ".join(self.request.GET.get("q", "").split()), self.request.user)

    @cached_property
    def all_sections(self) -> list[Section]:
        return list(searching.kinds(self.query))

    def sections(self) -> Iterable[Section]:
        return self.all_sections

    def form(self) -> StrictForm:
        return SearchForm(self.request.GET or None, kinds=self.names)

    def answer(self, form: StrictForm, told: dict[str, Any]) -> HttpResponse:
        if not told:
            return self.show(form)
        found = searching.search(self.query, self.all_sections, only=told["kind"])
        kind = dict(self.names).get(told["kind"])
        return self.show(form, words=told["q"], kind=kind, found=found, counted=searching.COUNTED)


class QueueForm(StrictForm):
    queue = OptionField(choices=(), label=_("queue"), required=False)
    page = WholeNumberField(label=_("page"), least=1, required=False)
    format = OptionField(choices=[(name, name) for name in LIST_FORMATS], label=_("format"), required=False)

    def __init__(self, data: Any, *, kinds: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["queue"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        told = self.cleaned_data
        if (told.get("page") or told.get("format")) and not told.get("queue"):
            self.add_error("queue", _("Choose a queue: all of them together have no pages and are no file."))


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

    def answer(self, form: StrictForm, told: dict[str, Any]) -> HttpResponse | FileResponse:
        for section in self.all_sections:
            if section.name == told.get("queue"):
                return self._alone(form, section, told)
        found = quality.queues(self.all_sections, self.asked)
        queues, clean = ([queue for queue in found if bool(queue.n) is some] for some in (True, False))
        return self.show(form, queues=queues, clean=clean)

    def _alone(self, form: StrictForm, section: Section, told: dict[str, Any]) -> HttpResponse | FileResponse:
        n = counts([section])[section.name]
        if name := told["format"]:
            if problem := why_no_file(name, LIST_FORMATS, n):
                form.add_error("format", problem)
                return self.show(form, status=400)
            return as_file(self.request, self._document(section, n), name)
        pages = Paginator(range(n), PAGE_SIZE)  # of places: the rows are asked for by the section
        try:
            page: Any = pages.page(told["page"] or 1)
        except InvalidPage:
            form.add_error("page", no_such_page(pages))
            return self.show(form, status=404)
        hits = self._hits(section, page.start_index() - 1 if n else 0, PAGE_SIZE)
        queue = quality.queue(section, n, hits, self.asked)
        context = {"queues": [queue] if n else [], "clean": [] if n else [queue], "only": section, "page": page}
        return self.show(form, formats=LIST_FORMATS, page_numbers=elided(page), **context)

    def _hits(self, section: Section, start: int, most: int) -> list[Hit]:
        return first_rows([section], most=most, mended_by=self.request.user, start=start)[section.name]

    def _document(self, section: Section, n: int) -> Document:
        """What is wrong with the rows and how to mend it stands above them."""
        columns = (
            Column(_("Record"), lambda hit: hit.title, 60),
            Column(_("details"), lambda hit: " · ".join(hit.about), 50),
            Column(_("address"), lambda hit: self.request.build_absolute_uri(hit.address), 50, on_paper=False),
        )
        why = f"{section.why} {section.how}"
        table = Table(section.label, columns, self._hits(section, 0, n))
        return Document(str(section.label), [table], [(_("What is amiss, and what to do"), why)])
