"""Boards as files: one table as CSV, or all of them in a zip with a note of what they are."""

import io
import zipfile
from collections.abc import Iterable

from operations import spreadsheets
from operations.audit.entry import moment
from operations.dashboards.presenters import Report
from operations.queries.period_filters import PeriodFilterSet
from operations.queries.tables import Board, ColumnKind, Table

# What spreadsheets need to see that it is UTF-8.
_MARK = b"\xef\xbb\xbf"


def csv_of(table: Table) -> bytes:
    """Names of columns, then the values themselves: moments in UTC, shares from 0 to 1, seconds."""
    return _MARK + spreadsheets.lines([[column.name for column in table.columns], *_values(table)])


def zip_of(board: Board, about: str) -> bytes:
    """One CSV a table, and `about.txt`."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("about.txt", about)
        for table in board.tables:
            files.writestr(f"{table.name}.csv", csv_of(table))
    return whole.getvalue()


def about(title: str, filters: PeriodFilterSet, report: Report, person: str, board: Board) -> str:
    """What the files are, so that they can be read without the portal."""
    # In one line, whatever was asked for.
    narrowed = "; ".join(f"{label}: {' '.join(value.split())}" for label, value, _ in filters.chips) or "none"
    lines = [
        f"GPO Portal: {title}",
        f"Period: {report.period} ({report.zone})",
        f"Filters: {narrowed}",
        f"Generated: {report.generated} ({report.zone}) by {person}",
        f"Head of the audit trail: {report.events} events, root {report.root}",
        "",
        *(f"{table.name}.csv: {table.title}. {table.about}" for table in board.tables),
    ]
    return "\r\n".join(lines) + "\r\n"


def _values(table: Table) -> Iterable[list[object]]:
    for row in table.rows:
        yield [
            moment(cell.value) if column.kind is ColumnKind.MOMENT and cell.value else cell.value
            for cell, column in zip(row, table.columns, strict=True)
        ]
