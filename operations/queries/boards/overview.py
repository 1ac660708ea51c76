"""What is happening, what failed and why, what waits, and whether the trail is in order."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from operations.choices import OperationStatus, OperationType, Outcome
from operations.models import AuditCheckpoint, GroupPolicyOperation
from operations.quarters import begin_of, quarter_of
from operations.queries.boards.asked import OPERATION_COLUMNS, Asked, operation_row, operations_table
from operations.queries.counting import Counts, Scope, finished, summed
from operations.queries.tables import Board, Cell, Column, ColumnKind, Link, Row, Table, Tile, share
from operations.queries.trail import last_verification, size

SHOWN_FAILURES = 8
SHOWN_IN_PROGRESS = 20
# Up to how old, and what that is called.
BANDS = (
    (timedelta(hours=1), "Up to an hour"),
    (timedelta(days=1), "Up to a day"),
    (timedelta(days=7), "Up to a week"),
    (None, "Older than a week"),
)


def overview(asked: Asked) -> Board:
    """The first page; `asked` narrows all of it but the trail's health."""
    counts = _counts(asked)
    waits = in_progress(asked) if asked.parameters.get("status") in {None, OperationStatus.IN_PROGRESS} else []
    tables = [_by_type(asked, counts), *waits[:1], trail_health(), _failures(asked), *waits[1:]]
    return Board(_status_tiles(asked, counts), tables)


def overview_tiles(asked: Asked) -> Board:
    """The tiles alone."""
    return Board(_status_tiles(asked, _counts(asked)), ())


def _counts(asked: Asked) -> Counts:
    return asked.scope.count("slot", "operation_type", "operation_status")


def _status_tiles(asked: Asked, counts: Counts) -> list[Tile]:
    """All, each status, and the share that succeeded; `counts` are by slot, type and status."""
    before = asked.scope.before.count("operation_status")
    history = summed(counts, 0, 2)
    slots = list(asked.scope.slots)
    tiles = [
        Tile(
            "operations",
            "Operations",
            counts.total(),
            asked.link(),
            before=before.total(),
            history=[sum(history[(slot.number, status)] for status in OperationStatus) for slot in slots],
        )
    ]
    by_status = summed(counts, 2)
    for status in OperationStatus:
        count = by_status[(status,)]
        tiles.append(
            Tile(
                status.value,
                str(status.label),
                count,
                # A nought opens nothing: under a status filter its link would show what the board leaves out.
                asked.link(status=status) if count else None,
                before=before[(status,)],
                history=[history[(slot.number, status)] for slot in slots],
                status=status.value,
            )
        )
    return [*tiles, success_rate_tile(asked, by_status, before)]


def success_rate_tile(asked: Asked, by_status: Counts, before: Counts) -> Tile:
    ended = finished(by_status)
    return Tile(
        "successRate",
        "of those that ended succeeded",
        share(by_status[(OperationStatus.SUCCESS,)], ended),
        asked.link(status=asked.ended) if ended else None,
        ColumnKind.SHARE,
        before=share(before[(OperationStatus.SUCCESS,)], finished(before)),
    )


def _by_type(asked: Asked, counts: Counts) -> Table:
    by_type = summed(counts, 1, 2)
    rows: list[Row] = []
    for kind in OperationType:
        of_kind = [by_type[(kind, status)] for status in OperationStatus]
        cells = [
            asked.count_cell(count, type=kind, status=status)
            for count, status in zip(of_kind, OperationStatus, strict=True)
        ]
        rows.append((Cell(kind.value, None, str(kind.label)), *cells, asked.count_cell(sum(of_kind), type=kind)))
    return Table(
        "by-type",
        "By type and status",
        "Operations created in the period, by what they are now.",
        [
            Column("type", "Type"),
            *(Column(status.value, str(status.label), ColumnKind.COUNT) for status in OperationStatus),
            Column("all", "All", ColumnKind.COUNT),
        ],
        rows,
    )


