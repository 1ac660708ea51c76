"""How much was done, how well, how fast, and what went wrong most."""

from collections import Counter
from itertools import accumulate

from django.db.models import Count, Max, Q

from operations.choices import OperationStatus, OperationType, Severity
from operations.durations import LARGEST_ERROR, UNFINISHED, percentile
from operations.models import Finding
from operations.queries.boards.board_query import BoardQuery, listed, operations_table
from operations.queries.boards.overview import success_rate_tile
from operations.queries.counting import Counts, finished, summed
from operations.queries.operation_filters import NO_FINDING, PERFORMED, RECORDED
from operations.queries.tables import Board, Cell, Column, ColumnKind, Row, Table, Tile, share

SHOWN_CODES = 20
_SUCCESS, _FAILED = OperationStatus.SUCCESS, OperationStatus.FAILED


def operations(query: BoardQuery) -> Board:
    """Volume, success, durations and failures of the selected operations."""
    counts = query.selection.count("interval", "operation_type", "operation_status")
    before = query.selection.before.count("operation_status")
    by_status = summed(counts, 2)
    durations = _steps(query)
    every: Counter[int] = sum(durations.values(), Counter())
    kind = query.parameters.get("kind") or PERFORMED
    of_kind = query.link(kind=kind, status=query.ended)
    history = _history(query, counts)
    tiles = [
        Tile("operations", "Operations", counts.total(), query.link(), before=before.total(), history=history),
        success_rate_tile(query, by_status, before),
        Tile("median", "Median", percentile(every, 0.5), of_kind, ColumnKind.SECONDS),
        Tile("p95", "95th percentile", percentile(every, 0.95), of_kind, ColumnKind.SECONDS),
    ]
    return Board(
        tiles,
        [
            _over_time(query, counts, "status"),
            _over_time(query, counts, "type"),
            _success_over_time(query, summed(counts, 0, 2)),
            _success_by_type(query, summed(counts, 1, 2)),
            _durations(query, durations, kind),
            _failures_by_finding(query, by_status[(_FAILED,)]),
            operations_table(
                "latest",
                "Latest operations",
                "The newest of the period.",
                listed(query.selection),
                more=query.link(),
                empty="No operations in this period.",
            ),
        ],
    )


def _history(query: BoardQuery, counts: Counts) -> list[int]:
    by_interval = summed(counts, 0)
    return [by_interval[(interval.number,)] for interval in query.selection.intervals]


def _over_time(query: BoardQuery, counts: Counts, dimension: str) -> Table:
    choices: type[OperationStatus] | type[OperationType] = OperationStatus if dimension == "status" else OperationType
    by_interval = summed(counts, 0, 2 if dimension == "status" else 1)
    intervals = query.selection.intervals
    rows: list[Row] = []
    for interval in intervals:
        numbers = [by_interval[(interval.number, choice)] for choice in choices]
        cells = [
            Cell(number, query.of_interval(interval, **{dimension: choice}) if number else None)
            for number, choice in zip(numbers, choices, strict=True)
        ]
        whole = sum(numbers)
        rows.append((Cell(interval.label), *cells, Cell(whole, query.of_interval(interval) if whole else None)))
    return Table(
        f"by-{dimension}-over-time",
        f"By {dimension} over time",
        f"Operations created in each {intervals.unit}.",
        [
            Column(intervals.unit, intervals.unit.capitalize()),
            *(Column(choice.value, str(choice.label), ColumnKind.COUNT) for choice in choices),
            Column("all", "All", ColumnKind.COUNT),
        ],
        rows,
    )


def _success_over_time(query: BoardQuery, by_interval: Counts) -> Table:
    intervals = query.selection.intervals
    rows: list[Row] = []
    for interval in intervals:
        succeeded, ended = by_interval[(interval.number, _SUCCESS)], finished(by_interval, interval.number)
        link = query.of_interval(interval, status=query.ended) if ended else None
        rows.append((Cell(interval.label), Cell(ended, link), Cell(succeeded), Cell(share(succeeded, ended), link)))
    return Table(
        "success-over-time",
        "Success rate over time",
        f"Of the operations created in each {intervals.unit} that are finished, how many succeeded.",
        [
            Column(intervals.unit, intervals.unit.capitalize()),
            Column("ended", "Finished", ColumnKind.COUNT),
            Column("succeeded", "Succeeded", ColumnKind.COUNT),
            Column("rate", "Success rate", ColumnKind.SHARE),
        ],
        rows,
    )


