"""Forms that say every broken rule at a field, those across the rows of a page included."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import router
from django.db.models import Model, UniqueConstraint, Value
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registry.constraints import BrokenRule, rule_of
from registry.models import StaleRecord


class Refused(Exception):
    """Something met while saving: everything is rolled back and the form is shown again with the message at `field`."""

    def __init__(self, message: str | Promise, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class EditionField(forms.CharField):
    """The edition of the record that the form was opened with; of itself it changes nothing."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RegistryForm(forms.ModelForm):
    """A model form that also checks the rules Django leaves out because a field of theirs is not in the form.

    It is good for the edition of the record it was opened with: raises StaleRecord when that is no longer the one
    stored, or when none is sent.
    """

    opened = EditionField(required=False, label="")

    refusals: ClassVar[Iterable[Refused]] = ()  # met in the first try to save, before it was rolled back
    user: ClassVar[Any] = None  # who fills the form in; both are set by the admin for each request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._is_guarded():
            self.initial["opened"] = self.instance.edition

    def _is_guarded(self) -> bool:
        return not self.instance._state.adding and hasattr(self.instance, "edition")

    def clean_opened(self) -> str:
        opened = self.cleaned_data["opened"]
        if self._is_guarded():
            self.instance.require_edition(opened)
        return opened

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and self.has_changed():
            self._check_rules()
        for refused in self.refusals:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused.message))

    def _check_rules(self) -> None:
        model = type(self.instance)
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and self._is_of_the_page(constraint):
                continue
            try:
                constraint.validate(model, self.instance)
            except ValidationError:
                self.say(rule_of(model, constraint))

    def _is_of_the_page(self, constraint: UniqueConstraint) -> bool:
        """It holds among the rows of one parent, so the formset checks it, which sees all of them as they will be."""
        return any(isinstance(self.fields.get(name), InlineForeignKeyField) for name in constraint.fields)

    def say(self, rule: BrokenRule) -> None:
        self.add_error(rule.field_among(self._filled_in()), str(rule.message))

    def _filled_in(self) -> list[str]:
        """Fields people fill in; on the page of a parent the key to it is none of them."""
        return [name for name, field in self.fields.items() if not isinstance(field, InlineForeignKeyField)]

    def _update_errors(self, errors: ValidationError) -> None:
        """Django puts a broken constraint above the form; it belongs at the field to change."""
        found = getattr(errors, "error_dict", {}).get(NON_FIELD_ERRORS, [])
        model = type(self.instance)
        rules = {str(rule.message): rule for rule in (rule_of(model, each) for each in model._meta.constraints)}
        for error in list(found):
            rule = rules.get(str(error.message))
            field = rule.field_among(self._filled_in()) if rule else None
            if field:
                found.remove(error)
                errors.error_dict.setdefault(field, []).append(error)
        if not found:
            getattr(errors, "error_dict", {}).pop(NON_FIELD_ERRORS, None)
        super()._update_errors(errors)  # type: ignore[misc]


