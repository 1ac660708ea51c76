"""One bar for each row of the table."""

from collections.abc import Mapping, Sequence
from typing import Any

from operations.dashboards.charts.over_time import upward
from operations.dashboards.charts.vega import (
    INK,
    MAIN,
    NARROW,
    SECOND,
    TOLD,
    WIDE,
    Drawing,
    Specification,
    complete,
    mark_of,
    shortened,
)
from operations.dashboards.formatting import in_words
from operations.queries.tables import ColumnKind, Table


def ranked(column: str) -> Drawing:
    """Bars side by side for the rows of a table, as long as this column says."""

    def draw(table: Table) -> Specification | None:
        position = next(number for number, one in enumerate(table.columns) if one.name == column)
        measured = table.columns[position]
        marks: list[dict[str, Any]] = []
        for row in table.rows:
            bar, name = row[position], in_words(row[0], table.columns[0])
            if bar.value or (bar.value is not None and measured.kind is ColumnKind.SHARE):
                label = in_words(bar, measured)
                told = f"{name}, {measured.label.lower()}: {label}"
                marks.append(mark_of(bar, told, y=_unlike(shortened(name), marks), value=bar.value, label=label))
        if not marks:
            return None
        most = 1 if measured.kind is ColumnKind.SHARE else max(mark["value"] for mark in marks)
        place = {
            "y": {"field": "y", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 0}},
            # Room for the number behind the longest bar.
            "x": {
                "field": "value",
                "type": "quantitative",
                "title": None,
                "axis": None,
                "scale": {"domain": [0, most * 1.25]},
            },
        }
        text = {"type": "text", "align": "left", "dx": 4, "fill": INK, "aria": False}
        return complete(
            {
                "width": NARROW - 180,
                "height": {"step": 24},
                "data": {"values": marks},
                "layer": [
                    {"mark": {"type": "bar", "fill": MAIN}, "encoding": {**place, **TOLD}},
                    {"mark": text, "encoding": {**place, "text": {"field": "label"}}},
                ],
            }
        )

    return draw


def pareto(table: Table) -> Specification | None:
    """The commonest first, and a line of what they come to together."""
    marks: list[dict[str, Any]] = []
    for row in table.rows:
        code, count, reached = in_words(row[0], table.columns[0]), row[1], row[2]
        share = in_words(reached, table.columns[2])
        told = f"{code}, {table.columns[1].label.lower()}: {count.value}; {share} with all commoner ones"
        marks.append(mark_of(count, told, x=_unlike(shortened(code), marks), value=count.value, share=reached.value))
    if not marks:
        return None
    x = {"field": "x", "type": "nominal", "sort": None, "title": None, "axis": {"labelAngle": -35, "labelLimit": 0}}
    so_far = {
        "field": "share",
        "type": "quantitative",
        "title": "Share so far",
        "scale": {"domain": [0, 1]},
        "axis": {"format": "%", "grid": False},
    }
    line = {"type": "line", "stroke": SECOND, "strokeWidth": 2, "strokeDash": [5, 3], "aria": False,
            "point": {"fill": SECOND, "size": 36}}  # fmt: skip
    return complete(
        {
            "width": min(WIDE - 60, max(240, 70 * len(marks))),
            "height": 220,
            "data": {"values": marks},
            "layer": [
                {
                    "mark": {"type": "bar", "fill": MAIN},
                    "encoding": {"x": x, "y": upward(table.columns[1].label), **TOLD},
                },
                {"mark": line, "encoding": {"x": x, "y": so_far}},
            ],
            "resolve": {"scale": {"y": "independent"}},
        }
    )


def _unlike(name: str, marks: Sequence[Mapping[str, Any]]) -> str:
    """A name of its own for each bar, looking the same: two files may have one name."""
    return name + "\u200b" * sum(mark.get("y", mark.get("x")).rstrip("\u200b") == name for mark in marks)
