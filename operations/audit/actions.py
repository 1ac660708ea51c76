"""Every action code the trail may hold. A code outlives its label: codes are never reused or renamed."""

from enum import StrEnum


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
    USER_CREATED = "user.created"
    API_CLIENT_CREATED = "apiClient.created"
    TOKEN_ISSUED = "apiClient.tokenIssued"  # noqa: S105
    TOKENS_REVOKED = "apiClient.tokensRevoked"


ACTIONS: dict[AuditAction, str] = {
    AuditAction.OPERATION_RECORDED: "Operation recorded",
    AuditAction.OPERATION_CORRECTED: "Recorded operation corrected",
    AuditAction.OPERATION_DELETED: "Recorded operation deleted",
    AuditAction.OPERATION_REQUESTED: "Operation requested",
    AuditAction.OPERATION_STARTED: "Worker started",
    AuditAction.OPERATION_SUCCEEDED: "Operation succeeded",
    AuditAction.OPERATION_FAILED: "Operation failed",
    AuditAction.OPERATION_CANCELLED: "Operation cancelled",
    AuditAction.OPERATION_RETRIED: "Operation retried",
    AuditAction.DEFINITION_FILE_CREATED: "Definition file stored",
    AuditAction.DEFINITION_FILE_AVAILABLE: "Definition file available",
    AuditAction.DEFINITION_FILE_UPLOAD_FAILED: "Definition file upload failed",
    AuditAction.DEFINITION_FILE_CHANGE_FAILED: "Definition file change failed",
    AuditAction.DEFINITION_FILE_REMOVAL_FAILED: "Definition file removal failed",
    AuditAction.DEFINITION_FILE_DESCRIBED: "Definition file described",
    AuditAction.DEFINITION_FILE_REMOVED: "Definition file removed",
    AuditAction.USER_CREATED: "Account created",
    AuditAction.API_CLIENT_CREATED: "API client created",
    AuditAction.TOKEN_ISSUED: "Token issued",
    AuditAction.TOKENS_REVOKED: "Tokens revoked",
}
