"""In which order many templates can be put in force: whoever needs another's categories comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from operations.admx.model import Definitions
from operations.admx.needs import NeedKind, needs


@dataclass(frozen=True, slots=True)
class Ordering:
    """All templates, those that wait for each other last; and each group that does."""

    in_order: tuple[Definitions, ...]
    circular: tuple[tuple[Definitions, ...], ...]


def order(templates: Sequence[Definitions]) -> Ordering:
    """Only hard needs count: texts of what is supported may be used mutually, as Windows' own files do."""
    provider: dict[str, int] = {}
    for position, definitions in enumerate(templates):
        provider.setdefault(definitions.target_namespace, position)
    before = {
        position: {
            provider[need.namespace]
            for need in needs(definitions)
            if need.kind is NeedKind.HARD and provider.get(need.namespace, position) != position
        }
        for position, definitions in enumerate(templates)
    }
    circles = _circles(before)
    circle_of = {position: number for number, circle in enumerate(circles) for position in circle}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for position, needed in before.items():
        inside = circle_of.get(position)
        sorter.add(position, *(one for one in needed if inside is None or circle_of.get(one) != inside))
    ranked: list[int] = []
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ranked.extend(ready)
        sorter.done(*ready)
    return Ordering(
        tuple(templates[position] for position in ranked),
        tuple(tuple(templates[position] for position in sorted(circle)) for circle in circles),
    )


def _circles(before: dict[int, set[int]]) -> list[set[int]]:
    """Groups whose members wait for each other: what is left when all others are taken away, one at a time."""
    left = dict(before)
    circles = []
    while left := _without_ends(left):
        start = min(left)
        circle = _reachable(left, start) & {one for one in left if start in _reachable(left, one)}
        if circle:
            circles.append(circle)
        for position in circle or {start}:
            left.pop(position)
    return circles


def _without_ends(before: dict[int, set[int]]) -> dict[int, set[int]]:
    """Leaves out what nothing waits for or what waits for nothing, again and again."""
    left = {position: {one for one in needed if one in before} for position, needed in before.items()}
    while True:
        needed_by_others = set().union(*left.values()) if left else set()
        ends = {position for position, needed in left.items() if not needed or position not in needed_by_others}
        if not ends:
            return left
        left = {position: needed - ends for position, needed in left.items() if position not in ends}


def _reachable(before: dict[int, set[int]], start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        new = before.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
