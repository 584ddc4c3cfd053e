from datetime import date
from typing import Any, ClassVar

from django.db.models import Value
from django.db.models.functions import Coalesce
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import CharField, ModelSerializer

from programs.filters import FundingFilter, ProgramFilter, SourceFilter
from programs.models import Funding, Program, Source
from regions.api import OrganisationBrief, RegionBrief
from registry.api.viewsets import BY_SLUG, ReadViewSet

NO_YEAR, NO_DAY = Value(0), Value(date(1, 1, 1))  # sort first; a NULL has no place in a walk by key


class SourceBrief(ModelSerializer[Source]):
    url = CharField(read_only=True)  # may be empty, which no URI is

    class Meta:
        model = Source
        fields = ("id", "title", "url", "published_on", "published_note")
        read_only_fields = fields


class SourceSerializer(ModelSerializer[Source]):
    url = CharField(read_only=True)

    class Meta:
        model = Source
        fields = (
            "id",
            "title",
            "publisher",
            "url",
            "published_on",
            "published_note",
            "language",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class SourceViewSet(ReadViewSet):
    """Where figures and instructions were read."""

    queryset = Source.objects.all()
    serializer_class = SourceSerializer
    filterset_class = SourceFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "title": "title",
        "published_on": Coalesce("published_on", NO_DAY),
        "updated_at": "updated_at",
    }
    ordering = ("title",)

    def listed(self, rows: Any) -> Any:
        return rows


class ProgramBrief(ModelSerializer[Program]):
    class Meta:
        model = Program
        fields = ("id", "slug", "name_ru", "name_kk", "name_en")
        read_only_fields = fields


class ProgramSerializer(ModelSerializer[Program]):
    parent = ProgramBrief(read_only=True, allow_null=True)
    owner = OrganisationBrief(read_only=True, allow_null=True)
    source = SourceBrief(read_only=True, allow_null=True)  # type: ignore[assignment]  # a field, not Field.source

    class Meta:
        model = Program
        fields = (
            "id",
            "slug",
            "kind",
            "parent",
            "name_ru",
            "name_kk",
            "name_en",
            "summary_ru",
            "summary_kk",
            "summary_en",
            "owner",
            "owner_note",
            "year_from",
            "year_to",
            "status",
            "status_note",
            "legal_act",
            "source",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ProgramViewSet(ReadViewSet):
    """Programmes, projects, concepts and measures of regional development."""

    queryset = Program.objects.all()
    serializer_class = ProgramSerializer
    filterset_class = ProgramFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "slug": "slug",
        "name_ru": "name_ru",
        "year_from": Coalesce("year_from", NO_YEAR),
        "updated_at": "updated_at",
    }
    ordering = ("name_ru",)
    lookup_field = "slug"
    lookup_value_regex = BY_SLUG


class FundingSerializer(ModelSerializer[Funding]):
    """`part_of` names the amount this one is a part of: adding both counts the money twice."""

    program = ProgramBrief(read_only=True)
    region = RegionBrief(read_only=True)
    source = SourceBrief(read_only=True, allow_null=True)  # type: ignore[assignment]  # a field, not Field.source

    class Meta:
        model = Funding
        fields = (
            "id",
            "program",
            "purpose",
            "region",
            "year_from",
            "year_to",
            "period_label",
            "as_of",
            "budget_level",
            "stage",
            "amount",
            "approximation",
            "part_of",
            "source",
            "quote",
            "note",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class FundingViewSet(ReadViewSet):
    """Money of programmes in tenge, planned, allocated or disbursed. Parts are listed beside their whole."""

    queryset = Funding.objects.all()
    serializer_class = FundingSerializer
    filterset_class = FundingFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "program": "program__slug",
        "region": "region_id",
        "year_from": Coalesce("year_from", NO_YEAR),
        "amount": "amount",
        "updated_at": "updated_at",
    }
    ordering = ("program", "year_from")


router = SimpleRouter()
router.register("sources", SourceViewSet)
router.register("programs", ProgramViewSet)
router.register("funding", FundingViewSet)
urlpatterns = router.urls
