"""Pages made of rows. What a list shows is said by its address alone, so an address is a saved list.

A list is filtered by its filterset, sorted by an allow-listed name and paged; a mistake in the address is told beside
what it concerns, and never answered with rows nobody asked for.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from registry.alphabet import by_name
from registry.exports import FORMATS, Column, Document, Table, file_of
from registry.filters import StrictFilterSet

PAGE, ORDERING, FORMAT = "page", "ordering", "format"  # what the list itself reads from the address
PAGE_SIZE = 50
PAPER_MAX_ROWS = 20_000  # nobody prints more
LIST_FORMATS = ("xlsx", "csv", "pdf")
ROWS_AT_ONCE = 2000  # read from the database while a file is written


@method_decorator(never_cache, name="dispatch")
class RegistryPage(LoginRequiredMixin, PermissionRequiredMixin, TemplateView):
    """A page for those who may see its rows; after sign-out the browser's "back" shows nothing of it.

    `parameters` are those its address takes, each once: what nobody reads is refused, never answered with everything.
    """

    request: HttpRequest
    parameters: frozenset[str] = frozenset()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any(name not in self.parameters or len(values) > 1 for name, values in request.GET.lists()):
            raise SuspiciousOperation("a parameter this page does not take")
        return super().get(request, *args, **kwargs)


class DocumentPage(ABC, RegistryPage):
    """A page of one thing, which can be had as a file as well: `?format=`, a name of `formats`."""

    formats: ClassVar[Sequence[str]] = ("pdf", "docx", "xlsx")
    parameters = frozenset({FORMAT})

    @abstractmethod
    def document(self, context: dict[str, Any]) -> Document:
        """What the file holds, of the page's own `context`."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override]
        name = self.request.GET.get(FORMAT)
        if name is None:
            return super().render_to_response({"formats": self.formats} | context, **kwargs)
        if name not in self.formats:
            raise Http404("no such format")
        return as_file(self.request, self.document(context), name)


@dataclass(frozen=True)
class Sort:
    """A column that can be sorted by."""

    label: str | Promise
    path: str
    nullable: bool = False
    is_name: bool = False  # `path` lacks its language

    def by(self, descending: bool) -> list[OrderBy]:
        """Rows without a value come last either way; the key decides between equals."""
        last = True if self.nullable else None
        column, key = by_name(self.path) if self.is_name else F(self.path), F("pk")
        if descending:
            return [column.desc(nulls_last=last), key.desc()]
        return [column.asc(nulls_last=last), key.asc()]


@dataclass(frozen=True)
class SortLink:
    """A column's heading: how the list is sorted by it now, and what a click asks for."""

    name: str
    label: str | Promise
    direction: str  # as aria-sort has it; empty when the list is sorted by another column
    next: str


@dataclass(frozen=True)
class Chosen:
    """A filter in force, and the query string of the list without it."""

    label: str
    value: str
    without: str


