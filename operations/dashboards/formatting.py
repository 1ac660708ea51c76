"""Values of tables as people read them."""

from datetime import timedelta
from typing import Any

from operations.display import lasting, moment
from operations.queries.tables import Cell, Column, ColumnKind, Tile

NOTHING = "–"
LONGEST_SENTENCE = 2000


def in_words(cell: Cell, column: Column) -> str:
    """Of one cell."""
    return cell.label or value_in_words(cell.value, column.kind)


def value_in_words(value: Any, kind: ColumnKind) -> str:
    if value is None or value == "":
        return NOTHING
    if kind is ColumnKind.COUNT:
        return f"{value:,}"
    if kind is ColumnKind.SHARE:
        return f"{_rounded(100 * value)} %"
    if kind is ColumnKind.SECONDS:
        return lasting(timedelta(seconds=value))
    if kind is ColumnKind.MOMENT:
        return moment(value)
    text = str(value)
    return f"{text[:LONGEST_SENTENCE]}…" if len(text) > LONGEST_SENTENCE else text


def change_in_words(tile: Tile, length: str) -> str:
    """Against the period before: ▲ 3 against the 7 days before."""
    if tile.change is None:
        return ""
    if not tile.change:
        return f"as in the {length} before"
    arrow, size = ("▲", tile.change) if tile.change > 0 else ("▼", -tile.change)
    told = f"{_rounded(100 * size)} points" if tile.kind is ColumnKind.SHARE else value_in_words(size, tile.kind)
    return f"{arrow} {told} against the {length} before"


def length_in_words(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    if hours < 48:
        return "hour" if hours <= 1 else f"{hours} hours"
    return f"{round(hours / 24)} days"


def _rounded(number: float) -> str:
    """One digit behind the point where that tells anything; never 100 for less than all."""
    rounded = round(number, 1)
    if rounded == 100 and number < 100:
        rounded = 99.9
    return f"{rounded:g}"
