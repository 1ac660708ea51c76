from django.conf import settings

from operations.dashboards import charts as draw
from operations.dashboards.pages import OF_OPERATIONS, Page

PAGE = Page(
    "people",
    "People and clients",
    "Who did what, when, who was turned away, and who did something for the first time?",
    OF_OPERATIONS,
    {
        "by-actor": draw.ranked("operations"),
        "by-kind-of-actor": draw.ranked("operations"),
        "hours": draw.heat(lambda hour: hour not in settings.WORKING_HOURS.hours),
    },
    wide=frozenset({"hours", "denied", "first-times", "latest"}),
)
