from operations.dashboards import charts as draw
from operations.dashboards.pages import OF_OPERATIONS, Page

PAGE = Page(
    "templates",
    "Templates",
    "How do the definition files stand, which versions are there, which fail, and what depends on what?",
    OF_OPERATIONS,
    {
        "by-status": draw.ranked("files"),
        "by-language": draw.ranked("files"),
        "failing": draw.ranked("failed"),
        "dependencies": draw.graph,
    },
    wide=frozenset({"failing", "versions", "removals", "dependencies"}),
)
