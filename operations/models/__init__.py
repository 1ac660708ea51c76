"""What a row is and its own truth: one noun a file."""

from operations.models.api_client import ApiClient
from operations.models.audit_event import AuditCheckpoint, AuditEvent, AuditHead, AuditSubtree, CheckpointDelivery
from operations.models.client_secret import ClientSecret
from operations.models.content import Content
from operations.models.definition_file import DefinitionFile, LanguageFile
from operations.models.finding import Finding
from operations.models.group_policy_operation import GroupPolicyOperation
from operations.models.operation_file import OperationFile
from operations.models.operation_rollup import EVER, OperationRollup
from operations.models.policy import (
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyPresentation,
    Policy,
    SupportedOnDefinition,
)
from operations.models.refused_attempt import RefusedAttempt
from operations.models.user import User
from operations.models.version import NamespaceUse, Version, VersionLanguageFile

__all__ = [
    "EVER",
    "ApiClient",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditHead",
    "AuditSubtree",
    "CheckpointDelivery",
    "ClientSecret",
    "Content",
    "DefinitionFile",
    "Finding",
    "GroupPolicyCategory",
    "GroupPolicyDefinition",
    "GroupPolicyOperation",
    "GroupPolicyPresentation",
    "LanguageFile",
    "NamespaceUse",
    "OperationFile",
    "OperationRollup",
    "Policy",
    "RefusedAttempt",
    "SupportedOnDefinition",
    "User",
    "Version",
    "VersionLanguageFile",
]
