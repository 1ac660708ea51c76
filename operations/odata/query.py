"""Query options: known ones are read strictly, others refused or ignored as Graph documents.

https://learn.microsoft.com/graph/query-parameters: on beta the `$` may be left out.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import QueryDict

from operations.odata.errors import ODataError

SYSTEM_OPTIONS = frozenset(
    {
        "apply", "compute", "count", "deltatoken", "expand", "filter", "format", "index", "levels",
        "orderby", "schemaversion", "search", "select", "skip", "skiptoken", "top",
    }
)  # fmt: skip
DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE_SIZE = 1000


@dataclass(frozen=True, slots=True)
class QueryOptions:
    top: int | None = None
    skiptoken: str | None = None

    @property
    def page_size(self) -> int:
        return min(self.top or DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE)


def read_options(parameters: QueryDict, supported: Collection[str] = ()) -> QueryOptions:
    """Raises ODataError 400 naming the option that is unknown, repeated, malformed or not supported."""
    values: dict[str, str] = {}
    for written, sent in parameters.lists():
        name = written.removeprefix("$").lower()
        if name not in SYSTEM_OPTIONS:
            if written.startswith("$"):
                raise ODataError(400, f"The query option '{written}' is not recognized.", target=written)
            continue
        if name not in supported:
            raise ODataError(
                400, f"The query option '${name}' is not supported on this resource. Leave it out.", target=f"${name}"
            )
        if name in values or len(sent) > 1:
            raise ODataError(400, f"The query option '${name}' is given more than once.", target=f"${name}")
        values[name] = sent[0]
    return QueryOptions(
        top=_positive("$top", values["top"]) if "top" in values else None, skiptoken=values.get("skiptoken")
    )


def _positive(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) >= 1):
        raise ODataError(
            400, f"Invalid value '{value[:40]}' for {name}: a whole number from 1 is expected.", target=name
        )
    return int(value)
