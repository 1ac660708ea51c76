"""The trail: its action codes, its one writer, and the guard that keeps rows as they were written."""

from operations.audit.actions import ACTIONS, REGISTRY, AuditAction
from operations.audit.record import changed_fields, differences, entry_of, head, record, root_of, take_turn
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
    "record",
    "root_of",
    "take_turn",
]
