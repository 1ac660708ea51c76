"""A collection read as asked: filtered, searched, sorted, paged, counted, with what $expand brings along."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from rest_framework.request import Request

from operations.odata.errors import ODataError
from operations.odata.model import EntityType, Navigation
from operations.odata.paging import Key, Page, keys_of, page_of
from operations.odata.query import filter_rows, search_rows, sort_keys
from operations.odata.query.options import LARGEST_PAGE_SIZE, Expand, QueryOptions, not_valid_term
from operations.odata.registry import Resource, ResourceRegistry

Members = dict[str, Any]
# Of an expanded collection, unless $top says another number; the rest is a link away.
INNER_PAGE_SIZE = 100
# What one answer may hold. Bytes are those of its texts, which the rest of it follows.
MOST_ENTITIES = 20_000
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads resources for one request; `base` is the absolute address that set names follow."""

    registry: ResourceRegistry
    request: Request
    base: str

    def page(self, resource: Resource, rows: QuerySet[Any], options: QueryOptions) -> Page:
        """One page of the rows that match."""
        keys, is_indexed = self._keys(resource, options)
        return page_of(self.matching(resource, rows, options), keys, options, self.request, is_indexed=is_indexed)

    def matching(self, resource: Resource, rows: QuerySet[Any], options: QueryOptions) -> QuerySet[Any]:
        """The rows that $filter and $search leave."""
        if options.filter is not None:
            rows = filter_rows(rows, options.filter, resource.entity, self.registry.schema)
        if options.search is not None:
            rows = search_rows(rows, options.search, resource.entity)
        return rows

    def shown(
        self, resource: Resource, rows: Sequence[Any], options: QueryOptions, *, entity: EntityType | None = None
    ) -> list[Members]:
        """The rows as objects on the wire, with what is selected and expanded.

        Raises ODataError for more than one answer may hold.
        """
        objects = self._shown(resource, rows, options, entity or resource.entity)
        _weigh(objects)
        return objects

    def _shown(
        self, resource: Resource, rows: Sequence[Any], options: QueryOptions, entity: EntityType
    ) -> list[Members]:
        selected = self.selected(entity, options)
        objects = [_with_only(members, selected) for members in resource.serializer(rows, many=True).data]
        for expand in options.expand:
            navigation = expandable(entity, expand.name)
            for members, brought in zip(objects, self._expanded(resource, rows, navigation, expand), strict=True):
                members.update(brought)
        return objects

    def selected(self, entity: EntityType, options: QueryOptions) -> frozenset[str] | None:
        """The wire names that $select leaves; None for all."""
        if options.select is None:
            return None
        names = set()
        for name in options.select:
            if name == "*":
                return None
            prop = entity.property_of.get(name.lower())
            if prop is None and name.lower() not in entity.navigation_of:
                raise unknown_property(name, entity, "$select")
            if prop is not None:
                names.add(prop.name)
        return frozenset(names)

    def _keys(self, resource: Resource, options: QueryOptions) -> tuple[tuple[Key, ...], bool]:
        if options.orderby is None:
            return keys_of(resource.order), True
        asked = sort_keys(options.orderby, resource.entity, self.registry.schema, resource.rows().model)
        nullable = {one.name for one in resource.entity.properties if one.nullable}
        keys = [Key(key.column, key.descending, "/" in key.name or key.name in nullable) for key in asked]
        written = ",".join(f"{'-' if key.descending else ''}{key.name}" for key in asked)
        opposite = ",".join(f"{'' if key.descending else '-'}{key.name}" for key in asked)
        orders = resource.entity.indexed_orders
        tie_break = Key(F("pk"), asked[0].descending, nullable=False)
        # Whatever is equal in all keys is told apart by the id, so that pages never overlap.
        return (*keys, tie_break), bool({written, opposite} & orders) or asked[0].name == "id"

    def _expanded(
        self, resource: Resource, rows: Sequence[Any], navigation: Navigation, expand: Expand
    ) -> Iterable[Members]:
        """For each row the members that this navigation adds. The same number of queries for any number of rows."""
        target = self.registry.target(navigation)
        if navigation.is_collection:
            return self._expanded_collections(resource, rows, navigation, target, expand.options)
        refused = {"filter", "orderby", "search", "skip", "top"} & expand.options.written.keys()
        if refused:
            name = min(refused)
            raise ODataError(
                400, f"$expand: ${name} does not apply to '{navigation.name}', which is one object.", target="$expand"
            )
        model = resource.rows().model
        ids = [row.pk for row in rows]
        led_to = dict(model.objects.filter(pk__in=ids).values_list("pk", navigation.path)) if ids else {}
        wanted = {key for key in led_to.values() if key is not None}
        found = list(target.rows().filter(navigation.only, pk__in=wanted)) if wanted else []
        shown = self._shown(target, found, expand.options, target.entity)
        of_key = {row.pk: members for row, members in zip(found, shown, strict=True)}
        return [{navigation.name: of_key.get(led_to.get(row.pk))} for row in rows]

    def _expanded_collections(
        self, resource: Resource, rows: Sequence[Any], navigation: Navigation, target: Resource, options: QueryOptions
    ) -> Iterable[Members]:
        keys, _ = self._keys(target, options)
        begin, size = options.skip, min(options.top or INNER_PAGE_SIZE, LARGEST_PAGE_SIZE)
        related = target.rows().filter(navigation.only, **{f"{navigation.inverse}__in": [row.pk for row in rows]})
        ranked = self.matching(target, related, options).annotate(
            _parent=F(navigation.inverse),
            _rank=Window(RowNumber(), partition_by=F(navigation.inverse), order_by=[key.order for key in keys]),
        )
        # One more than asked for tells whether there are further ones.
        wanted = ranked.filter(_rank__gt=begin, _rank__lte=begin + size + 1).order_by("_rank")
        found = list(wanted[: MOST_ENTITIES + 1])
        if len(found) > MOST_ENTITIES:
            raise _too_much()
        kept = [row for row in found if row._rank <= begin + size]
        more = {row._parent for row in found if row._rank > begin + size}
        children: dict[Any, list[Members]] = {}
        for row, shown in zip(kept, self._shown(target, kept, options, target.entity), strict=True):
            children.setdefault(row._parent, []).append(shown)
        for row in rows:
            members: Members = {navigation.name: children.get(row.pk, [])}
            if row.pk in more:
                link = self._further(resource, row, navigation, options, begin + size)
                members[f"{navigation.name}@odata.nextLink"] = link
            yield members

    def _further(self, resource: Resource, row: Any, navigation: Navigation, options: QueryOptions, skip: int) -> str:
        kept = {f"${name}": value for name, value in options.written.items() if name != "skip"}
        query = urlencode({**kept, "$skip": str(skip)}, safe="$,/")
        return f"{self.base}/{resource.set_name}('{row.pk}')/{navigation.name}?{query}"


