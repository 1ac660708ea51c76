from operations.dashboards import charts as draw
from operations.dashboards.pages import OF_OPERATIONS, Page

PAGE = Page(
    "overview",
    "Overview",
    "What is happening, what failed and why, what waits, and is the trail in order?",
    OF_OPERATIONS,
    {"in-progress-by-age": draw.ranked("operations")},
    wide=frozenset({"by-type", "in-progress", "failures"}),
    is_live=True,
)
