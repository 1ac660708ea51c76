"""The filters of the admin's lists are those of a FilterSet, under the same names in the URL."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest

from operations.queries import periods
from operations.queries.operation_filters import OperationFilterSet


class FilterSetFilter(admin.ListFilter):
    """One or several parameters of a FilterSet."""

    filter_set: type[Any] = OperationFilterSet
    names: tuple[str, ...] = ()

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def has_output(self) -> bool:
        return True

    def others(self) -> list[tuple[str, Any]]:
        """What else is in the URL, for the hidden inputs of a filter that is a form."""
        return [(name, value) for name, value in self.request.GET.items() if name not in {*self.names, "p", "e"}]

    def value(self, name: str) -> str:
        return str(self.used_parameters.get(name, ""))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Only this filter's part: the period has a filter of its own.
        filters = self.filter_set({"period": periods.ALL, **self.used_parameters}, queryset)
        if not filters.is_valid():
            raise IncorrectLookupParameters(filters.errors)
        return filters.qs


class ChoicesFilter(FilterSetFilter):
    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        (name,) = self.names
        field = self.filter_set.base_filters[name]
        chosen = self.value(name)
        yield {
            "selected": not chosen,
            "query_string": changelist.get_query_string(remove=[name]),
            "display": field.extra["empty_label"],
        }
        for value, label in field.extra["choices"]:
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string({name: value}),
                "display": label,
            }


class TypeFilter(ChoicesFilter):
    title = "type"
    names = ("type",)


class StatusFilter(ChoicesFilter):
    title = "status"
    names = ("status",)


class KindFilter(ChoicesFilter):
    title = "performed or recorded"
    names = ("kind",)


class PeriodFilter(FilterSetFilter):
    """The last 90 days unless asked otherwise: a bound on every list and every search."""

    title = "period"
    names = ("period", "since", "until")
    template = "admin/operations/period_filter.html"

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        ranged = bool(self.value("since") or self.value("until"))
        chosen = self.value("period") or periods.DEFAULT
        for value, label in periods.CHOICES:
            yield {
                "selected": not ranged and value == chosen,
                "query_string": changelist.get_query_string({"period": value}, remove=["since", "until"]),
                "display": label,
                "since": self.value("since"),
                "until": self.value("until"),
                "others": self.others(),
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        filters = self.filter_set(self.used_parameters, queryset)
        if not filters.is_valid():
            raise IncorrectLookupParameters(filters.errors)
        return filters.qs


class ValuesFilter(FilterSetFilter):
    """Whatever is typed or chosen exactly, in one form."""

    title = "who, what and when"
    names = ("requested_by", "requested_by_type", "definition_file", "finding", "hours", "weekday", "hour")
    template = "admin/operations/values_filter.html"

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        form = self.filter_set({name: self.value(name) for name in self.names}).form
        yield {
            "fields": [form[name] for name in self.names],
            "others": self.others(),
            "is_set": bool(self.used_parameters),
            "query_string": changelist.get_query_string(remove=list(self.names)),
        }
