"""The trail: its action codes, its one writer, and the guard that keeps rows as they were written."""

from operations.audit.actions import ACTIONS, REGISTRY, AuditAction
from operations.audit.record import changed_fields, differences, entry_of, head, lock_head, record, root_of
from operations.choices import Outcome

__all__ = [
    "ACTIONS",
    "REGISTRY",
    "AuditAction",
    "Outcome",
    "changed_fields",
    "differences",
    "entry_of",
    "head",
    "lock_head",
    "record",
    "root_of",
]
