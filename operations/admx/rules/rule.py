"""What a rule is made of."""

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
