"""What is happening, what failed and why, what waits, and whether the trail is in order."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from operations.choices import OperationStatus, OperationType
from operations.models import AuditCheckpoint, GroupPolicyOperation
from operations.queries.boards.board_query import OPERATION_COLUMNS, BoardQuery, operation_row, operations_table
from operations.queries.counting import Counts, Selection, finished, summed
from operations.queries.tables import Board, Cell, Column, ColumnKind, Link, Row, Table, Tile, share
from operations.queries.trail import last_verification, size, verdict_of
from operations.time_buckets import begin_of, bucket_of

SHOWN_FAILURES = 8
SHOWN_IN_PROGRESS = 20
# Up to how old, and what that is called.
BANDS = (
    (timedelta(hours=1), "Up to an hour"),
    (timedelta(days=1), "Up to a day"),
    (timedelta(days=7), "Up to a week"),
    (None, "Older than a week"),
)


def overview(query: BoardQuery) -> Board:
    """The first page; `query` narrows all of it but the trail's health."""
    counts = _counts(query)
    waits = in_progress(query) if query.parameters.get("status") in {None, OperationStatus.IN_PROGRESS} else []
    tables = [_by_type(query, counts), *waits[:1], trail_health(), _failures(query), *waits[1:]]
    return Board(_status_tiles(query, counts), tables)


def overview_tiles(query: BoardQuery) -> Board:
    """The tiles alone."""
    return Board(_status_tiles(query, _counts(query)), ())


def _counts(query: BoardQuery) -> Counts:
    return query.selection.count("interval", "operation_type", "operation_status")


def _status_tiles(query: BoardQuery, counts: Counts) -> list[Tile]:
    """All, each status, and the share that succeeded; `counts` are by interval, type and status."""
    before = query.selection.before.count("operation_status")
    history = summed(counts, 0, 2)
    intervals = list(query.selection.intervals)
    tiles = [
        Tile(
            "operations",
            "Operations",
            counts.total(),
            query.link(),
            before=before.total(),
            history=[sum(history[(interval.number, status)] for status in OperationStatus) for interval in intervals],
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
                query.link(status=status) if count else None,
                before=before[(status,)],
                history=[history[(interval.number, status)] for interval in intervals],
                status=status.value,
            )
        )
    return [*tiles, success_rate_tile(query, by_status, before)]


def success_rate_tile(query: BoardQuery, by_status: Counts, before: Counts) -> Tile:
    ended = finished(by_status)
    return Tile(
        "successRate",
        "Success rate",
        share(by_status[(OperationStatus.SUCCESS,)], ended),
        query.link(status=query.ended) if ended else None,
        ColumnKind.SHARE,
        before=share(before[(OperationStatus.SUCCESS,)], finished(before)),
    )


def _by_type(query: BoardQuery, counts: Counts) -> Table:
    by_type = summed(counts, 1, 2)
    rows: list[Row] = []
    for kind in OperationType:
        of_kind = [by_type[(kind, status)] for status in OperationStatus]
        cells = [
            query.count_cell(count, type=kind, status=status)
            for count, status in zip(of_kind, OperationStatus, strict=True)
        ]
        rows.append((Cell(kind.value, None, str(kind.label)), *cells, query.count_cell(sum(of_kind), type=kind)))
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


def in_progress(query: BoardQuery) -> list[Table]:
    """What has not ended, whenever it was created: by age, and the oldest first."""
    now = timezone.now()
    waiting = _waiting(query.selection, now)
    by_bucket = waiting.count("bucket")
    rows: list[Row] = []
    end: datetime | None = None
    for longest, label in BANDS:
        begin = begin_of(bucket_of(now - longest)) if longest else None
        count = sum(
            number
            for (bucket,), number in by_bucket.items()
            if (begin is None or bucket >= bucket_of(begin)) and (end is None or bucket < bucket_of(end))
        )
        link = query.between(begin, end, status=OperationStatus.IN_PROGRESS)
        rows.append((Cell(label), Cell(count, link if count else None)))
        end = begin
    whole = query.between(None, None, period="all", status=OperationStatus.IN_PROGRESS)
    oldest = waiting.operations.select_related("definition_file").order_by("created_date_time", "id")
    return [
        Table(
            "in-progress-by-age",
            "In progress, by age",
            "Everything that is not finished, whenever it was created.",
            [Column("age", "Age"), Column("operations", "Operations", ColumnKind.COUNT)],
            rows,
        ),
        _oldest(list(oldest[:SHOWN_IN_PROGRESS]), now, whole),
    ]


def _waiting(selection: Selection, now: datetime) -> Selection:
    """What is in progress of the same operations, from the oldest of it until now."""
    rows = selection.rows.filter(operation_status=OperationStatus.IN_PROGRESS)
    first = rows.order_by("created_date_time").values_list("created_date_time", flat=True).first() or now
    rollups = (
        None if selection.rollups is None else selection.rollups.filter(operation_status=OperationStatus.IN_PROGRESS)
    )
    return replace(selection, begin=bucket_of(first), end=bucket_of(now) + 1, rows=rows, rollups=rollups)


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


def _failures(query: BoardQuery) -> Table:
    failed = query.selection.operations.filter(operation_status=OperationStatus.FAILED).select_related(
        "definition_file"
    )
    return operations_table(
        "failures",
        "Latest failures",
        f"The last {SHOWN_FAILURES}, with what was wrong.",
        failed[:SHOWN_FAILURES],
        more=query.link(status=OperationStatus.FAILED),
        empty="No failures.",
    )


def trail_health() -> Table:
    """The audit trail's last verification, its last checkpoint and its size."""
    verified, checkpoint = last_verification(), AuditCheckpoint.objects.first()
    result = verdict_of(verified).label if verified else "Not verified yet"
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
