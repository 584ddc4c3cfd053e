from typing import Any, ClassVar

from django.db.models import IntegerField, Value
from django.db.models.functions import Coalesce
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import CharField, ModelSerializer

from programs.api import NO_DAY, SourceBrief
from programs.cooperatives.filters import CooperativeFilter
from programs.cooperatives.models import Cooperative
from regions.api import RegionBrief
from registry.api.viewsets import ReadViewSet

PERSONAL = ("chair", "phone", "email")


class PersonalField(CharField):
    """Null for those who may not see it, empty where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)


class CooperativeSerializer(ModelSerializer[Cooperative]):
    """`chair`, `phone` and `email` are null for those without the permission to see personal data."""

    region = RegionBrief(read_only=True)
    source = SourceBrief(read_only=True, allow_null=True)  # type: ignore[assignment]  # a field, not Field.source
    chair = PersonalField()
    phone = PersonalField()
    email = PersonalField()

    class Meta:
        model = Cooperative
        fields = (
            "id",
            "name_ru",
            "name_kk",
            "name_en",
            "bin",
            "region",
            "registered_on",
            "status",
            "oked",
            "product",
            "chain_place",
            "members",
            "members_at_registration",
            "associate_members",
            "households_served",
            "chair",
            "phone",
            "email",
            "source",
            "quote",
            "note",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def to_representation(self, instance: Cooperative) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["request"].user.has_perm("cooperatives.view_personal_data"):
            shown |= dict.fromkeys(PERSONAL)
        return shown


class CooperativeViewSet(ReadViewSet):
    """Agricultural cooperatives of settlements."""

    queryset = Cooperative.objects.all()
    serializer_class = CooperativeSerializer
    filterset_class = CooperativeFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "name_ru": "name_ru",
        "region": "region_id",
        "registered_on": Coalesce("registered_on", NO_DAY),
        "members": Coalesce("members", Value(-1), output_field=IntegerField()),  # below what a count can be
        "updated_at": "updated_at",
    }
    ordering = ("region", "name_ru")


router = SimpleRouter()
router.register("cooperatives", CooperativeViewSet)
urlpatterns = router.urls
