"""What search finds of instruction control."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.instructions.models import Deadline, Instruction, Meeting
from programs.instructions.querysets import InstructionQuerySet, of_organisation
from regions.choices import RegionLevel
from registry.scope import level_of, within
from registry.searching import Query
from registry.sections import Section

FEW = 1_000  # instructions, once for each deadline of theirs


def sections(query: Query) -> Iterator[Section]:
    few = _few(query)
    if query.may("instructions.view_instruction"):
        rows = _visible(query)
        if few is not None:
            rows = rows.filter(pk__in=few)
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
        meetings = query.of(Meeting)
        if few is not None:
            meetings = meetings.filter(pk__in=Instruction.objects.filter(pk__in=few).values("meeting"))
        yield Section(
            "meetings",
            _("Meetings"),
            meetings,
            title=F("title"),
            about=(F("protocol_number"), F("chair"), F("place")),
            state="kind",
            order="-held_on",
            exact=Q(protocol_number__iexact=query.words),
            page=lambda key, ref: reverse("meeting", args=(key,)),
            every=query.list_of("meetings"),
        )


def _visible(query: Query) -> InstructionQuerySet:
    """Instructions for official use are found by nobody. Of several words the database expects so few rows that it
    looks at all of them, and they may be many: then not one by one."""
    if " " in query.words:
        return Instruction.objects.visible_to(query.user).unrestricted()
    return Instruction.objects.visible_one_by_one(query.user)


def _few(query: Query) -> list[int] | None:
    """Keys of all instructions that the reader sees, and perhaps of some more, where they are few; else None.

    The database does not know who sees few: it would read the text of every instruction to the oldest for them. One
    query, none for who sees an oblast or the country.
    """
    user = query.user
    if not query.words or user.region_id is None:
        return None
    told: Any = Deadline.objects.order_by()
    if user.is_only_executor:
        keys = told.filter(of_organisation("executor", user)).values_list("instruction")
    elif level_of(user.region_id) > RegionLevel.OBLAST:
        concerned = Instruction.objects.order_by().filter(within("region_id", user.region_id)).values_list("pk")
        keys = concerned.union(told.in_region(user).values_list("instruction"), all=True)
    else:
        return None
    found = [key for (key,) in keys[: FEW + 1]]
    return found if len(found) <= FEW else None
