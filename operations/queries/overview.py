"""The figures behind the first board."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from operations.choices import OperationStatus, OperationType

SHOWN_FAILURES = 8
SHOWN_IN_PROGRESS = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """How many operations have this type and status; either may be "" for all."""

    type: str
    status: str
    count: int

    @property
    def label(self) -> str:
        return str(OperationStatus(self.status).label) if self.status else "All"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    figures: list[Figure]
    total: Figure


@dataclass(frozen=True, slots=True)
class Overview:
    rows: list[Row]
    totals: list[Figure]
    total: Figure
    failures: list[Any]
    in_progress: list[Any]

    def of_status(self, status: str) -> Figure:
        return next(figure for figure in self.totals if figure.status == status)

    @property
    def success_rate(self) -> int | None:
        """Percent of those that ended; None while none has."""
        succeeded = self.of_status(OperationStatus.SUCCESS).count
        ended = succeeded + self.of_status(OperationStatus.FAILED).count
        return round(100 * succeeded / ended) if ended else None


def overview(operations: QuerySet[Any]) -> Overview:
    """Counts by type and status, the latest failures, and what is in progress, oldest first."""
    counted = operations.order_by().values_list("operation_type", "operation_status").annotate(Count("pk"))
    counts = {(kind, status): count for kind, status, count in counted}
    rows = []
    for kind in OperationType:
        figures = [Figure(kind, status, counts.get((kind, status), 0)) for status in OperationStatus]
        rows.append(Row(kind.label, figures, Figure(kind, "", sum(figure.count for figure in figures))))
    totals = [
        Figure("", status, sum(counts.get((kind, status), 0) for kind in OperationType)) for status in OperationStatus
    ]
    newest = operations.select_related("definition_file").order_by("-created_date_time", "-id")
    return Overview(
        rows=rows,
        totals=totals,
        total=Figure("", "", sum(figure.count for figure in totals)),
        failures=list(newest.filter(operation_status=OperationStatus.FAILED)[:SHOWN_FAILURES]),
        in_progress=list(newest.filter(operation_status=OperationStatus.IN_PROGRESS).reverse()[:SHOWN_IN_PROGRESS]),
    )
