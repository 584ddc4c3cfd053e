from typing import ClassVar

from django.db.models.functions import Coalesce
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import ModelSerializer

from programs.api import NO_DAY, ProgramBrief, SourceBrief
from programs.indicators.filters import IndicatorFilter, IndicatorValueFilter
from programs.indicators.models import Indicator, IndicatorValue
from regions.api import RegionBrief
from registry.api.viewsets import BY_SLUG, ReadViewSet


class IndicatorBrief(ModelSerializer[Indicator]):
    class Meta:
        model = Indicator
        fields = ("id", "slug", "name_ru", "name_kk", "name_en", "unit_ru", "unit_kk", "unit_en")
        read_only_fields = fields


class IndicatorSerializer(ModelSerializer[Indicator]):
    program = ProgramBrief(read_only=True, allow_null=True)

    class Meta:
        model = Indicator
        fields = (
            "id",
            "slug",
            "program",
            "name_ru",
            "name_kk",
            "name_en",
            "unit_ru",
            "unit_kk",
            "unit_en",
            "nature",
            "over_regions",
            "over_periods",
            "direction",
            "definition",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class IndicatorViewSet(ReadViewSet):
    """What is measured, and how it adds up over regions and periods."""

    queryset = Indicator.objects.all()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter
    ordering_fields: ClassVar = {"id": "pk", "slug": "slug", "name_ru": "name_ru", "updated_at": "updated_at"}
    ordering = ("name_ru",)
    lookup_field = "slug"
    lookup_value_regex = BY_SLUG


class IndicatorValueSerializer(ModelSerializer[IndicatorValue]):
    """One figure of one source; `approximation` is its word before the figure, in code and as it stands there."""

    indicator = IndicatorBrief(read_only=True)
    region = RegionBrief(read_only=True)
    source = SourceBrief(read_only=True, allow_null=True)  # type: ignore[assignment]  # a field, not Field.source

    class Meta:
        model = IndicatorValue
        fields = (
            "id",
            "indicator",
            "region",
            "kind",
            "period_from",
            "period_to",
            "period_label",
            "as_of",
            "value",
            "approximation",
            "approximation_word",
            "numerator",
            "denominator",
            "source",
            "quote",
            "note",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class IndicatorValueViewSet(ReadViewSet):
    """Figures as their sources give them, side by side. What nobody reported has no row: it is not zero."""

    queryset = IndicatorValue.objects.all()
    serializer_class = IndicatorValueSerializer
    filterset_class = IndicatorValueFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "indicator": "indicator__slug",
        "region": "region_id",
        "period_from": Coalesce("period_from", NO_DAY),
        "period_to": Coalesce("period_to", NO_DAY),
        "as_of": Coalesce("as_of", NO_DAY),
        "value": "value",
        "updated_at": "updated_at",
    }
    ordering = ("indicator", "region", "period_from")


router = SimpleRouter()
router.register("indicators", IndicatorViewSet)
router.register("indicator-values", IndicatorValueViewSet)
urlpatterns = router.urls
