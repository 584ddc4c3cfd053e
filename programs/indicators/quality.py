"""What is missing from figures, what is old, and what cannot all be true."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from programs.indicators.models import IndicatorValue
from regions.models import Region
from registry.alphabet import named
from registry.quality import Asked
from registry.scope import COUNTRY
from registry.sections import Section


def sections(asked: Asked) -> Iterator[Section]:
    if not asked.may("indicators.view_indicatorvalue"):
        return
    values = IndicatorValue.objects.visible_to(asked.user)
    yield _of_values(
        "disagreements",
        _("Disagreements between sources"),
        values.filter(pk__in=[value.pk for group in values.repeated().disagreements() for value in group]),
        why=_("Values of one indicator, region and period that cannot all be true, approximation words allowed for."),
        how=_("Read the sources side by side; correct the value that was entered wrongly, or note the doubt."),
    )
    yield _of_values(
        "stale_values",
        _("Stale values"),
        values.stale(since=asked.since),
        why=format_lazy(
            _("The latest value of the indicator in the region is of before {day}."), day=asked.since_shown
        ),
        how=_("Ask the region for a new value and enter it with its source."),
    )
    yield _of_values(
        "undated_values",
        _("Values without a date"),
        values.filter(period_from=None, period_to=None, as_of=None),
        why=_(
            "Neither a period in days nor a day is known, only the words of the source: they cannot be put in order."
        ),
        how=_("Enter the period or the day the value is of."),
    )
    yield _of_values(
        "values_without_source_date",
        _("Values without a dated source"),
        values.filter(Q(source=None) | Q(source__published_on=None)),
        why=_("There is no source, or one without a date of publication: nobody can say how old the figure is."),
        how=_("Name the source, or give the source its date."),
    )
    yield _silent_regions(asked)


def _of_values(name: str, label: Any, rows: Any, **said: Any) -> Section:
    return Section(
        name,
        label,
        rows,
        title=named("indicator__"),
        about=(named("region__"), F("period_label"), F("source__title")),
        figure=F("value"),
        state="kind",
        order="indicator__name_ru",
        ref=F("indicator__program__slug"),
        page=_program_page,
        **said,
    )


def _silent_regions(asked: Asked) -> Section:
    """Of the reader's own territory: what others report is not all shown to every region."""
    regions = Region.objects.visible_to(asked.user).under(asked.user.region_id or COUNTRY).tiles()
    heard = IndicatorValue.objects.visible_to(asked.user).actual_since(asked.since)
    return Section(
        "silent_regions",
        _("Silent regions"),
        regions.exclude(pk__in=heard.oblasts()),
        title=named(),
        about=(F("code"),),
        page=lambda code, ref: reverse("region", args=(code,)),
        adds="indicators.indicatorvalue",
        why=format_lazy(
            _("No actual value of any indicator of the region, or of a place in it, is of {day} or later."),
            day=asked.since_shown,
        ),
        how=_("Ask the region for its figures."),
    )


def _program_page(key: str, slug: Any) -> str:
    return reverse("program", args=(slug,)) if slug else ""
