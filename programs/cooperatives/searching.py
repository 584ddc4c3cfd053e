"""What search finds of cooperatives. Chairs, phones and e-mails are not searched by anybody."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.cooperatives.models import Cooperative
from regions.validators import BIN_DIGITS
from registry.alphabet import named
from registry.searching import Query
from registry.sections import NOTHING, Section


def sections(query: Query) -> Iterator[Section]:
    if query.may("cooperatives.view_cooperative"):
        yield Section(
            "cooperatives",
            _("Cooperatives"),
            query.of(Cooperative),
            title=named(),
            about=(F("bin"), named("region__"), F("product")),
            state="status",
            exact=Q(bin=query.words) if query.is_code(BIN_DIGITS) else NOTHING,
            page=lambda key, ref: reverse("cooperative", args=(key,)),
            every=query.list_of("cooperatives"),
        )
