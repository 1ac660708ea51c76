"""Values: literals, columns and functions of them. A function of literals is worked out at once."""

from datetime import UTC, date, datetime, time

from django.db.models import IntegerField, Value
from django.db.models.expressions import Combinable

from operations.odata.query.ast import Call, Literal, Node, Path, ValueKind
from operations.odata.query.columns import COUNT, TypedColumn, VariableScope
from operations.odata.query.database_functions import RowCount
from operations.odata.query.functions import FUNCTIONS
from operations.odata.query.lexer import refused

Operand = Literal | TypedColumn


def operand(node: Node, scope: VariableScope) -> Operand | None:
    """The value that a node stands for; None for a condition. Raises ODataError 400."""
    match node:
        case Literal():
            return node
        case Path() if node.names[-1].lower() == COUNT:
            return _count(node, scope)
        case Path() if len(node.names) == 1 and not scope.has(node):
            # It may be a member of an enumeration; comparing tells.
            return Literal(ValueKind.ENUM, ("", node.names[0]), node.names[0], node.position)
        case Path():
            return constant(scope.column(node), node)
        case Call() if FUNCTIONS[node.name].gives is not None:
            return _called(node, scope)
        case _:
            return None


def constant(column: TypedColumn, node: Path) -> Operand:
    """A property that is the same for every row is that value."""
    if not isinstance(column.expression, Value):
        return column
    value = column.expression.value
    if value is None:
        return Literal(ValueKind.NULL, None, column.name, node.position)
    if column.enum is not None:
        value = (column.enum, value)
    return Literal(column.kind, value, column.name, node.position)


def arguments(call: Call, scope: VariableScope) -> list[Operand]:
    """The arguments of a function, each of the type it takes or null. Raises ODataError 400."""
    return [
        _argument(node, kind, call, scope)
        for node, kind in zip(call.arguments, FUNCTIONS[call.name].takes, strict=True)
    ]


def expression(value: Operand) -> Combinable:
    """In SQL."""
    if isinstance(value, TypedColumn):
        return value.expression
    return Value(value.value)


def midnight(day: date) -> datetime:
    """Where a DateTimeOffset is expected, a date means its beginning."""
    return datetime.combine(day, time(), UTC)


def _called(call: Call, scope: VariableScope) -> Operand:
    function = FUNCTIONS[call.name]
    assert function.gives is not None  # noqa: S101  (for the type checker)
    values = arguments(call, scope)
    literals = [value for value in values if isinstance(value, Literal)]
    text = f"{call.name}({', '.join(value.text if isinstance(value, Literal) else value.name for value in values)})"
    if any(literal.value is None for literal in literals):
        return Literal(ValueKind.NULL, None, text, call.position)
    if len(literals) == len(values):
        return Literal(function.gives, function.of_values(*(one.value for one in literals)), text, call.position)
    return TypedColumn(function.gives, function.of_columns(*map(expression, values)), text)


def _argument(node: Node, wanted: ValueKind, call: Call, scope: VariableScope) -> Operand:
    value = operand(node, scope)
    if isinstance(value, Literal) and value.kind is ValueKind.DATE and wanted is ValueKind.DATE_TIME:
        value = Literal(ValueKind.DATE_TIME, midnight(value.value), value.text, value.position)
    if value is not None and value.kind in {wanted, ValueKind.NULL}:
        return value
    given = value.kind if value is not None else "a condition"
    if isinstance(value, Literal) and value.kind is ValueKind.ENUM:
        given = f"the unknown name '{value.text}'"
    raise refused(scope.option, f"'{call.name}' takes {wanted}, not {given}.", call.position)


def _count(path: Path, scope: VariableScope) -> TypedColumn:
    if len(path.names) == 1:
        raise refused(scope.option, "'$count' stands after a collection.", path.position)
    collected = scope.collected(Path(path.names[:-1], path.position))
    if collected.empty_when is not None:
        raise refused(scope.option, f"'{path}': count it with any() or all() instead.", path.position)
    rows = collected.rows.order_by().values("pk")
    return TypedColumn(ValueKind.NUMBER, RowCount(rows, output_field=IntegerField()), str(path))
