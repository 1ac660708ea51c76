"""$orderby: paths to values, each up or down."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.expressions import Expression

from operations.odata.model import EntityType, Schema
from operations.odata.query.ast import Path, ValueKind
from operations.odata.query.columns import COUNT, Level, TypedColumn, VariableScope
from operations.odata.query.compiler import enum_number
from operations.odata.query.database_functions import by_code_point
from operations.odata.query.lexer import refused
from operations.odata.query.parser import parse_orderby
from operations.odata.query.values import operand

MOST_KEYS = 10


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key; `name` in the letter case of the declarations."""

    column: Expression | F
    descending: bool
    name: str


def sort_keys(text: str, entity: EntityType, schema: Schema, model: type) -> tuple[SortKey, ...]:
    """Raises ODataError 400. Nulls and ties are the caller's to settle."""
    scope = VariableScope(schema, (Level("", entity, model),), "$orderby")
    keys: dict[str, SortKey] = {}
    for path, descending in parse_orderby(text):
        name = _canonical(path, entity, schema)
        if name.lower() in keys:
            raise refused("$orderby", f"'{name}' is given more than once.", path.position)
        keys[name.lower()] = SortKey(_column(path, scope), descending, name)
    if len(keys) > MOST_KEYS:
        raise refused("$orderby", f"it has more than {MOST_KEYS} keys.")
    return tuple(keys.values())


def _column(path: Path, scope: VariableScope) -> Any:
    if path.names[-1].lower() == COUNT:
        counted = operand(path, scope)
        assert isinstance(counted, TypedColumn)  # noqa: S101  (for the type checker)
        return counted.expression
    column = scope.column(path)
    if column.kind is ValueKind.ENUM:
        return enum_number(column.expression, column.enum)
    return by_code_point(column.expression) if column.kind is ValueKind.STRING else column.expression


def _canonical(path: Path, entity: EntityType, schema: Schema) -> str:
    names = []
    type_: EntityType | None = entity
    for name in path.names:
        navigation = type_.navigation_of.get(name.lower()) if type_ else None
        prop = type_.property_of.get(name.lower()) if type_ else None
        names.append(navigation.name if navigation else prop.name if prop else name)
        type_ = schema.target(navigation) if navigation else None
    return "/".join(names)
