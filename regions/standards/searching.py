"""What search finds of the System of Regional Standards."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.standards.models import StandardItem
from registry.alphabet import named
from registry.searching import Query
from registry.sections import Section


def sections(query: Query) -> Iterator[Section]:
    if query.may("standards.view_standarditem") and query.may("standards.view_provision"):
        yield Section(
            "standards",
            _("Standards"),
            query.of(StandardItem),
            title=named(),
            about=(named(field="direction"),),
            state="status",
            ref=named(),
            page=lambda key, name: f"{reverse('standards')}?{urlencode({'search': name})}",
            every=query.list_of("standards"),
        )
