"""What somebody asks a board for, and how its figures lead to the rows behind them.

Where somebody changed a row behind the portal's back, the damaged value is shown rather than an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from operations.choices import Channel
from operations.models import AuditCheckpoint, AuditEvent, GroupPolicyOperation
from operations.queries.counting import Selection
from operations.queries.intervals import Interval
from operations.queries.operation_filters import ENDED, OperationFilterSet, files_called
from operations.queries.period_filters import as_parameter
from operations.queries.tables import Cell, Column, ColumnKind, Link, Row, Table, Target, changed


def said(event: AuditEvent, name: str) -> Any:
    """One value of what came of it; None where there is none of that name."""
    return event.after.get(name) if isinstance(event.after, dict) else None


def number_said(event: AuditEvent, name: str) -> int | None:
    """The same where it is a whole number."""
    value = said(event, name)
    return value if isinstance(value, int) else None


def channel_of(event: AuditEvent) -> str:
    """Its label, or what stands there."""
    return str(dict(Channel.choices).get(event.channel, event.channel))


def root_of(checkpoint: AuditCheckpoint) -> str:
    """The third line of https://c2sp.org/tlog-checkpoint."""
    lines = checkpoint.note.splitlines()
    return lines[2] if len(lines) > 2 else "not readable"


LISTED = 25


@dataclass(frozen=True)
class BoardQuery:
    """The selected operations, and the URL parameters that ask so."""

    selection: Selection
    parameters: Mapping[str, str]

    @classmethod
    def by(cls, filters: OperationFilterSet) -> "BoardQuery":
        """Of valid filters."""
        return cls(filters.selection, filters.active)

    def link(self, **changes: object) -> Link:
        """To the list, by the same filters with some of them changed or, if empty, left out."""
        return Link(Target.OPERATIONS, changed(self.parameters, changes))

    def only(self, **filters: object) -> Link:
        """To the list of the same period, by these filters and no others."""
        period = {name: value for name, value in self.parameters.items() if name in {"period", "since", "until"}}
        return Link(Target.OPERATIONS, period | {name: str(value) for name, value in filters.items()})

    def of_whom(self, operations: QuerySet[GroupPolicyOperation]) -> QuerySet[GroupPolicyOperation]:
        """Those of the person, kind of person and file that are selected, whatever else is."""
        if name := self.parameters.get("requested_by"):
            operations = operations.filter(requested_by_name=name)
        if kind := self.parameters.get("requested_by_type"):
            operations = operations.filter(requested_by_type=kind)
        if file := self.parameters.get("definition_file"):
            operations = operations.filter(definition_file__in=files_called(file))
        return operations

    def between(self, begin: datetime | None, end: datetime | None, **changes: object) -> Link:
        """The same filters for another time."""
        since, until = as_parameter(begin) if begin else "", as_parameter(end) if end else ""
        return self.link(**{"period": "", "since": since, "until": until, **changes})

    def of_interval(self, interval: Interval, **changes: object) -> Link:
        return self.between(interval.begin, interval.end, **changes)

    @property
    def ended(self) -> str:
        """The status filter for those that ended, within the one that is asked for."""
        return self.parameters.get("status") or ENDED

    def count_cell(self, count: int, **changes: object) -> Cell:
        """A number that opens the rows it counts; a nought opens nothing."""
        return Cell(count, self.link(**changes) if count else None)


OPERATION_COLUMNS = (
    Column("operation", "Operation"),
    Column("definitionFile", "Definition file"),
    Column("status", "Status", ColumnKind.STATUS),
    Column("created", "Created", ColumnKind.MOMENT),
    Column("seconds", "Duration", ColumnKind.SECONDS),
    Column("requestedBy", "Requested by", is_personal=True),
    Column("details", "Result", ColumnKind.SENTENCE),
)


def operations_table(
    name: str, title: str, about: str, operations: Iterable[GroupPolicyOperation], *, more: Link, empty: str
) -> Table:
    """Operations themselves, each leading to its page."""
    return Table(
        name, title, about, OPERATION_COLUMNS, [operation_row(one) for one in operations], more=more, empty=empty
    )


def operation_row(operation: GroupPolicyOperation) -> Row:
    file = operation.definition_file
    return (
        Cell(
            str(operation.pk),
            Link(Target.OPERATION, {"id": str(operation.pk)}),
            operation.get_operation_type_display(),
        ),
        Cell(file.file_name, Link(Target.FILE, {"id": str(file.pk)})) if file else Cell(None),
        Cell(operation.operation_status, None, operation.get_operation_status_display()),
        Cell(operation.created_date_time),
        Cell(operation.duration.total_seconds() if operation.duration is not None else None),
        Cell(operation.requested_by_name),
        Cell(operation.status_details),
    )


def listed(selection: Selection) -> list[GroupPolicyOperation]:
    """The newest operations, with their files."""
    return list(selection.operations.select_related("definition_file")[:LISTED])
