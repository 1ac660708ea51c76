"""Every action code the trail may hold, with what it tells. A code outlives its label: none is reused or renamed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum, unique

from django.core.exceptions import ImproperlyConfigured


@unique
class AuditAction(StrEnum):
    OPERATION_RECORDED = "operation.recorded"
    OPERATION_CORRECTED = "operation.corrected"
    OPERATION_DELETED = "operation.deleted"
    OPERATION_REQUESTED = "operation.requested"
    OPERATION_STARTED = "operation.started"
    OPERATION_SUCCEEDED = "operation.succeeded"
    OPERATION_FAILED = "operation.failed"
    OPERATION_CANCELLED = "operation.cancelled"
    OPERATION_RETRIED = "operation.retried"
    DEFINITION_FILE_CREATED = "definitionFile.created"
    DEFINITION_FILE_AVAILABLE = "definitionFile.available"
    DEFINITION_FILE_UPLOAD_FAILED = "definitionFile.uploadFailed"
    DEFINITION_FILE_CHANGE_FAILED = "definitionFile.changeFailed"
    DEFINITION_FILE_REMOVAL_FAILED = "definitionFile.removalFailed"
    DEFINITION_FILE_DESCRIBED = "definitionFile.described"
    DEFINITION_FILE_REMOVED = "definitionFile.removed"
    SIGNED_IN = "access.signedIn"
    SIGN_IN_FAILED = "access.signInFailed"
    SIGNED_OUT = "access.signedOut"
    ACCESS_DENIED = "access.denied"
    TOKEN_REFUSED = "access.tokenRefused"  # noqa: S105
    CLIENT_REFUSED = "access.clientRefused"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    USER_DELETED = "user.deleted"
    PASSWORD_CHANGED = "user.passwordChanged"  # noqa: S105
    GROUP_CREATED = "group.created"
    GROUP_CHANGED = "group.changed"
    GROUP_DELETED = "group.deleted"
    API_CLIENT_CREATED = "apiClient.created"
    API_CLIENT_DISABLED = "apiClient.disabled"
    API_CLIENT_ENABLED = "apiClient.enabled"
    API_CLIENT_DELETED = "apiClient.deleted"
    SCOPES_CHANGED = "apiClient.scopesChanged"
    SECRET_ADDED = "apiClient.secretAdded"  # noqa: S105
    SECRET_REMOVED = "apiClient.secretRemoved"  # noqa: S105
    TOKEN_ISSUED = "apiClient.tokenIssued"  # noqa: S105
    EXPIRED_TOKEN_USED = "apiClient.expiredTokenUsed"  # noqa: S105
    TOKENS_REVOKED = "apiClient.tokensRevoked"
    TOKENS_FORGOTTEN = "apiClient.expiredTokensForgotten"
    TRAIL_READ = "trail.read"
    TRAIL_EXPORTED = "trail.exported"
    TRAIL_PROVED = "trail.proved"
    TRAIL_VERIFIED = "trail.verified"
    CHECKPOINT_SIGNED = "trail.checkpointSigned"
    CLOCK_WENT_BACK = "trail.clockWentBack"
    GUARD_RAISED = "trail.guardRaised"
    STATISTICS_EXPORTED = "statistics.exported"
    PORTAL_STARTED = "portal.started"
    PORTAL_STOPPED = "portal.stopped"


CATEGORIES = {
    "Operation": "Operations",
    "DefinitionFile": "Definition files",
    "Access": "Access",
    "Trail": "The trail itself",
    "Portal": "The portal",
}
KINDS = ("Create", "Patch", "Delete", "Action", "Get")


@dataclass(frozen=True, slots=True)
class Registered:
    """What an action's events are: `data` names all that before and after may hold, `required` what they must."""

    action: AuditAction
    label: str
    category: str
    kind: str
    data: frozenset[str] = field(default_factory=frozenset)
    required: frozenset[str] = field(default_factory=frozenset)


