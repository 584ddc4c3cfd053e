"""What one person typed beside what others have stored meanwhile: field by field, with who and when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import JSONField, Model
from django.forms import ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.admin.history import EMPTY, UNSAID
from registry.admin.history_pages import strangers_to
from registry.admin.words import formfield_of, in_words
from registry.audit.history import kept_value, load_linked

HISTORY_READ = 200  # latest rows of a history in which the author of a change is looked for


@dataclass(frozen=True)
class Author:
    who: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.who}, {date_format(timezone.localtime(self.at), 'SHORT_DATETIME_FORMAT')}"


@dataclass(frozen=True)
class Difference:
    """One field. `opened` is None where nobody can tell, `typed` where the reader left the field alone.

    `author` stored the present value; None where it is as it was opened.
    """

    name: str
    label: str
    opened: str | None
    typed: str | None
    stored: str
    is_theirs: bool
    author: Author | None = None

    @property
    def is_clash(self) -> bool:
        return self.is_theirs and self.typed is not None


@dataclass
class Part:
    """The record, or a row on its page. `form` holds what was typed into it, if anything; `stored` what it is now."""

    title: str
    form: Any = None
    stored: Any = None  # None: a new row, or one that is gone
    inline: Any = None  # None: the record itself
    is_new: bool = False
    is_gone: bool = False
    is_added: bool = False  # by somebody else
    is_struck: bool = False  # the reader wants the row out
    author: Author | None = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def typed(self) -> list[Difference]:
        return [each for each in self.differences if each.typed is not None]

    @property
    def clashes(self) -> bool:
        return self.is_gone or any(each.is_clash for each in self.differences) or bool(self.is_struck and self.author)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.differences or self.author or self.is_gone or self.is_struck)


class Log:
    """The history of a record as `reader` may know it: who is out of the reader's scope is not named."""

    def __init__(self, record: Any, reader: Any) -> None:
        kept = hasattr(record, "history")
        self._rows = list(record.history.order_by("-history_date", "-pk")[:HISTORY_READ]) if kept else []
        load_linked(self._rows)
        self._reader = reader

    def latest(self) -> Author | None:
        return self._author(self._rows[0]) if self._rows else None

    def author_of(self, column: Any) -> Author | None:
        """Of the present value."""
        pairs = pairwise(self._rows)
        row = next((newer for newer, older in pairs if kept_value(newer, column) != kept_value(older, column)), None)
        return self._author(row) if row else None

    def _author(self, row: Any) -> Author:
        if row.history_user_id is None:
            return Author(row.history_actor or EMPTY, row.history_date)
        if row.history_user_id == self._reader.pk:
            return Author(_("you, in another window"), row.history_date)
        is_stranger = row.history_user_id in strangers_to(self._reader, [row])
        return Author(_("a user outside your scope") if is_stranger else row.history_actor, row.history_date)


def changed_by(record: Any, reader: Any) -> str:
    """Who changed `record` last and when, as far as `reader` may know."""
    return str(Log(record, reader).latest() or EMPTY)


