"""What happened over time: each row of the table is a part of the period."""

import json
from collections.abc import Sequence
from typing import Any

from operations.choices import OperationStatus, Tone
from operations.dashboards.charts.vega import (
    BAD,
    MAIN,
    PAPER,
    SCHEMA,
    SECOND,
    TOLD,
    WIDE,
    Specification,
    complete,
    mark_of,
    marks_of,
    parts,
)
from operations.dashboards.formatting import in_words
from operations.queries.tables import Column, Table

# How the bars of each tone are filled, outlined and dashed, from the axis upward.
_BARS: dict[Tone, tuple[str, str, list[int]]] = {
    Tone.GOOD: ("var(--chart-good)", "var(--chart-good)", [1, 0]),
    Tone.BAD: (BAD, BAD, [1, 0]),
    Tone.BUSY: (PAPER, "var(--chart-busy)", [1, 0]),
    Tone.WARNING: (PAPER, SECOND, [6, 2]),
    Tone.PLAIN: (PAPER, "var(--chart-plain)", [3, 2]),
}


def stacked(table: Table) -> Specification | None:
    """Bars over time, each divided by status."""
    marks = list(marks_of(table))
    if not marks:
        return None
    statuses = sorted(
        (column for column in parts(table) if any(mark["name"] == column.name for mark in marks)),
        key=lambda column: list(_BARS).index(_tone(column)),
    )
    fills, strokes, dashes = zip(*(_BARS[_tone(column)] for column in statuses), strict=True)
    names = [column.name for column in statuses]
    # From the axis upward in this order, as in the legend.
    for mark in marks:
        mark["order"] = names.index(mark["name"])
    scale = {"domain": names}
    labels = f"{json.dumps({column.name: column.label for column in statuses})}[datum.value]"
    legend = {"title": None, "orient": "top", "symbolType": "square", "symbolSize": 140, "labelExpr": labels}
    return complete(
        {
            "width": WIDE,
            "height": 220,
            "data": {"values": marks},
            "mark": {"type": "bar", "strokeWidth": 1.2},
            "encoding": {
                "x": along_time(table),
                "y": upward(),
                "fill": {"field": "name", "scale": {**scale, "range": list(fills)}, "legend": legend},
                "stroke": {"field": "name", "scale": {**scale, "range": list(strokes)}, "legend": legend},
                "strokeDash": {"field": "name", "scale": {**scale, "range": list(dashes)}, "legend": legend},
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
    there = {mark["name"] for mark in marks}
    shown = [column for column in parts(table) if column.name in there]
    labels = f"{json.dumps({column.name: column.label for column in shown})}[datum.value]"
    header = {
        "title": None,
        "labelExpr": labels,
        "labelAngle": 0,
        "labelAlign": "left",
        "labelLimit": 0,
        "labelPadding": 22,
    }
    return complete(
        {
            "data": {"values": marks},
            "facet": {
                "row": {
                    "field": "name",
                    "sort": [column.name for column in shown],
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


def _tone(status: Column) -> Tone:
    """Of a column that counts one status, which its name is."""
    return OperationStatus(status.name).look.tone if status.name in OperationStatus.values else Tone.PLAIN


def along_time(table: Table) -> dict[str, Any]:
    """The time axis: every interval has its place, and a label where there is room."""
    intervals = [row[0].value for row in table.rows]
    step = max(1, -(-len(intervals) // 12))
    short = "slice(datum.label, 11)" if " " in intervals[0] else "slice(datum.label, 5)"
    return {
        "field": "x",
        "type": "ordinal",
        "title": None,
        "scale": {"domain": intervals, "paddingInner": 0.15},
        "axis": {"values": intervals[::step], "labelExpr": short, "labelAngle": 0},
    }


def upward(title: str | None = None, *, ticks: int = 5) -> dict[str, Any]:
    """The axis of whole numbers."""
    # Vega divides small numbers further: halves of an operation are left without a label.
    axis = {"tickCount": ticks, "labelExpr": "datum.value == floor(datum.value) ? format(datum.value, ',d') : ''"}
    return {"field": "value", "type": "quantitative", "title": title, "axis": axis}