def _success_by_type(query: BoardQuery, by_type: Counts) -> Table:
    rows: list[Row] = []
    for kind in OperationType:
        succeeded, failed = by_type[(kind, _SUCCESS)], by_type[(kind, _FAILED)]
        rate = share(succeeded, finished(by_type, kind))
        rows.append(
            (
                Cell(kind.value, None, str(kind.label)),
                query.count_cell(succeeded, type=kind, status=_SUCCESS),
                query.count_cell(failed, type=kind, status=_FAILED),
                Cell(rate, query.link(type=kind, status=query.ended) if rate is not None else None),
            )
        )
    return Table(
        "success-by-type",
        "Success rate by type",
        "How many of the finished operations succeeded.",
        [
            Column("type", "Type"),
            Column("succeeded", "Succeeded", ColumnKind.COUNT),
            Column("failed", "Failed", ColumnKind.COUNT),
            Column("rate", "Success rate", ColumnKind.SHARE),
        ],
        rows,
    )


def _steps(query: BoardQuery) -> dict[str, Counter[int]]:
    """Durations of what ended, by type; of performed operations unless recorded ones are asked for."""
    performed = query.parameters.get("kind") != RECORDED
    found: dict[str, Counter[int]] = {}
    for (kind, is_performed, step), count in query.selection.count(
        "operation_type", "performed", "duration_step"
    ).items():
        if step != UNFINISHED and is_performed == performed:
            found.setdefault(kind, Counter())[step] += count
    return found


def _durations(query: BoardQuery, durations: dict[str, Counter[int]], kind: str) -> Table:
    rows: list[Row] = []
    for one in OperationType:
        steps = durations.get(one.value, Counter())
        link = query.link(type=one, kind=kind, status=query.ended) if steps else None
        rows.append(
            (
                Cell(one.value, None, str(one.label)),
                Cell(steps.total(), link),
                Cell(percentile(steps, 0.5), link),
                Cell(percentile(steps, 0.95), link),
            )
        )
    return Table(
        "durations",
        "Durations",
        f"From request to end, of finished {kind} operations. Median and 95th percentile are accurate to "
        f"{LARGEST_ERROR:.0%}.",
        [
            Column("type", "Type"),
            Column("ended", "Finished", ColumnKind.COUNT),
            Column("median", "Median", ColumnKind.SECONDS),
            Column("p95", "95th percentile", ColumnKind.SECONDS),
        ],
        rows,
    )


def _failures_by_finding(query: BoardQuery, failed: int) -> Table:
    """Commonest first, with what they come to together."""
    operations = query.selection.operations.filter(operation_status=_FAILED).order_by()
    errors = Finding.objects.filter(operation__in=operations, severity=Severity.ERROR).order_by()
    found = list(
        errors.values_list("code")
        .annotate(count=Count("operation", distinct=True), newest=Max("pk"))
        .order_by("-count", "code")
    )
    examples = dict(
        Finding.objects.filter(pk__in=[pk for *_, pk in found[:SHOWN_CODES]]).values_list("code", "message")
    )
    told = [(code, count, examples.get(code, "")) for code, count, _ in found]
    without = operations.filter(~Q(pk__in=errors.values("operation"))).count() if failed else 0
    if without:
        told.append((NO_FINDING, without, "Recorded by hand, cancelled, or refused without a check."))
        told.sort(key=lambda one: -one[1])
    whole = sum(count for _, count, _ in told)
    rows: list[Row] = []
    running = accumulate(count for _, count, _ in told)
    for (code, count, example), reached in zip(told[:SHOWN_CODES], running, strict=False):
        # Under a finding that is asked for, others have no list of their own.
        link = query.link(status=_FAILED, finding=code) if query.parameters.get("finding") in {None, code} else None
        name = "No finding" if code == NO_FINDING else ""
        rows.append((Cell(code, link, name), Cell(count, link), Cell(share(reached, whole)), Cell(example)))
    return Table(
        "failures-by-finding",
        "Failures by finding",
        "Failed operations by the errors found in them, commonest first; one with several is counted under each. "
        "The share is that of this and all commoner ones.",
        [
            Column("finding", "Finding"),
            Column("operations", "Failed operations", ColumnKind.COUNT),
            Column("cumulative", "Share so far", ColumnKind.SHARE),
            Column("example", "For example", ColumnKind.SENTENCE),
        ],
        rows,
        more=query.link(status=_FAILED) if len(told) > SHOWN_CODES else None,
        empty="No failures.",
    )
