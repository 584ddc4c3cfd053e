"""Columns of regions as files."""

from django.utils.translation import gettext_lazy

from registry.exports import Column

REGION_COLUMNS = (
    Column(gettext_lazy("КАТО code"), lambda region: region.code, 12),
    Column(gettext_lazy("name in Russian"), lambda region: region.name_ru, 40),
    Column(gettext_lazy("name in Kazakh"), lambda region: region.name_kk, 40),
    Column(gettext_lazy("name in English"), lambda region: region.name_en, 30),
    Column(gettext_lazy("level"), lambda region: region.get_level_display(), 25),
    Column(gettext_lazy("kind"), lambda region: region.get_kind_display(), 25),
    Column(gettext_lazy("part of"), lambda region: region.parent.name if region.parent else None, 40),
    Column(gettext_lazy("administrative centre"), lambda region: region.centre.name if region.centre else None, 25),
    Column(gettext_lazy("in force from"), lambda region: region.valid_from, 12),
    Column(gettext_lazy("in force to"), lambda region: region.valid_to, 12),
    Column(gettext_lazy("replaced by"), lambda region: region.successor_id, 12),
)
