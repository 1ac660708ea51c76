"""What a board tells, as data: tables whose cells lead to the rows behind them, and tiles.

Pages draw them, files and the API write them out; none of them computes anything more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    SENTENCE = "sentence"
    COUNT = "count"
    SHARE = "share"  # from 0 to 1
    SECONDS = "seconds"
    MOMENT = "moment"
    STATUS = "status"  # of an operation


class Target(StrEnum):
    """Where a link leads: a list that reads the parameters as its filters, or one row's page by its `id`."""

    OPERATIONS = "operations"
    EVENTS = "events"
    FILES = "files"
    CHECKPOINTS = "checkpoints"
    OPERATION = "operation"
    EVENT = "event"
    FILE = "file"
    BOARD = "board"


@dataclass(frozen=True, slots=True)
class Link:
    to: Target
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """`is_personal`: who somebody is, which the API tells only to those who may read the trail."""

    name: str
    label: str
    kind: ColumnKind = ColumnKind.TEXT
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`label` where people read something else than the value."""

    value: Any
    link: Link | None = None
    label: str = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`about` says what is counted; `more` leads to what the table leaves out; `empty` is told where nothing is."""

    name: str
    title: str
    about: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    more: Link | None = None
    empty: str = "Nothing in this period."


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: against the same of the period before, and how it went within this one."""

    name: str
    label: str
    value: int | float | None
    link: Link | None = None
    kind: ColumnKind = ColumnKind.COUNT
    before: int | float | None = None
    history: Sequence[int] = ()
    # Of a status, for its colour and mark.
    status: str = ""

    @property
    def change(self) -> int | float | None:
        """Against the period before."""
        return None if self.value is None or self.before is None else self.value - self.before


@dataclass(frozen=True, slots=True)
class Board:
    tiles: Sequence[Tile]
    tables: Sequence[Table]

    def table(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.name == name), None)


def changed(parameters: Mapping[str, str], changes: Mapping[str, object]) -> dict[str, str]:
    """URL parameters with some of them changed or, if empty, left out."""
    merged = {**parameters, **{name: str(value) for name, value in changes.items()}}
    return {name: value for name, value in merged.items() if value}


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
