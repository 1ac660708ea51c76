"""What changed between two versions of a template: as values, JSON, text for a terminal, and one sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any


class Kind(StrEnum):
    """What happened to something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Subject(StrEnum):
    """What it happened to."""

    POLICY = "policy"
    ELEMENT = "element"
    CATEGORY = "category"
    TEXT = "text"
    PRESENTATION = "presentation"
    SUPPORTED_ON = "supportedOn"
    LANGUAGE = "language"
    NAMESPACE = "namespace"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed. `name` is a policy as "Name [Class]", a category, a language or a namespace.

    `item` is an element's id; `attribute` says what of it changed; `renamed` is a removed policy's new or an
    added policy's old name, where that is certain.
    """

    kind: Kind
    subject: Subject
    name: str
    item: str = ""
    language_code: str = ""
    attribute: str = ""
    old: str | None = None
    new: str | None = None
    renamed: str = ""
    is_breaking: bool = False


@dataclass(frozen=True)
class Difference:
    """Everything that changed, in a stable order."""

    changes: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both versions mean the same, however their bytes differ."""
        return not self.changes

    @cached_property
    def breaking(self) -> tuple[Change, ...]:
        """What stops settings made with the old version from working."""
        return tuple(change for change in self.changes if change.is_breaking)

    def of(self, subject: Subject, kind: Kind | None = None) -> tuple[Change, ...]:
        """The changes to one kind of thing."""
        return tuple(one for one in self.changes if one.subject is subject and kind in {None, one.kind})


_TOLD = (
    (Subject.POLICY, "policy", "policies"),
    (Subject.CATEGORY, "category", "categories"),
    (Subject.LANGUAGE, "language", "languages"),
)
_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.MOVED: ">"}


def summary(difference: Difference) -> str:
    """One sentence or two, such as "2 policies added, 1 policy removed; 1 change is breaking."."""
    if difference.is_empty:
        return "nothing changed but the bytes."
    told = []
    for subject, one, many in _TOLD:
        counts = Counter(change.kind for change in difference.of(subject) if not change.attribute)
        told += [f"{_counted(counts[kind], one, many)} {kind}" for kind in Kind if counts[kind]]
    policies = {change.name for change in difference.changes if _is_registry_change(change)}
    if policies:
        told.append(f"{_counted(len(policies), 'policy', 'policies')} changed")
    texts = {(change.name, change.item) for change in difference.of(Subject.TEXT)}
    if texts:
        told.append(f"texts changed of {_counted(len(texts), 'policy or category', 'policies and categories')}")
    for change in difference.of(Subject.TEMPLATE):
        told.append(f"{change.attribute} {change.old or 'none'} → {change.new or 'none'}")
    breaking = len(difference.breaking)
    if breaking:
        told.append(f"{_counted(breaking, 'change is', 'changes are')} breaking")
    return f"{', '.join(told) or _counted(len(difference.changes), 'small change', 'small changes')}."


def as_text(difference: Difference, limit: int | None = None) -> str:
    """One line for each change, at most `limit` of them."""
    shown = difference.changes[:limit]
    lines = [line(change) for change in shown]
    if len(shown) < len(difference.changes):
        lines.append(f"… and {len(difference.changes) - len(shown)} more")
    return "\n".join(lines)


def line(change: Change) -> str:
    """One change, as for a terminal."""
    parts = [f"{_SIGNS[change.kind]} {change.subject} {change.name}"]
    if change.item:
        parts.append(change.item)
    if change.attribute:
        parts.append(f"{change.attribute}{f' ({change.language_code})' if change.language_code else ''}")
    told = ": ".join(parts)
    if change.old is not None or change.new is not None:
        told += f": {_short(change.old)} → {_short(change.new)}"
    if change.renamed:
        told += f" (renamed {'to' if change.kind is Kind.REMOVED else 'from'} {change.renamed})"
    return f"{told} (breaking)" if change.is_breaking else told


def as_json(difference: Difference) -> dict[str, Any]:
    """Plain values with camelCase names; members that say nothing are left out."""
    return {
        "summary": summary(difference),
        "breakingCount": len(difference.breaking),
        "changes": [
            {_WIRE[name]: value for name, value in asdict(change).items() if value != _DEFAULTS.get(name)}
            for change in difference.changes
        ],
    }


def from_json(data: Mapping[str, Any]) -> Difference:
    """The difference that `as_json` gave."""
    return Difference(tuple(_change(one) for one in data.get("changes", ())))


def _change(data: Mapping[str, Any]) -> Change:
    values = {name: data[wire] for name, wire in _WIRE.items() if wire in data}
    return Change(**{**values, "kind": Kind(values["kind"]), "subject": Subject(values["subject"])})


_WIRE = {
    "kind": "kind",
    "subject": "subject",
    "name": "name",
    "item": "item",
    "language_code": "languageCode",
    "attribute": "attribute",
    "old": "old",
    "new": "new",
    "renamed": "renamed",
    "is_breaking": "isBreaking",
}


_DEFAULTS = {field.name: field.default for field in fields(Change)}


def _is_registry_change(change: Change) -> bool:
    if change.subject is Subject.ELEMENT:
        return True
    return change.subject is Subject.POLICY and bool(change.attribute)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _short(value: str | None, longest: int = 160) -> str:
    if value is None:
        return "none"
    flat = " ".join(value.split())
    return f"“{flat if len(flat) <= longest else flat[: longest - 1] + '…'}”"
