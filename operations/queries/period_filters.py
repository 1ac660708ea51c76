"""What every FilterSet over something that happened has in common: its period."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from operations.queries import periods

DATE = forms.DateInput(attrs={"type": "date"})


class PeriodFilterSet(django_filters.FilterSet):
    """`period`, or `since` and `until`, over the column that `happened` names."""

    happened: ClassVar[str]

    period = django_filters.ChoiceFilter(choices=periods.CHOICES, method="leave", label="Period", empty_label=None)
    since = django_filters.DateFilter(method="leave", label="From", widget=DATE)
    until = django_filters.DateFilter(method="leave", label="To", widget=DATE)

    def __init__(self, data: QueryDict | dict[str, Any], queryset: QuerySet[Any] | None = None) -> None:
        filled = {name: data.get(name, "") for name in self.base_filters}
        filled["period"] = filled["period"] or self.default_period(filled)
        super().__init__(filled, queryset)

    def default_period(self, asked: dict[str, Any]) -> str:
        return periods.DEFAULT

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        values = self.form.cleaned_data
        span = periods.period(values.get("period", ""), values.get("since"), values.get("until"))
        if span.begin:
            rows = rows.filter(**{f"{self.happened}__gte": span.begin})
        if span.end:
            rows = rows.filter(**{f"{self.happened}__lt": span.end})
        return rows

    def leave(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Of parameters that act together, in filter_queryset."""
        return queryset
