"""CSV that a spreadsheet opens without taking any of it for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

# What spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as lines; None is an empty cell, numbers stay numbers.

    Texts are quoted: where a spreadsheet divides cells by another sign than the comma, none begins within one.
    """
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    written = str(value)
    return f"'{written}" if written.startswith(_FORMULA) else written