class RegistryFormSet(BaseInlineFormSet):
    """Rows of one parent: its unique rules are checked across them and against rows the user does not see.

    Rows out of the user's scope, and those `is_locked` names, are shown but take no input.
    """

    user: ClassVar[Any] = None  # set by the inline for each request
    is_guarded: ClassVar[bool] = True  # False where the rows are only shown
    model: Any
    _pk_field: Any

    def is_locked(self, row: Any) -> bool:
        return False

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        setattr(form.instance, self.fk.name, self.instance)  # as edited on this page, not as stored
        for name, field in form.fields.items():
            if hasattr(field, "labels"):
                inner(field.widget).known = self._labels(name, field)
        if form.instance.pk is not None and self.is_closed(form.instance):
            for name, field in form.fields.items():
                field.disabled = field.disabled or name not in (self._pk_field.name, self.fk.name)
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Each called by itself: what stands at the head of its column is not read out with it."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not field.widget.is_hidden:
                inner(field.widget).attrs.setdefault("aria-label", capfirst(field.label))

    def _labels(self, name: str, field: Any) -> dict[str, str]:
        """What the choices of the rows of this page are called, asked for once."""
        cache = self.__dict__.setdefault("_labels_of", {})
        if name not in cache:
            chosen = {row for row in (getattr(each, name) for each in self.get_queryset()) if row is not None}
            cache[name] = {str(key): label for key, label in field.labels(chosen).items()}
        return cache[name]

    def is_closed(self, row: Any) -> bool:
        if not hasattr(self, "_editable"):
            rows = self.model._default_manager.editable_by(self.user)
            mine = rows.filter(**{self.fk.name: self.instance}) if self.instance.pk else rows.none()
            self._editable = set(mine.values_list("pk", flat=True))
        return row.pk not in self._editable or self.is_locked(row)

    def clean(self) -> None:
        if self.is_guarded:
            self._require_same_rows()
        gone = self.deleted_forms
        live = [form for form in self.forms if form not in gone and (form.instance.pk or form.has_changed())]
        for form in gone:
            self._require_unprotected(form.instance)
        valid = [form for form in live if form.is_valid()]
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and self.fk.name in constraint.fields:
                self._check_across(constraint, valid)

    def _require_same_rows(self) -> None:
        """Raises StaleRecord when a row came or went since the page was opened; each form looks after its own row."""
        shown = {form.instance.pk for form in self.initial_forms}
        if shown != {row.pk for row in self.get_queryset()}:
            raise StaleRecord(self.instance)

    @property
    def initial_forms(self) -> list[Any]:
        return getattr(self, "_in_saving_order", None) or super().initial_forms

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Rows that go or give way come before those that take their place: the database looks at each write alone."""
        self._in_saving_order = sorted(super().initial_forms, key=self._place)
        try:
            return super().save_existing_objects(commit)
        finally:
            del self._in_saving_order

    def _place(self, form: Any) -> int:
        if form in self.deleted_forms or not form.has_changed():
            return 0
        unique = (
            each for each in self.model._meta.constraints if isinstance(each, UniqueConstraint) and each.condition
        )
        return 1 + sum(_applies(constraint, form.instance) for constraint in unique)

    def _require_unprotected(self, row: Model) -> None:
        if row.pk is None:
            return
        collector = NestedObjects(using=router.db_for_write(type(row)))
        collector.collect([row])
        if collector.protected:
            raise ValidationError(
                _("“%(row)s” cannot be removed: %(count)d other records refer to it."),
                code="protected",
                params={"row": row, "count": len(collector.protected)},
            )

    def _check_across(self, constraint: UniqueConstraint, live: list[Any]) -> None:
        """The message goes to the later of two rows, and rather to a changed one than to one left as it was."""
        names = [name for name in constraint.fields if name != self.fk.name]
        attnames = [self.model._meta.get_field(name).attname for name in names]
        rows: dict[tuple[Any, ...], list[Any]] = {}
        for form in sorted(live, key=lambda form: form.has_changed()):
            key = tuple(getattr(form.instance, attname) for attname in attnames)
            if None not in key:
                rows.setdefault(key, []).append(form)
        taken = self._keys_of_others(constraint, attnames, live)
        rule = rule_of(self.model, constraint)
        for key, forms_of_key in rows.items():
            if key not in taken and len(forms_of_key) == 1:
                continue
            meant = [form for form in forms_of_key if _applies(constraint, form.instance)]
            for form in meant if key in taken else meant[1:]:
                form.say(rule)

    def _keys_of_others(
        self, constraint: UniqueConstraint, attnames: list[str], live: list[Any]
    ) -> set[tuple[Any, ...]]:
        """Keys of stored rows of the parent that are not on this page, so that nobody sees them here."""
        if self.instance.pk is None:
            return set()
        shown = [form.instance.pk for form in self.initial_forms if form.instance.pk]
        others = self.model._base_manager.filter(**{self.fk.name: self.instance}).exclude(pk__in=shown)
        if constraint.condition is not None:
            others = others.filter(constraint.condition)
        return set(others.values_list(*attnames))


def inner(widget: Any) -> Any:
    """The widget within the one that adds the links beside it."""
    return getattr(widget, "widget", widget)


def _applies(constraint: UniqueConstraint, row: Model) -> bool:
    if constraint.condition is None:
        return True
    stored = [field for field in row._meta.concrete_fields if not field.generated]
    return constraint.condition.check({field.name: Value(getattr(row, field.attname), field) for field in stored})
