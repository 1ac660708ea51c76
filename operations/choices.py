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


class ActorType(TextChoices):
    USER = "user", "Person"
    CLIENT = "client", "API client"
    SYSTEM = "system", "Portal"


class Door(TextChoices):
    """The way in through which something was done."""

    ADMIN = "admin", "Admin"
    API = "api", "API"
    COMMAND = "command", "Command line"
    WORKER = "worker", "Worker"


class Outcome(TextChoices):
    SUCCESS = "success", "Success"
    FAILURE = "failure", "Failure"
    DENIED = "denied", "Denied"


class Scope(TextChoices):
    """Microsoft Graph's application permissions for this corner."""

    READ = "DeviceManagementConfiguration.Read.All", "Read operations and definition files"
    READ_WRITE = "DeviceManagementConfiguration.ReadWrite.All", "Read and write operations and definition files"
    AUDIT_READ = "AuditLog.Read.All", "Read the audit trail and statistics about people"


# Held by whoever acts as the portal itself: its commands and its worker.
EVERYTHING = "*"
