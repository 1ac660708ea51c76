"""What needs what, as points and lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from operations.dashboards.charts.vega import (
    BAD,
    INK,
    MAIN,
    PAPER,
    QUIET,
    TOLD,
    WIDE,
    Specification,
    complete,
    mark_of,
    shortened,
)
from operations.queries.tables import Cell, Table

MOST_NODES = 60


def graph(table: Table) -> Specification | None:
    """Files as points, what they need to their left, each need a line."""
    names: dict[str, Cell] = {}
    needs: dict[str, set[str]] = {}
    for row in table.rows:
        this, that = (_key(cell) for cell in row[:2])
        names |= {this: row[0], that: row[1]}
        if this != that:
            needs.setdefault(this, set()).add(that)
    if not needs:
        return None
    needed = Counter(that for ones in needs.values() for that in ones)
    ranked_names = sorted(names, key=lambda key: (-needed[key] - len(needs.get(key, ())), _name(names[key])))
    drawn = set(ranked_names[:MOST_NODES])
    place = _places(drawn, needs, needed)
    nodes = []
    for key, (x, y) in place.items():
        told = f"{_name(names[key])}: needs {len(needs.get(key, ()))}, needed by {needed[key]}"
        name, is_known = shortened(_name(names[key])), names[key].link is not None
        nodes.append(mark_of(names[key], told, x=x, y=y, name=name, known=is_known))
    lines = [
        {"x": place[this][0], "y": place[this][1], "x2": place[that][0], "y2": place[that][1]}
        for this in sorted(needs)
        for that in sorted(needs[this])
        if this in place and that in place
    ]
    last = max(x for x, _ in place.values())
    across = {
        "field": "x",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-0.4, last + 0.4], "nice": False},
    }
    down = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1], "reverse": True}}
    known = {"field": "known", "type": "nominal", "legend": None, "scale": {"domain": [True, False]}}
    fill = {**known, "scale": {"domain": [True, False], "range": [MAIN, PAPER]}}
    stroke = {**known, "scale": {"domain": [True, False], "range": [MAIN, BAD]}}
    drawing = complete(
        {
            "width": WIDE - 40,
            "height": 24 * max(Counter(x for x, _ in place.values()).values()),
            "layer": [
                {
                    "data": {"values": lines},
                    "mark": {"type": "rule", "stroke": QUIET, "strokeWidth": 1, "opacity": 0.6, "aria": False},
                    "encoding": {"x": across, "y": down, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
                },
                {
                    "data": {"values": nodes},
                    "mark": {"type": "point", "size": 90, "opacity": 1},
                    "encoding": {"x": across, "y": down, "fill": fill, "stroke": stroke, **TOLD},
                },
                _node_names([node for node in nodes if not node["x"]], "right", -9),
                _node_names([node for node in nodes if node["x"]], "left", 9),
            ],
        }
    )
    if len(names) > len(drawn):
        drawing["usermeta"] = {"note": f"Drawn are the {MOST_NODES} with the most ties; the table has all."}
    return drawing


def _node_names(nodes: Sequence[Mapping[str, Any]], align: str, shift: int) -> Specification:
    """Outside of the lines: left of what needs nothing, right of all else."""
    return {
        "data": {"values": nodes},
        "mark": {"type": "text", "align": align, "dx": shift, "fill": INK, "aria": False},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
            "text": {"field": "name"},
        },
    }


def _places(drawn: set[str], needs: Mapping[str, set[str]], needed: Mapping[str, int]) -> dict[str, tuple[int, float]]:
    """How deep each is, and how far down from 0 to 1: near to what it needs."""
    depths: dict[str, int] = {}
    among = {key: needs.get(key, set()) & drawn for key in drawn}
    for key in sorted(drawn):
        _depth(key, among, depths)
    columns: dict[int, list[str]] = {}
    for key, depth in depths.items():
        columns.setdefault(depth, []).append(key)
    place: dict[str, tuple[int, float]] = {}
    for depth in sorted(columns):
        keys = [key for *_, key in sorted((_middle(key, needs, place), -needed[key], key) for key in columns[depth])]
        place |= {key: (depth, (number + 0.5) / len(keys)) for number, key in enumerate(keys)}
    return place


def _middle(key: str, needs: Mapping[str, set[str]], place: Mapping[str, tuple[int, float]]) -> float:
    """Of what it needs."""
    below = [place[one][1] for one in needs.get(key, ()) if one in place]
    return sum(below) / len(below) if below else 0


def _key(cell: Cell) -> str:
    """Two files may have one name."""
    return cell.link.parameters["id"] if cell.link else str(cell.value)


def _name(cell: Cell) -> str:
    return cell.label or str(cell.value)


def _depth(key: str, needs: Mapping[str, set[str]], known: dict[str, int]) -> int:
    """How many needs deep, each file looked at once; a ring is cut where it is met again."""
    if key not in known:
        known[key] = 0
        known[key] = max((1 + _depth(one, needs, known) for one in sorted(needs[key]) if one != key), default=0)
    return known[key]
