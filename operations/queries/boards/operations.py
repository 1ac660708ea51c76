"""How much was done, how well, how fast, and what went wrong most."""

from collections import Counter
from itertools import accumulate

from django.db.models import Count, Max, Q

from operations.choices import OperationStatus, OperationType, Severity
from operations.durations import LARGEST_ERROR, UNFINISHED, percentile
from operations.models import Finding
from operations.queries.boards.asked import Asked, listed, operations_table
from operations.queries.boards.overview import success_rate_tile
from operations.queries.counting import Counts, finished, summed
from operations.queries.operation_filters import NO_FINDING, PERFORMED, RECORDED
from operations.queries.tables import Board, Cell, Column, ColumnKind, Row, Table, Tile, share

SHOWN_CODES = 20
_SUCCESS, _FAILED = OperationStatus.SUCCESS, OperationStatus.FAILED


def operations(asked: Asked) -> Board:
    """Volume, success, durations and failures of the operations asked about."""
    counts = asked.scope.count("slot", "operation_type", "operation_status")
    before = asked.scope.before.count("operation_status")
    by_status = summed(counts, 2)
    durations = _steps(asked)
    every: Counter[int] = sum(durations.values(), Counter())
    kind = asked.parameters.get("kind") or PERFORMED
    of_kind = asked.link(kind=kind, status=asked.ended)
    history = _history(asked, counts)
    tiles = [
        Tile("operations", "Operations", counts.total(), asked.link(), before=before.total(), history=history),
        success_rate_tile(asked, by_status, before),
        Tile("median", "Half took at most", percentile(every, 0.5), of_kind, ColumnKind.SECONDS),
        Tile("p95", "95 of 100 took at most", percentile(every, 0.95), of_kind, ColumnKind.SECONDS),
    ]
    return Board(
        tiles,
        [
            _over_time(asked, counts, "status"),
            _over_time(asked, counts, "type"),
            _success_over_time(asked, summed(counts, 0, 2)),
            _success_by_type(asked, summed(counts, 1, 2)),
            _durations(asked, durations, kind),
            _failures_by_finding(asked, by_status[(_FAILED,)]),
            operations_table(
                "latest",
                "Latest operations",
                "The newest of the period.",
                listed(asked.scope),
                more=asked.link(),
                empty="No operations in this period.",
            ),
        ],
    )


def _history(asked: Asked, counts: Counts) -> list[int]:
    by_slot = summed(counts, 0)
    return [by_slot[(slot.number,)] for slot in asked.scope.slots]


def _over_time(asked: Asked, counts: Counts, dimension: str) -> Table:
    choices: type[OperationStatus] | type[OperationType] = OperationStatus if dimension == "status" else OperationType
    by_slot = summed(counts, 0, 2 if dimension == "status" else 1)
    slots = asked.scope.slots
    rows: list[Row] = []
    for slot in slots:
        numbers = [by_slot[(slot.number, choice)] for choice in choices]
        cells = [
            Cell(number, asked.of_slot(slot, **{dimension: choice}) if number else None)
            for number, choice in zip(numbers, choices, strict=True)
        ]
        whole = sum(numbers)
        rows.append((Cell(slot.label), *cells, Cell(whole, asked.of_slot(slot) if whole else None)))
    return Table(
        f"by-{dimension}-over-time",
        f"By {dimension} over time",
        f"Operations created in each {slots.unit}.",
        [
            Column(slots.unit, slots.unit.capitalize()),
            *(Column(choice.value, str(choice.label), ColumnKind.COUNT) for choice in choices),
            Column("all", "All", ColumnKind.COUNT),
        ],
        rows,
    )


