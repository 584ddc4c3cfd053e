"""What search finds of programmes and of what belongs to them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.models import Finding, InformationSystem, Practice, Program, Project, Source
from registry.alphabet import named
from registry.searching import Query
from registry.sections import Section


def sections(query: Query) -> Iterator[Section]:
    if query.may("programs.view_program"):
        yield Section(
            "programs",
            _("Programmes"),
            query.of(Program),
            title=named(),
            about=(named("owner__"),),
            state="status",
            ref=F("slug"),
            page=lambda key, slug: reverse("program", args=(slug,)),
        )
    if query.may("programs.view_project"):
        yield Section(
            "projects",
            _("Projects"),
            query.of(Project),
            title=named(),
            about=(named("region__"), named("program__")),
            state="status",
            ref=F("region_id"),
            page=_region_page,
            every=query.list_of("projects"),
        )
    if query.may("programs.view_connection"):
        yield Section(
            "systems",
            _("Information systems"),
            query.of(InformationSystem),
            title=named(),
            about=(named("program__"),),
            ref=F("slug"),
            page=lambda key, slug: reverse("system", args=(slug,)),
        )
    yield from _told_by_others(query)


def _told_by_others(query: Query) -> Iterator[Section]:
    """What worked elsewhere, what was found wrong, and where it was read."""
    if query.may("programs.view_practice"):
        yield Section(
            "practices",
            _("Practices"),
            query.of(Practice),
            title=named(),
            about=(named("region__"), named("program__")),
            ref=F("region_id"),
            page=_region_page,
        )
    if query.may("programs.view_finding"):
        yield Section(
            "findings",
            _("Findings"),
            query.of(Finding),
            title=F("subject"),
            about=(named("authority__"), named("region__")),
            state="state",
            order="-found_on",
            ref=F("region_id"),
            page=_region_page,
        )
    if query.may("programs.view_source"):
        yield Section(
            "sources",
            _("Sources"),
            query.of(Source),
            title=F("title"),
            about=(F("publisher"),),
            order="-published_on",
            ref=F("url"),
            page=lambda key, url: url if url.startswith("http") else "",
        )


def _region_page(key: str, region: Any) -> str:
    return reverse("region", args=(region,)) if region else ""