class Registry(dict[AuditAction, Registered]):
    """One entry for each code."""

    def add(
        self,
        action: AuditAction,
        label: str,
        category: str,
        kind: str,
        *,
        required: Iterable[str] = (),
        data: Iterable[str] = (),
    ) -> None:
        """Raises ImproperlyConfigured for a code or label used before and for a name that is none."""
        entry = Registered(action, label, category, kind, frozenset({*required, *data}), frozenset(required))
        if action in self or any(known.label == label for known in self.values()):
            raise ImproperlyConfigured(f"The audit action {action} ({label}) is registered twice.")
        if category not in CATEGORIES or kind not in KINDS:
            raise ImproperlyConfigured(f"The audit action {action} has an unknown category or kind.")
        for name in entry.data:
            if not (name.isascii() and name.isidentifier() and name == name.lower()):
                raise ImproperlyConfigured(f"The audit action {action} has data with the unknown name {name!r}.")
        self[action] = entry


REGISTRY = Registry()
_add, _A = REGISTRY.add, AuditAction

_FACTS = ("operation_type", "operation_status", "status_details")
_add(
    _A.OPERATION_RECORDED,
    "Operation recorded",
    "Operation",
    "Create",
    required=(*_FACTS, "definition_file_id", "ticket"),
)
_add(_A.OPERATION_CORRECTED, "Recorded operation corrected", "Operation", "Patch", data=_FACTS)
_add(
    _A.OPERATION_DELETED,
    "Recorded operation deleted",
    "Operation",
    "Delete",
    required=(*_FACTS, "definition_file_id", "requested_by_name", "created_date_time", "reason"),
)
_ASKED = ("operation_type", "definition_file_id", "content_sha256", "ticket", "retry_of", "returns_to_version")
_add(_A.OPERATION_REQUESTED, "Operation requested", "Operation", "Create", required=_ASKED)
_add(_A.OPERATION_RETRIED, "Operation retried", "Operation", "Create", required=_ASKED)
_add(_A.OPERATION_STARTED, "Worker started", "Operation", "Action", required=("attempt",))
_ENDED = ("operation_status", "operation_type", "attempt", "findings")
_add(_A.OPERATION_SUCCEEDED, "Operation succeeded", "Operation", "Action", required=("status_details",), data=_ENDED)
_add(_A.OPERATION_FAILED, "Operation failed", "Operation", "Action", required=("status_details",), data=_ENDED)
_add(
    _A.OPERATION_CANCELLED,
    "Operation cancelled",
    "Operation",
    "Action",
    required=("operation_status", "status_details"),
)

_add(
    _A.DEFINITION_FILE_CREATED,
    "Definition file stored",
    "DefinitionFile",
    "Create",
    required=("file_name", "content_sha256", "default_language_code", "language_codes"),
)
_add(
    _A.DEFINITION_FILE_AVAILABLE,
    "Definition file available",
    "DefinitionFile",
    "Patch",
    required=("status", "version", "content_sha256"),
    data=("target_namespace", "revision", "language_codes", "operation"),
)
for _action, _label in (
    (_A.DEFINITION_FILE_UPLOAD_FAILED, "Definition file upload failed"),
    (_A.DEFINITION_FILE_CHANGE_FAILED, "Definition file change failed"),
    (_A.DEFINITION_FILE_REMOVAL_FAILED, "Definition file removal failed"),
):
    _add(_action, _label, "DefinitionFile", "Patch", required=("status",))
_add(
    _A.DEFINITION_FILE_DESCRIBED,
    "Definition file described",
    "DefinitionFile",
    "Patch",
    data=("display_name", "description"),
)
_add(
    _A.DEFINITION_FILE_REMOVED,
    "Definition file removed",
    "DefinitionFile",
    "Delete",
    required=("removed_date_time", "operation"),
    data=("ticket", "status", "version", "content_sha256"),
)

