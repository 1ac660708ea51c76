"""From names to columns: only what a type declares can be reached, whatever the path."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, F, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from operations.odata.errors import ODataError
from operations.odata.model import (
    BOOLEAN,
    DATE,
    DATE_TIME_OFFSET,
    GUID,
    INT32,
    INT64,
    SAME_ROW,
    ComplexType,
    EntityType,
    EnumType,
    Property,
    Schema,
)
from operations.odata.query.ast import Path, ValueKind
from operations.odata.query.lexer import refused, shortened

_KINDS = {
    BOOLEAN: ValueKind.BOOLEAN,
    DATE: ValueKind.DATE,
    DATE_TIME_OFFSET: ValueKind.DATE_TIME,
    GUID: ValueKind.GUID,
    INT32: ValueKind.NUMBER,
    INT64: ValueKind.NUMBER,
}
COUNT = "$count"


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A value of each row. `path` is set where it is a column of the row's own query."""

    kind: ValueKind
    expression: Combinable
    name: str
    enum: EnumType | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One query: the rows that a variable (or none: the outermost) stands for. A primitive has a column of its own."""

    variable: str
    structure: ComplexType | None
    model: type[Model]
    # The one column of a collection of strings, from the model of the level.
    column: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """The rows that a collection leads to, as a query within the query."""

    rows: QuerySet[Any]
    level: Callable[[str], Level]
    # Rows of the level around it that show nothing, whatever is stored.
    empty_when: Q | None


@dataclass(frozen=True, slots=True)
class VariableScope:
    """Everything a name can mean at one place of an expression."""

    schema: Schema
    levels: tuple[Level, ...]
    option: str = "$filter"

    def within(self, level: Level) -> "VariableScope":
        """Inside any or all."""
        return replace(self, levels=(*self.levels, level))

    def column(self, path: Path) -> TypedColumn:
        """Raises ODataError 400 in Graph's words for what is not declared."""
        index, names = self._begin(path)
        level = self.levels[index]
        if not names:
            if level.structure is not None:
                raise self._refused(f"'{path}' is an object. Go on to one of its properties.", path)
            return self._placed(
                TypedColumn(ValueKind.STRING, F(level.column), str(path), path=level.column), index, path
            )
        prefix, type_, names = self._through(level, names, path)
        type_, names = _into(type_, names)
        if len(names) > 1 or names[0].lower() == COUNT:
            raise self._refused(f"'{path}': this path leads nowhere.", path)
        found = type_.property_of.get(names[0].lower())
        if found is None:
            raise self._unknown(names[0], type_, path)
        if found.is_collection or found.members is not None:
            raise self._refused(f"'{path}' is a collection or an object. Use any, all or $count.", path)
        return self._placed(self._of(found, prefix, path), index, path)

    def has(self, path: Path) -> bool:
        """Whether the first name is declared; else a bare name may be a member of an enumeration."""
        first = path.names[0].lower()
        type_ = self.levels[0].structure
        variables = {level.variable.lower() for level in self.levels[1:]}
        known = type_ is not None and (first in type_.property_of or first in getattr(type_, "navigation_of", {}))
        return len(path.names) > 1 or known or first in variables

    def collected(self, path: Path) -> Collected:
        """Of a path to a collection, without `$count`. Raises ODataError 400."""
        index, names = self._begin(path)
        level = self.levels[index]
        if index != len(self.levels) - 1:
            raise self._refused(f"'{path}': inside any and all, begin with their own variable.", path)
        if not names:
            raise self._refused(f"'{path}' is not a collection.", path)
        prefix, type_, names = self._through(level, names, path)
        if len(names) > 1:
            raise self._refused(f"'{path}': this path leads nowhere.", path)
        owner = OuterRef(f"{prefix}pk")
        navigation = type_.navigation_of.get(names[0].lower()) if isinstance(type_, EntityType) else None
        if navigation is not None and navigation.is_collection and navigation.is_expandable:
            model = _model_at(level.model, f"{prefix}{navigation.path}")
            target = self.schema.target(navigation)
            rows = model._default_manager.filter(navigation.only, **{navigation.inverse: owner})
            return Collected(rows, lambda variable: Level(variable, target, model), None)
        found = type_.property_of.get(names[0].lower())
        if navigation is None and found is None:
            raise self._unknown(names[0], type_, path)
        if found is None or not found.is_collection or not isinstance(found.column, str):
            raise self._refused(f"'{path}' is not a collection that can be filtered by.", path)
        relation, _, column = found.column.partition("__")
        parent = _model_at(level.model, prefix.removesuffix("__")) if prefix else level.model
        if relation == SAME_ROW:
            model, inverse = parent, SAME_ROW
        else:
            model = _model_at(level.model, f"{prefix}{relation}")
            inverse = parent._meta.get_field(relation).field.name  # type: ignore[union-attr]
        members = found.members
        return Collected(
            model._default_manager.filter(**{inverse: owner}),
            lambda variable: Level(variable, members, model, column),
            _prefixed(found.empty_when, prefix) if found.empty_when is not None else None,
        )

    def _begin(self, path: Path) -> tuple[int, tuple[str, ...]]:
        """The level that the first name means, and the names that follow it."""
        first = path.names[0].lower()
        for index in range(len(self.levels) - 1, 0, -1):
            if self.levels[index].variable.lower() == first:
                return index, path.names[1:]
        if first == "$it":
            return 0, path.names[1:]
        return 0, path.names

    def _through(self, level: Level, names: tuple[str, ...], path: Path) -> tuple[str, ComplexType, tuple[str, ...]]:
        """Follow single navigations: the ORM prefix, the type reached, and the names that are left."""
        type_, prefix = level.structure, ""
        while isinstance(type_, EntityType) and len(names) > 1:
            navigation = type_.navigation_of.get(names[0].lower())
            if navigation is None or navigation.is_collection:
                break
            if not navigation.is_expandable:
                raise self._refused(f"'{navigation.name}' cannot be filtered by.", path)
            prefix += f"{navigation.path}__"
            type_, names = self.schema.target(navigation), names[1:]
        if type_ is None:
            raise self._refused(f"'{path}': a string has no properties.", path)
        if len(names) == 1 and isinstance(type_, EntityType):
            navigation = type_.navigation_of.get(names[0].lower())
            if navigation is not None and not navigation.is_collection:
                raise self._refused(f"'{path}' is an object. Go on to one of its properties.", path)
        return prefix, type_, names

    def _of(self, found: Property, prefix: str, path: Path) -> TypedColumn:
        if found.column is None:
            raise self._refused(f"The property '{found.name}' cannot be filtered or sorted by.", path)
        kind = (
            ValueKind.ENUM
            if found.enum
            else ValueKind.GUID
            if found.is_key
            else _KINDS.get(found.type, ValueKind.STRING)
        )
        name = str(path)
        if isinstance(found.column, str):
            whole = f"{prefix}{found.column}"
            return TypedColumn(kind, F(whole), name, found.enum, path=whole)
        expression = found.column if isinstance(found.column, Value) else found.column(prefix)
        if prefix:
            # Where the navigation leads nowhere there is nothing to compute.
            expression = Case(When(Q(**{f"{prefix}pk__isnull": False}), then=expression), default=None)
        return TypedColumn(kind, expression, name, found.enum)

    def _placed(self, column: TypedColumn, index: int, path: Path) -> TypedColumn:
        """Seen from the innermost query."""
        depth = len(self.levels) - 1 - index
        if not depth or isinstance(column.expression, Value):
            return column
        if not column.path:
            raise self._refused(f"'{path}' cannot be used inside any or all.", path)
        expression: Any = F(column.path)
        for level in range(depth):
            expression = OuterRef(column.path if level == 0 else expression)
        return replace(column, expression=expression, path="")

    def _unknown(self, name: str, type_: ComplexType, path: Path) -> ODataError:
        return self._refused(f"Could not find a property named '{shortened(name)}' on type '{type_.name}'.", path)

    def _refused(self, message: str, path: Path) -> ODataError:
        return refused(self.option, message, path.position)


def _into(type_: ComplexType, names: tuple[str, ...]) -> tuple[ComplexType, tuple[str, ...]]:
    """Into an object that is part of the row itself."""
    found = type_.property_of.get(names[0].lower())
    if len(names) < 2 or found is None or found.members is None or found.is_collection:
        return type_, names
    return found.members, names[1:]


def _model_at(model: type[Model], path: str) -> type[Model]:
    for name in path.split("__"):
        related = model._meta.get_field(name).related_model
        if not isinstance(related, type):
            raise TypeError(f"{model} has no relation {name}")
        model = related
    return model


def _prefixed(condition: Q, prefix: str) -> Q:
    children: list[Any] = list(condition.children)
    parts = [_prefixed(one, prefix) if isinstance(one, Q) else (f"{prefix}{one[0]}", one[1]) for one in children]
    return Q(*parts, _connector=condition.connector, _negated=condition.negated)
