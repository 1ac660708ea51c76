"""The fixed words of the domain. Stored values are Microsoft Graph's wire values, in the CSDL's order.

What a status means and how it looks stands beside it: badges, charts, boards and exports look it up by value.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.db.models import TextChoices


class Tone(StrEnum):
    """What a mark on a page tells at a glance: the name of its colour in portal.css. Charts stack in this order."""

    GOOD = "good"
    BAD = "bad"
    BUSY = "busy"
    WARNING = "warning"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Look:
    """How something is marked where people look: never by colour alone."""

    tone: Tone
    mark: str


NO_LOOK = Look(Tone.PLAIN, "")
_GOOD, _BAD, _BUSY = Look(Tone.GOOD, "✓"), Look(Tone.BAD, "✕"), Look(Tone.BUSY, "●")
_DOUBTFUL = Look(Tone.WARNING, "?")


class ShownChoices(TextChoices):
    """Choices whose members have a look: `NAME = value, look, label`."""

    look: Look

    def __new__(cls, value: str, look: Look = NO_LOOK) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.look = look
        return member


class OperationType(TextChoices):
    """groupPolicyOperationType."""

    NONE = "none", "None"
    UPLOAD = "upload", "Upload"
    UPLOAD_NEW_VERSION = "uploadNewVersion", "Upload new version"
    ADD_LANGUAGE_FILES = "addLanguageFiles", "Add language files"
    REMOVE_LANGUAGE_FILES = "removeLanguageFiles", "Remove language files"
    UPDATE_LANGUAGE_FILES = "updateLanguageFiles", "Update language files"
    REMOVE = "remove", "Remove"


class OperationStatus(TextChoices):
    """groupPolicyOperationStatus: value, look, whether it is final, label."""

    look: Look
    is_final: bool

    UNKNOWN = "unknown", Look(Tone.PLAIN, "?"), False, "Unknown"
    IN_PROGRESS = "inProgress", _BUSY, False, "In progress"
    SUCCESS = "success", _GOOD, True, "Success"
    FAILED = "failed", _BAD, True, "Failed"

    def __new__(cls, value: str, look: Look = NO_LOOK, is_final: bool = False) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.look, member.is_final = look, is_final
        return member


# The one definition of a finished operation.
FINAL = frozenset(status for status in OperationStatus if status.is_final)

# The one table of the life of an operation; every channel goes through it.
TRANSITIONS: dict[str, frozenset[str]] = {
    OperationStatus.UNKNOWN: frozenset({OperationStatus.IN_PROGRESS, *FINAL}),
    OperationStatus.IN_PROGRESS: FINAL,
    OperationStatus.SUCCESS: frozenset(),
    OperationStatus.FAILED: frozenset(),
}


class DefinitionFileStatus(ShownChoices):
    """groupPolicyUploadedDefinitionFileStatus."""

    NONE = "none", NO_LOOK, "None"
    UPLOAD_IN_PROGRESS = "uploadInProgress", _BUSY, "Upload in progress"
    AVAILABLE = "available", _GOOD, "Available"
    ASSIGNED = "assigned", _GOOD, "Assigned"
    REMOVAL_IN_PROGRESS = "removalInProgress", _BUSY, "Removal in progress"
    UPLOAD_FAILED = "uploadFailed", _BAD, "Upload failed"
    REMOVAL_FAILED = "removalFailed", _BAD, "Removal failed"


BUSY = frozenset({DefinitionFileStatus.UPLOAD_IN_PROGRESS, DefinitionFileStatus.REMOVAL_IN_PROGRESS})


class PolicyType(TextChoices):
    """groupPolicyType."""

    ADMX_BACKED = "admxBacked", "ADMX backed"
    ADMX_INGESTED = "admxIngested", "ADMX ingested"


class Severity(ShownChoices):
    ERROR = "error", _BAD, "Error"
    WARNING = "warning", Look(Tone.WARNING, "!"), "Warning"
    NOTE = "note", Look(Tone.PLAIN, "i"), "Note"


class FindingGroup(TextChoices):
    """What a finding is about."""

    FILE = "file", "The file itself"
    STRUCTURE = "structure", "Policies and categories"
    TEXTS = "texts", "Texts and languages"
    PRESENTATION = "presentation", "Presentation"
    REFERENCES = "references", "References"
    NAMESPACES = "namespaces", "Other files"
    VERSIONS = "versions", "Versions"
    INTUNE = "intune", "Intune would refuse or ignore this"


class DependencyKind(TextChoices):
    """How much a file needs a namespace that it declares to use."""

    HARD = "hard", "Needed for its categories"
    SOFT = "soft", "Used for what policies are supported on"
    UNUSED = "unused", "Declared, never used"


class PolicyClass(TextChoices):
    """The class of a policy as ADMX writes it."""

    USER = "User", "User"
    MACHINE = "Machine", "Computer"
    BOTH = "Both", "User and computer"


class ClassType(TextChoices):
    """groupPolicyDefinitionClassType."""

    USER = "user", "User"
    MACHINE = "machine", "Computer"


class PresentationType(TextChoices):
    """The controls of an ADML's presentation."""

    TEXT = "text", "Text"
    DECIMAL_TEXT_BOX = "decimalTextBox", "Number"
    LONG_DECIMAL_TEXT_BOX = "longDecimalTextBox", "Large number"
    TEXT_BOX = "textBox", "Text box"
    MULTI_TEXT_BOX = "multiTextBox", "Text with several lines"
    CHECK_BOX = "checkBox", "Check box"
    COMBO_BOX = "comboBox", "Combo box"
    DROPDOWN_LIST = "dropdownList", "Drop-down list"
    LIST_BOX = "listBox", "List"


