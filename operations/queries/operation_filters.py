"""The one set of filters over operations: in the URL of boards, of the admin's list and of the statistics alike."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from operations.choices import FINAL, ActorType, OperationStatus, OperationType, Severity
from operations.models import DefinitionFile, Finding, GroupPolicyOperation, OperationRollup
from operations.queries.counting import Selection
from operations.queries.intervals import HOURS_OF_A_WEEK
from operations.queries.period_filters import BoundedFilters, PeriodFilterSet
from operations.time_buckets import bucket_of

PERFORMED, RECORDED = "performed", "recorded"
ENDED = "ended"
OUTSIDE, WITHIN = "outside", "within"
NO_FINDING = "none"
SUGGESTED = 300
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What the rollups do not know is looked up row by row, so the period is bounded. A day may have 25 hours.
LONGEST_BY_ROWS = timedelta(days=91)
_SHARED = ("type", "status", "kind")
_BY_ROWS = ("requested_by", "requested_by_type", "definition_file", "finding")


class OperationFilterSet(PeriodFilterSet):
    """`period` or `since`/`until`, what the operation is, who asked for it, its file, and at which hours."""

    happened = "created_date_time"

    type = django_filters.ChoiceFilter(
        field_name="operation_type", choices=OperationType.choices, empty_label="All types"
    )
    status = django_filters.ChoiceFilter(
        choices=[*OperationStatus.choices, (ENDED, "Finished")],
        method="of_status",
        label="Status",
        empty_label="All statuses",
    )
    kind = django_filters.ChoiceFilter(
        choices=[(PERFORMED, "Performed"), (RECORDED, "Recorded")],
        method="of_kind",
        label="Performed or recorded",
        empty_label="Performed and recorded",
    )
    requested_by = django_filters.CharFilter(field_name="requested_by_name", label="Requested by", strip=False)
    requested_by_type = django_filters.ChoiceFilter(
        choices=ActorType.choices, label="Requester type", empty_label="Anybody"
    )
    definition_file = django_filters.CharFilter(method="of_file", label="Definition file")
    finding = django_filters.CharFilter(method="with_error", label="Error found")
    hours = django_filters.ChoiceFilter(
        choices=[(WITHIN, "Within"), (OUTSIDE, "Outside")],
        method="leave",
        label="Working hours",
        empty_label="All hours",
    )
    weekday = django_filters.ChoiceFilter(
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS, 1)],
        method="leave",
        label="Weekday",
        empty_label="All days",
    )
    hour = django_filters.ChoiceFilter(
        choices=[(str(hour), f"{hour}:00") for hour in range(24)], method="leave", label="Hour", empty_label="All hours"
    )

    class Meta:
        model = GroupPolicyOperation
        fields: list[str] = []

    def of_status(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(operation_status__in=FINAL if value == ENDED else [value])

    def of_kind(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(performed=value == PERFORMED)

    def of_file(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(definition_file__in=files_called(value))

    def with_error(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those with this error; failed ones with none at all."""
        errors = Finding.objects.filter(operation=OuterRef("pk"), severity=Severity.ERROR)
        if value == NO_FINDING:
            return queryset.filter(~Exists(errors), operation_status=OperationStatus.FAILED)
        return queryset.filter(Exists(errors.filter(code=value)))

    def in_words(self, name: str) -> str:
        value = self.data[name]
        if name == "definition_file":
            try:
                return DefinitionFile.objects.values_list("file_name", flat=True).get(pk=UUID(value))
            except (ValueError, DefinitionFile.DoesNotExist):
                return str(value)
        return super().in_words(name)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        if self._hours is None:
            return rows
        # The offset of local time is looked up day by day: from the first row on, whatever is asked for.
        begin, end = self.buckets
        first = rows.order_by("created_date_time").values_list("created_date_time", flat=True).first()
        begin = max(begin, bucket_of(first)) if first else end
        return self._scope((begin, max(begin, end)), None, rows).operations

    @property
    def selection(self) -> Selection:
        """What a board counts, of valid filters."""
        rollups = None if self.reads_rows else self._applied(_SHARED, OperationRollup.objects.all())
        rows = self._applied((*_SHARED, *_BY_ROWS), GroupPolicyOperation.objects.all())
        return self._scope(self.buckets, rollups, rows)

    @property
    def reads_rows(self) -> bool:
        """Whether something is asked that the rollups do not know."""
        return any(self.data.get(name) for name in _BY_ROWS)

    def _applied(self, names: tuple[str, ...], queryset: QuerySet[Any]) -> QuerySet[Any]:
        for name in names:
            queryset = self.filters[name].filter(queryset, self.form.cleaned_data[name])
        return queryset

    def _scope(
        self, buckets: tuple[int, int], rollups: QuerySet[OperationRollup] | None, rows: QuerySet[GroupPolicyOperation]
    ) -> Selection:
        return Selection(*buckets, timezone.get_current_timezone(), rollups, rows, self._hours)

    @property
    def _hours(self) -> frozenset[int] | None:
        """The hours of the week that are asked for; None for all."""
        values = self.form.cleaned_data
        if not (values.get("hours") or values.get("weekday") or values.get("hour")):
            return None
        asked = frozenset(range(HOURS_OF_A_WEEK))
        working = settings.WORKING_HOURS.hours
        if values["hours"]:
            asked = working if values["hours"] == WITHIN else asked - working
        if values["weekday"]:
            asked &= {(int(values["weekday"]) - 1) * 24 + hour for hour in range(24)}
        if values["hour"]:
            asked &= {day * 24 + int(values["hour"]) for day in range(7)}
        return asked


class BoardFilterSet(BoundedFilters, OperationFilterSet):
    """The same, for a period that can be counted at once however long the history is."""

    def too_long(self, length: timedelta) -> str:
        if self.reads_rows and length > LONGEST_BY_ROWS:
            return (
                "At most 90 days together with who asked, a definition file or an error. "
                "The list of operations has no such limit."
            )
        return super().too_long(length)


class RowsFilterSet(BoardFilterSet):
    """For boards that tell what the rollups do not know."""

    reads_rows = True

    def too_long(self, length: timedelta) -> str:
        return "This board shows at most 90 days." if length > LONGEST_BY_ROWS else ""


def files_called(value: str) -> QuerySet[DefinitionFile]:
    """By id, or by file name: all files that ever had it."""
    try:
        return DefinitionFile.objects.filter(pk=UUID(value))
    except ValueError:
        return DefinitionFile.objects.filter(file_name=value)


def file_names() -> list[str]:
    """What people may mean, newest files first."""
    return list(dict.fromkeys(DefinitionFile.objects.values_list("file_name", flat=True)[:SUGGESTED]))
