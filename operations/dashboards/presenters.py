"""A board as its template wants it: words, addresses and drawings, nothing left to decide."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from operations import audit
from operations.dashboards import charts, svg
from operations.dashboards.addresses import address
from operations.dashboards.formatting import change_in_words, in_words, length_in_words, value_in_words
from operations.dashboards.pages import BoardPage
from operations.models import AuditHead
from operations.queries.period_filters import PeriodFilterSet
from operations.queries.tables import Board, Cell, Column, ColumnKind, Table, Tile


@dataclass(frozen=True, slots=True)
class ShownTile:
    tile: Tile
    number: str
    url: str
    change: str
    history: SafeString | str


@dataclass(frozen=True, slots=True)
class ShownCell:
    """`status` where the words are to stand in a badge."""

    words: str
    url: str
    kind: ColumnKind
    status: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A table with its drawing, if there is anything to draw."""

    table: Table
    rows: Sequence[Sequence[ShownCell]]
    drawing: SafeString | str
    note: str
    is_wide: bool
    csv: str
    more: str


@dataclass(frozen=True, slots=True)
class Report:
    """What stands above a printed board: of which time, as of when, and up to where the trail went."""

    period: str
    generated: str
    zone: str
    events: int
    root: str


def tiles(board: Board, filters: PeriodFilterSet) -> list[ShownTile]:
    length = length_in_words(_length(filters))
    return [
        ShownTile(
            tile,
            value_in_words(tile.value, tile.kind),
            address(tile.link) if tile.link else "",
            change_in_words(tile, length),
            _history(tile),
        )
        for tile in board.tiles
    ]


def panels(page: BoardPage, board: Board, filters: PeriodFilterSet) -> list[Panel]:
    query = urlencode(filters.active)
    return [_panel(page, table, query) for table in board.tables]


def report(filters: PeriodFilterSet) -> Report:
    begin, end = filters.moments
    now = timezone.localtime()
    head = audit.head()
    return Report(
        f"{begin:%Y-%m-%d %H:%M} to {min(end, now):%Y-%m-%d %H:%M}",
        f"{now:%Y-%m-%d %H:%M:%S}",
        timezone.get_current_timezone_name(),
        head.sequence,
        _root(head),
    )


def _root(head: AuditHead) -> str:
    """As checkpoints write it. A damaged head is verification's to tell."""
    try:
        return base64.b64encode(audit.root_of(head)).decode()
    except ValueError:
        return "not readable"


def _panel(page: BoardPage, table: Table, query: str) -> Panel:
    draw = page.drawings.get(table.name)
    specification = draw(table) if draw and table.rows else None
    csv = reverse("board-table", args=[page.name, table.name])
    return Panel(
        table,
        [[_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows],
        svg.draw(specification, told=table.title) if specification else "",
        svg.note_of(specification) if specification else "",
        table.name in page.wide,
        f"{csv}?{query}" if query else csv,
        address(table.more) if table.more else "",
    )


def _cell(cell: Cell, column: Column) -> ShownCell:
    status = str(cell.value) if column.kind is ColumnKind.STATUS else ""
    return ShownCell(in_words(cell, column), address(cell.link) if cell.link else "", column.kind, status)


def _history(tile: Tile) -> SafeString | str:
    specification = charts.history(tile.history)
    return svg.draw(specification) if specification else ""


def _length(filters: PeriodFilterSet) -> timedelta:
    begin, end = filters.moments
    return end - begin