class ActorType(TextChoices):
    USER = "user", "Person"
    CLIENT = "client", "API client"
    SYSTEM = "system", "Portal"
    UNKNOWN = "unknown", "Unknown"


class Channel(TextChoices):
    """The way in through which something was done."""

    ADMIN = "admin", "Admin"
    API = "api", "API"
    COMMAND = "command", "Command line"
    WORKER = "worker", "Worker"


class Authentication(TextChoices):
    """How an actor proved who it is."""

    SESSION = "session", "Signed in"
    BEARER = "bearer", "Bearer token"
    SECRET = "secret", "Client secret"
    MACHINE = "machine", "Account on the machine"
    NONE = "none", "Not proved"


class Outcome(ShownChoices):
    SUCCESS = "success", _GOOD, "Success"
    FAILURE = "failure", _BAD, "Failure"
    DENIED = "denied", _BAD, "Denied"


class Verdict(ShownChoices):
    """What a verification of the trail may conclude. Only comparing with checkpoints proves anything."""

    INTACT = "intact", _GOOD, "Intact"
    # Nothing contradicts the events, and nothing that was signed vouches for them.
    UNPROVED = "unproved", _DOUBTFUL, "Nothing compared"
    # The first checkpoint was signed late, over very many events at once.
    SIGNED_LATE = "signedLate", _DOUBTFUL, "Checkpoints begin late"
    DAMAGED = "damaged", _BAD, "Damaged"


class ExportFormat(TextChoices):
    """How the trail is written to a file."""

    JSON_LINES = "jsonl", "JSON Lines"
    CSV = "csv", "CSV"


class Scope(TextChoices):
    """Microsoft Graph's application permissions for this corner."""

    READ = "DeviceManagementConfiguration.Read.All", "Read operations and definition files"
    READ_WRITE = "DeviceManagementConfiguration.ReadWrite.All", "Read and write operations and definition files"
    AUDIT_READ = "AuditLog.Read.All", "Read the audit trail and statistics about people"


# Held by whoever acts as the portal itself: its commands and its worker.
EVERYTHING = "*"
