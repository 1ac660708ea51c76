"""`/api/statistics`: the figures behind the boards, for other dashboards, by the same filters. Ours, not Graph's."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from operations.api.viewsets import PortalViewSet
from operations.audit.entry import moment
from operations.errors import MissingError
from operations.odata.errors import ODataError
from operations.permissions import Action, allows, require
from operations.queries.boards import BOARDS
from operations.queries.period_filters import PeriodFilterSet, as_parameter
from operations.queries.tables import Board, Cell, Column, ColumnKind, Table, Tile
from operations.services import audit_log

# Statistics about people, which is more than the reading of operations.
PERSONAL_FILTERS = ("requested_by", "requested_by_type")


class StatisticsViewSet(PortalViewSet):
    """One board; without a name the overview."""

    # What a board needs, its source says.
    permission_classes = ()

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Without the headers of OData, which this is not."""
        response = APIView.finalize_response(self, request, response, *args, **kwargs)
        response["Cache-Control"] = "no-cache"
        return response

    def retrieve(self, request: Request, board: str = "overview") -> Response:
        if board not in BOARDS:
            raise MissingError(f"There is no board '{board[:80]}'. There are {', '.join(BOARDS)}.", target="board")
        source = BOARDS[board]
        for action in source.needs:
            require(action, self.actor.permissions)
        asked = request.query_params
        if unknown := sorted(set(asked) - set(source.filter_set.base_filters)):
            known = ", ".join(source.filter_set.base_filters)
            raise ODataError(
                400, f"The option '{unknown[0][:80]}' is not supported here. There are {known}.", target=unknown[0]
            )
        if any(asked.get(name) for name in PERSONAL_FILTERS):
            require(Action.READ_TRAIL, self.actor.permissions)
        filters = source.filters(asked)
        if not filters.is_valid():
            field, errors = next(iter(filters.errors.items()))
            raise ODataError(400, f"{field}: {' '.join(errors)}", target=field)
        answer = self._told(board, filters, source.tell(filters))
        if Action.READ_TRAIL in source.needs:
            audit_log.record_reading(
                by=self.actor, what=f"statistics {board}", filters=request.META.get("QUERY_STRING", "")[:2000]
            )
        return Response(answer)

    def _told(self, name: str, filters: PeriodFilterSet, board: Board) -> dict[str, Any]:
        begin, end = filters.moments
        may_see_people = allows(Action.READ_TRAIL, self.actor.permissions)
        return {
            "board": name,
            "period": {
                "since": as_parameter(begin),
                "until": as_parameter(end),
                "timeZone": timezone.get_current_timezone_name(),
            },
            "filters": filters.active,
            "generatedDateTime": moment(timezone.now()),
            "tiles": [_tile(tile) for tile in board.tiles],
            "tables": [_table(table, may_see_people) for table in board.tables],
        }


def _tile(tile: Tile) -> dict[str, Any]:
    return {
        "name": tile.name,
        "label": tile.label,
        "kind": tile.kind,
        "value": tile.value,
        "before": tile.before,
        "history": list(tile.history),
    }


def _table(table: Table, may_see_people: bool) -> dict[str, Any]:
    columns = [column for column in table.columns if may_see_people or not column.is_personal]
    rows = []
    for row in table.rows:
        by_name = dict(zip((column.name for column in table.columns), row, strict=True))
        rows.append({column.name: _value(by_name[column.name], column) for column in columns})
    return {
        "name": table.name,
        "title": table.title,
        "about": table.about,
        "columns": [{"name": column.name, "label": column.label, "kind": column.kind} for column in columns],
        "rows": rows,
    }


def _value(cell: Cell, column: Column) -> Any:
    return moment(cell.value) if column.kind is ColumnKind.MOMENT and cell.value else cell.value
