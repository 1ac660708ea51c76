"""What a resource declares of itself once: query options, `$metadata` and contexts are made from it.

OData CSDL 4.0: https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, Value
from django.db.models.expressions import Combinable

STRING, BOOLEAN, INT32, INT64 = "Edm.String", "Edm.Boolean", "Edm.Int32", "Edm.Int64"
GUID, DATE_TIME_OFFSET, DATE, BINARY = "Edm.Guid", "Edm.DateTimeOffset", "Edm.Date", "Edm.Binary"

# The column of a nested object, or of a collection with one, that is made of the row's own columns.
SAME_ROW = "pk"
# A path, an expression, or a function that makes one, given the prefix of the path that leads to the entity.
Column = str | Value | Callable[[str], Combinable]


@dataclass(frozen=True, slots=True)
class EnumType:
    """Members in the order of their numbers, from 0. Compared and sorted by number."""

    name: str
    members: tuple[str, ...]

    def number(self, member: str) -> int:
        """Raises ValueError for what is no member; any letter case."""
        return [one.lower() for one in self.members].index(member.lower())


@dataclass(frozen=True, slots=True)
class Property:
    """A structural property.

    `column` is an ORM path from the entity's model, or an expression over it; None where the property can be
    selected only. Of a collection it leads to the column of the related rows, or, with `members`, to these rows.
    """

    name: str
    type: str
    column: Column | None = None
    enum: EnumType | None = None
    nullable: bool = True
    is_key: bool = False
    is_collection: bool = False
    # Of a complex type: what its rows or value consist of.
    members: "ComplexType | None" = None
    # Rows for which a collection shows nothing, whatever is stored.
    empty_when: Q | None = None


@dataclass(frozen=True, slots=True)
class Navigation:
    """A navigation property.

    `path` is the ORM path from the entity's model to the target's, `inverse` of a collection the one back.
    """

    name: str
    target: str
    path: str
    inverse: str = ""
    is_collection: bool = False
    is_contained: bool = False
    # Which of the related rows count, written from the target's model.
    only: Q = field(default_factory=Q)
    # False: it has an address of its own and cannot be expanded or filtered by.
    is_expandable: bool = True


@dataclass(frozen=True)
class ComplexType:
    """A structured type without a key."""

    name: str
    properties: tuple[Property, ...] = ()

    @cached_property
    def property_of(self) -> Mapping[str, Property]:
        """By name in lower case: names come in any letter case."""
        return {one.name.lower(): one for one in self.properties}

    @property
    def short_name(self) -> str:
        """Without the namespace."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class EntityType(ComplexType):
    """A structured type with the key `id`; `base` is the name of the type it derives from."""

    base: str = "microsoft.graph.entity"
    navigations: tuple[Navigation, ...] = ()
    # ORM paths of the texts that $search looks in.
    searched: tuple[str, ...] = ()
    # Orders that an index keeps: the keys as $orderby writes them, `-` before a descending one, no tie-break.
    indexed_orders: frozenset[str] = frozenset()

    @cached_property
    def navigation_of(self) -> Mapping[str, Navigation]:
        """By name in lower case."""
        return {one.name.lower(): one for one in self.navigations}


class Schema:
    """All types that are served, by name."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.entity_types: dict[str, EntityType] = {}
        self.complex_types: dict[str, ComplexType] = {}
        self.enum_types: dict[str, EnumType] = {}

    def add(self, *types: Any) -> None:
        """Register types; the enumerations and complex types of their properties come along."""
        for one in types:
            if isinstance(one, EnumType):
                self.enum_types[one.name] = one
                continue
            (self.entity_types if isinstance(one, EntityType) else self.complex_types)[one.name] = one
            for prop in one.properties:
                self.add(*(part for part in (prop.enum, prop.members) if part is not None))

    def target(self, navigation: Navigation) -> EntityType:
        """The type that a navigation leads to."""
        return self.entity_types[navigation.target]
