"""Table against table: one way of comparing for everything that a template has."""

from collections.abc import Iterator

from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.choices import choices_compared
from operations.admx.compare.parts import ITSELF, Choices, Fact, Facts, Part, Parts, Stated, differing, stated

# To lose one of these is to lose what was configured with it.
_LOSSES = frozenset({Subject.POLICY, Subject.ELEMENT})


def compared(old: Parts, new: Parts, name: str = "") -> Iterator[Change]:
    """Every difference; what only one version has is one difference, with all its attributes and texts."""
    alone = {part for part in old.keys() ^ new.keys() if part.subject is not Subject.TEXT}
    for part in (*(one for one in old if one not in new), *new):
        if part in alone:
            if not _is_inside(part, alone):
                yield came_or_went(part, name, old.get(part), new.get(part))
        elif part in old and part in new and old[part] != new[part]:
            yield from _changed(part, name, old[part], new[part])


def came_or_went(part: Part, name: str, old: Facts | None, new: Facts | None) -> Change:
    """The change of something that only one version has."""
    before, after = (stated((facts or {}).get(ITSELF)) for facts in (old, new))
    kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    is_breaking = kind is ChangeKind.REMOVED and part.subject in _LOSSES
    return Change(kind, part.subject, name, part.item, part.language_code, "", before, after, is_breaking)


def _changed(part: Part, name: str, old: Facts, new: Facts) -> Iterator[Change]:
    """Attributes that only one version can have go with its type, which is a change of its own."""
    for attribute, before in old.items():
        if attribute in new:
            after = new[attribute]
            if isinstance(before, Choices) and isinstance(after, Choices):
                yield from choices_compared(part, name, before, after)
            elif not _same(before, after):
                yield differing(part, name, attribute, stated(before), stated(after))


def _same(old: Fact, new: Fact) -> bool:
    if isinstance(old, Stated) and isinstance(new, Stated):
        return old.full == new.full or old.relative == new.relative
    return old == new


def _is_inside(part: Part, alone: set[Part]) -> bool:
    """Whether this is a control that came or went together with its element or with the whole presentation."""
    if part.subject is not Subject.PRESENTATION or not part.item:
        return False
    return Part(Subject.ELEMENT, part.item) in alone or Part(part.subject, "", part.language_code) in alone
