"""The fixed words of the domain. Stored values are Microsoft Graph's wire values, in the CSDL's order."""

from django.db.models import TextChoices


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
    """groupPolicyOperationStatus."""

    UNKNOWN = "unknown", "Unknown"
    IN_PROGRESS = "inProgress", "In progress"
    SUCCESS = "success", "Success"
    FAILED = "failed", "Failed"


FINAL = frozenset({OperationStatus.SUCCESS, OperationStatus.FAILED})

# The one table of the life of an operation; every door goes through it.
TRANSITIONS: dict[str, frozenset[str]] = {
    OperationStatus.UNKNOWN: frozenset({OperationStatus.IN_PROGRESS, *FINAL}),
    OperationStatus.IN_PROGRESS: FINAL,
    OperationStatus.SUCCESS: frozenset(),
    OperationStatus.FAILED: frozenset(),
}


class DefinitionFileStatus(TextChoices):
    """groupPolicyUploadedDefinitionFileStatus."""

    NONE = "none", "None"
    UPLOAD_IN_PROGRESS = "uploadInProgress", "Upload in progress"
    AVAILABLE = "available", "Available"
    ASSIGNED = "assigned", "Assigned"
    REMOVAL_IN_PROGRESS = "removalInProgress", "Removal in progress"
    UPLOAD_FAILED = "uploadFailed", "Upload failed"
    REMOVAL_FAILED = "removalFailed", "Removal failed"


BUSY = frozenset({DefinitionFileStatus.UPLOAD_IN_PROGRESS, DefinitionFileStatus.REMOVAL_IN_PROGRESS})


class PolicyType(TextChoices):
    """groupPolicyType."""

    ADMX_BACKED = "admxBacked", "ADMX backed"
    ADMX_INGESTED = "admxIngested", "ADMX ingested"


class Severity(TextChoices):
    ERROR = "error", "Error"
    WARNING = "warning", "Warning"
    NOTE = "note", "Note"


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


class NeedKind(TextChoices):
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


class Door(TextChoices):
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


class Outcome(TextChoices):
    SUCCESS = "success", "Success"
    FAILURE = "failure", "Failure"
    DENIED = "denied", "Denied"


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
