"""A resource declared once: its serializer says names and types, columns say where the database keeps them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Value
from rest_framework import serializers

from operations.odata.fields import BinaryField, ConstantField, EnumField, KeyField
from operations.odata.model import (
    BINARY,
    SAME_ROW,
    STRING,
    Column,
    ComplexType,
    EntityType,
    EnumType,
    Navigation,
    Property,
    Schema,
)
from operations.odata.names import wire_name
from operations.odata.serializers import ODataSerializer

# By field name; of a nested object again by field name.
Columns = Mapping[str, Any]
NEWEST_FIRST = ("-created_date_time", "-id")


@dataclass(frozen=True)
class Resource:
    """A collection of entities: what they are, how they are written, which rows there are and where they stand.

    `order` are ORM paths, the last one unique; an index keeps this order.
    """

    entity: EntityType
    serializer: type[ODataSerializer]
    rows: Callable[[], QuerySet[Any]]
    set_name: str = ""
    order: tuple[str, ...] = NEWEST_FIRST


class ResourceRegistry:
    """Every resource by its entity type, and the schema that they make up together."""

    def __init__(self, namespace: str) -> None:
        self.schema = Schema(namespace)
        self._resources: dict[str, Resource] = {}

    def add(self, resource: Resource) -> Resource:
        """Register a resource under its entity type."""
        self.schema.add(resource.entity)
        self._resources[resource.entity.name] = resource
        return resource

    def target(self, navigation: Navigation) -> Resource:
        """Where a navigation leads."""
        return self._resources[navigation.target]

    def __iter__(self) -> Any:
        return iter(self._resources.values())


def entity_type(
    serializer: type[ODataSerializer],
    *,
    columns: Columns | None = None,
    empty_when: Mapping[str, Q] | None = None,
    only: Iterable[str] | None = None,
    **declared: Any,
) -> EntityType:
    """The type that a serializer writes.

    `columns` by field name, for a nested object a mapping of its own; a field without an entry is found in the column
    of its name or source. `only` takes some of the fields: a base type has fewer than what derives from it.
    """
    name = declared.pop("name", serializer.odata_type)
    properties = _properties(serializer, columns or {}, empty_when or {}, only)
    return EntityType(name=name, properties=properties, **declared)


def _properties(
    serializer: type[ODataSerializer],
    columns: Columns,
    empty_when: Mapping[str, Q],
    only: Iterable[str] | None,
    *,
    within_complex: bool = False,
) -> tuple[Property, ...]:
    fields = serializer().declared
    names = list(only) if only is not None else list(fields)
    return tuple(
        _property(
            name,
            fields[name],
            columns[name] if name in columns else _column(fields[name]),
            empty_when.get(name),
            within_complex,
        )
        for name in fields
        if name in names
    )


def _column(field: Any) -> Column | None:
    if isinstance(field, ConstantField):
        return Value(field.value)
    if isinstance(field, serializers.SerializerMethodField | BinaryField):
        return None
    source = str(field.source or field.field_name)
    return source.removesuffix(".all").replace(".", "__")


def _property(name: str, field: Any, column: Any, empty_when: Q | None, within_complex: bool) -> Property:
    members = None
    is_list = isinstance(field, serializers.ListSerializer)
    child: Any = field.child if is_list else field
    if isinstance(child, ODataSerializer):
        within: Columns = column if isinstance(column, Mapping) else {}
        members = ComplexType(child.odata_type, _properties(type(child), within, {}, None, within_complex=True))
        edm_type = child.odata_type
        column = SAME_ROW if isinstance(column, Mapping) else column
    else:
        edm_type = field.edm_type
    is_enum = isinstance(field, EnumField | ConstantField) and bool(field.members)
    is_key = isinstance(field, KeyField) and members is None
    return Property(
        name=wire_name(name),
        type=edm_type,
        column=column,
        enum=EnumType(edm_type, tuple(field.members.values())) if is_enum else None,
        nullable=(not is_key or within_complex) and not is_enum and edm_type in {STRING, BINARY},
        is_key=is_key,
        is_collection=is_list or getattr(field, "is_collection", False),
        members=members,
        empty_when=empty_when,
    )
