"""What search finds of indicators."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.indicators.models import Indicator
from registry.alphabet import named
from registry.searching import Query
from registry.sections import Section


def sections(query: Query) -> Iterator[Section]:
    if query.may("indicators.view_indicator"):
        yield Section(
            "indicators",
            _("Indicators"),
            query.of(Indicator),
            title=named(),
            about=(named(field="unit"), named("program__")),
            ref=F("program__slug"),
            page=lambda key, slug: reverse("program", args=(slug,)) if slug else "",
        )
