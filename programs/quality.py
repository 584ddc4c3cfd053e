"""What is missing from money, connections and sources."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.choices import ConnectionState
from programs.models import Connection, Funding, Program
from registry.alphabet import named
from registry.quality import Asked
from registry.scope import COUNTRY
from registry.sections import Section

UNDATED = Q(source=None) | Q(source__published_on=None)  # of a figure: nobody can say how old it is


def sections(asked: Asked) -> Iterator[Section]:
    if asked.may("programs.view_funding"):
        yield Section(
            "money_without_source_date",
            _("Money without a dated source"),
            Funding.objects.visible_to(asked.user).filter(UNDATED),
            title=F("purpose"),
            about=(named("program__"), named("region__"), F("source__title")),
            figure=F("amount"),
            state="stage",
            order="purpose",
            ref=F("program__slug"),
            page=_program_page,
            why=_("It has no source, or one without a date of publication: nobody can say how old the figure is."),
            how=_("Name the source, or give the source its date."),
        )
    if asked.may("programs.view_connection"):
        yield Section(
            "connections_without_data",
            _("Connections without data"),
            Connection.objects.visible_to(asked.user)
            .under(asked.user.region_id or COUNTRY)
            .filter(state=ConnectionState.NO_DATA),
            title=named("region__"),
            about=(named("system__"), F("note")),
            order="region__name_ru",
            ref=F("system__slug"),
            page=lambda key, slug: f"{reverse('system', args=(slug,))}?state={ConnectionState.NO_DATA.value}",
            why=_("Nobody reported how far the region is with the system; it may be connected or not."),
            how=_("Ask the region, and enter the state with its evidence."),
        )
    if asked.may("programs.view_program"):
        yield Section(
            "programs_without_owner",
            _("Programmes without an owner"),
            Program.objects.visible_to(asked.user).filter(owner=None),
            title=named(),
            state="status",
            ref=F("slug"),
            page=_program_page,
            why=_("No body answers for them in the registry."),
            how=_("Choose the owner on the programme's form."),
        )


def _program_page(key: str, slug: Any) -> str:
    return reverse("program", args=(slug,))
