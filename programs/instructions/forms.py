"""What an act is asked with, one form for each sort of act. Names of the fields are those the services take."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from programs.instructions.choices import ExtensionState, ReportState
from programs.instructions.files import TYPES, check_attachment
from programs.instructions.models import Extension, Instruction, Report
from regions.models import Organisation

FILES_AT_MOST = 10  # on one report
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


class ActForm(forms.Form):
    """An act on `subject`, an instruction or a deadline, by `user`; `today` is the last day it can be dated.

    `version` is that of the subject as the user saw it; a form whose `decides` names a field carries the report or
    request that was shown, so that nobody decides on what came after it.
    """

    decides: ClassVar[str] = ""  # the field that names what is decided on, instead of the subject

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(label=_("date of the act"), help_text=_("As on paper; not in the future."))

    field_order = ("version", "text", "files", "term", "executor", "new_due", "due", "due_original", "on")

    def __init__(self, *args: Any, subject: Any, user: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.today = subject, today
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.initial.update(on=today, version=subject.version)
        self.about(user)

    def about(self, user: Any) -> None:
        """Fills in what depends on the subject."""

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError(_("The date is in the future."), code="future_date")
        return on

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
        self.initial["term"] = instruction.term


class ReportForm(ActForm):
    text = _long(_("what was done"), REPORT_LENGTH)
    files = FilesField(label=_("files"), required=False)  # type: ignore[assignment]  # a field, no attribute of the form

    def about(self, user: Any) -> None:
        self.fields["files"].widget.attrs["accept"] = ",".join(TYPES)
        self.fields["files"].help_text = _("PDF, DOCX, XLSX, JPG, PNG; each up to %(limit)s MB, at most %(n)d.") % {
            "limit": settings.ATTACHMENT_MAX_MB,
            "n": FILES_AT_MOST,
        }


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


class ReplaceForm(ReasonForm):
    executor = forms.ModelChoiceField(Organisation.objects.none(), label=_("new executor"))

    def about(self, user: Any) -> None:
        field: Any = self.fields["executor"]
        field.queryset = (
            Organisation.objects.visible_to(user).filter(is_active=True).exclude(pk=self.subject.executor_id)
        )


class CorrectForm(ReasonForm):
    due = DayField(label=_("last day"), required=False)
    due_original = DayField(label=_("original last day"), required=False)

    def about(self, user: Any) -> None:
        self.initial.update(due=self.subject.due, due_original=self.subject.due_original)