class ListPage(ABC, RegistryPage):
    """`controls` are the filters with a field of their own on the page, by name, with the short label they have there;
    `more_controls` are those behind "more". Any other filter works from the address and is shown among the chosen ones.
    """

    title: str | Promise
    filterset_class: type[StrictFilterSet]
    sorts: ClassVar[Mapping[str, Sort]]
    default_sort: ClassVar[str]  # a name of `sorts`, with a minus for descending
    controls: ClassVar[Mapping[str, str | Promise]]
    more_controls: ClassVar[Mapping[str, str | Promise]] = {}
    columns: ClassVar[Sequence[Column]]  # of the list as a file
    formats: ClassVar[Sequence[str]] = LIST_FORMATS

    @abstractmethod
    def rows(self) -> QuerySet:
        """All rows the user may see on this page, unsorted."""

    def joined(self, rows: Any) -> Any:
        """`rows` with all that is shown beside them."""
        return rows.for_listing()

    def shown(self, records: Iterable[Any]) -> Iterable[Any]:
        """What the template and the columns read, for each of `records` as `joined` gives them."""
        return records

    def filter_options(self) -> dict[str, Any]:
        """What else the filterset is told."""
        return {}

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Options of the drop-downs that the filterset does not know itself, by name of the filter."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override]
        if (told := without_blanks(request.GET)) != request.GET:
            return redirect(f"{request.path}?{told.urlencode()}" if told else request.path)
        filters = self._filters()
        descending, sort = self._sort()
        context = self._controls(filters.form)
        context |= {"sorts": self._sort_links(), "problems": self._problems(filters, sort)}
        if sort is None or not filters.is_valid():
            return self._answer(context, status=400)
        order = sort.by(descending)
        paginator = Paginator(filters.qs.order_by(*order), PAGE_SIZE)
        context |= {"count": paginator.count, "chosen": list(self._chosen(filters.form))}
        if FORMAT in request.GET:
            return self._file(filters.qs.order_by(*order), context)
        try:
            page: Any = paginator.page(request.GET.get(PAGE, 1))
        except InvalidPage:
            context["problems"] = [no_such_page(paginator)]
            return self._answer(context, status=404)
        # The page's keys are found first: what is shown beside the rows is joined to fifty of them, not sorted along.
        on_page = self.rows().filter(pk__in=page.object_list.values("pk"))
        context |= {"page": page, "rows": list(self.shown(self.joined(on_page.order_by(*order))))}
        context["page_numbers"] = elided(page)
        return self._answer(context)

    def _answer(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(formats=self.formats, **context), status=status)

    def _file(self, rows: QuerySet, context: dict[str, Any]) -> HttpResponse | FileResponse:
        """All rows of the list, as many as it has pages."""
        name = self.request.GET[FORMAT]
        if problem := self.why_no_file(name, context["count"]):
            return self._answer(context | {"problems": [problem]}, status=400)
        about = [(str(capfirst(chosen.label)), chosen.value) for chosen in context["chosen"]]
        records = self.joined(rows).iterator(chunk_size=ROWS_AT_ONCE)
        table = Table(self.title, self.columns, self.shown(records))
        return as_file(self.request, Document(str(self.title), [table], about), name)

    def why_no_file(self, name: str, count: int) -> str:
        """Empty when `count` rows may be had in the format `name`."""
        return why_no_file(name, self.formats, count)

    # Filters

    def _filters(self) -> StrictFilterSet:
        filters = self.filterset_class(
            self.request.GET,
            queryset=self.rows(),
            request=self.request,
            reserved=(PAGE, ORDERING, FORMAT, *self.parameters),
            **self.filter_options(),
        )
        labels = {**self.controls, **self.more_controls}
        choices = self.choices()
        for name, field in filters.form.fields.items():
            if name in choices:
                field.widget = forms.Select(choices=[("", "—"), *choices[name]])
            if name in labels:
                field.label = labels[name]
            else:
                field.widget = forms.HiddenInput()
        return filters

    def _controls(self, form: forms.Form) -> dict[str, Any]:
        return {
            "form": form,
            "main_fields": [form[name] for name in self.controls],
            "more_fields": [form[name] for name in self.more_controls],
            "more_open": any(name in self.request.GET for name in self.more_controls),
        }

    def _problems(self, filters: StrictFilterSet, sort: Sort | None) -> list[str]:
        """What is wrong with the address and has no visible field to stand beside."""
        problems = list(filters.form.non_field_errors())
        for field in filters.form.hidden_fields():
            problems += [f"{capfirst(field.label)}: {error}" for error in field.errors]
        if sort is None:
            problems.append(_("The list cannot be sorted in this order; choose another below."))
        return problems

    def _chosen(self, form: forms.Form) -> Iterator[Chosen]:
        for name, value in form.cleaned_data.items():
            if name in self.request.GET:
                rest = self.request.GET.copy()
                for other in (name, PAGE, FORMAT):
                    rest.pop(other, None)
                yield Chosen(str(form[name].label), in_words(form.fields[name], value), rest.urlencode())

    # Order

    def _sort(self) -> tuple[bool, Sort | None]:
        wanted = self.request.GET.get(ORDERING, self.default_sort)
        return wanted.startswith("-"), self.sorts.get(wanted.removeprefix("-"))

    def _sort_links(self) -> dict[str, SortLink]:
        labels = {name: sort.label for name, sort in self.sorts.items()}
        return sort_links(labels, self.request.GET.get(ORDERING, self.default_sort))


def sort_links(labels: Mapping[str, str | Promise], now: str) -> dict[str, SortLink]:
    """Headings of the columns `labels` of a table sorted by `now`, a name of theirs with a minus for descending."""
    directions = {now.removeprefix("-"): "descending" if now.startswith("-") else "ascending"}
    return {
        name: SortLink(name, label, directions.get(name, ""), f"-{name}" if name == now else name)
        for name, label in labels.items()
    }


def elided(page: Page) -> Iterator[str | int]:
    """Numbers of the pages beside `page`, of the first and the last."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


def no_such_page(paginator: Paginator) -> str:
    return _("The list has no such page; it has pages 1 to %(n)d.") % {"n": paginator.num_pages}


def why_no_file(name: str, formats: Sequence[str], count: int) -> str:
    """Empty where `count` rows can be had as a file `name`, one of `formats`."""
    if name not in formats:
        return _("This can be had as: %(formats)s.") % {"formats": ", ".join(formats)}
    most = settings.EXPORT_MAX_ROWS if name != "pdf" else min(settings.EXPORT_MAX_ROWS, PAPER_MAX_ROWS)
    if count <= most:
        return ""
    said = _("A file of this kind holds at most %(most)d rows, and the list has %(count)d: narrow it by filters.")
    return said % {"most": most, "count": count}


def as_file(request: HttpRequest, document: Document, name: str) -> FileResponse:
    """`document` to be saved, in the format `name`, under a name made of the page's path and the day."""
    saved = f"{request.path.strip('/').replace('/', '-')}-{timezone.localdate()}.{name}"
    answer = FileResponse(
        file_of(document, name), as_attachment=True, filename=saved, content_type=FORMATS[name].content_type
    )
    # For files.js, which tells the reader to wait until it is here.
    answer.set_cookie("file-ready", "1", max_age=60, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
    return answer


def in_words(field: forms.Field, value: Any) -> str:
    """A filter's value as its drop-down names it, else as the reader writes such things."""
    if isinstance(value, list):
        return ", ".join(in_words(field.item, item) for item in value)  # type: ignore[attr-defined]
    if hasattr(value, "isoformat"):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(field, forms.ModelChoiceField):
        return str(value)
    choices = getattr(field.widget, "choices", ()) or getattr(field, "choices", ()) or ()
    names = {str(key): str(name) for key, name in choices}
    raw = str(value).lower() if isinstance(value, bool) else str(value)
    return names.get(raw, raw)


def without_blanks(query: QueryDict) -> QueryDict:
    """`query` without the fields left empty in a form: they say nothing and make the address long."""
    rest = query.copy()
    for name, values in query.lists():
        rest.setlist(name, [value for value in values if value.strip()])
        if not rest.getlist(name):
            del rest[name]
    return rest
