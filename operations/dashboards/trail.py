from operations.dashboards import charts as draw
from operations.dashboards.pages import Page

PAGE = Page(
    "trail",
    "Trail",
    "What was recorded, when was it proved intact, and who took copies?",
    ("period", "since", "until", "outcome", "door", "category", "activity", "actor", "address"),
    {"over-time": draw.lanes, "by-action": draw.ranked("events")},
    wide=frozenset({"over-time", "verifications", "checkpoints", "exports"}),
)
