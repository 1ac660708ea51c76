"""How something is spread: from the median to the slowest, or over the hours of a week."""

from collections.abc import Callable

from operations.dashboards.charts.vega import (
    GRID,
    INK,
    MAIN,
    PAPER,
    QUIET,
    SECOND,
    TOLD,
    WIDE,
    Drawing,
    Specification,
    complete,
    mark_of,
)
from operations.dashboards.formatting import in_words
from operations.queries.tables import Table

_LEVELS = 5
_TIMES = {
    0.001: "1 ms", 0.01: "10 ms", 0.1: "100 ms", 1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h",
    36000: "10 h", 86400: "1 d", 864000: "10 d", 8640000: "100 d",
}  # fmt: skip


def ranges(table: Table) -> Specification | None:
    """From the median to the 95th percentile, on a scale on which each step is ten times the one before."""
    lines, points = [], []
    for row in table.rows:
        name, (median, p95) = in_words(row[0], table.columns[0]), row[2:4]
        if median.value is None or p95.value is None:
            continue
        lines.append({"y": name, "x": median.value, "x2": p95.value})
        for cell, column in ((median, table.columns[2]), (p95, table.columns[3])):
            told = f"{name}: {column.label.lower()} {in_words(cell, column)}"
            points.append(mark_of(cell, told, y=name, x=cell.value, series=column.label))
    if not points:
        return None
    series = [table.columns[2].label, table.columns[3].label]
    y = {"field": "y", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 0}}
    most = max(point["x"] for point in points)
    ticks = [time for time in _TIMES if time <= most * 10]
    times = "{" + ",".join(f"'{time}': '{label}'" for time, label in _TIMES.items()) + "}"
    x = {
        "type": "quantitative",
        "title": None,
        "scale": {"type": "log"},
        "axis": {"values": ticks, "labelExpr": f"({times})[datum.value]"},
    }
    legend = {"title": None, "orient": "top"}
    return complete(
        {
            "width": WIDE - 180,
            "height": {"step": 30},
            "layer": [
                {
                    "data": {"values": lines},
                    "mark": {"type": "rule", "strokeWidth": 3, "stroke": GRID, "aria": False},
                    "encoding": {"y": y, "x": {**x, "field": "x"}, "x2": {"field": "x2"}},
                },
                {
                    "data": {"values": points},
                    "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
                    "encoding": {
                        "y": y,
                        "x": {**x, "field": "x"},
                        "shape": {
                            "field": "series",
                            "scale": {"domain": series, "range": ["circle", "diamond"]},
                            "legend": legend,
                        },
                        "fill": {
                            "field": "series",
                            "scale": {"domain": series, "range": [MAIN, SECOND]},
                            "legend": legend,
                        },
                        **TOLD,
                    },
                },
            ],
        }
    )


def heat(framed: Callable[[int], bool]) -> Drawing:
    """A week of hours, darker the more there is; some hours, by their number, have a frame."""

    def draw(table: Table) -> Specification | None:
        most = max((cell.value for row in table.rows for cell in row[1:]), default=0)
        if not most:
            return None
        marks = []
        for day, row in enumerate(table.rows):
            for hour, cell in enumerate(row[1:]):
                outside = framed(day * 24 + hour)
                told = f"{row[0].value} {hour}:00: {cell.value}{', outside working hours' if outside else ''}"
                level = min(_LEVELS - 1, cell.value * _LEVELS // most) if cell.value else -1
                values = {
                    "x": hour,
                    "y": row[0].value,
                    "level": level,
                    "label": str(cell.value or ""),
                    "framed": outside,
                }
                marks.append(mark_of(cell, told, **values))
        levels = list(range(-1, _LEVELS))
        place = {
            "x": {
                "field": "x",
                "type": "ordinal",
                "title": "Hour",
                "axis": {"labelAngle": 0},
                "scale": {"paddingInner": 0.06},
            },
            "y": {"field": "y", "type": "ordinal", "sort": None, "title": None, "scale": {"paddingInner": 0.06}},
        }
        shades = [PAPER, *(f"var(--chart-heat-{level})" for level in range(_LEVELS))]
        inks = [QUIET, *(f"var(--chart-heat-ink-{level})" for level in range(_LEVELS))]
        ink = {"field": "level", "type": "ordinal", "scale": {"domain": levels, "range": inks}, "legend": None}
        fill = {"field": "level", "type": "ordinal", "scale": {"domain": levels, "range": shades}, "legend": None}
        frame = {
            "field": "framed",
            "type": "nominal",
            "scale": {"domain": [False, True], "range": [GRID, INK]},
            "legend": None,
        }
        text = {"type": "text", "fontSize": 10, "aria": False}
        return complete(
            {
                "width": {"step": 33},
                "height": {"step": 26},
                "data": {"values": marks},
                "layer": [
                    {
                        "mark": {"type": "rect", "strokeWidth": 1},
                        "encoding": {**place, "fill": fill, "stroke": frame, **TOLD},
                    },
                    {"mark": text, "encoding": {**place, "text": {"field": "label"}, "fill": ink}},
                ],
                # A number's colour is another matter than its ground's.
                "resolve": {"scale": {"fill": "independent"}},
            }
        )

    return draw
