"""The one set of filters over operations: in the URL of boards and of the admin's list alike."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from operations.choices import OperationStatus, OperationType
from operations.models import GroupPolicyOperation
from operations.queries import periods

DATE = forms.DateInput(attrs={"type": "date"})
PERFORMED, RECORDED = "performed", "recorded"


class OperationFilterSet(django_filters.FilterSet):
    """`period` or `since`/`until`, `type`, `status`, `kind`, `requested_by`."""

    period = django_filters.ChoiceFilter(choices=periods.CHOICES, method="leave", label="Period", empty_label=None)
    since = django_filters.DateFilter(method="leave", label="From", widget=DATE)
    until = django_filters.DateFilter(method="leave", label="To", widget=DATE)
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

    def __init__(self, data: QueryDict | dict[str, Any], queryset: QuerySet[Any] | None = None) -> None:
        filled = {name: data.get(name, "") for name in self.base_filters}
        filled["period"] = filled["period"] or periods.DEFAULT
        super().__init__(filled, queryset)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        values = self.form.cleaned_data
        span = periods.period(values.get("period", ""), values.get("since"), values.get("until"))
        if span.begin:
            rows = rows.filter(created_date_time__gte=span.begin)
        if span.end:
            rows = rows.filter(created_date_time__lt=span.end)
        return rows

    def leave(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """The three parameters of the period act together, above."""
        return queryset

    def of_kind(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(performed=value == PERFORMED)

    @property
    def active(self) -> dict[str, str]:
        """What was asked for, as URL parameters; the default period is left out."""
        return {
            name: value for name, value in self.data.items() if value and (name, value) != ("period", periods.DEFAULT)
        }
