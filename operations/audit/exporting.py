"""The trail as text: JSON Lines of the very bytes that the leaves are hashes of, or CSV for a spreadsheet."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet

from operations import spreadsheets
from operations.audit.entry import COLUMNS, canonical, moment
from operations.choices import ExportFormat
from operations.models import AuditEvent

ROWS_AT_ONCE = 1000

Row = tuple[Any, ...]


def lines(events: QuerySet[AuditEvent], *, file_format: str, after: int, up_to: int) -> Iterator[bytes]:
    """The events numbered above `after` up to `up_to`, a part at a time, each part some whole lines."""
    if file_format == ExportFormat.CSV:
        yield spreadsheets.lines([COLUMNS])
    write = _WRITERS[file_format]
    while True:
        rows = events.filter(sequence__gt=after, sequence__lte=up_to).order_by("sequence").values_list(*COLUMNS)
        part = list(rows[:ROWS_AT_ONCE])
        if not part:
            return
        after = part[-1][0]
        yield write(part)


def _json_lines(rows: Sequence[Row]) -> bytes:
    return b"".join(canonical(dict(zip(COLUMNS, row, strict=True))) + b"\n" for row in rows)


def _csv(rows: Sequence[Row]) -> bytes:
    return spreadsheets.lines([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return value


_WRITERS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    ExportFormat.JSON_LINES: _json_lines,
    ExportFormat.CSV: _csv,
}