def in_progress(asked: Asked) -> list[Table]:
    """What has not ended, whenever it was created: by age, and the oldest first."""
    now = timezone.now()
    waiting = _waiting(asked.scope, now)
    by_quarter = waiting.count("quarter")
    rows: list[Row] = []
    end: datetime | None = None
    for longest, label in BANDS:
        begin = begin_of(quarter_of(now - longest)) if longest else None
        count = sum(
            number
            for (quarter,), number in by_quarter.items()
            if (begin is None or quarter >= quarter_of(begin)) and (end is None or quarter < quarter_of(end))
        )
        link = asked.between(begin, end, status=OperationStatus.IN_PROGRESS)
        rows.append((Cell(label), Cell(count, link if count else None)))
        end = begin
    whole = asked.between(None, None, period="all", status=OperationStatus.IN_PROGRESS)
    oldest = waiting.operations.select_related("definition_file").order_by("created_date_time", "id")
    return [
        Table(
            "in-progress-by-age",
            "In progress, by age",
            "Everything that has not ended, whenever it was created.",
            [Column("age", "Age"), Column("operations", "Operations", ColumnKind.COUNT)],
            rows,
        ),
        _oldest(list(oldest[:SHOWN_IN_PROGRESS]), now, whole),
    ]


def _waiting(scope: Scope, now: datetime) -> Scope:
    """What is in progress of the same operations, from the oldest of it until now."""
    rows = scope.rows.filter(operation_status=OperationStatus.IN_PROGRESS)
    first = rows.order_by("created_date_time").values_list("created_date_time", flat=True).first() or now
    rollups = None if scope.rollups is None else scope.rollups.filter(operation_status=OperationStatus.IN_PROGRESS)
    return replace(scope, begin=quarter_of(first), end=quarter_of(now) + 1, rows=rows, rollups=rollups)


def _oldest(operations: list[GroupPolicyOperation], now: datetime, more: Link) -> Table:
    columns = [*OPERATION_COLUMNS[:2], Column("age", "Age", ColumnKind.SECONDS), OPERATION_COLUMNS[5]]
    rows: list[Row] = []
    for one in operations:
        operation, file, *_, requested_by, _ = operation_row(one)
        rows.append((operation, file, Cell((now - one.created_date_time).total_seconds()), requested_by))
    return Table(
        "in-progress",
        "In progress, oldest first",
        f"The {SHOWN_IN_PROGRESS} that have waited longest.",
        columns,
        rows,
        more=more,
        empty="Nothing is in progress.",
    )


def _failures(asked: Asked) -> Table:
    failed = asked.scope.operations.filter(operation_status=OperationStatus.FAILED).select_related("definition_file")
    return operations_table(
        "failures",
        "Latest failures",
        f"The last {SHOWN_FAILURES}, with what was wrong.",
        failed[:SHOWN_FAILURES],
        more=asked.link(status=OperationStatus.FAILED),
        empty="No failures.",
    )


def trail_health() -> Table:
    """The audit trail's last verification, its last checkpoint and its size."""
    verified, checkpoint = last_verification(), AuditCheckpoint.objects.first()
    result = "Not verified yet" if verified is None else "Damaged"
    if verified is not None and verified.outcome == Outcome.SUCCESS:
        result = "Intact"
    return Table(
        "trail",
        "Audit trail",
        "Whether the trail was found intact, and what a signed checkpoint covers.",
        [Column("what", "What"), Column("result", "Result"), Column("when", "When", ColumnKind.MOMENT)],
        [
            (Cell("Last verification"), Cell(result), Cell(verified and verified.recorded_date_time)),
            (
                Cell("Last checkpoint"),
                Cell(f"{checkpoint.size} events" if checkpoint else "Not signed yet"),
                Cell(checkpoint and checkpoint.created_date_time),
            ),
            (Cell("Events"), Cell(str(size())), Cell(None)),
        ],
    )
