"""The one set of filters over operations: in the URL of boards and of the admin's list alike."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from operations.choices import OperationStatus, OperationType
from operations.models import GroupPolicyOperation
from operations.queries import periods
from operations.queries.period_filters import PeriodFilterSet

PERFORMED, RECORDED = "performed", "recorded"


class OperationFilterSet(PeriodFilterSet):
    """`period` or `since`/`until`, `type`, `status`, `kind`, `requested_by`."""

    happened = "created_date_time"

    type = django_filters.ChoiceFilter(
        field_name="operation_type", choices=OperationType.choices, empty_label="All types"
    )
    status = django_filters.ChoiceFilter(
        field_name="operation_status", choices=OperationStatus.choices, empty_label="All statuses"
    )
    kind = django_filters.ChoiceFilter(
        choices=[(PERFORMED, "Performed"), (RECORDED, "Recorded")],
        method="of_kind",
        label="Performed or recorded",
        empty_label="Performed and recorded",
    )
    requested_by = django_filters.CharFilter(field_name="requested_by_name", label="Requested by")

    class Meta:
        model = GroupPolicyOperation
        fields: list[str] = []

    def of_kind(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(performed=value == PERFORMED)

    @property
    def active(self) -> dict[str, str]:
        """What was asked for, as URL parameters; the default period is left out."""
        return {
            name: value for name, value in self.data.items() if value and (name, value) != ("period", periods.DEFAULT)
        }
