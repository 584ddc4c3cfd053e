"""A form or list opened anew with what was typed into it before; beside what both changed, what is stored now."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext as _

from registry.admin.conflict import Comparison, Difference, Part


def put_in(context: dict[str, Any], comparison: Comparison) -> list[Difference]:
    """Fills the untouched forms of a page's `context`; returns what has no place there any more.

    A field the reader left alone shows what is stored, so that nobody's change is undone by saving.
    """
    left = _into(context["adminform"].form, comparison.record)
    tables = {type(each.opts): each for each in context["inline_admin_formsets"] if each.formset.is_guarded}
    for kind in {type(part.inline) for part in comparison.rows}:
        parts = [part for part in comparison.rows if type(part.inline) is kind]
        left += _into_table(tables[kind], parts) if kind in tables else _typed(parts)
    return left


def _into_table(table: Any, parts: list[Part]) -> list[Difference]:
    new = [part for part in parts if part.is_new]
    left = [] if table.has_add_permission else _typed(new)
    if table.has_add_permission:
        _add_rows(table.formset, new)
    return left + put_in_rows(table.formset, parts)


def put_in_rows(formset: Any, parts: list[Part]) -> list[Difference]:
    """Fills the untouched forms of stored rows; returns what was typed into rows that are not among them."""
    left = _typed(part for part in parts if part.is_gone)
    forms = {form.instance.pk: form for form in formset.initial_forms}
    for part in parts:
        if part.stored is not None:
            form = forms.get(part.stored.pk)
            left += _into(form, part) if form else part.typed
    return left


def _add_rows(formset: Any, parts: list[Part]) -> None:
    formset.extra = len(parts)
    for made_already in ("forms", "management_form"):
        formset.__dict__.pop(made_already, None)
    for form, part in zip(formset.extra_forms, parts, strict=True):
        _into(form, part)


def _into(form: Any, part: Part) -> list[Difference]:
    left = []
    notes = ErrorDict()
    for each in part.typed:
        if each.name not in form.fields:
            left.append(each)
            continue
        form.initial[each.name] = part.form[each.name].data
        if each.is_clash:
            notes[each.name] = _note(_("Stored now: %s") % _with_author(each.stored, each.author))
    if part.is_struck:
        form.initial[DELETION_FIELD_NAME] = True
    if said := _about_row(part):
        notes[NON_FIELD_ERRORS] = _note(said)
    form._errors = notes  # the admin shows them at their fields, and screen readers with them
    return left


def _about_row(part: Part) -> str:
    if part.is_added:
        return _("Added meanwhile: %s") % part.author
    if part.is_struck and part.author:
        return _("You struck this row out, and it was changed meanwhile: %s") % part.author
    return ""


def _note(text: str) -> ErrorList:
    return ErrorList([text], error_class="stored")


def _with_author(value: str, author: Any) -> str:
    return f"{value} ({author})" if author else value


def _typed(parts: Iterable[Part]) -> list[Difference]:
    return [each for part in parts for each in part.typed]
