"""What a board's page is made of, besides its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from operations.dashboards.charts import Drawing


@dataclass(frozen=True)
class Page:
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