class Comparison:
    """A page as it was sent against what is stored now: the `record` and the `rows` on its page."""

    def __init__(self, model_admin: Any, request: HttpRequest, stored: Any) -> None:
        self.admin, self.request, self.stored = model_admin, request, stored
        self.opened = stored.in_edition(request.POST.get("opened", ""))
        self.basis = self.opened or stored

    @cached_property
    def record(self) -> Part:
        sent = form_of(self.admin, self.request, self.basis, self.request.POST)
        now = form_of(self.admin, self.request, self.stored)
        part = Part(str(self.stored), sent, self.stored)
        return self._compared(part, self.request.POST.get("opened", ""), self.opened, now)

    @cached_property
    def rows(self) -> list[Part]:
        formsets, inlines = self.admin._create_formsets(self.request, self.basis, change=True)
        guarded = [pair for pair in zip(formsets, inlines, strict=True) if pair[0].is_guarded]
        return [part for formset, inline in guarded for part in self._rows_of(formset, inline)]

    @cached_property
    def parts(self) -> list[Part]:
        return [part for part in (self.record, *self.rows) if part]

    @property
    def author(self) -> Author | None:
        """Of the latest change on the page."""
        return max((part.author for part in self.parts if part.author), key=lambda each: each.at, default=None)

    @property
    def clashes(self) -> bool:
        return any(part.clashes for part in self.parts)

    def _rows_of(self, formset: Any, inline: Any) -> Iterator[Part]:
        kind = str(capfirst(formset.model._meta.verbose_name))
        stored = {row.pk: row for row in formset.get_queryset()}
        for form in formset.initial_forms:
            row = stored.pop(form.instance.pk, None)
            if row is None:
                yield Part(kind, form, None, inline, is_gone=True, differences=typed_into(form))
            elif not formset.is_closed(row):
                yield self._row(form, row, inline)
        for form in formset.extra_forms:
            if form.has_changed():
                yield Part(_("New row: %s") % kind, form, None, inline, is_new=True, differences=typed_into(form))
        for row in stored.values():
            yield Part(str(row), None, row, inline, is_added=True, author=Log(row, self.request.user).latest())

    def _row(self, form: Any, stored: Any, inline: Any) -> Part:
        edition = form["opened"].data or ""
        opened = stored.in_edition(edition)
        sent = type(form)(self.request.POST, prefix=form.prefix, instance=opened or stored)
        part = Part(str(stored), sent, stored, inline)
        part.is_struck = DELETION_FIELD_NAME in form.fields and bool(form[DELETION_FIELD_NAME].data)
        return self._compared(part, edition, opened, form)

    def _compared(self, part: Part, edition: str, opened: Any, now: ModelForm) -> Part:
        """`now` is the form of what is stored. Where nobody knows what was `opened`, all that was typed is in doubt."""
        is_stale = edition != part.stored.edition
        log = Log(part.stored, self.request.user) if is_stale else None
        part.author = log.latest() if log else None
        columns = {column.name: column for column in told(part.stored, now) if column.name not in self._hidden(part)}
        for name in dict.fromkeys((*part.form.fields, *columns)):
            column, is_mine = columns.get(name), _is_mine(part.form, now, name)
            is_theirs = (
                is_stale and column is not None and (_differs(column, opened, part.stored) if opened else is_mine)
            )
            if is_mine or is_theirs:
                author = log.author_of(column) if log and column is not None and is_theirs else None
                part.differences.append(self._difference(part, name, column, opened, is_mine, is_theirs, author))
        return part

    def _difference(
        self, part: Part, name: str, column: Any, opened: Any, is_mine: bool, is_theirs: bool, author: Author | None
    ) -> Difference:
        as_field = part.form.fields.get(name) or formfield_of(column, self.request.user)
        return Difference(
            name,
            label_of(as_field, name),
            in_words(as_field, _value(column, opened)) if column is not None and opened else None,
            in_words(as_field, part.form[name].data) if is_mine else None,
            in_words(as_field, _value(column, part.stored)) if column is not None else EMPTY,
            is_theirs,
            author,
        )

    def _hidden(self, part: Part) -> set[str]:
        """Personal data that the reader may not see in the register of these rows is not told here either."""
        model_admin: Any = self.admin.admin_site._registry.get(type(part.stored))
        return model_admin.hidden_fields(self.request) if hasattr(model_admin, "hidden_fields") else set()


class ListComparison(Comparison):
    """Rows edited in a list."""

    def __init__(self, model_admin: Any, request: HttpRequest, formset: Any) -> None:
        self.admin, self.request, self.formset = model_admin, request, formset

    @cached_property
    def parts(self) -> list[Part]:
        return [part for part in self._rows_of(self.formset, None) if part]


def form_of(model_admin: Any, request: HttpRequest, record: Model | None, data: QueryDict | None = None) -> ModelForm:
    """As the page of `record` has it."""
    fields = flatten_fieldsets(model_admin.get_fieldsets(request, record))
    form = model_admin.get_form(request, record, change=record is not None, fields=fields)
    return form(data, instance=record)


def typed_into(form: ModelForm) -> list[Difference]:
    """What a form of a row that is not stored holds."""
    return [
        Difference(name, label_of(as_field, name), None, in_words(as_field, form[name].data), EMPTY, False)
        for name, as_field in form.fields.items()
        if name in form.changed_data and name != DELETION_FIELD_NAME and not as_field.widget.is_hidden
    ]


def label_of(as_field: Any, name: str) -> str:
    return str(capfirst(as_field.label or name))


def told(record: Any, form: ModelForm) -> list[Any]:
    """Columns people know the record by; those kept for machines are not among them."""
    tracked = record.history.model.tracked_fields
    columns = [column for column in tracked if column.name not in UNSAID and not isinstance(column, JSONField)]
    return [*columns, *(column for column in record._meta.many_to_many if column.name in form.fields)]


def _value(column: Any, record: Any) -> Any:
    value = column.value_from_object(record)
    return sorted(each.pk for each in value) if column.many_to_many else value


def _differs(column: Any, one: Any, other: Any) -> bool:
    return _value(column, one) != _value(column, other)


def _is_mine(sent: ModelForm, now: ModelForm, name: str) -> bool:
    """Changed by the reader, and otherwise than it stands now."""
    if name not in sent.changed_data:
        return False
    as_field = now.fields.get(name)
    return as_field is None or as_field.has_changed(now.get_initial_for_field(as_field, name), sent[name].data)