def expandable(entity: EntityType, name: str) -> Navigation:
    """The navigation of this name. Raises ODataError in Graph's words."""
    navigation = entity.navigation_of.get(name.lower())
    if navigation is None and name.lower() in entity.property_of:
        raise ODataError(
            400,
            f"Expand is not allowed for property '{name}' according to the entity schema.",
            code="ExpandNotSupported",
            target="$expand",
        )
    if navigation is None:
        if name == "*" or "/" in name:
            raise not_valid_term(name)
        raise unknown_property(name, entity, "$expand")
    if not navigation.is_expandable:
        raise ODataError(
            400,
            f"'{navigation.name}' cannot be expanded. Read it at its own address.",
            code="ExpandNotSupported",
            target="$expand",
        )
    return navigation


def unknown_property(name: str, entity: EntityType, option: str) -> ODataError:
    """Graph's words."""
    return ODataError(
        400,
        "Parsing OData Select and Expand failed: "
        f"Could not find a property named '{name[:80]}' on type '{entity.name}'.",
        target=option,
    )


def shape(entity: EntityType, options: QueryOptions, registry: ResourceRegistry) -> str:
    """What a context says in parentheses of $select and $expand; "" when neither is asked for."""
    parts = []
    for name in options.select or ():
        prop = entity.property_of.get(name.lower())
        parts.append(prop.name if prop else entity.navigation_of[name.lower()].name if name != "*" else "*")
    for expand in options.expand:
        navigation = expandable(entity, expand.name)
        inside = shape(registry.target(navigation).entity, expand.options, registry)
        parts.append(f"{navigation.name}{inside or '()'}")
    return f"({','.join(parts)})" if parts else ""


def _weigh(objects: Sequence[Members]) -> None:
    """Raises ODataError where they hold too much; what stands in several places is written several times."""
    known: dict[int, tuple[int, int]] = {}

    def weight(members: Members) -> tuple[int, int]:
        if (found := known.get(id(members))) is None:
            entities, size = 1, 0
            for value in members.values():
                if isinstance(value, str):
                    size += len(value)
                elif isinstance(value, dict):
                    inside = weight(value)
                    entities, size = entities + inside[0], size + inside[1]
                elif isinstance(value, list):
                    inner = [weight(item) for item in value if isinstance(item, dict)]
                    entities, size = entities + sum(n for n, _ in inner), size + sum(n for _, n in inner)
            found = known[id(members)] = entities, size
        return found

    entities = size = 0
    for members in objects:
        inside = weight(members)
        entities, size = entities + inside[0], size + inside[1]
        if entities > MOST_ENTITIES or size > MOST_BYTES:
            raise _too_much()


def _too_much() -> ODataError:
    return ODataError(
        400,
        f"This answer would hold more than {MOST_ENTITIES:,} entities or {MOST_BYTES // 1024**2} MiB. Ask for fewer "
        "with $top, $filter or $select, also within $expand, or read the navigation at its own address.",
        target="$expand",
    )


def _with_only(members: Mapping[str, Any], selected: frozenset[str] | None) -> Members:
    if selected is None:
        return dict(members)
    return {name: value for name, value in members.items() if name in selected or name.startswith("@")}
