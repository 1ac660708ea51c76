"""What a row is and its own truth: one noun a file."""

from operations.models.api_client import ApiClient
from operations.models.audit_event import AuditEvent, AuditHead
from operations.models.content import Content
from operations.models.definition_file import DefinitionFile, LanguageFile
from operations.models.finding import Finding
from operations.models.group_policy_operation import GroupPolicyOperation
from operations.models.user import User

__all__ = [
    "ApiClient",
    "AuditEvent",
    "AuditHead",
    "Content",
    "DefinitionFile",
    "Finding",
    "GroupPolicyOperation",
    "LanguageFile",
    "User",
]
