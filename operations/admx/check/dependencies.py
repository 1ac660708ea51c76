"""How much a template needs each of the namespaces that it declares to use."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from operations.admx.model.definitions import Definitions, Reference


class DependencyKind(StrEnum):
    """Without a hard dependency, policies have no place in the tree; a soft one only loses some texts."""

    HARD = "hard"
    SOFT = "soft"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One namespace that a template declares to use, and the names it refers to there."""

    namespace: str
    prefix: str
    kind: DependencyKind
    categories: frozenset[str]
    supported_on: frozenset[str]
    line: int


def dependencies(definitions: Definitions) -> tuple[Dependency, ...]:
    """One need for each namespace, in the order of their declarations; the template's own is none."""
    categories = _names(category_references(definitions))
    supported_on = _names(supported_on_references(definitions))
    found: dict[str, Dependency] = {}
    for using in definitions.using:
        namespace = using.namespace
        if namespace and namespace != definitions.target_namespace and namespace not in found:
            parents, systems = frozenset(categories[namespace]), frozenset(supported_on[namespace])
            kind = DependencyKind.HARD if parents else DependencyKind.SOFT if systems else DependencyKind.UNUSED
            found[namespace] = Dependency(namespace, using.prefix, kind, parents, systems, using.line)
    return tuple(found.values())


def category_references(definitions: Definitions) -> Iterator[tuple[Reference, str, str, int]]:
    """Every reference to a category: with the kind, name and line of what refers."""
    for policy in definitions.policies:
        if policy.parent_category is not None:
            yield policy.parent_category, "policy", policy.name, policy.line
    for category in definitions.categories:
        if category.parent_category is not None:
            yield category.parent_category, "category", category.name, category.line


def supported_on_references(definitions: Definitions) -> Iterator[tuple[Reference, str, str, int]]:
    """Every reference to what policies are supported on: with the kind, name and line of what refers."""
    for policy in definitions.policies:
        if policy.supported_on is not None:
            yield policy.supported_on, "policy", policy.name, policy.line
    for definition in definitions.supported_on:
        for product in definition.products:
            yield product.reference, "definition", definition.name, definition.line


def _names(references: Iterator[tuple[Reference, str, str, int]]) -> defaultdict[str | None, set[str]]:
    found: defaultdict[str | None, set[str]] = defaultdict(set)
    for reference, _, _, _ in references:
        found[reference.namespace].add(reference.name)
    return found
