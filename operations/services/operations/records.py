"""What may happen to an operation that people and scripts ask for: record, correct, delete, cancel, retry."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from operations import audit
from operations.actor import Actor
from operations.choices import OperationStatus, OperationType
from operations.errors import ConflictError, MissingError
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.permissions import Action, require
from operations.services.operations import lifecycle
from operations.services.validation import validate

CORRECTABLE = ("operation_type", "operation_status", "status_details")


@transaction.atomic
def record_operation(
    *,
    by: Actor,
    operation_type: str = OperationType.NONE,
    operation_status: str = OperationStatus.UNKNOWN,
    status_details: str | None = None,
    definition_file: DefinitionFile | None = None,
    operation_id: UUID | None = None,
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Write down an operation that was carried out elsewhere; nothing is performed.

    With an `operation_id` that exists already this is a safe retry: the same create returns the row as
    it is now, any other raises ConflictError.
    """
    require(Action.RECORD_OPERATION, by.permissions)
    audit.lock_head()
    now = timezone.now()
    operation = GroupPolicyOperation(
        id=operation_id or uuid4(),
        operation_type=operation_type,
        operation_status=OperationStatus.UNKNOWN,
        status_details=status_details,
        definition_file=definition_file,
        created_date_time=now,
        last_modified_date_time=now,
        reason=reason,
        ticket=ticket,
        **lifecycle.requester(by),
    )
    operation.change_status(operation_status, now=now)
    operation.create_digest = _create_digest(operation)
    validate_operation(operation)
    try:
        lifecycle.create_operation(
            operation,
            action=audit.AuditAction.OPERATION_RECORDED,
            by=by,
            reason=reason,
            after={name: getattr(operation, name) for name in (*CORRECTABLE, "definition_file_id", "ticket")},
        )
    except IntegrityError:
        existing = GroupPolicyOperation.objects.filter(pk=operation.pk).first()
        if existing is None:
            # It was there a moment ago: deleted meanwhile.
            raise ConflictError(f"The id '{operation.pk}' has just become free. Try again.", target="id") from None
        if existing.create_digest != operation.create_digest:
            raise ConflictError(
                f"An operation with the id '{operation.pk}' exists already and was created differently. "
                "Leave the id out, or choose a new one.",
                target="id",
            ) from None
        return existing
    return operation


@transaction.atomic
def correct_operation(
    *, by: Actor, operation_id: UUID, changes: Mapping[str, Any], definition_file_id: UUID | None = None
) -> GroupPolicyOperation:
    """Change type, status or details of a recorded operation; nothing changed is no event.

    Raises ConflictError for a performed one, a transition that is not allowed, or a frozen type.
    """
    require(Action.CORRECT_OPERATION, by.permissions)
    operation = _recorded(operation_id, definition_file_id, verb="changed")
    before = {name: getattr(operation, name) for name in CORRECTABLE}
    now = timezone.now()
    new_type = changes.get("operation_type", operation.operation_type)
    if operation.is_final and new_type != operation.operation_type:
        raise ConflictError(
            f"The operation is '{operation.operation_status}', which is final, so its type "
            f"stays '{operation.operation_type}'.",
            target="operation_type",
        )
    with lifecycle.change_operation(operation, now=now) as change:
        operation.operation_type = new_type
        operation.status_details = changes.get("status_details", operation.status_details)
        operation.change_status(changes.get("operation_status", operation.operation_status), now=now)
        validate_operation(operation)
        old, new = audit.changed_fields(operation, before, CORRECTABLE)
        change.report(audit.AuditAction.OPERATION_CORRECTED, by=by, before=old, after=new)
    return operation


@transaction.atomic
def delete_operation(*, by: Actor, operation_id: UUID, definition_file_id: UUID | None = None) -> None:
    """Delete a recorded operation for good; the trail keeps what it was. Raises ConflictError."""
    require(Action.DELETE_OPERATION, by.permissions)
    operation = _recorded(operation_id, definition_file_id, verb="deleted")
    lifecycle.delete_operation(
        operation,
        action=audit.AuditAction.OPERATION_DELETED,
        by=by,
        before={
            name: getattr(operation, name)
            for name in (*CORRECTABLE, "definition_file_id", "requested_by_name", "created_date_time", "reason")
        },
    )


def validate_operation(operation: GroupPolicyOperation) -> None:
    """Unique and check constraints are the database's to enforce."""
    validate(operation, validate_unique=False, validate_constraints=False, exclude=["requested_by_name"])


def _recorded(operation_id: UUID, definition_file_id: UUID | None, *, verb: str) -> GroupPolicyOperation:
    operation = lifecycle.locked(operation_id)
    if definition_file_id is not None and operation.definition_file_id != definition_file_id:
        raise MissingError(f"There is no operation with the id '{operation_id}' of this file.", target="id")
    if operation.performed:
        raise ConflictError(
            f"The portal performs this operation itself, so it cannot be {verb}. "
            "Only recorded operations can; retry or remove through the definition file."
        )
    return operation


def _create_digest(operation: GroupPolicyOperation) -> str:
    """One digest for the same create at the same address, however it was spelled."""
    body = {
        "definitionFile": str(operation.definition_file_id or ""),
        "operationStatus": operation.operation_status,
        "operationType": operation.operation_type,
        "statusDetails": operation.status_details,
    }
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
