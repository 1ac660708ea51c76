"""Turns the tables of a board into Vega-Lite: a table says what is so, a function here how that is best looked at."""

from operations.dashboards.charts.graph import graph
from operations.dashboards.charts.over_time import history, lanes, rate, stacked
from operations.dashboards.charts.ranking import pareto, ranked
from operations.dashboards.charts.spread import heat, ranges
from operations.dashboards.charts.vega import Drawing, Specification

__all__ = [
    "Drawing",
    "Specification",
    "graph",
    "heat",
    "history",
    "lanes",
    "pareto",
    "ranges",
    "ranked",
    "rate",
    "stacked",
]
