"""`$metadata` and the service document, made from the same declarations as the answers.

CSDL XML 4.0: https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from operations.odata.model import EntityType, EnumType, Navigation, Property, Schema

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
ALIAS = "graph"
ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class BoundAction:
    """An action bound to one entity; every parameter is a property of the body."""

    name: str
    bound_to: str
    parameters: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Singleton:
    """The one thing that every collection hangs below: (name, entity type) of each."""

    name: str
    sets: tuple[tuple[str, str], ...]


def csdl(schema: Schema, actions: Sequence[BoundAction], singleton: Singleton) -> bytes:
    """The model as CSDL XML."""
    root = etree.Element(f"{{{EDMX}}}Edmx", {"Version": "4.0"}, nsmap={"edmx": EDMX})
    services = etree.SubElement(root, f"{{{EDMX}}}DataServices")
    whole = etree.SubElement(
        services, f"{{{EDM}}}Schema", {"Namespace": schema.namespace, "Alias": ALIAS}, nsmap={None: EDM}
    )
    writer = _Writer(schema)
    for enum in schema.enum_types.values():
        writer.enum_type(whole, enum)
    for complex_type in schema.complex_types.values():
        writer.properties(_child(whole, "ComplexType", Name=complex_type.short_name), complex_type.properties)
    writer.root_entity(whole)
    for entity in schema.entity_types.values():
        writer.entity_type(whole, entity)
    writer.singleton_type(whole, singleton)
    for action in actions:
        writer.action(whole, action)
    container = _child(whole, "EntityContainer", Name="GraphService")
    _child(container, "Singleton", Name=singleton.name, Type=f"{schema.namespace}.{singleton.name}")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def service_document(context: str, singleton: Singleton) -> dict[str, object]:
    """What the root of a version answers."""
    return {
        "@odata.context": context,
        "value": [{"name": singleton.name, "kind": "Singleton", "url": singleton.name}],
    }


class _Writer:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def enum_type(self, parent: etree._Element, enum: EnumType) -> None:
        written = _child(parent, "EnumType", Name=enum.name.rpartition(".")[2])
        for number, member in enumerate(enum.members):
            _child(written, "Member", Name=member, Value=str(number))

    def root_entity(self, parent: etree._Element) -> None:
        written = _child(parent, "EntityType", Name=ENTITY, Abstract="true")
        _child(_child(written, "Key"), "PropertyRef", Name="id")
        _child(written, "Property", Name="id", Type="Edm.String", Nullable="false")

    def entity_type(self, parent: etree._Element, entity: EntityType) -> None:
        inherited_properties, inherited_navigations = self._inherited(entity)
        written = _child(parent, "EntityType", Name=entity.short_name, BaseType=self._short(entity.base))
        self.properties(written, [one for one in entity.properties if one.name not in inherited_properties])
        for navigation in entity.navigations:
            if navigation.name not in inherited_navigations:
                self._navigation(written, navigation)

    def singleton_type(self, parent: etree._Element, singleton: Singleton) -> None:
        written = _child(parent, "EntityType", Name=singleton.name, BaseType=f"{ALIAS}.{ENTITY}")
        for name, target in singleton.sets:
            self._navigation(written, Navigation(name, target, "", is_collection=True, is_contained=True))

    def action(self, parent: etree._Element, action: BoundAction) -> None:
        written = _child(parent, "Action", Name=action.name, IsBound="true")
        _child(written, "Parameter", Name="bindingParameter", Type=self._short(action.bound_to))
        for one in action.parameters:
            self._typed(written, "Parameter", one)

    def properties(self, parent: etree._Element, properties: Iterable[Property]) -> None:
        for one in properties:
            self._typed(parent, "Property", one)

    def _typed(self, parent: etree._Element, kind: str, one: Property) -> None:
        name = self._short(one.type)
        written = _child(parent, kind, Name=one.name, Type=f"Collection({name})" if one.is_collection else name)
        if not one.nullable and not one.is_collection:
            written.set("Nullable", "false")

    def _navigation(self, parent: etree._Element, navigation: Navigation) -> None:
        target = self._short(navigation.target)
        written = _child(
            parent,
            "NavigationProperty",
            Name=navigation.name,
            Type=f"Collection({target})" if navigation.is_collection else target,
        )
        if navigation.is_contained:
            written.set("ContainsTarget", "true")

    def _inherited(self, entity: EntityType) -> tuple[set[str], set[str]]:
        properties, navigations = {"id"}, set[str]()
        base = self._schema.entity_types.get(entity.base)
        while base is not None:
            properties |= {one.name for one in base.properties}
            navigations |= {one.name for one in base.navigations}
            base = self._schema.entity_types.get(base.base)
        return properties, navigations

    def _short(self, name: str) -> str:
        """With the alias, as Graph writes it."""
        return name.replace(f"{self._schema.namespace}.", f"{ALIAS}.")


def _child(parent: etree._Element, kind: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{EDM}}}{kind}", attributes)
