"""Values: literals, columns and functions of them. A function of literals is worked out at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Func, IntegerField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import (
    ExtractDay,
    ExtractHour,
    ExtractMinute,
    ExtractMonth,
    ExtractYear,
    Length,
    TruncDate,
)
from django.utils import timezone

from operations.odata.language.columns import COUNT, Column, Scope
from operations.odata.language.functions import RowCount, UnicodeLower, UnicodeUpper
from operations.odata.language.reading import refused
from operations.odata.language.syntax import Call, Kind, Literal, Node, Path

Operand = Literal | Column


@dataclass(frozen=True, slots=True)
class _Function:
    """What it takes and gives, in Python for literals and in SQL for columns."""

    takes: Kind
    gives: Kind
    of_value: Callable[[Any], Any]
    of_column: Callable[[Combinable], Func]


def _extracting(function: Any) -> Callable[[Combinable], Func]:
    return lambda column: function(column, tzinfo=UTC)


_FUNCTIONS: dict[str, _Function] = {
    "tolower": _Function(Kind.STRING, Kind.STRING, str.lower, UnicodeLower),
    "toupper": _Function(Kind.STRING, Kind.STRING, str.upper, UnicodeUpper),
    "length": _Function(Kind.STRING, Kind.NUMBER, len, lambda column: Length(column)),
    "year": _Function(Kind.DATE_TIME, Kind.NUMBER, lambda value: value.year, _extracting(ExtractYear)),
    "month": _Function(Kind.DATE_TIME, Kind.NUMBER, lambda value: value.month, _extracting(ExtractMonth)),
    "day": _Function(Kind.DATE_TIME, Kind.NUMBER, lambda value: value.day, _extracting(ExtractDay)),
    "hour": _Function(Kind.DATE_TIME, Kind.NUMBER, lambda value: value.hour, _extracting(ExtractHour)),
    "minute": _Function(Kind.DATE_TIME, Kind.NUMBER, lambda value: value.minute, _extracting(ExtractMinute)),
    "date": _Function(Kind.DATE_TIME, Kind.DATE, lambda value: value.date(), _extracting(TruncDate)),
}
# These give a condition, not a value.
CONDITIONS = frozenset({"startswith", "endswith", "contains"})


def operand(node: Node, scope: Scope) -> Operand | None:
    """The value that a node stands for; None for a condition. Raises ODataError 400."""
    match node:
        case Literal():
            return node
        case Path() if node.names[-1].lower() == COUNT:
            return _count(node, scope)
        case Path() if len(node.names) == 1 and not scope.has(node):
            # It may be a member of an enumeration; comparing tells.
            return Literal(Kind.ENUM, ("", node.names[0]), node.names[0], node.position)
        case Path():
            return constant(scope.column(node), node)
        case Call(name="now"):
            return Literal(Kind.DATE_TIME, timezone.now(), "now()", node.position)
        case Call() if node.name not in CONDITIONS:
            return _called(node, scope)
        case _:
            return None


def constant(column: Column, node: Path) -> Operand:
    """A property that is the same for every row is that value."""
    if not isinstance(column.expression, Value):
        return column
    value = column.expression.value
    if value is None:
        return Literal(Kind.NULL, None, column.name, node.position)
    if column.enum is not None:
        value = (column.enum, value)
    return Literal(column.kind, value, column.name, node.position)


def text_argument(node: Node, scope: Scope, call: Call) -> Operand:
    """An argument that has to be a string or null. Raises ODataError 400."""
    value = operand(node, scope)
    _check(value, Kind.STRING, call, scope)
    assert value is not None  # noqa: S101  (for the type checker)
    return value


def expression(value: Operand) -> Combinable:
    """In SQL."""
    if isinstance(value, Column):
        return value.expression
    return Value(value.value)


def midnight(day: date) -> datetime:
    """Where a DateTimeOffset is expected, a date means its beginning."""
    return datetime.combine(day, time(), UTC)


def _called(call: Call, scope: Scope) -> Operand:
    function = _FUNCTIONS[call.name]
    value = operand(call.arguments[0], scope)
    if isinstance(value, Literal) and value.kind is Kind.DATE and function.takes is Kind.DATE_TIME:
        value = Literal(Kind.DATE_TIME, midnight(value.value), value.text, value.position)
    _check(value, function.takes, call, scope)
    if isinstance(value, Literal):
        result = None if value.value is None else function.of_value(value.value)
        kind = Kind.NULL if result is None else function.gives
        return Literal(kind, result, f"{call.name}({value.text})", call.position)
    assert isinstance(value, Column)  # noqa: S101  (for the type checker)
    return Column(function.gives, function.of_column(value.expression), f"{call.name}({value.name})")


def _check(value: Operand | None, wanted: Kind, call: Call, scope: Scope) -> None:
    if value is not None and value.kind in {wanted, Kind.NULL}:
        return
    given = value.kind if value is not None else "a condition"
    if isinstance(value, Literal) and value.kind is Kind.ENUM:
        given = f"the unknown name '{value.text}'"
    raise refused(scope.option, f"'{call.name}' takes {wanted}, not {given}.", call.position)


def _count(path: Path, scope: Scope) -> Column:
    if len(path.names) == 1:
        raise refused(scope.option, "'$count' stands after a collection.", path.position)
    collected = scope.collected(Path(path.names[:-1], path.position))
    if collected.empty_when is not None:
        raise refused(scope.option, f"'{path}': count it with any() or all() instead.", path.position)
    rows = collected.rows.order_by().values("pk")
    return Column(Kind.NUMBER, RowCount(rows, output_field=IntegerField()), str(path))
