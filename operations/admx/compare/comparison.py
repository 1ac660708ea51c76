"""Two versions of a template against each other, and the difference as plain values to store and show."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from operations.admx.compare import declared
from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.difference import Difference
from operations.admx.compare.pairing import renames, with_renames
from operations.admx.compare.policies import by_name, policies_compared
from operations.admx.compare.registry_facts import camel_case
from operations.admx.compare.side import Side, sides
from operations.admx.compare.summary import summary
from operations.admx.compare.tables import compared
from operations.admx.model.definitions import Template


def compare(old: Template | None, new: Template | None) -> Difference:
    """What changed from the old version to the new one; None is no version at all."""
    before, after = sides(old, new)
    changes = (
        *compared(declared.file(before), declared.file(after)),
        *compared(declared.products(before), declared.products(after)),
        *compared(declared.supported_on(before), declared.supported_on(after)),
        *_categories_compared(before, after),
        *policies_compared(before, after),
    )
    common = by_name(before).keys() & by_name(after).keys()
    return Difference(changes, unchanged_policies=len(common - {change.name for change in changes}))


def _categories_compared(old: Side, new: Side) -> Iterator[Change]:
    before, after = declared.categories(old), declared.categories(new)
    renamed = renames(declared.category_looks(before), declared.category_looks(after))
    yield from with_renames(compared(before, after), Subject.CATEGORY, renamed)


_MEMBERS = {field.name: camel_case(field.name) for field in fields(Change)}
_DEFAULTS = {field.name: field.default for field in fields(Change)}


def as_json(difference: Difference) -> dict[str, Any]:
    """The sentence and figures first, then every change without the members that say nothing."""
    return {
        "summary": summary(difference),
        "counts": difference.counts,
        "breakingCount": len(difference.breaking),
        "unchangedPolicies": difference.unchanged_policies,
        "changes": [_plain(change) for change in difference.changes],
    }


def from_json(stored: Mapping[str, Any]) -> Difference:
    """The difference that as_json gave."""
    changes = tuple(_change(one) for one in stored.get("changes", ()))
    return Difference(changes, stored.get("unchangedPolicies", 0))


def _plain(change: Change) -> dict[str, Any]:
    values = {name: getattr(change, name) for name in _MEMBERS}
    values |= {"kind": change.kind.value, "subject": change.subject.value}
    return {_MEMBERS[name]: value for name, value in values.items() if value != _DEFAULTS[name]}


def _change(stored: Mapping[str, Any]) -> Change:
    values = {name: stored[member] for name, member in _MEMBERS.items() if member in stored}
    return Change(**values | {"kind": ChangeKind(stored["kind"]), "subject": Subject(stored["subject"])})