def _success_over_time(asked: Asked, by_slot: Counts) -> Table:
    slots = asked.scope.slots
    rows: list[Row] = []
    for slot in slots:
        succeeded, ended = by_slot[(slot.number, _SUCCESS)], finished(by_slot, slot.number)
        link = asked.of_slot(slot, status=asked.ended) if ended else None
        rows.append((Cell(slot.label), Cell(ended, link), Cell(succeeded), Cell(share(succeeded, ended), link)))
    return Table(
        "success-over-time",
        "Success rate over time",
        f"Of the operations created in each {slots.unit} that ended, how many succeeded.",
        [
            Column(slots.unit, slots.unit.capitalize()),
            Column("ended", "Ended", ColumnKind.COUNT),
            Column("succeeded", "Succeeded", ColumnKind.COUNT),
            Column("rate", "Success rate", ColumnKind.SHARE),
        ],
        rows,
    )


def _success_by_type(asked: Asked, by_type: Counts) -> Table:
    rows: list[Row] = []
    for kind in OperationType:
        succeeded, failed = by_type[(kind, _SUCCESS)], by_type[(kind, _FAILED)]
        rate = share(succeeded, finished(by_type, kind))
        rows.append(
            (
                Cell(kind.value, None, str(kind.label)),
                asked.count_cell(succeeded, type=kind, status=_SUCCESS),
                asked.count_cell(failed, type=kind, status=_FAILED),
                Cell(rate, asked.link(type=kind, status=asked.ended) if rate is not None else None),
            )
        )
    return Table(
        "success-by-type",
        "Success rate by type",
        "Of the operations that ended, how many succeeded.",
        [
            Column("type", "Type"),
            Column("succeeded", "Succeeded", ColumnKind.COUNT),
            Column("failed", "Failed", ColumnKind.COUNT),
            Column("rate", "Success rate", ColumnKind.SHARE),
        ],
        rows,
    )


def _steps(asked: Asked) -> dict[str, Counter[int]]:
    """Durations of what ended, by type; of performed operations unless recorded ones are asked for."""
    performed = asked.parameters.get("kind") != RECORDED
    found: dict[str, Counter[int]] = {}
    for (kind, is_performed, step), count in asked.scope.count("operation_type", "performed", "duration_step").items():
        if step != UNFINISHED and is_performed == performed:
            found.setdefault(kind, Counter())[step] += count
    return found


def _durations(asked: Asked, durations: dict[str, Counter[int]], kind: str) -> Table:
    rows: list[Row] = []
    for one in OperationType:
        steps = durations.get(one.value, Counter())
        link = asked.link(type=one, kind=kind, status=asked.ended) if steps else None
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
        "How long they took",
        f"From being asked for to the end, of {kind} operations that ended: half took at most the median, 95 of 100 at "
        f"most the 95th percentile. Both are right to {LARGEST_ERROR:.0%}.",
        [
            Column("type", "Type"),
            Column("ended", "Ended", ColumnKind.COUNT),
            Column("median", "Median", ColumnKind.SECONDS),
            Column("p95", "95th percentile", ColumnKind.SECONDS),
        ],
        rows,
    )


def _failures_by_finding(asked: Asked, failed: int) -> Table:
    """Commonest first, with what they come to together."""
    operations = asked.scope.operations.filter(operation_status=_FAILED).order_by()
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
        link = asked.link(status=_FAILED, finding=code) if asked.parameters.get("finding") in {None, code} else None
        name = "No finding" if code == NO_FINDING else ""
        rows.append((Cell(code, link, name), Cell(count, link), Cell(share(reached, whole)), Cell(example)))
    return Table(
        "failures-by-finding",
        "What failures were about",
        "Failed operations by the errors found in them, commonest first; one with several is counted under each. "
        "The share is that of this and all commoner ones.",
        [
            Column("finding", "Finding"),
            Column("operations", "Failed operations", ColumnKind.COUNT),
            Column("cumulative", "Share so far", ColumnKind.SHARE),
            Column("example", "For example", ColumnKind.SENTENCE),
        ],
        rows,
        more=asked.link(status=_FAILED) if len(told) > SHOWN_CODES else None,
        empty="No failures.",
    )
