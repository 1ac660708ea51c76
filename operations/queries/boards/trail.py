"""What is in the audit trail, how it was verified, and who took copies of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from operations import audit
from operations.audit import AuditAction
from operations.audit.actions import CATEGORIES, category_of, label_of
from operations.choices import Outcome, Verdict
from operations.models import AuditCheckpoint, AuditEvent
from operations.queries.boards.board_query import LISTED, number_said, root_of, said
from operations.queries.boards.overview import trail_health
from operations.queries.counting import Counts, TimeBucket, grouped, summed
from operations.queries.intervals import Interval, Intervals
from operations.queries.period_filters import as_parameter
from operations.queries.tables import Board, Cell, Column, ColumnKind, Link, Row, Table, Target, Tile, changed
from operations.queries.trail import verdict_of
from operations.queries.trail_filters import EventFilterSet


@dataclass(frozen=True)
class EventsAsked:
    """The events asked about, those of valid filters with a beginning."""

    begin: int
    end: int
    zone: tzinfo
    rows: QuerySet[AuditEvent]
    parameters: Mapping[str, str]

    @classmethod
    def by(cls, filters: EventFilterSet) -> "EventsAsked":
        return cls(*filters.buckets, timezone.get_current_timezone(), filters.qs, filters.active)

    @property
    def intervals(self) -> Intervals:
        return Intervals(self.begin, self.end, self.zone)

    def link(self, **changes: object) -> Link:
        return Link(Target.EVENTS, changed(self.parameters, changes))

    def count(self, *dimensions: str) -> Counts:
        """By columns or `interval`; an index holds all that is counted, so the rows are not read."""
        rows = self.rows.alias(bucket=TimeBucket("recorded_date_time"))
        places = {name: self.intervals.number if name == "interval" else F(name) for name in dimensions}
        return grouped(rows, places, Count("*"))


def trail(query: EventsAsked) -> Board:
    """Events of the period by action, verifications, checkpoints and exports."""
    counts = query.count("interval", "action", "outcome")
    verified = _of_action(query, AuditAction.TRAIL_VERIFIED)
    exported = _of_action(query, AuditAction.TRAIL_EXPORTED)
    denied = summed(counts, 2)[(Outcome.DENIED,)]
    history = summed(counts, 0)
    exports = summed(counts, 1)[(AuditAction.TRAIL_EXPORTED,)]
    events_by_slot = [history[(interval.number,)] for interval in query.intervals]
    exported_link = query.link(activity=AuditAction.TRAIL_EXPORTED)
    tiles = [
        Tile("events", "Events", counts.total(), query.link(), history=events_by_slot),
        Tile("all", "Events in all", audit.head().sequence, Link(Target.EVENTS, {"period": "all"})),
        Tile("denied", "Denied", denied, query.link(outcome=Outcome.DENIED) if denied else None),
        Tile("exports", "Exports taken", exports, exported_link if exports else None),
    ]
    return Board(
        tiles,
        [
            trail_health(),
            _over_time(query, counts),
            _by_action(query, summed(counts, 1)),
            _verifications(query, verified),
            _checkpoints(),
            _exports(query, exported),
        ],
    )


def _over_time(query: EventsAsked, counts: Counts) -> Table:
    by_category: Counts = Counts()
    for (interval, action, _), count in counts.items():
        by_category[(interval, category_of(action))] += count
    intervals = query.intervals
    rows: list[Row] = []
    for interval in intervals:
        cells = [
            _of_interval(query, interval, by_category[(interval.number, category)], category=category)
            for category in CATEGORIES
        ]
        whole = sum(by_category[(interval.number, category)] for category in (*CATEGORIES, ""))
        rows.append((Cell(interval.label), *cells, _of_interval(query, interval, whole)))
    return Table(
        "over-time",
        "Events over time",
        f"Events recorded in each {intervals.unit}, by what they are about.",
        [
            Column(intervals.unit, intervals.unit.capitalize()),
            *(Column(category, label, ColumnKind.COUNT) for category, label in CATEGORIES.items()),
            Column("all", "All", ColumnKind.COUNT),
        ],
        rows,
    )


def _of_interval(query: EventsAsked, interval: Interval, count: int, **changes: str) -> Cell:
    link = query.link(period="", since=as_parameter(interval.begin), until=as_parameter(interval.end), **changes)
    return Cell(count, link if count else None)


def _by_action(query: EventsAsked, by_action: Counts) -> Table:
    rows: list[Row] = []
    for (action,), count in sorted(by_action.items(), key=lambda one: (-one[1], one[0])):
        # The list knows no other codes.
        link = query.link(activity=action) if category_of(action) else None
        rows.append((Cell(action, None, label_of(action)), Cell(count, link)))
    return Table(
        "by-action",
        "By action",
        "Events recorded in the period, by what was done.",
        [Column("action", "Action"), Column("events", "Events", ColumnKind.COUNT)],
        rows,
    )


def _of_action(query: EventsAsked, action: AuditAction) -> list[AuditEvent]:
    return list(query.rows.filter(action=action).order_by("-recorded_date_time", "-sequence")[:LISTED])


def _verifications(query: EventsAsked, events: list[AuditEvent]) -> Table:
    rows: list[Row] = [
        (
            _event_cell(event),
            Cell(event.recorded_date_time),
            Cell(verdict_of(event).value, None, _result(event)),
            Cell(number_said(event, "events")),
            Cell(number_said(event, "checkpoints")),
            Cell((number_said(event, "milliseconds") or 0) / 1000),
            Cell(event.actor_name),
        )
        for event in events
    ]
    return Table(
        "verifications",
        "Verifications",
        f"The newest {LISTED} of the period.",
        [
            Column("event", "Event"),
            Column("when", "When", ColumnKind.MOMENT),
            Column("result", "Result"),
            Column("events", "Events", ColumnKind.COUNT),
            Column("checkpoints", "Checkpoints", ColumnKind.COUNT),
            Column("seconds", "Duration", ColumnKind.SECONDS),
            Column("actor", "By", is_personal=True),
        ],
        rows,
        more=query.link(activity=AuditAction.TRAIL_VERIFIED),
        empty="The trail was not verified in this period.",
    )


def _result(event: AuditEvent) -> str:
    verdict = verdict_of(event)
    if verdict is not Verdict.DAMAGED:
        return f"{verdict.look.mark} {verdict.label}"
    first = said(event, "first_sequence")
    return f"✕ Damaged: {said(event, 'kind')}{f' at event {first}' if first is not None else ''}"


def _checkpoints() -> Table:
    rows: list[Row] = [
        (
            Cell(checkpoint.size),
            Cell(checkpoint.created_date_time),
            Cell(root_of(checkpoint)),
            Cell(checkpoint.kept_date_time),
        )
        for checkpoint in AuditCheckpoint.objects.all()[:LISTED]
    ]
    return Table(
        "checkpoints",
        "Checkpoints",
        f"The newest {LISTED}, whatever the period: each signs everything up to its size.",
        [
            Column("size", "Events covered", ColumnKind.COUNT),
            Column("signed", "Signed", ColumnKind.MOMENT),
            Column("root", "Root of the tree"),
            Column("kept", "Kept outside", ColumnKind.MOMENT),
        ],
        rows,
        more=Link(Target.CHECKPOINTS),
        empty="No checkpoint was signed yet.",
    )


def _exports(query: EventsAsked, events: list[AuditEvent]) -> Table:
    rows: list[Row] = [
        (
            _event_cell(event),
            Cell(event.recorded_date_time),
            Cell(event.actor_name),
            Cell(said(event, "format")),
            Cell(number_said(event, "after_sequence")),
            Cell(number_said(event, "up_to_sequence")),
            Cell(said(event, "filters")),
        )
        for event in events
    ]
    return Table(
        "exports",
        "Exports taken",
        f"The newest {LISTED} of the period.",
        [
            Column("event", "Event"),
            Column("when", "When", ColumnKind.MOMENT),
            Column("actor", "By", is_personal=True),
            Column("format", "Format"),
            Column("after", "After event", ColumnKind.COUNT),
            Column("upTo", "Up to event", ColumnKind.COUNT),
            Column("filters", "Filters"),
        ],
        rows,
        more=query.link(activity=AuditAction.TRAIL_EXPORTED),
        empty="Nobody took a copy.",
    )


def _event_cell(event: AuditEvent) -> Cell:
    return Cell(event.sequence, Link(Target.EVENT, {"id": str(event.sequence)}), f"Event {event.sequence}")
