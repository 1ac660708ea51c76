"""Conditions with OData's nulls. Each is kept as two: when it is true and when it is false; else it is null.

Null: https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_LogicalOperators
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from operations.odata.model import EntityType, EnumType, Schema
from operations.odata.query.ast import (
    Call,
    Comparison,
    Literal,
    Logical,
    Membership,
    Negation,
    Node,
    Path,
    Quantified,
    ValueKind,
)
from operations.odata.query.columns import Level, TypedColumn, VariableScope
from operations.odata.query.database_functions import by_code_point, not_true
from operations.odata.query.functions import FUNCTIONS
from operations.odata.query.lexer import refused
from operations.odata.query.parser import parse_filter
from operations.odata.query.values import Operand, arguments, expression, midnight, operand

_LOOKUPS: dict[str, Any] = {
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
    "lt": LessThan,
    "le": LessThanOrEqual,
}
_MIRRORED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq", "ne": "ne"}
NEVER = Q(pk__in=[])
ALWAYS = ~NEVER


@dataclass(frozen=True, slots=True)
class Condition:
    """What holds where it is true, and what holds where it is false."""

    true: Q
    false: Q

    @property
    def negated(self) -> "Condition":
        return Condition(self.false, self.true)

    @property
    def null(self) -> Q:
        """Where it is neither."""
        return not_true(self.true) & not_true(self.false)


def filter_rows(rows: QuerySet[Any], text: str, entity: EntityType, schema: Schema) -> QuerySet[Any]:
    """The rows for which a $filter is true. Raises ODataError 400."""
    node = parse_filter(text)
    scope = VariableScope(schema, (Level("", entity, rows.model),))
    return rows.filter(condition(node, scope).true)


def condition(node: Node, scope: VariableScope) -> Condition:
    """Raises ODataError 400 for what is not a condition."""
    match node:
        case Logical(operator="and"):
            parts = [condition(one, scope) for one in node.operands]
            return Condition(_all(part.true for part in parts), _any(part.false for part in parts))
        case Logical():
            parts = [condition(one, scope) for one in node.operands]
            return Condition(_any(part.true for part in parts), _all(part.false for part in parts))
        case Negation():
            return condition(node.operand, scope).negated
        case Comparison():
            return _comparison(node, scope)
        case Membership():
            equal = [_compared("eq", node.left, item, node.position, scope) for item in node.items]
            return Condition(_any(one.true for one in equal), _all(one.false for one in equal))
        case Quantified():
            return _quantified(node, scope)
        case Call() if FUNCTIONS[node.name].gives is None:
            return _called(node, scope)
        case _:
            return _boolean(node, scope)


def _all(conditions: Any) -> Q:
    whole = Q()
    for one in conditions:
        whole &= one
    return whole


def _any(conditions: Any) -> Q:
    whole = Q()
    for one in conditions:
        whole |= one
    return whole


def _boolean(node: Node, scope: VariableScope) -> Condition:
    value = operand(node, scope)
    if isinstance(value, Literal) and value.kind in {ValueKind.BOOLEAN, ValueKind.NULL}:
        return Condition(ALWAYS if value.value else NEVER, ALWAYS if value.value is False else NEVER)
    if isinstance(value, TypedColumn) and value.kind is ValueKind.BOOLEAN:
        return Condition(Q(Exact(value.expression, True)), Q(Exact(value.expression, False)))
    if isinstance(node, Path) and not scope.has(node):
        scope.column(node)
    told = value.kind if value is not None else "this"
    raise refused(
        scope.option, f"{told} is not a condition. Compare it with something, as in name eq 'x'.", node.position
    )


def _comparison(node: Comparison, scope: VariableScope) -> Condition:
    return _compared(node.operator, node.left, node.right, node.position, scope)


def _compared(operator: str, left_node: Node, right_node: Node, position: int, scope: VariableScope) -> Condition:
    left, right = operand(left_node, scope), operand(right_node, scope)
    if left is None or right is None:
        return _compared_conditions(operator, left_node, right_node, position, scope)
    left, right = _alike(left, right, position, scope), _alike(right, left, position, scope)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _decided(_of_literals(operator, left, right, position, scope))
    if isinstance(left, Literal):
        left, right, operator = right, left, _MIRRORED[operator]
    assert isinstance(left, TypedColumn)  # noqa: S101  (for the type checker)
    if operator in {"eq", "ne"}:
        equal = _equal(left, right)
        return equal if operator == "eq" else equal.negated
    return _ordered(operator, left, right, position, scope)


def _decided(value: bool) -> Condition:
    return Condition(ALWAYS, NEVER) if value else Condition(NEVER, ALWAYS)


def _two_valued(true: Q) -> Condition:
    return Condition(true, not_true(true))


def _equal(left: TypedColumn, right: Operand) -> Condition:
    if isinstance(right, TypedColumn):
        both_null = Q(IsNull(left.expression, True)) & Q(IsNull(right.expression, True))
        return _two_valued(Q(Exact(left.expression, right.expression)) | both_null)
    if right.value is None:
        return Condition(Q(IsNull(left.expression, True)), Q(IsNull(left.expression, False)))
    if right.kind is ValueKind.GUID and not isinstance(right.value, UUID):
        return Condition(NEVER, ALWAYS)  # an id is written in one way only
    value = right.value[1] if right.kind is ValueKind.ENUM else right.value
    if left.path:
        # Plain, so that an index serves.
        return Condition(Q(**{left.path: value}), ~Q(**{left.path: value}))
    return _two_valued(Q(Exact(left.expression, value)))


def _ordered(operator: str, left: TypedColumn, right: Operand, position: int, scope: VariableScope) -> Condition:
    if left.kind is ValueKind.BOOLEAN:
        raise refused(scope.option, f"'{operator}' does not apply to {left.kind}.", position)
    if isinstance(right, Literal) and right.value is None:
        # One of them null: false; both null: equal.
        return _two_valued(Q(IsNull(left.expression, True))) if operator in {"ge", "le"} else _decided(False)
    if isinstance(right, Literal) and right.kind is ValueKind.GUID and not isinstance(right.value, UUID):
        raise refused(
            scope.option, f"'{right.text}' is no GUID in lower case, so nothing is before or after it.", position
        )
    left_side, right_side = _sortable(left), _sortable(right)
    true = Q(_LOOKUPS[operator](left_side, right_side))
    if isinstance(right, TypedColumn) and operator in {"ge", "le"}:
        true |= Q(IsNull(left.expression, True)) & Q(IsNull(right.expression, True))
    return _two_valued(true)


def _sortable(value: Operand) -> Any:
    if isinstance(value, Literal):
        if value.kind is ValueKind.ENUM:
            enum, member = value.value
            return enum.number(member)
        return value.value
    if value.kind is ValueKind.ENUM:
        return enum_number(value.expression, value.enum)
    return by_code_point(value.expression) if value.kind is ValueKind.STRING else value.expression


def enum_number(column: Combinable, enum: EnumType | None) -> Combinable:
    """By their numbers in the model, not by their letters."""
    members = enum.members if enum else ()
    return Case(
        *(When(Exact(column, member), then=Value(number)) for number, member in enumerate(members)),
        output_field=IntegerField(),
    )


def _of_literals(operator: str, left: Literal, right: Literal, position: int, scope: VariableScope) -> bool:
    if operator in {"eq", "ne"}:
        return (left.value == right.value) is (operator == "eq")
    if left.value is None or right.value is None:
        return left.value is right.value and operator in {"ge", "le"}
    if left.kind is ValueKind.BOOLEAN:
        raise refused(scope.option, f"'{operator}' does not apply to {left.kind}.", position)
    first, second = _sortable(left), _sortable(right)
    return bool({"gt": first > second, "ge": first >= second, "lt": first < second, "le": first <= second}[operator])


def _alike(value: Operand, other: Operand, position: int, scope: VariableScope) -> Operand:
    """The value as what the other side is. Raises ODataError 400 where that cannot be."""
    if isinstance(value, Literal):
        value = _converted(value, other, scope)
    kinds = {value.kind, other.kind}
    if isinstance(other, Literal) and isinstance(value, TypedColumn):
        return value  # the literal is converted in its turn
    if isinstance(value, TypedColumn) and isinstance(other, TypedColumn) and value.enum != other.enum:
        raise refused(scope.option, f"'{value.name}' and '{other.name}' are of different types.", position)
    dates = isinstance(value, Literal) and isinstance(other, Literal) and kinds == {ValueKind.DATE, ValueKind.DATE_TIME}
    if ValueKind.NULL in kinds or len(kinds) == 1 or dates:
        return value
    raise refused(scope.option, f"{_told(value)} cannot be compared with {_told(other)}.", position)


def _told(value: Operand) -> str:
    return f"'{value.text if isinstance(value, Literal) else value.name}' ({value.kind})"


def _converted(value: Literal, other: Operand, scope: VariableScope) -> Literal:
    """A literal in the words of the other side: dates, GUIDs in quotes, members of enumerations."""
    if other.kind is ValueKind.DATE_TIME and value.kind is ValueKind.DATE:
        return Literal(ValueKind.DATE_TIME, midnight(value.value), value.text, value.position)
    if other.kind is ValueKind.GUID and value.kind is ValueKind.STRING:
        return Literal(ValueKind.GUID, _guid(value.value), value.text, value.position)
    wanted = other.enum if isinstance(other, TypedColumn) else other.value[0] if other.kind is ValueKind.ENUM else None
    if isinstance(wanted, EnumType) and value.kind in {ValueKind.STRING, ValueKind.ENUM}:
        return _member(value, wanted, scope)
    if value.kind is ValueKind.ENUM and isinstance(value.value[0], str):
        name, member = value.value
        if name:
            enum = next((one for one in scope.schema.enum_types.values() if one.name.lower() == name.lower()), None)
            if enum is None:
                raise refused(scope.option, f"there is no enumeration '{name}'.", value.position)
            return _member(value, enum, scope)
        scope.column(Path((member,), value.position))
    return value


def _member(value: Literal, enum: EnumType, scope: VariableScope) -> Literal:
    name, member = value.value if value.kind is ValueKind.ENUM else ("", value.value)
    if isinstance(name, EnumType):
        return value
    known = {one.lower(): one for one in enum.members}
    if (name and name.lower() != enum.name.lower()) or member.lower() not in known:
        raise refused(
            scope.option,
            f"'{value.text}' is not a member of '{enum.name}'. Use one of: {', '.join(enum.members)}.",
            value.position,
        )
    return Literal(ValueKind.ENUM, (enum, known[member.lower()]), value.text, value.position)


def _guid(text: str) -> UUID | str:
    try:
        value = UUID(text)
    except ValueError:
        return text
    return value if str(value) == text else text


def _compared_conditions(operator: str, left: Node, right: Node, position: int, scope: VariableScope) -> Condition:
    """`contains(…) eq true`: a condition with a literal."""
    node, literal_node = (left, right) if operand(left, scope) is None else (right, left)
    literal = operand(literal_node, scope)
    is_plain = isinstance(literal, Literal) and literal.kind in {ValueKind.BOOLEAN, ValueKind.NULL}
    if operator not in {"eq", "ne"} or not is_plain:
        raise refused(
            scope.option,
            f"a condition can be compared by eq and ne with true, false and null only, not by '{operator}' here. "
            "Put parentheses around what belongs together.",
            position,
        )
    assert isinstance(literal, Literal)  # noqa: S101  (for the type checker)
    found = condition(node, scope)
    equal = _two_valued(found.null if literal.value is None else found.true if literal.value else found.false)
    return equal if operator == "eq" else equal.negated


def _called(call: Call, scope: VariableScope) -> Condition:
    """A function that gives a condition."""
    function = FUNCTIONS[call.name]
    values = arguments(call, scope)
    literals = [value for value in values if isinstance(value, Literal)]
    if any(literal.value is None for literal in literals):
        return Condition(NEVER, NEVER)
    if len(literals) == len(values):
        return _decided(function.of_values(*(literal.value for literal in literals)))
    true = function.of_columns(*map(expression, values))
    known = _all(Q(IsNull(value.expression, False)) for value in values if isinstance(value, TypedColumn))
    return Condition(true, not_true(true) & known)


def _quantified(node: Quantified, scope: VariableScope) -> Condition:
    collected = scope.collected(node.path)
    empty = collected.empty_when
    if node.body is None:
        some = Q(Exists(collected.rows))
        return _unless(empty, Condition(some, ~some), nothing=Condition(NEVER, ALWAYS))
    inner = scope.within(collected.level(node.variable))
    body = condition(node.body, inner)
    if node.operator == "any":
        some = Q(Exists(collected.rows.filter(body.true)))
        return _unless(empty, Condition(some, ~some), nothing=Condition(NEVER, ALWAYS))
    some = Q(Exists(collected.rows.filter(not_true(body.true))))
    return _unless(empty, Condition(~some, some), nothing=Condition(ALWAYS, NEVER))


def _unless(empty: Q | None, found: Condition, *, nothing: Condition) -> Condition:
    if empty is None:
        return found
    shown = not_true(empty)
    return Condition((shown & found.true) | (empty & nothing.true), (shown & found.false) | (empty & nothing.false))
