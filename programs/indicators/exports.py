"""Columns of the values of indicators as files."""

from django.utils.translation import gettext_lazy

from programs.choices import Approximation
from registry.exports import Column
from registry.figures import plain

VALUE_COLUMNS = (
    Column(gettext_lazy("indicator"), lambda value: value.indicator.name, 45),
    Column(gettext_lazy("unit"), lambda value: value.indicator.unit, 14),
    Column(gettext_lazy("region"), lambda value: value.region.name, 25),
    Column(gettext_lazy("kind"), lambda value: value.get_kind_display(), 12),
    Column(gettext_lazy("period from"), lambda value: value.period_from, 12),
    Column(gettext_lazy("period to"), lambda value: value.period_to, 12),
    Column(gettext_lazy("period as the source puts it"), lambda value: value.period_label, 20),
    Column(gettext_lazy("as of"), lambda value: value.as_of, 12),
    Column(gettext_lazy("value"), lambda value: plain(value.value), 14),
    Column(gettext_lazy("approximation"), lambda value: Approximation(value.approximation).label, 16),
    Column(gettext_lazy("source"), lambda value: value.source.title if value.source else None, 30),
    Column(gettext_lazy("quote"), lambda value: value.quote, 40),
    Column(gettext_lazy("note"), lambda value: value.note, 40),
)
