"""What an act is asked with, one form for each sort of act. Names of the fields are those the services take."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from programs.instructions.acts import shown
from programs.instructions.choices import ExtensionState, ReportState
from programs.instructions.files import TYPES, check_attachment
from programs.instructions.models import Extension, Instruction, Report
from regions.models import Organisation
from registry.alphabet import by_name

FILES_AT_MOST = 10  # on one report
FOUND_AT_MOST = 20  # organisations offered at a time
SEARCH = "find"  # the button that narrows a choice, and does nothing else
REASON_LENGTH, REPORT_LENGTH = 4000, 20_000


class DayField(forms.DateField):
    """A day as every browser sends it, or as the reader writes it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to FILES_AT_MOST, each checked; the value is a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(FilesField, self).clean(each, initial) for each in data or ()]
        if len(files) > FILES_AT_MOST:
            raise ValidationError(
                ngettext("At most %(n)d file at a time.", "At most %(n)d files at a time.", FILES_AT_MOST),
                code="too_many_files",
                params={"n": FILES_AT_MOST},
            )
        problems = [error for file in files for error in _problems(file)]
        if problems:
            raise ValidationError(problems)
        return files


def _problems(file: UploadedFile) -> list[ValidationError]:
    try:
        check_attachment(file)
    except ValidationError as error:
        return [error]
    return []


def _long(label: Any, length: int = REASON_LENGTH, **options: Any) -> forms.CharField:
    rows = {"rows": 8 if length > REASON_LENGTH else 4}
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea(attrs=rows), **options)


