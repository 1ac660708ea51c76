"""Lists and counts in words, for findings that stand for several places at once."""

from collections.abc import Iterable

from operations.admx.model.findings import quoted

NAMED = 3


def counted(number: int, one: str, several: str = "") -> str:
    """1 policy, 2 policies."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def named(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    every = list(names)
    shown = ", ".join(quoted(name) for name in every[:NAMED])
    return f"{shown} and {len(every) - NAMED:,} more" if len(every) > NAMED else shown


def users(every: Iterable[tuple[str, str]]) -> str:
    """What refers to something, from pairs of kind and name: the first few, and how many more there are."""
    listed = list(dict.fromkeys(every))
    shown = ", ".join(f"{kind} {quoted(name)}" for kind, name in listed[:NAMED])
    return f"{shown} and {len(listed) - NAMED:,} more" if len(listed) > NAMED else shown
