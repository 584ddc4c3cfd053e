"""What search finds of territories and organisations."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.models import Organisation, Region, RegionRenumbering
from registry.alphabet import named
from registry.searching import Query
from registry.sections import NOTHING, Section

CODE = re.compile("[0-9]{9}")


def sections(query: Query) -> Iterator[Section]:
    """A region is found by its present КАТО code and by one it had before, an organisation by its БИН."""
    if query.may("regions.view_region"):
        once = _once(query.words)
        yield Section(
            "regions",
            _("Regions"),
            query.of(Region, or_else=once),
            title=named(),
            about=(F("code"), named("parent__"), named("parent__parent__")),
            state="kind",
            order="code",
            exact=Q(pk=query.words) | once,
            page=lambda code, ref: reverse("region", args=(code,)),
        )
    if query.may("regions.view_organisation"):
        yield Section(
            "organisations",
            _("Organisations"),
            query.of(Organisation),
            title=named(),
            about=(F("bin"), named("region__")),
            state="kind",
            exact=Q(bin=query.words),
            page=lambda key, ref: _deadlines(query, key),
        )


def _once(words: str) -> Q:
    """The region whose code was `words`. Of what is no code nothing is asked, so that the index of words serves."""
    if not CODE.fullmatch(words):
        return NOTHING
    return Q(pk__in=RegionRenumbering.objects.filter(old_code=words).values("region"))


def _deadlines(query: Query, executor: str) -> str:
    """Those of an organisation, for who may read them."""
    if not query.may("instructions.view_deadline"):
        return ""
    return f"{reverse('deadlines')}?{urlencode({'executor': executor, 'state__in': 'open,reported'})}"
