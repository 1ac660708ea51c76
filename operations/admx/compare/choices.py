"""Drop-down lists: an item is what it writes; failing that, what it is called."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.pairing import only_once
from operations.admx.compare.parts import Choice, Choices, Part, differing, numbered, reordered


def choices_compared(part: Part, name: str, old: Choices, new: Choices) -> Iterator[Change]:
    """Items removed, added, with another value, with another text, and in another order."""
    before, after = _by_value(old), _by_value(new)
    pairs = {value: value for value in before if value in after}
    for looks in (_relative, _text):
        pairs |= _alike(before, after, pairs, looks)
    item = differing(part, name, "item", None, None)
    for value in before:
        if value not in pairs:
            yield replace(item, kind=ChangeKind.REMOVED, old=value)
    came = after.keys() - pairs.values()
    for value in after:
        if value in came:
            yield replace(item, kind=ChangeKind.ADDED, new=value, is_breaking=False)
    for value, now in pairs.items():
        if value != now and before[value].value.relative != after[now].value.relative:
            yield differing(part, name, "item", value, now)
        yield from _texts_compared(part, name, now, before[value], after[now])
    yield from reordered(part, name, (pairs[value] for value in before if value in pairs), after)


def _by_value(choices: Choices) -> dict[str, Choice]:
    return dict(zip(numbered(one.value.full for one in choices.items), choices.items, strict=True))


def _relative(choice: Choice) -> str:
    return choice.value.relative


def _text(choice: Choice) -> str:
    return next((text for _, text in choice.texts if text), "")


def _alike(
    before: dict[str, Choice], after: dict[str, Choice], known: dict[str, str], looks: Callable[[Choice], str]
) -> dict[str, str]:
    """Pairs among the rest that look the same, where nothing else of the rest does."""
    taken = set(known.values())
    left = only_once({value: looks(one) for value, one in before.items() if value not in known})
    right = only_once({value: looks(one) for value, one in after.items() if value not in taken})
    return {value: right[look] for look, value in left.items() if look in right}


def _texts_compared(part: Part, name: str, value: str, old: Choice, new: Choice) -> Iterator[Change]:
    for (code, before), (_, after) in zip(old.texts, new.texts, strict=True):
        if before != after:
            yield differing(Part(Subject.TEXT, part.item, code), name, f"item {value}", before, after)
