"""The syntax tree of an expression. Positions count characters from 1.

Grammar: https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionfilter
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ValueKind(StrEnum):
    """What a value is, as far as comparing goes."""

    STRING = "a string"
    GUID = "a GUID"
    DATE_TIME = "a DateTimeOffset"
    DATE = "a date"
    BOOLEAN = "a boolean"
    NUMBER = "a number"
    ENUM = "a member of an enumeration"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the text; of an enumeration `(type name, member)`."""

    kind: ValueKind
    value: Any
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Path:
    """Names divided by slashes; the last one may be `$count`."""

    names: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return "/".join(self.names)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, its name in lower case."""

    name: str
    arguments: tuple["Node", ...]
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and one of eq ne gt ge lt le."""

    operator: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Membership:
    """`left in (…)`."""

    left: "Node"
    items: tuple[Literal, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Logical:
    """Several conditions joined by `and` or by `or`."""

    operator: str
    operands: tuple["Node", ...]
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    """`not` before a condition."""

    operand: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Quantified:
    """`path/any(variable:body)` or `all`; `any()` has no body."""

    path: Path
    operator: str
    variable: str
    body: "Node | None"
    position: int


Node = Literal | Path | Call | Comparison | Membership | Logical | Negation | Quantified
