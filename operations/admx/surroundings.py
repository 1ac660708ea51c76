"""What a template is judged against: the files in force around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Declared:
    """What another file in force declares under its namespace."""

    namespace: str
    file_name: str
    categories: frozenset[str]
    supported_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dependent:
    """Another file in force that refers into this one: the names it uses."""

    file_name: str
    categories: frozenset[str]
    supported_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Other files by namespace; what replaces what; and how strict Intune's own limits are taken.

    `previous_namespace` and `kept_languages` (codes whose ADML stays as it was) are of a new version.
    `file_count` counts this file too.
    """

    declared: Mapping[str, Declared] = field(default_factory=dict)
    dependents: tuple[Dependent, ...] = ()
    previous_namespace: str | None = None
    kept_languages: frozenset[str] = frozenset()
    file_count: int = 1
    intune_fails: bool = False
