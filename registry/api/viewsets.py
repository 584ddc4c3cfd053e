from typing import Any, ClassVar

from django.db.models import Expression
from rest_framework.viewsets import ReadOnlyModelViewSet

from registry.filters import StrictFilterSet

BY_ID = "[0-9]{1,18}"
BY_CODE = "[0-9]{9}"
BY_SLUG = "[-a-zA-Z0-9_]{1,80}"


class ReadViewSet(ReadOnlyModelViewSet):
    """A resource that is read: inside the caller's scope, filtered and ordered by what it declares and nothing else."""

    filterset_class: ClassVar[type[StrictFilterSet]]
    ordering_fields: ClassVar[dict[str, str | Expression]]
    ordering: ClassVar[tuple[str, ...]]
    lookup_value_regex = BY_ID

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return self.listed(rows.visible_to(self.request.user))

    def listed(self, rows: Any) -> Any:
        """Rows with what is shown beside them."""
        return rows.for_listing()

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {}
