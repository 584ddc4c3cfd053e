from typing import Any, ClassVar

from rest_framework.routers import SimpleRouter
from rest_framework.serializers import CharField, ModelSerializer

from regions.filters import OrganisationFilter, RegionRowFilter
from regions.models import Organisation, Region
from registry.api.viewsets import BY_CODE, ReadViewSet


class RegionBrief(ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ("code", "name_ru", "name_kk", "name_en")
        read_only_fields = fields


class RegionSerializer(ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = (
            "code",
            "level",
            "kind",
            "parent",
            "name_ru",
            "name_kk",
            "name_en",
            "short_name_ru",
            "short_name_kk",
            "short_name_en",
            "terrain",
            "iso",
            "centre",
            "tile_row",
            "tile_column",
            "valid_from",
            "valid_to",
            "successor",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class RegionViewSet(ReadViewSet):
    """Territories of the classifier КАТО; the code is the key."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    filterset_class = RegionRowFilter
    ordering_fields: ClassVar = {"code": "pk", "name_ru": "name_ru", "level": "level", "updated_at": "updated_at"}
    ordering = ("code",)
    lookup_value_regex = BY_CODE

    def listed(self, rows: Any) -> Any:
        return rows


class OrganisationBrief(ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ("id", "name_ru", "name_kk", "name_en")
        read_only_fields = fields


class OrganisationSerializer(ModelSerializer[Organisation]):
    region = RegionBrief(read_only=True)
    parent = OrganisationBrief(read_only=True, allow_null=True)
    email = CharField(read_only=True)  # may be empty, which no e-mail address is

    class Meta:
        model = Organisation
        fields = (
            "id",
            "name_ru",
            "name_kk",
            "name_en",
            "short_name_ru",
            "short_name_kk",
            "short_name_en",
            "kind",
            "bin",
            "region",
            "parent",
            "email",
            "is_active",
            "note",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class OrganisationViewSet(ReadViewSet):
    """State bodies, akimats, corporations: whoever can be told to do something."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    ordering_fields: ClassVar = {"id": "pk", "name_ru": "name_ru", "region": "region_id", "updated_at": "updated_at"}
    ordering = ("name_ru",)


router = SimpleRouter()
router.register("regions", RegionViewSet)
router.register("organisations", OrganisationViewSet)
urlpatterns = router.urls
