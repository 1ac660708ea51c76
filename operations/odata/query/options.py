"""Query options: known ones are read strictly, others refused or ignored as Graph documents.

https://learn.microsoft.com/graph/query-parameters: on beta the `$` may be left out.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from operations.odata.errors import ODataError

SYSTEM_OPTIONS = frozenset(
    {
        "apply", "compute", "count", "deltatoken", "expand", "filter", "format", "index", "levels",
        "orderby", "schemaversion", "search", "select", "skip", "skiptoken", "top",
    }
)  # fmt: skip
OF_COLLECTIONS = frozenset(
    {"count", "expand", "filter", "format", "orderby", "search", "select", "skip", "skiptoken", "top"}
)
OF_ITEMS = frozenset({"expand", "format", "select"})
OF_COUNTS = frozenset({"filter", "search"})
WITHIN_EXPAND = frozenset({"expand", "filter", "orderby", "search", "select", "skip", "top"})
DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE_SIZE = 1000
MAX_EXPAND_DEPTH = 3
MAX_EXPANDED = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(/[A-Za-z_][A-Za-z0-9_.]*)?")


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """What was asked for. `written` are the options as sent, for links to further pages."""

    filter: str | None = None
    orderby: str | None = None
    search: str | None = None
    select: tuple[str, ...] | None = None
    expand: tuple["Expand", ...] = ()
    top: int | None = None
    skip: int = 0
    skiptoken: str | None = None
    count: bool = False
    metadata: str | None = None
    max_page_size: int | None = None
    written: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def page_size(self) -> int:
        """How many rows a page holds: the least of what is asked for, preferred and allowed."""
        asked = [size for size in (self.top, self.max_page_size) if size is not None] or [DEFAULT_PAGE_SIZE]
        return min(*asked, LARGEST_PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class Expand:
    """One navigation to bring along."""

    name: str
    options: QueryOptions


def read_options(
    parameters: QueryDict, supported: Collection[str] = (), *, max_page_size: int | None = None
) -> QueryOptions:
    """Raises ODataError 400 naming the option that is unknown, repeated, malformed or not supported."""
    values: dict[str, str] = {}
    for written, sent in parameters.lists():
        name = _option(written, supported)
        if name is None:
            continue
        if name in values or len(sent) > 1:
            raise _repeated(name)
        values[name] = sent[0]
    return replace(_read(values, depth=1), max_page_size=max_page_size)


def _option(written: str, supported: Collection[str]) -> str | None:
    name = written.removeprefix("$").lower()
    if name not in SYSTEM_OPTIONS:
        if written.startswith("$"):
            raise ODataError(400, f"The query option '{written}' is not recognized.", target=written)
        return None
    if name not in supported:
        raise ODataError(
            400, f"The query option '${name}' is not supported on this resource. Leave it out.", target=f"${name}"
        )
    return name


def _repeated(name: str) -> ODataError:
    return ODataError(400, f"The query option '${name}' is given more than once.", target=f"${name}")


def _read(values: Mapping[str, str], *, depth: int) -> QueryOptions:
    if "skip" in values and "skiptoken" in values:
        raise ODataError(
            400, "$skip and $skiptoken contradict each other. Follow @odata.nextLink unchanged.", target="$skip"
        )
    for name in ("filter", "orderby", "search", "select", "expand", "format", "skiptoken"):
        if name in values and not values[name].strip():
            raise ODataError(400, f"The query option '${name}' is empty. Leave it out.", target=f"${name}")
    return QueryOptions(
        filter=values.get("filter"),
        orderby=values.get("orderby"),
        search=values.get("search"),
        select=_read_select(values["select"]) if "select" in values else None,
        expand=_read_expand(values["expand"], depth) if "expand" in values else (),
        top=_whole("$top", values["top"], least=1) if "top" in values else None,
        skip=_whole("$skip", values["skip"], least=0) if "skip" in values else 0,
        skiptoken=values.get("skiptoken"),
        count=_boolean("$count", values["count"]) if "count" in values else False,
        metadata=_read_format(values["format"]) if "format" in values else None,
        written=values,
    )


def _whole(name: str, value: str, *, least: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) >= least):
        raise ODataError(
            400, f"Invalid value '{value[:40]}' for {name}: a whole number from {least} is expected.", target=name
        )
    return int(value)


def _boolean(name: str, value: str) -> bool:
    if value.lower() not in {"true", "false"}:
        raise ODataError(400, f"Invalid value '{value[:40]}' for {name}: true or false is expected.", target=name)
    return value.lower() == "true"


def _read_format(value: str) -> str:
    """The level of metadata. Only JSON is spoken."""
    media_type, *parameters = [part.strip().lower() for part in value.split(";")]
    if media_type not in {"json", "application/json"}:
        raise ODataError(406, f"The format '{value[:40]}' is not supported. Ask for json.", target="$format")
    return "none" if "odata.metadata=none" in parameters else "minimal"


def _read_select(value: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in value.split(","))
    for name in names:
        if name != "*" and not _NAME.fullmatch(name):
            raise not_valid_term(name)
    return names


def _read_expand(value: str, depth: int) -> tuple[Expand, ...]:
    """`a,b($select=x;$expand=c)`; options of one navigation are divided by semicolons."""
    if depth > MAX_EXPAND_DEPTH:
        raise ODataError(400, f"$expand may be nested {MAX_EXPAND_DEPTH} deep.", target="$expand")
    found: dict[str, Expand] = {}
    for item in _divided(value, ","):
        name, opening, inside = item.strip().partition("(")
        name = name.strip()
        if not _NAME.fullmatch(name):
            raise not_valid_term(item.strip())
        if opening and not inside.endswith(")"):
            raise ODataError(400, f"$expand: ')' is missing after '{name}('.", target="$expand")
        if name.lower() in found:
            raise ODataError(400, f"$expand names '{name}' more than once.", target="$expand")
        found[name.lower()] = Expand(name, _read_nested(inside[:-1], depth) if opening else QueryOptions())
    if len(found) > MAX_EXPANDED:
        raise ODataError(400, f"$expand takes {MAX_EXPANDED} navigations at most.", target="$expand")
    return tuple(found.values())


def _read_nested(text: str, depth: int) -> QueryOptions:
    values: dict[str, str] = {}
    for part in _divided(text, ";"):
        written, equals, value = part.strip().partition("=")
        if not equals:
            raise ODataError(
                400, f"$expand: '{part.strip()[:40]}' is not an option. Write $select=… and so on.", target="$expand"
            )
        name = _option(f"${written.strip().removeprefix('$')}", WITHIN_EXPAND)
        if name is None or name in values:
            raise _repeated(name or written)
        values[name] = value
    return _read(values, depth=depth + 1)


def _divided(text: str, at: str) -> list[str]:
    """Parts divided where no parenthesis and no string is open. Raises ODataError 400."""
    parts: list[str] = []
    begin = open_parentheses = 0
    in_string = False
    for position, character in enumerate(text):
        if character == "'":
            in_string = not in_string
        elif in_string:
            continue
        elif character == "(":
            open_parentheses += 1
        elif character == ")":
            open_parentheses -= 1
            if open_parentheses < 0:
                break
        elif character == at and not open_parentheses:
            parts.append(text[begin:position])
            begin = position + 1
    if in_string or open_parentheses:
        raise ODataError(400, "$expand: a parenthesis or a quotation mark is not closed.", target="$expand")
    return [*parts, text[begin:]]


def not_valid_term(term: str) -> ODataError:
    """Graph's words for what is no name."""
    return ODataError(
        400,
        f"Parsing OData Select and Expand failed: Term '{term[:80]}' is not valid in a $select or $expand expression.",
        target="$select",
    )
