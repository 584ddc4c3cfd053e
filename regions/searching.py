"""What search finds of territories and organisations."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.models import Organisation, Region, RegionRenumbering
from regions.validators import BIN_DIGITS, KATO_DIGITS
from registry.alphabet import named
from registry.searching import Query
from registry.sections import NOTHING, Section


def sections(query: Query) -> Iterator[Section]:
    """A region is found by its present КАТО code and by one it had before, an organisation by its БИН."""
    if query.may("regions.view_region"):
        once = _once(query)
        yield Section(
            "regions",
            _("Regions"),
            query.of(Region, or_else=once),
            title=named(),
            about=(F("code"), named("parent__"), named("parent__parent__")),
            state="kind",
            order="code",
            exact=Q(pk=query.words) | once if query.is_code(KATO_DIGITS) else NOTHING,
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
            exact=Q(bin=query.words) if query.is_code(BIN_DIGITS) else NOTHING,
            page=lambda key, ref: _deadlines(query, key),
        )


def _once(query: Query) -> Q:
    """The region whose code it was. Of what is no code nothing is asked, so that the index of words serves."""
    if not query.is_code(KATO_DIGITS):
        return NOTHING
    return Q(pk__in=RegionRenumbering.objects.filter(old_code=query.words).values("region"))


def _deadlines(query: Query, executor: str) -> str:
    """Those of an organisation, for who may read them."""
    if not query.may("instructions.view_deadline"):
        return ""
    return f"{reverse('deadlines')}?{urlencode({'executor': executor, 'state__in': 'open,reported'})}"
