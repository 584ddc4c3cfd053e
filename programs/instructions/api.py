"""Meetings, instructions and deadlines as other systems read them. What is for official use (ДСП) never leaves here."""

from typing import Any, ClassVar

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    ListField,
    ModelSerializer,
    SerializerMethodField,
    SlugRelatedField,
)

from programs.api import NO_DAY, ProgramBrief, SourceBrief
from programs.instructions.choices import Mark
from programs.instructions.filters import DeadlineFilter, InstructionFilter, MeetingFilter
from programs.instructions.listing import Day
from programs.instructions.models import Deadline, Instruction, Meeting
from programs.instructions.terms import in_words
from regions.api import OrganisationBrief, RegionBrief
from registry.accounts.models import User
from registry.api.viewsets import ReadViewSet
from registry.scope import sees_region


class MeetingBrief(ModelSerializer[Meeting]):
    class Meta:
        model = Meeting
        fields = ("id", "title", "held_on", "held_on_note")
        read_only_fields = fields


class MeetingSerializer(ModelSerializer[Meeting]):
    source = SourceBrief(read_only=True, allow_null=True)  # type: ignore[assignment]  # a field, not Field.source

    class Meta:
        model = Meeting
        fields = (
            "id",
            "title",
            "kind",
            "held_on",
            "held_on_note",
            "chair",
            "place",
            "protocol_number",
            "notes",
            "source",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class MeetingViewSet(ReadViewSet):
    """Where instructions are given."""

    queryset = Meeting.objects.all()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "title": "title",
        "held_on": Coalesce("held_on", NO_DAY),
        "updated_at": "updated_at",
    }
    ordering = ("-held_on",)

    def listed(self, rows: Any) -> Any:
        return rows.select_related("source")


class ControllerSerializer(ModelSerializer[User]):
    """Null for a controller of another region, as for none."""

    name = CharField(source="__str__", read_only=True)

    class Meta:
        model = User
        fields = ("id", "name")
        read_only_fields = fields

    def to_representation(self, instance: User) -> Any:
        is_seen = sees_region(self.context["request"].user, instance.region_id)
        return super().to_representation(instance) if is_seen else None


class InstructionSerializer(ModelSerializer[Instruction]):
    """`issued_on_is_estimate` says that the day is inferred, `issued_on_note` from what."""

    meeting = MeetingBrief(read_only=True, allow_null=True)
    program = ProgramBrief(read_only=True, allow_null=True)
    region = RegionBrief(read_only=True)
    controller = ControllerSerializer(read_only=True, allow_null=True)
    source = SourceBrief(read_only=True, allow_null=True)  # type: ignore[assignment]  # a field, not Field.source

    class Meta:
        model = Instruction
        fields = (
            "id",
            "number",
            "text",
            "expected_result",
            "form",
            "quote",
            "issued_on",
            "issued_on_is_estimate",
            "issued_on_note",
            "issued_by",
            "meeting",
            "program",
            "region",
            "term",
            "roll_policy",
            "control_level",
            "controller",
            "source",
            "note",
            "state",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class InstructionViewSet(ReadViewSet):
    """Instructions on control and off it; who must do them by when is in /deadlines/."""

    queryset = Instruction.objects.all()
    serializer_class = InstructionSerializer
    filterset_class = InstructionFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "issued_on": Coalesce("issued_on", NO_DAY),
        "region": "region_id",
        "updated_at": "updated_at",
    }
    ordering = ("-issued_on",)

    def listed(self, rows: Any) -> Any:
        return rows.unrestricted().for_listing()


class InstructionBrief(ModelSerializer[Instruction]):
    program = SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Instruction
        fields = (
            "id",
            "number",
            "text",
            "issued_on",
            "issued_on_is_estimate",
            "issued_on_note",
            "meeting",
            "program",
        )
        read_only_fields = fields


class DeadlineSerializer(ModelSerializer[Deadline]):
    """One executor's duty by one date. `mark` and `days_late` are of today in Almaty."""

    instruction = InstructionBrief(read_only=True)
    executor = OrganisationBrief(read_only=True)
    region = CharField(source="executor.region_id", read_only=True, help_text="КАТО of the executor.")
    reckoning = ListField(child=CharField(), read_only=True)
    mark = ChoiceField(choices=Mark.choices, read_only=True)
    days_late = SerializerMethodField()
    execution_not_reported = BooleanField(source="is_silent", read_only=True)
    execution_note = SerializerMethodField()

    class Meta:
        model = Deadline
        fields = (
            "id",
            "instruction",
            "executor",
            "region",
            "role",
            "kind",
            "period_key",
            "due_original",
            "due",
            "raw_due",
            "reckoning",
            "state",
            "mark",
            "days_late",
            "execution_not_reported",
            "execution_note",
            "reported_on",
            "closed_on",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_days_late(self, deadline: Deadline) -> int:
        return deadline.days_late(on=self.context["on"])

    def get_execution_note(self, deadline: Any) -> str:
        """What `execution_not_reported` means; empty where it is false."""
        return _("The source does not report on execution.") if deadline.is_silent else ""

    def to_representation(self, instance: Deadline) -> dict[str, Any]:
        return super().to_representation(instance) | {"reckoning": in_words(instance.reckoning)}


class DeadlineViewSet(ReadViewSet):
    """Deadlines: one executor, one instruction, one date. Undated ones come last in the order by `due`."""

    queryset = Deadline.objects.all()
    serializer_class = DeadlineSerializer
    filterset_class = DeadlineFilter
    ordering_fields: ClassVar = {
        "id": "pk",
        "due": "due_key",
        "executor": "executor_id",
        "instruction": "instruction_id",
        "region": "executor__region_id",
        "updated_at": "updated_at",
    }
    ordering = ("due",)

    @cached_property
    def day(self) -> Day:
        return Day.load(on=timezone.localdate())

    def listed(self, rows: Any) -> Any:
        rows = rows.unrestricted().for_listing().with_silence()
        return rows.with_mark(on=self.day.on, until=self.day.until)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {"on": self.day.on, "until": self.day.until}

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "on": self.day.on}


router = SimpleRouter()
router.register("meetings", MeetingViewSet)
router.register("instructions", InstructionViewSet)
router.register("deadlines", DeadlineViewSet)
urlpatterns = router.urls
