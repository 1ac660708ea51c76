"""The boards: which filters each has, what it tells, and who may see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from operations.models import AuditEvent, GroupPolicyOperation
from operations.permissions import Action
from operations.queries.boards.board_query import BoardQuery
from operations.queries.boards.operations import operations
from operations.queries.boards.overview import overview, overview_tiles
from operations.queries.boards.people import people
from operations.queries.boards.templates import templates
from operations.queries.boards.trail import EventsAsked, trail
from operations.queries.operation_filters import BoardFilterSet, RowsFilterSet
from operations.queries.period_filters import PeriodFilterSet
from operations.queries.tables import Board
from operations.queries.trail_filters import BoardEventFilterSet


@dataclass(frozen=True)
class Source:
    """`tell` makes the board of valid filters; `needs` are what somebody must be allowed to, all of them."""

    filter_set: type[PeriodFilterSet]
    tell: Callable[[Any], Board]
    needs: tuple[Action, ...]

    def filters(self, parameters: Mapping[str, Any]) -> PeriodFilterSet:
        """As asked for in a URL, perhaps not valid."""
        model = AuditEvent if self.filter_set is BoardEventFilterSet else GroupPolicyOperation
        return self.filter_set(dict(parameters.items()), model._default_manager.all())


# Of the admin's first page: the overview's tiles without the rest of it.
TILES = Source(BoardFilterSet, lambda filters: overview_tiles(BoardQuery.by(filters)), (Action.READ_OPERATIONS,))
BOARDS: dict[str, Source] = {
    "overview": Source(BoardFilterSet, lambda filters: overview(BoardQuery.by(filters)), (Action.READ_OPERATIONS,)),
    "operations": Source(BoardFilterSet, lambda filters: operations(BoardQuery.by(filters)), (Action.READ_OPERATIONS,)),
    "people": Source(
        RowsFilterSet, lambda filters: people(BoardQuery.by(filters)), (Action.READ_OPERATIONS, Action.READ_TRAIL)
    ),
    "templates": Source(
        RowsFilterSet,
        lambda filters: templates(BoardQuery.by(filters)),
        (Action.READ_OPERATIONS, Action.READ_DEFINITION_FILES),
    ),
    "trail": Source(BoardEventFilterSet, lambda filters: trail(EventsAsked.by(filters)), (Action.READ_TRAIL,)),
}
