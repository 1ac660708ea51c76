"""The pages of the boards, in the order of their tabs. Their figures stand in operations/queries/boards/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from operations.dashboards import charts
from operations.dashboards.charts import Drawing


@dataclass(frozen=True)
class BoardPage:
    """`drawings` by the name of the table that is drawn; `wide` are the tables across the whole page.

    `fields` are the filters that stand in its form; others come by links and are shown as chips only.
    """

    name: str
    title: str
    question: str
    fields: Sequence[str]
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    wide: frozenset[str] = frozenset()
    is_live: bool = False


OF_OPERATIONS = (
    "period",
    "since",
    "until",
    "type",
    "status",
    "kind",
    "requested_by",
    "definition_file",
    "finding",
    "hours",
)

_PAGES = (
    BoardPage(
        "overview",
        "Overview",
        "What is happening, what failed and why, what waits, and is the trail in order?",
        OF_OPERATIONS,
        {"in-progress-by-age": charts.ranked("operations")},
        wide=frozenset({"by-type", "in-progress", "failures"}),
        is_live=True,
    ),
    BoardPage(
        "operations",
        "Operations",
        "How much is done, how well, how fast, and what goes wrong most?",
        OF_OPERATIONS,
        {
            "by-status-over-time": charts.stacked,
            "by-type-over-time": charts.lanes,
            "success-over-time": charts.rate,
            "success-by-type": charts.ranked("rate"),
            "durations": charts.ranges,
            "failures-by-finding": charts.pareto,
        },
        wide=frozenset(
            {
                "by-status-over-time",
                "by-type-over-time",
                "success-over-time",
                "durations",
                "failures-by-finding",
                "latest",
            }
        ),
    ),
    BoardPage(
        "people",
        "People and clients",
        "Who did what, when, who was turned away, and who did something for the first time?",
        OF_OPERATIONS,
        {
            "by-actor": charts.ranked("operations"),
            "by-kind-of-actor": charts.ranked("operations"),
            "hours": charts.heat(lambda hour: hour not in settings.WORKING_HOURS.hours),
        },
        wide=frozenset({"hours", "denied", "first-times", "latest"}),
    ),
    BoardPage(
        "templates",
        "Templates",
        "How do the definition files stand, which versions are there, which fail, and what depends on what?",
        OF_OPERATIONS,
        {
            "by-status": charts.ranked("files"),
            "by-language": charts.ranked("files"),
            "failing": charts.ranked("failed"),
            "dependencies": charts.graph,
        },
        wide=frozenset({"failing", "versions", "removals", "dependencies"}),
    ),
    BoardPage(
        "trail",
        "Trail",
        "What was recorded, when was it proved intact, and who took copies?",
        ("period", "since", "until", "outcome", "channel", "category", "activity", "actor", "address"),
        {"over-time": charts.lanes, "by-action": charts.ranked("events")},
        wide=frozenset({"over-time", "verifications", "checkpoints", "exports"}),
    ),
)
PAGES = {page.name: page for page in _PAGES}
