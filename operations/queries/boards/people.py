"""Who did what, when, and who was turned away."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, Min, OuterRef

from operations.audit.actions import label_of
from operations.choices import FINAL, ActorType, OperationStatus, Outcome
from operations.models import AuditEvent, DefinitionFile, GroupPolicyOperation
from operations.queries.boards.board_query import (
    LISTED,
    BoardQuery,
    channel_of,
    listed,
    number_said,
    operations_table,
    said,
)
from operations.queries.operation_filters import OUTSIDE, WEEKDAYS
from operations.queries.period_filters import as_parameter
from operations.queries.tables import Board, Cell, Column, ColumnKind, Link, Row, Table, Target, Tile, share

SHOWN_ACTORS = 25


def people(query: BoardQuery) -> Board:
    """Actors, hours, denials and first times, of the selected operations."""
    by_actor = _by_actor(query)
    hours = {hour: count for (hour,), count in query.selection.count("hour_of_week").items()}
    outside = sum(count for hour, count in hours.items() if hour not in settings.WORKING_HOURS.hours)
    denied, denied_count = _denied(query)
    kinds = _by_kind(query, by_actor)
    tiles = [
        Tile("operations", "Operations", sum(hours.values()), query.link()),
        Tile("people", "People", sum(1 for kind, *_ in by_actor if kind == ActorType.USER)),
        Tile("clients", "API clients", sum(1 for kind, *_ in by_actor if kind == ActorType.CLIENT)),
        Tile("outside", "Outside working hours", outside, query.link(hours=OUTSIDE) if outside else None),
        Tile("denied", "Denied access", denied_count, denied.more if denied_count else None),
    ]
    return Board(
        tiles,
        [
            _actors(query, by_actor),
            kinds,
            _hours(query, hours),
            denied,
            _first_times(query),
            operations_table(
                "latest",
                "Latest operations",
                "The newest of the period: who asked for what.",
                listed(query.selection),
                more=query.link(),
                empty="No operations in this period.",
            ),
        ],
    )


def _by_actor(query: BoardQuery) -> list[tuple[str, str, int, int, int, int, datetime]]:
    """Type, name, operations, succeeded, failed, finished and the last time, most active first."""
    rows = query.selection.operations.order_by()
    found = rows.values_list("requested_by_type", "requested_by_name", "operation_status")
    actors: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, name, status, count, last in found.annotate(count=Count("*"), last=Max("created_date_time")):
        actor = actors.setdefault((kind, name), {"counts": {}, "last": last})
        actor["counts"][status] = count
        actor["last"] = max(actor["last"], last)
    active = [
        (
            kind,
            name,
            sum(actor["counts"].values()),
            actor["counts"].get(OperationStatus.SUCCESS, 0),
            actor["counts"].get(OperationStatus.FAILED, 0),
            sum(actor["counts"].get(status, 0) for status in FINAL),
            actor["last"],
        )
        for (kind, name), actor in actors.items()
    ]
    return sorted(active, key=lambda one: (-one[2], one[1], one[0]))


def _actors(query: BoardQuery, by_actor: list[tuple[str, str, int, int, int, int, datetime]]) -> Table:
    rows: list[Row] = []
    for kind, name, count, succeeded, failed, ended, last in by_actor[:SHOWN_ACTORS]:
        who = {"requested_by": name, "requested_by_type": kind}
        # Nobody without a name can be asked for by it.
        link = query.link(**who) if name else None
        board = Link(Target.BOARD, {**link.parameters, "id": "people"}) if link else None
        rows.append(
            (
                Cell(name, board),
                Cell(kind, None, str(ActorType(kind).label)),
                Cell(count, link),
                query.count_cell(failed, **who, status=OperationStatus.FAILED) if name else Cell(failed),
                Cell(share(succeeded, ended)),
                Cell(last),
            )
        )
    left = len(by_actor) - SHOWN_ACTORS
    more = f" The {SHOWN_ACTORS} most active; {left} more did something." if left > 0 else ""
    return Table(
        "by-actor",
        "By requester",
        f"Operations created in the period, by who asked for them.{more}",
        [
            Column("actor", "Who", is_personal=True),
            Column("actorType", "Kind"),
            Column("operations", "Operations", ColumnKind.COUNT),
            Column("failed", "Failed", ColumnKind.COUNT),
            Column("rate", "Success rate", ColumnKind.SHARE),
            Column("last", "Last", ColumnKind.MOMENT),
        ],
        rows,
    )


def _by_kind(query: BoardQuery, by_actor: list[tuple[str, str, int, int, int, int, datetime]]) -> Table:
    counts = {kind: sum(one[2] for one in by_actor if one[0] == kind) for kind in ActorType}
    whole = sum(counts.values())
    rows: list[Row] = []
    for kind, count in counts.items():
        if count or kind in {ActorType.USER, ActorType.CLIENT}:
            opened = query.count_cell(count, requested_by_type=kind)
            rows.append((Cell(kind.value, None, str(kind.label)), opened, Cell(share(count, whole))))
    return Table(
        "by-kind-of-actor",
        "People and programs",
        "Operations asked for by people, by API clients and by the portal's own commands.",
        [
            Column("actorType", "Kind"),
            Column("operations", "Operations", ColumnKind.COUNT),
            Column("share", "Share", ColumnKind.SHARE),
        ],
        rows,
    )


def _hours(query: BoardQuery, hours: dict[int, int]) -> Table:
    rows: list[Row] = []
    for day, name in enumerate(WEEKDAYS):
        cells = [query.count_cell(hours.get(day * 24 + hour, 0), weekday=day + 1, hour=hour) for hour in range(24)]
        rows.append((Cell(name), *cells))
    return Table(
        "hours",
        "Hours of the week",
        f"When operations were created, in {query.selection.zone}. Hours with a frame are outside working hours "
        f"({settings.WORKING_HOURS.told}).",
        [Column("weekday", "Weekday"), *(Column(f"h{hour:02}", f"{hour}", ColumnKind.COUNT) for hour in range(24))],
        rows,
    )


def _denied(query: BoardQuery) -> tuple[Table, int]:
    """Whoever was turned away in the period; by name, if one is asked for."""
    begin, end = query.selection.moments
    events = AuditEvent.objects.filter(
        outcome=Outcome.DENIED, recorded_date_time__gte=begin, recorded_date_time__lt=end
    ).order_by("-recorded_date_time", "-sequence")
    parameters = {"outcome": Outcome.DENIED.value, "since": as_parameter(begin), "until": as_parameter(end)}
    if name := query.parameters.get("requested_by"):
        events = events.filter(actor_name=name)
        parameters["actor"] = name
    rows: list[Row] = [
        (
            Cell(event.sequence, Link(Target.EVENT, {"id": str(event.sequence)}), f"Event {event.sequence}"),
            Cell(event.recorded_date_time),
            Cell(event.actor_name),
            Cell(event.address),
            Cell(event.channel, None, channel_of(event)),
            Cell(event.action, None, label_of(event.action)),
            Cell(_what(event)),
        )
        for event in events[:LISTED]
    ]
    table = Table(
        "denied",
        "Denied access",
        "Who asked for what they may not have, and who could not prove who they are.",
        [
            Column("event", "Event"),
            Column("when", "When", ColumnKind.MOMENT),
            Column("actor", "Who", is_personal=True),
            Column("address", "From", is_personal=True),
            Column("channel", "Channel"),
            Column("action", "Action"),
            Column("what", "What", ColumnKind.SENTENCE),
        ],
        rows,
        more=Link(Target.EVENTS, parameters),
        empty="Nobody was denied anything.",
    )
    return table, events.count()


def _what(event: AuditEvent) -> str:
    """The address that was asked for, or how often."""
    if path := said(event, "path"):
        return f"{said(event, 'method') or ''} {path}".strip()
    accounts = said(event, "accounts")
    names = ", ".join(str(name) for name in accounts) if isinstance(accounts, list) else ""
    times = number_said(event, "count") or 1
    return f"{times} {'time' if times == 1 else 'times'}{f' as {names}' if names else ''}"


def _first_times(query: BoardQuery) -> Table:
    """Pairs of somebody and a definition file of which nothing older is known, whatever they did with it."""
    begin, end = query.selection.moments
    touched = query.of_whom(GroupPolicyOperation.objects.exclude(definition_file=None))
    pairs = (
        touched.filter(created_date_time__gte=begin, created_date_time__lt=end)
        .order_by()
        .values("requested_by_type", "requested_by_name", "definition_file")
        .annotate(first=Min("created_date_time"), operations=Count("*"))
    )
    older = GroupPolicyOperation.objects.filter(
        definition_file=OuterRef("definition_file"),
        requested_by_name=OuterRef("requested_by_name"),
        requested_by_type=OuterRef("requested_by_type"),
        created_date_time__lt=begin,
    )
    found = list(pairs.filter(~Exists(older)).order_by("-first")[: LISTED + 1])
    files = DefinitionFile.objects.in_bulk([pair["definition_file"] for pair in found])
    rows: list[Row] = []
    for pair in found[:LISTED]:
        file, name = files[pair["definition_file"]], pair["requested_by_name"]
        link = query.only(requested_by=name, requested_by_type=pair["requested_by_type"], definition_file=file.pk)
        rows.append(
            (
                Cell(pair["first"]),
                Cell(name),
                Cell(file.file_name, Link(Target.FILE, {"id": str(file.pk)})),
                Cell(pair["operations"], link if name else None),
            )
        )
    more = f" The newest {LISTED}; there are more." if len(found) > LISTED else ""
    return Table(
        "first-times",
        "First times",
        f"Who touched a definition file for the first time ever, whatever type and status is asked for.{more}",
        [
            Column("when", "First", ColumnKind.MOMENT),
            Column("actor", "Who", is_personal=True),
            Column("definitionFile", "Definition file"),
            Column("operations", "Operations", ColumnKind.COUNT),
        ],
        rows,
        empty="Nobody did anything for the first time.",
    )
