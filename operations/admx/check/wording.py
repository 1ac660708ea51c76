"""What checks share: a language file under check, and lists and counts in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from operations.admx.model.definitions import Resources
from operations.admx.model.findings import FileFindings, quoted


@dataclass(frozen=True, slots=True)
class Language:
    """One ADML that could be read, where its findings go, and whether its flaws fail the upload."""

    resources: Resources
    findings: FileFindings
    is_default: bool


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
