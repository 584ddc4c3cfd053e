"""What search finds of instruction control."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.instructions.models import Instruction, Meeting
from registry.searching import Query
from registry.sections import Section


def sections(query: Query) -> Iterator[Section]:
    """Instructions for official use are found by nobody: a search is a list like the others."""
    if query.may("instructions.view_instruction"):
        rows = Instruction.objects.visible_to(query.user).unrestricted()
        yield Section(
            "instructions",
            _("Instructions"),
            query.found(rows),
            title=F("text"),
            about=(F("number"), F("issued_by"), F("meeting__title")),
            state="state",
            order="-issued_on",
            exact=Q(number__iexact=query.words),
            page=lambda key, ref: reverse("instruction", args=(key,)),
            every=query.list_of("instructions"),
        )
    if query.may("instructions.view_meeting"):
        yield Section(
            "meetings",
            _("Meetings"),
            query.of(Meeting),
            title=F("title"),
            about=(F("protocol_number"), F("chair"), F("place")),
            state="kind",
            order="-held_on",
            exact=Q(protocol_number__iexact=query.words),
            page=lambda key, ref: reverse("meeting", args=(key,)),
            every=query.list_of("meetings"),
        )