class DatedForm(forms.Form):
    """What every act asks for; `today` is the last day it can be dated."""

    on = DayField(label=_("date of the act"), help_text=_("As on paper; not in the future."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("on", today)

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError(_("The date is in the future."), code="future_date")
        return on


class ActForm(DatedForm):
    """An act on `subject`, an instruction or a deadline, by `user`.

    `seen` names the state of the subject that the user saw; a form whose `decides` names a field carries the report or
    request that was shown, so that nobody decides on what came after it.
    """

    decides: ClassVar[str] = ""  # the field that names what is decided on, instead of the subject

    seen = forms.CharField(widget=forms.HiddenInput)

    field_order = ("seen", "text", "files", "term", "words", "executor", "new_due", "due", "due_original", "on")

    def __init__(self, *args: Any, subject: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.initial["seen"] = shown(subject)
        self.about(user)

    def about(self, user: Any) -> None:
        """Fills in what depends on the subject, where nothing was typed yet."""

    def decided(self) -> Any:
        """The report or request in question: the one that was shown, else the one that awaits a decision."""
        return None


class NoteForm(ActForm):
    reason = _long(pgettext_lazy("field", "note"), required=False, help_text=_("May be left empty."))


class ReasonForm(ActForm):
    reason = _long(_("reason"), help_text=_("It goes into the journal."))


class TermForm(ReasonForm):
    term = forms.CharField(label=_("new term"), max_length=300, help_text=_("«ежемесячно до 10 числа»…"))

    def about(self, user: Any) -> None:
        instruction: Instruction = self.subject
        self.initial.setdefault("term", instruction.term)


class ReportForm(ActForm):
    text = _long(_("what was done"), REPORT_LENGTH)
    files = FilesField(label=_("files"), required=False)  # type: ignore[assignment]  # a field, no attribute of the form

    def about(self, user: Any) -> None:
        self.fields["files"].widget.attrs["accept"] = ",".join(TYPES)
        self.fields["files"].help_text = _(
            "PDF, DOCX, XLSX, JPG, PNG; each up to %(limit)s MB, at most %(n)d, and less than %(total)s MB in all."
        ) % {"limit": settings.ATTACHMENT_MAX_MB, "n": FILES_AT_MOST, "total": settings.REQUEST_MAX_MB}


class RequestForm(ReasonForm):
    new_due = DayField(label=_("new last day"), help_text=_("A working day later than the present last day."))

    def clean_new_due(self) -> date:
        new_due = self.cleaned_data["new_due"]
        if self.subject.due and new_due <= self.subject.due:
            raise ValidationError(_("The new last day must be later than the present one."), code="not_later")
        return new_due


class OnPending(ActForm):
    """A decision on what awaits one."""

    rows: ClassVar[str]  # of the deadline
    pending: ClassVar[str]

    def about(self, user: Any) -> None:
        field: Any = self.fields[self.decides]
        field.queryset = getattr(self.subject, self.rows).all()
        self.initial[self.decides] = field.queryset.filter(state=self.pending).first()

    def decided(self) -> Any:
        return self.cleaned_data.get(self.decides) if self.is_bound else self.initial[self.decides]


class OnReport(OnPending):
    decides, rows, pending = "report", "reports", ReportState.PENDING
    report = forms.ModelChoiceField(Report.objects.none(), widget=forms.HiddenInput, label=_("report"))


class AcceptForm(OnReport):
    comment = _long(_("comment"), required=False, help_text=_("May be left empty."))


class ReturnForm(OnReport, ReasonForm):
    pass


class OnExtension(OnPending):
    decides, rows, pending = "extension", "extensions", ExtensionState.PENDING
    extension = forms.ModelChoiceField(Extension.objects.none(), widget=forms.HiddenInput, label=_("request"))


class GrantForm(OnExtension):
    comment = _long(_("comment"), required=False, help_text=_("May be left empty."))


class RefuseForm(OnExtension, ReasonForm):
    pass


AS_TYPED = {  # where script runs, what is found follows the words without the button
    "hx-post": "",
    "hx-trigger": "input changed delay:300ms",
    "hx-vals": f'{{"{SEARCH}": "1"}}',
    "hx-target": "#found",
    "hx-select": "#found",
    "hx-swap": "outerHTML",
    "hx-sync": "this:replace",
}


class ExecutorField(forms.ModelChoiceField):
    widget = forms.RadioSelect
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Find the organisation and choose it."),
        "invalid_choice": _("There is no such organisation to choose, or it is no longer active: choose another."),
    }

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.name_and_place


class ReplaceForm(ReasonForm):
    """The new executor is found by words: thousands of organisations are no list to choose from."""

    words = forms.CharField(
        label=_("new executor"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", **AS_TYPED}),
        help_text=_("Words of the name or of the region, or the БИН."),
    )
    executor = ExecutorField(Organisation.objects.none(), label=_("organisations found"), empty_label=None)

    def about(self, user: Any) -> None:
        field: Any = self.fields["executor"]
        rows = Organisation.objects.visible_to(user).choosable(on=self.today).exclude(pk=self.subject.executor_id)
        field.queryset = rows.select_related("region")
        field.widget.choices = [(row.pk, field.label_from_instance(row)) for row in self.offered()]

    def offered(self) -> list[Organisation]:
        """Those `found` by the words typed, where they are few enough to show or words were typed at all; and before
        them the one that is chosen already."""
        typed = self.data if self.is_bound else self.initial
        words, chosen = (_read(self.fields[name], typed.get(name)) for name in ("words", "executor"))
        found = self.fields["executor"].queryset.search(words or "")  # type: ignore[attr-defined]
        self.found = found.count()
        is_list = words or self.found <= FOUND_AT_MOST
        listed = list(found.order_by(by_name(), "pk")[:FOUND_AT_MOST]) if is_list else []
        return [chosen, *(row for row in listed if row != chosen)] if chosen else listed

    def clean(self) -> dict[str, Any]:
        """The words only serve to choose by."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.pop("words", None)
        return cleaned


def _read(field: forms.Field, typed: Any) -> Any:
    """What was typed as the field understands it; None where it does not."""
    try:
        return field.clean(typed)
    except ValidationError:
        return None


class CorrectForm(ReasonForm):
    due = DayField(label=_("last day"), required=False)
    due_original = DayField(label=_("original last day"), required=False)

    def about(self, user: Any) -> None:
        self.initial.setdefault("due", self.subject.due)
        self.initial.setdefault("due_original", self.subject.due_original)
