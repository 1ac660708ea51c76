"""A version as a table: the parts it has, and what is stated of each."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from operations.admx.compare.change import Change, ChangeKind, Subject


class Part(NamedTuple):
    """Something that is there or not; or texts, which are compared where both versions have them."""

    subject: Subject
    item: str = ""
    language_code: str = ""


class Stated(NamedTuple):
    """What can be said in two ways: in full, or as seen from around it. Either being the same is enough."""

    full: str
    relative: str


class Choice(NamedTuple):
    """One item of a drop-down list: what it writes, and its text in each language."""

    value: Stated
    texts: tuple[tuple[str, str | None], ...]


class Choices(NamedTuple):
    """The items of a drop-down list."""

    items: tuple[Choice, ...]


Fact = str | Stated | Choices | None
Facts = dict[str, Fact]
Parts = dict[Part, Facts]

# The attribute of what has a value but no attributes, such as the revision.
ITSELF = ""

# Attributes that decide what is written where. Limits and defaults do not.
_BREAKING = frozenset({
    "key", "valueName", "type", "enabledValue", "disabledValue", "enabledList", "disabledList", "trueValue",
    "falseValue", "trueList", "falseList", "item", "valuePrefix", "explicitValue", "expandable", "storeAsText",
    "targetNamespace",
})  # fmt: skip
# Windows does not distinguish letter case in these.
_CASELESS = frozenset({"key", "valueName", "valuePrefix"})


def stated(fact: Fact) -> str | None:
    """A fact in full."""
    return fact.full if isinstance(fact, Stated) else None if isinstance(fact, Choices) else fact


def differing(part: Part, name: str, attribute: str, old: str | None, new: str | None) -> Change:
    """The change of an attribute; None on one side is something that came or went."""
    kind = ChangeKind.MOVED if attribute == "parentCategory" else ChangeKind.CHANGED
    is_breaking = attribute in _BREAKING and part.subject is not Subject.PRESENTATION
    if old is not None and new is not None and attribute in _CASELESS:
        is_breaking = old.casefold() != new.casefold()
    return Change(kind, part.subject, name, part.item, part.language_code, attribute, old, new, is_breaking)


def reordered(part: Part, name: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    """The change of order, where there is one among what both versions have."""
    before, after = list(old), list(new)
    if before != after:
        both = set(before) & set(after)
        before, after = [one for one in before if one in both], [one for one in after if one in both]
        if before != after:
            yield differing(part, name, "order", ", ".join(before), ", ".join(after))


def numbered(names: Iterable[str]) -> list[str]:
    """Names made unique: one that comes again gets a number."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return unique