_add(_A.SIGNED_IN, "Signed in", "Access", "Action")
_add(_A.SIGN_IN_FAILED, "Sign-in failed", "Access", "Action", required=("count", "accounts"))
_add(_A.SIGNED_OUT, "Signed out", "Access", "Action")
_add(_A.ACCESS_DENIED, "Access denied", "Access", "Action", required=("method", "path", "count"))
_add(_A.TOKEN_REFUSED, "Request without a valid token", "Access", "Action", required=("count", "accounts"))
_add(_A.CLIENT_REFUSED, "Client credentials refused", "Access", "Action", required=("count", "accounts"))
_RIGHTS = ("is_active", "is_staff", "is_superuser", "groups", "permissions")
_USER = ("username", "first_name", "last_name", "email", "time_zone", *_RIGHTS)
_add(_A.USER_CREATED, "Account created", "Access", "Create", required=("username",), data=_USER)
_add(_A.USER_CHANGED, "Account changed", "Access", "Patch", data=_USER)
_add(_A.USER_DELETED, "Account deleted", "Access", "Delete", required=("username",), data=_USER)
_add(_A.PASSWORD_CHANGED, "Password changed", "Access", "Patch")
_add(_A.GROUP_CREATED, "Group created", "Access", "Create", required=("name",), data=("permissions",))
_add(_A.GROUP_CHANGED, "Group changed", "Access", "Patch", data=("name", "permissions"))
_add(_A.GROUP_DELETED, "Group deleted", "Access", "Delete", required=("name",), data=("permissions",))
_add(_A.API_CLIENT_CREATED, "API client created", "Access", "Create", required=("name", "client_id", "scopes"))
_add(_A.API_CLIENT_DISABLED, "API client disabled", "Access", "Action")
_add(_A.API_CLIENT_ENABLED, "API client enabled", "Access", "Action")
_add(
    _A.API_CLIENT_DELETED, "API client deleted", "Access", "Delete", required=("name", "client_id", "scopes", "tokens")
)
_add(_A.SCOPES_CHANGED, "API client's scopes changed", "Access", "Patch", required=("scopes",))
_add(_A.SECRET_ADDED, "Client secret added", "Access", "Create", required=("hint", "expires"))
_add(_A.SECRET_REMOVED, "Client secret removed", "Access", "Delete", required=("hint", "expires"), data=("last_used",))
_add(
    _A.TOKEN_ISSUED,
    "Token issued",
    "Access",
    "Create",
    required=("scopes", "expires"),
    data=("token_id", "secret_hint"),
)
_add(_A.EXPIRED_TOKEN_USED, "Expired token used", "Access", "Action", required=("count", "accounts"))
_add(_A.TOKENS_REVOKED, "Tokens revoked", "Access", "Delete", required=("tokens",))
_add(_A.TOKENS_FORGOTTEN, "Expired tokens forgotten", "Access", "Delete", required=("tokens",))

_add(_A.TRAIL_READ, "Trail read", "Trail", "Get", required=("what",), data=("events", "filters"))
_add(
    _A.TRAIL_EXPORTED,
    "Trail exported",
    "Trail",
    "Get",
    required=("format", "after_sequence", "up_to_sequence"),
    data=("filters",),
)
_add(_A.TRAIL_PROVED, "Proof handed out", "Trail", "Get", required=("what",), data=("sequence", "size", "old_size"))
_add(
    _A.TRAIL_VERIFIED,
    "Trail verified",
    "Trail",
    "Action",
    required=("events", "checkpoints", "damages"),
    data=("verdict", "first_sequence", "kind", "root", "pre_chain", "milliseconds"),
)
_add(_A.CHECKPOINT_SIGNED, "Checkpoint signed", "Trail", "Action", required=("size", "root"))
_add(_A.CLOCK_WENT_BACK, "Clock went back", "Trail", "Action", required=("milliseconds",))
_add(_A.GUARD_RAISED, "Guard of the trail raised again", "Trail", "Action", required=("triggers",))
_add(
    _A.STATISTICS_EXPORTED,
    "Statistics exported",
    "Trail",
    "Get",
    required=("board", "tables", "filters"),
)
_add(_A.PORTAL_STARTED, "Portal started", "Portal", "Action", data=("database", "version"))
_add(_A.PORTAL_STOPPED, "Portal stopped", "Portal", "Action")

if _missing := set(AuditAction) - set(REGISTRY):
    raise ImproperlyConfigured(f"Audit actions without an entry: {', '.join(sorted(_missing))}.")

ACTIONS: dict[AuditAction, str] = {action: entry.label for action, entry in REGISTRY.items()}


def label_of(code: str) -> str:
    """The English label; a code that no release has known (a forged one) is told as it is."""
    return ACTIONS.get(code, code)  # type: ignore[call-overload]


def category_of(code: str) -> str:
    """What events with this code are about; nothing for an unknown code."""
    entry = REGISTRY.get(code)  # type: ignore[call-overload]
    return entry.category if entry else ""
