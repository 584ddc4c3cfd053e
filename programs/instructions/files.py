"""What may be attached to a report: checked by name, by size and by content, since a name can lie."""

from pathlib import PurePath

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
HEAD = 8192  # bytes that tell the type


def check_attachment(file: UploadedFile) -> None:
    """Raises ValidationError: another type, content that is not what the name says, empty, or too large."""
    name = file.name or ""
    expected = TYPES.get(PurePath(name).suffix.lower())
    if expected is None:
        raise ValidationError(
            _("“%(name)s”: only PDF, DOCX, XLSX, JPG and PNG files are accepted."),
            code="file_type",
            params={"name": name},
        )
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty."), code="file_empty", params={"name": name})
    if file.size > settings.ATTACHMENT_MAX_MB * 1024 * 1024:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s MB."),
            code="file_size",
            params={"name": name, "limit": settings.ATTACHMENT_MAX_MB},
        )
    kind = filetype.guess(file.read(HEAD))
    file.seek(0)
    if kind is None or kind.mime != expected:
        raise ValidationError(
            _("The content of “%(name)s” is not what its name says."), code="file_content", params={"name": name}
        )
    file.content_type = expected  # what the browser said is not trusted
