"""Policies of two versions. A policy is its name and class together."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import replace

from operations.admx.compare.change import Change, Subject
from operations.admx.compare.pairing import renames, with_renames
from operations.admx.compare.parts import Choices, Facts, Part, Parts, reordered, stated
from operations.admx.compare.registry_facts import element_facts, policy_facts
from operations.admx.compare.side import Side
from operations.admx.compare.tables import came_or_went, compared
from operations.admx.compare.text_facts import descriptions, presentations
from operations.admx.model.definitions import Policy

Policies = dict[str, Policy]


def by_name(side: Side) -> Policies:
    """The policies by name and class; of two alike the first counts."""
    found: Policies = {}
    for policy in side.definitions.policies:
        found.setdefault(f"{policy.name} [{policy.class_}]", policy)
    return found


def policies_compared(old: Side, new: Side) -> Iterator[Change]:
    """Removed policies, added ones, then what changed in the others."""
    before, after = by_name(old), by_name(new)
    gone = {name: policy for name, policy in before.items() if name not in after}
    came = {name: policy for name, policy in after.items() if name not in before}
    listed = [came_or_went(Part(Subject.POLICY), name, {}, None) for name in gone]
    listed += [came_or_went(Part(Subject.POLICY), name, None, {}) for name in came]
    yield from with_renames(_with_classes(listed, gone, came), Subject.POLICY, _renames(old, new, gone, came))
    for name, policy in after.items():
        if name in before:
            yield from _policy_compared(name, _parts(before[name], old), _parts(policy, new))


def _policy_compared(name: str, old: Parts, new: Parts) -> Iterator[Change]:
    if old == new and [*old] == [*new]:
        return
    looks = (_element_looks(old), _element_looks(new))
    yield from with_renames(compared(old, new, name), Subject.ELEMENT, renames(*looks))
    for part in old:
        if part.subject is Subject.PRESENTATION and not part.item and part in new:
            yield from reordered(part, name, _controls(old, part.language_code), _controls(new, part.language_code))


def _parts(policy: Policy, side: Side) -> Parts:
    root = policy_facts(policy)
    root["parentCategory"] = side.named(policy.parent_category)
    root["supportedOn"] = side.named(policy.supported_on)
    parts: Parts = {Part(Subject.POLICY): root}
    for element_id, facts in element_facts(policy, side.languages):
        parts[Part(Subject.ELEMENT, element_id)] = facts
    return parts | presentations(side, policy) | descriptions(side, policy)


def _controls(parts: Parts, code: str) -> Iterator[str]:
    return (one.item for one in parts if one[::2] == (Subject.PRESENTATION, code) and one.item)


def _element_looks(parts: Parts) -> dict[str, Hashable]:
    return {part.item: _looks(facts) for part, facts in parts.items() if part.subject is Subject.ELEMENT}


def _looks(facts: Facts) -> Hashable:
    """What the facts say in full, texts apart."""
    return tuple(
        tuple(one.value.full for one in fact.items) if isinstance(fact, Choices) else stated(fact)
        for fact in facts.values()
    )


def _with_classes(changes: list[Change], gone: Policies, came: Policies) -> Iterator[Change]:
    """Where a policy of the same name stays for other classes, both changes say which."""
    was, is_now = _classes(gone), _classes(came)
    policies = gone | came
    for change in changes:
        policy = policies[change.name]
        if policy.name in was and policy.name in is_now:
            old, new = (
                (policy.class_, is_now[policy.name]) if change.name in gone else (was[policy.name], policy.class_)
            )
            yield replace(change, attribute="class", old=old, new=new)
        else:
            yield change


def _classes(policies: Policies) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for policy in policies.values():
        found.setdefault(policy.name, set()).add(policy.class_)
    return {name: ", ".join(sorted(classes)) for name, classes in found.items()}


def _renames(old: Side, new: Side, gone: Policies, came: Policies) -> dict[str, str]:
    """Policies that write exactly the same as one that is gone, when none else in either version does."""
    shared = {_place(policy) for policy in gone.values()} & {_place(policy) for policy in came.values()}
    looks = [_policy_looks(by_name(side), shared) for side in (old, new)]
    return renames(*looks)


def _policy_looks(policies: Policies, places: set[Hashable]) -> dict[str, Hashable]:
    return {
        name: (
            _place(policy),
            _looks(policy_facts(policy)),
            frozenset(Counter(_looks(facts) for _, facts in element_facts(policy, ())).items()),
        )
        for name, policy in policies.items()
        if policy.key and _place(policy) in places
    }


def _place(policy: Policy) -> Hashable:
    return policy.class_, policy.key.casefold(), (policy.value_name or "").casefold()
