"""What happened over time: each row of the table is a part of the period."""

from collections.abc import Sequence
from typing import Any

from operations.dashboards.charts.vega import (
    FAILED,
    MAIN,
    PAPER,
    SCHEMA,
    TOLD,
    WIDE,
    Specification,
    complete,
    mark_of,
    marks_of,
    parts,
)
from operations.dashboards.words import in_words
from operations.queries.tables import Table

# How each status is filled and outlined.
_STATUSES = {
    "Success": ("var(--chart-success)", "var(--chart-success)", [1, 0]),
    "Failed": (FAILED, FAILED, [1, 0]),
    "In progress": (PAPER, "var(--chart-busy)", [1, 0]),
    "Unknown": (PAPER, "var(--chart-plain)", [3, 2]),
}


def stacked(table: Table) -> Specification | None:
    """Bars over time, each divided by status."""
    marks = list(marks_of(table))
    if not marks:
        return None
    names = [name for name in _STATUSES if any(mark["series"] == name for mark in marks)]
    fills, strokes, dashes = zip(*(_STATUSES[name] for name in names), strict=True)
    # From the axis upward in this order, as in the legend.
    for mark in marks:
        mark["order"] = names.index(mark["series"])
    scale = {"domain": names}
    legend = {"title": None, "orient": "top", "symbolType": "square", "symbolSize": 140}
    return complete(
        {
            "width": WIDE,
            "height": 220,
            "data": {"values": marks},
            "mark": {"type": "bar", "strokeWidth": 1.2},
            "encoding": {
                "x": along_time(table),
                "y": upward(),
                "fill": {"field": "series", "scale": {**scale, "range": list(fills)}, "legend": legend},
                "stroke": {"field": "series", "scale": {**scale, "range": list(strokes)}, "legend": legend},
                "strokeDash": {"field": "series", "scale": {**scale, "range": list(dashes)}, "legend": legend},
                "order": {"field": "order"},
                **TOLD,
            },
        }
    )


def lanes(table: Table) -> Specification | None:
    """Bars over time, a lane for each column that has any."""
    marks = list(marks_of(table))
    if not marks:
        return None
    there = {mark["series"] for mark in marks}
    header = {"title": None, "labelAngle": 0, "labelAlign": "left", "labelLimit": 0, "labelPadding": 22}
    return complete(
        {
            "data": {"values": marks},
            "facet": {
                "row": {
                    "field": "series",
                    "sort": [column.label for column in parts(table) if column.label in there],
                    "header": header,
                }
            },
            "spacing": 10,
            "spec": {
                "width": WIDE - 180,
                "height": 46,
                "mark": {"type": "bar", "fill": MAIN},
                "encoding": {"x": along_time(table), "y": upward(ticks=2), **TOLD},
            },
            "resolve": {"scale": {"y": "independent"}},
        }
    )


def rate(table: Table) -> Specification | None:
    """A share over time, from nothing to all."""
    marks = []
    for row in table.rows:
        cell = row[-1]
        if cell.value is not None:
            label = in_words(cell, table.columns[-1])
            ended = f"{table.columns[1].label.lower()}: {row[1].value}"
            marks.append(mark_of(cell, f"{row[0].value}: {label}, {ended}", x=row[0].value, value=cell.value))
    if not marks:
        return None
    y = {"field": "value", "type": "quantitative", "title": None, "scale": {"domain": [0, 1]}, "axis": {"format": "%"}}
    place = {"x": along_time(table), "y": y}
    return complete(
        {
            "width": WIDE,
            "height": 160,
            "data": {"values": marks},
            "layer": [
                {"mark": {"type": "line", "stroke": MAIN, "strokeWidth": 2, "aria": False}, "encoding": place},
                {"mark": {"type": "point", "filled": True, "size": 45, "fill": MAIN}, "encoding": {**place, **TOLD}},
            ],
        }
    )


def history(values: Sequence[int]) -> Specification | None:
    """A line without axes, to sit in a tile."""
    if len(values) < 2 or not any(values):
        return None
    return {
        "$schema": SCHEMA,
        "background": None,
        "width": 110,
        "height": 22,
        "padding": 2,
        "data": {"values": [{"x": number, "y": value} for number, value in enumerate(values)]},
        "mark": {"type": "line", "stroke": "var(--chart-main)", "strokeWidth": 1.5, "aria": False},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": None},
            "y": {"field": "y", "type": "quantitative", "axis": None, "scale": {"zero": True}},
        },
        "config": {"view": {"stroke": None}},
    }


def along_time(table: Table) -> dict[str, Any]:
    """The time axis: every slot has its place, and a label where there is room."""
    slots = [row[0].value for row in table.rows]
    step = max(1, -(-len(slots) // 12))
    short = "slice(datum.label, 11)" if " " in slots[0] else "slice(datum.label, 5)"
    return {
        "field": "x",
        "type": "ordinal",
        "title": None,
        "scale": {"domain": slots, "paddingInner": 0.15},
        "axis": {"values": slots[::step], "labelExpr": short, "labelAngle": 0},
    }


def upward(title: str | None = None, *, ticks: int = 5) -> dict[str, Any]:
    """The axis of whole numbers."""
    # Vega divides small numbers further: halves of an operation are left without a label.
    axis = {"tickCount": ticks, "labelExpr": "datum.value == floor(datum.value) ? format(datum.value, ',d') : ''"}
    return {"field": "value", "type": "quantitative", "title": title, "axis": axis}
