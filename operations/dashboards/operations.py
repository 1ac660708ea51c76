from operations.dashboards import charts as draw
from operations.dashboards.pages import OF_OPERATIONS, Page

PAGE = Page(
    "operations",
    "Operations",
    "How much is done, how well, how fast, and what goes wrong most?",
    OF_OPERATIONS,
    {
        "by-status-over-time": draw.stacked,
        "by-type-over-time": draw.lanes,
        "success-over-time": draw.rate,
        "success-by-type": draw.ranked("rate"),
        "durations": draw.ranges,
        "failures-by-finding": draw.pareto,
    },
    wide=frozenset(
        {"by-status-over-time", "by-type-over-time", "success-over-time", "durations", "failures-by-finding", "latest"}
    ),
)
