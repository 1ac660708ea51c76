"""A difference as plain values: for storage, for the API and for commands."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.difference import Difference
from operations.admx.compare.registry_facts import camel_case
from operations.admx.compare.summary import summary

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
