"""Keeps the rollups that boards read: every operation is counted in the transaction that changes it.

Counts move under the turn that every writer takes (see operations/audit/record.py), so no two meet.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Min, Sum

from operations import audit
from operations.durations import UNFINISHED, step_of
from operations.models import EVER, GroupPolicyOperation, OperationRollup
from operations.time_buckets import A_DAY, begin_of, bucket_of

# How much is recounted at once, while nobody can write.
PART = 7 * A_DAY
_TABLE = OperationRollup._meta.db_table
_KEY = "bucket, operation_type, operation_status, performed, duration_step"
_SHARED = ("operation_type", "operation_status", "performed", "duration_step")
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an operation is counted."""

    bucket: int
    operation_type: str
    operation_status: str
    performed: bool
    duration_step: int


def cell_of(operation: GroupPolicyOperation) -> Cell:
    """Of an operation as it is in memory."""
    return _cell(
        operation.created_date_time,
        operation.finished_date_time,
        str(operation.operation_type),
        str(operation.operation_status),
        operation.performed,
    )


def move(before: Cell | None, after: Cell | None) -> None:
    """Count one operation where it is now instead of where it was; None where it did not or does not exist.

    By hand: the ORM has no statement that adds to a row or makes it.
    """
    changes: Counter[Cell] = Counter()
    for cell, change in ((before, -1), (after, 1)):
        if cell is not None:
            changes[cell] += change
            changes[replace(cell, bucket=EVER)] += change
    rows = [(*astuple(cell), change) for cell, change in changes.items() if change]
    if not rows:
        return
    places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} ({_KEY}, count) VALUES {places} "  # noqa: S608
            f"ON CONFLICT ({_KEY}) DO UPDATE SET count = {_TABLE}.count + excluded.count",
            [value for row in rows for value in row],
        )
        if before is not None:
            cursor.execute(
                f"DELETE FROM {_TABLE} WHERE count = 0 AND bucket IN (%s, %s)",  # noqa: S608
                [before.bucket, EVER],
            )


def rebuild(*, progress: Progress = lambda share: None) -> int:
    """Count everything anew, a part of history at a time, each under the writers' lock. Returns how many operations."""
    counted = 0
    for begin, end, share in _parts():
        with transaction.atomic():
            audit.lock_head()
            OperationRollup.objects.filter(bucket__gte=begin, bucket__lt=end).delete()
            cells = _recount(begin, end)
            _store(cells)
            counted += sum(cells.values())
        progress(share)
    with transaction.atomic():
        audit.lock_head()
        OperationRollup.objects.filter(bucket=EVER).delete()
        _store(_sums())
    return counted


def differences(*, progress: Progress = lambda share: None) -> dict[Cell, tuple[int, int]]:
    """Where the rollups are not what a recount says: (kept, counted) of each such cell; empty when they are right."""
    found: dict[Cell, tuple[int, int]] = {}
    for begin, end, share in _parts():
        with transaction.atomic():
            audit.lock_head()
            found.update(_unlike(_kept(begin, end), _recount(begin, end)))
        progress(share)
    with transaction.atomic():
        audit.lock_head()
        found.update(_unlike(_kept(EVER, EVER + 1), _sums()))
    return found


def _parts() -> Iterator[tuple[int, int, float]]:
    """Begin and end of each part of history in buckets, and how much is done with it, from 0 to 1."""
    operations = GroupPolicyOperation.objects.aggregate(least=Min("created_date_time"), most=Max("created_date_time"))
    rollups = OperationRollup.objects.exclude(bucket=EVER).aggregate(least=Min("bucket"), most=Max("bucket"))
    ends = [bucket_of(moment) for moment in operations.values() if moment] + [
        bucket for bucket in rollups.values() if bucket is not None
    ]
    if not ends:
        return
    first, last = min(ends), max(ends) + 1
    for begin in range(first, last, PART):
        end = min(begin + PART, last)
        yield begin, end, (end - first) / (last - first)


def _recount(begin: int, end: int) -> Counter[Cell]:
    rows = GroupPolicyOperation.objects.filter(
        created_date_time__gte=begin_of(begin), created_date_time__lt=begin_of(end)
    ).order_by()
    facts = rows.values_list(
        "created_date_time", "finished_date_time", "operation_type", "operation_status", "performed"
    )
    return Counter(_cell(*row) for row in facts.iterator(chunk_size=5000))


def _kept(begin: int, end: int) -> Counter[Cell]:
    rows = OperationRollup.objects.filter(bucket__gte=begin, bucket__lt=end)
    return Counter({Cell(*key): count for *key, count in rows.values_list("bucket", *_SHARED, "count")})


def _sums() -> Counter[Cell]:
    """All of history, from its buckets."""
    rows = OperationRollup.objects.exclude(bucket=EVER).values_list(*_SHARED).order_by()
    return Counter({Cell(EVER, *key): count for *key, count in rows.annotate(sum=Sum("count"))})


def _store(cells: Counter[Cell]) -> None:
    OperationRollup.objects.bulk_create(
        (OperationRollup(**asdict(cell), count=count) for cell, count in cells.items()), batch_size=2000
    )


def _unlike(kept: Counter[Cell], counted: Counter[Cell]) -> dict[Cell, tuple[int, int]]:
    cells = sorted({*kept, *counted}, key=astuple)
    return {cell: (kept[cell], counted[cell]) for cell in cells if kept[cell] != counted[cell]}


def _cell(created: datetime, finished: datetime | None, kind: str, status: str, performed: bool) -> Cell:
    step = step_of(finished - created) if finished else UNFINISHED
    return Cell(bucket_of(created), kind, status, performed, step)
