"""What all charts share: how a table's cells become marks, and how a chart looks.

Colours are variables of the page's style sheet, so that light, dark and paper each have their own; scales of colour are
therefore discrete. Nothing rests on hue alone: marks differ in lightness, outline or place too, and each says what it
is. https://vega.github.io/vega-lite/docs/
"""

from collections.abc import Callable, Iterator
from typing import Any

from operations.dashboards.addresses import address
from operations.queries.tables import Cell, Column, Table

Specification = dict[str, Any]
Drawing = Callable[[Table], Specification | None]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Links must be whole to survive the drawing; svg.py takes this off again.
HOST = "https://portal.invalid"
NOWHERE = f"{HOST}/"
WIDE, NARROW = 860, 420
# Of a name, in characters. Vega would cut one by its width, in the middle of a character.
LONGEST_NAME = 28
INK, QUIET, GRID, PAPER, MAIN, SECOND, BAD = (
    f"var(--chart-{name})" for name in ("ink", "quiet", "grid", "paper", "main", "second", "bad")
)
# Each mark says what it is and leads to the rows behind it.
TOLD: Specification = {"description": {"field": "told"}, "href": {"field": "href"}}


def complete(drawing: Specification) -> Specification:
    """With what every chart has."""
    axis = {
        "labelColor": INK, "titleColor": INK, "domainColor": QUIET, "tickColor": QUIET, "gridColor": GRID,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
    }  # fmt: skip
    return {
        "$schema": SCHEMA,
        "background": None,
        # The page's font may be wider than the one it was measured with.
        "padding": {"left": 30, "right": 20, "top": 6, "bottom": 6},
        **drawing,
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": axis,
            "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12},
            "header": {"labelColor": INK, "labelFontSize": 12},
            "text": {"fontSize": 12},
        },
    }


def parts(table: Table) -> list[Column]:
    """The counted columns, without their sum."""
    return [column for column in table.columns[1:] if column.name != "all"]


def marks_of(table: Table) -> Iterator[dict[str, Any]]:
    """One for each number above nought."""
    for row in table.rows:
        for cell, column in zip(row[1:], parts(table), strict=False):
            if cell.value:
                told = f"{row[0].value}, {column.label}: {cell.value}"
                yield mark_of(cell, told, x=row[0].value, name=column.name, series=column.label, value=cell.value)


def mark_of(cell: Cell, told: str, **values: Any) -> dict[str, Any]:
    """What a cell is drawn by; without a link of its own it leads nowhere."""
    return {**values, "told": told, "href": HOST + address(cell.link) if cell.link else NOWHERE}


def shortened(name: str) -> str:
    """What of a name has room beside a chart; the mark itself says all of it."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
