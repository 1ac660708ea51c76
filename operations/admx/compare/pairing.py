"""What was removed under one name and added under another, where that is certain."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from operations.admx.compare.change import Change, ChangeKind, Subject

Look = TypeVar("Look", bound=Hashable)


def only_once(looks: Mapping[str, Look]) -> dict[Look, str]:
    """The names by their look, of those whose look no other has; a blank look is none."""
    found: dict[Look, str | None] = {}
    for name, look in looks.items():
        if look:
            found[look] = None if look in found else name
    return {look: name for look, name in found.items() if name is not None}


def renames(old: Mapping[str, Hashable], new: Mapping[str, Hashable]) -> dict[str, str]:
    """What is gone and what it is called now: the look must occur once in each whole version."""
    before, after = only_once(old), only_once(new)
    return {
        name: after[look]
        for look, name in before.items()
        if name not in new and look in after and after[look] not in old
    }


def with_renames(changes: Iterable[Change], subject: Subject, renamed: Mapping[str, str]) -> Iterable[Change]:
    """The same changes, in which removed and added things that are one and the same say so."""
    origins = {new: old for old, new in renamed.items()}
    for change in changes:
        known_as = change.name if subject is Subject.POLICY else change.item
        if change.subject is not subject:
            yield change
        elif change.kind is ChangeKind.REMOVED and known_as in renamed:
            yield replace(change, attribute="name", old=known_as, new=renamed[known_as])
        elif change.kind is ChangeKind.ADDED and known_as in origins:
            yield replace(change, attribute="name", old=origins[known_as], new=known_as)
        else:
            yield change
