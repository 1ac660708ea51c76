"""The order in which many templates can be taken in: what others need comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from operations.admx.check.dependencies import DependencyKind, dependencies
from operations.admx.model.definitions import Definitions

# For each template the positions of those that it needs.
_Needed = list[list[int]]


@dataclass(frozen=True, slots=True)
class Ordering:
    """All templates in order. Each of `circular` is a cycle whose members need each other, directly or not.

    Cycles, and what needs a member of one, stand at the end.
    """

    in_order: tuple[Definitions, ...]
    circular: tuple[tuple[Definitions, ...], ...]


def order(definitions: Sequence[Definitions]) -> Ordering:
    """What a template needs stands before it; otherwise the given order stays.

    Only hard needs count. Of several templates with one namespace the first counts. What is not among the given
    templates is not waited for.
    """
    needed = _needed(definitions)
    early: list[int] = []
    late: list[int] = []
    cycles: list[list[int]] = []
    delayed: set[int] = set()
    for component in _components(needed):
        if len(component) > 1:
            cycles.append(component)
        if len(component) > 1 or not delayed.isdisjoint(needed[component[0]]):
            delayed.update(component)
            late += component
        else:
            early += component
    return Ordering(
        tuple(definitions[position] for position in (*early, *late)),
        tuple(tuple(definitions[position] for position in cycle) for cycle in cycles),
    )


def _needed(definitions: Sequence[Definitions]) -> _Needed:
    first: dict[str, int] = {}
    for position, one in enumerate(definitions):
        first.setdefault(one.target_namespace, position)
    return [
        [
            first[dependency.namespace]
            for dependency in dependencies(one)
            if dependency.kind is DependencyKind.HARD and dependency.namespace in first
        ]
        for one in definitions
    ]


def _components(needed: _Needed) -> Iterator[list[int]]:
    """Cycles and single templates, after all that they need (Tarjan 1972, with a stack instead of recursion)."""
    found: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_ones: list[int] = []
    placed: set[int] = set()
    for start in range(len(needed)):
        if start in found:
            continue
        path = [(start, iter(needed[start]))]
        found[start] = lowest[start] = len(found)
        open_ones.append(start)
        while path:
            position, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    before = path[-1][0]
                    lowest[before] = min(lowest[before], lowest[position])
                if lowest[position] == found[position]:
                    component = open_ones[open_ones.index(position) :]
                    del open_ones[-len(component) :]
                    placed.update(component)
                    yield sorted(component)
            elif following not in found:
                found[following] = lowest[following] = len(found)
                open_ones.append(following)
                path.append((following, iter(needed[following])))
            elif following not in placed:
                lowest[position] = min(lowest[position], found[following])
