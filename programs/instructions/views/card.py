"""One thing in full: the control card, the справка of a meeting, an attached file."""

import re
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property

from programs.instructions.card import Card, MeetingCard, duties_of
from programs.instructions.documents import card_document, meeting_document
from programs.instructions.listing import Day, Row
from programs.instructions.models import Attachment, Deadline, Instruction, Meeting
from registry.exports import Document
from registry.pages import DocumentPage, RegistryPage

KEY = re.compile("[0-9]{1,18}")
# What ends a header or a path, or turns the reading order round.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\"\\/]")


class CardPage(DocumentPage):
    permission_required = "instructions.view_instruction"
    template_name = "instructions/card.html"
    parameters = DocumentPage.parameters | {"before"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = Instruction.objects.visible_to(user).for_listing().with_rights(user)
        instruction = get_object_or_404(rows, pk=kwargs["pk"])
        day = Day.load(on=timezone.localdate())
        card = Card(user, instruction, day, before=self._before)
        return super().get_context_data(instruction=instruction, day=day, card=card, **kwargs)

    def document(self, context: dict[str, Any]) -> Document:
        return card_document(context["card"])

    @cached_property
    def _before(self) -> int | None:
        asked = self.request.GET.get("before")
        if asked is None:
            return None
        if not KEY.fullmatch(asked):
            raise Http404("no such part of the journal")
        return int(asked)


class DeadlinePage(RegistryPage):
    """What one executor must do by when, and every act on it that is open to the reader."""

    permission_required = "instructions.view_instruction"
    template_name = "instructions/deadline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = Deadline.objects.visible_to(user).for_listing().with_silence().with_rights(user)
        deadline = get_object_or_404(rows.select_related("instruction__source"), pk=kwargs["pk"])
        (duty,) = duties_of(user, [Row(deadline, Day.load(on=timezone.localdate()))])
        return super().get_context_data(instruction=deadline.instruction, row=duty.row, buttons=duty.buttons, **kwargs)


class MeetingPage(DocumentPage):
    permission_required = "instructions.view_meeting"
    template_name = "instructions/meeting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Meeting.objects.visible_to(self.request.user).select_related("source")
        meeting = get_object_or_404(rows, pk=kwargs["pk"])
        day = Day.load(on=timezone.localdate())
        record = MeetingCard(self.request.user, meeting, day)
        return super().get_context_data(meeting=meeting, day=day, record=record, **kwargs)

    def document(self, context: dict[str, Any]) -> Document:
        return meeting_document(context["record"])


class AttachmentFile(RegistryPage):
    permission_required = "instructions.view_attachment"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override]
        attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=kwargs["pk"])
        try:
            content = attachment.file.open("rb")
        except FileNotFoundError as error:
            raise Http404("the file is not in the store") from error
        answer = FileResponse(content, content_type=attachment.content_type or "application/octet-stream")
        answer["Content-Disposition"] = as_attachment(attachment.name)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def as_attachment(name: str) -> str:
    """The header that has a file saved under `name`, as RFC 6266 and 5987 write any letters."""
    name = UNSAFE.sub("", name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "file"
    plain = re.sub(r"[^\x20-\x7e]|%", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
