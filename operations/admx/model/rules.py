"""What a rule is made of. Each rule is declared beside its check; RULES has all of them by code."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error fails the upload."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Group(StrEnum):
    """The subjects that rules are about, in the order people should read them."""

    FILE = "file"
    STRUCTURE = "structure"
    REFERENCES = "references"
    NAMESPACES = "namespaces"
    TEXTS = "texts"
    PRESENTATION = "presentation"
    VERSIONS = "versions"
    INTUNE = "intune"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding code means: its subject, its usual severity and the words shown to people.

    What `intune_refuses` is an error when Intune's own limits are to be kept, whatever its usual severity.
    """

    group: Group
    severity: Severity
    message: str
    remedy: str
    why: str = ""
    intune_refuses: bool = False


RULES: dict[str, Rule] = {}


def declare(rules: Mapping[str, Rule]) -> None:
    """Add rules to the table. Raises ValueError for a code that is there already."""
    if taken := RULES.keys() & rules.keys():
        raise ValueError(f"The rule {min(taken)} is declared twice.")
    RULES.update(rules)
