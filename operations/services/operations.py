"""What may happen to an operation that people and scripts ask for: record, correct, delete, cancel, retry."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from operations import audit, queue
from operations.actor import Actor
from operations.choices import DefinitionFileStatus, OperationStatus, OperationType
from operations.errors import ConflictError, MissingError
from operations.models import DefinitionFile, GroupPolicyOperation, OperationFile, Version
from operations.permissions import Action, require
from operations.services import lifecycle
from operations.services.checking import check

_NEEDED = {
    OperationType.UPLOAD_NEW_VERSION: Action.UPLOAD_NEW_VERSION,
    OperationType.ADD_LANGUAGE_FILES: Action.CHANGE_LANGUAGE_FILES,
    OperationType.UPDATE_LANGUAGE_FILES: Action.CHANGE_LANGUAGE_FILES,
    OperationType.REMOVE_LANGUAGE_FILES: Action.CHANGE_LANGUAGE_FILES,
    OperationType.REMOVE: Action.REMOVE_DEFINITION_FILE,
}
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
    require(Action.RECORD_OPERATION, by.held)
    audit.take_turn()
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
        **requester(by),
    )
    operation.change_status(operation_status, now=now)
    operation.create_digest = _create_digest(operation)
    validate(operation)
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
            raise ConflictError(f"The id '{operation.pk}' was just freed. Try again.", target="id") from None
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
    require(Action.CORRECT_OPERATION, by.held)
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
        validate(operation)
        old, new = audit.changed_fields(operation, before, CORRECTABLE)
        change.report(audit.AuditAction.OPERATION_CORRECTED, by=by, before=old, after=new)
    return operation


@transaction.atomic
def delete_operation(*, by: Actor, operation_id: UUID, definition_file_id: UUID | None = None) -> None:
    """Delete a recorded operation for good; the trail keeps what it was. Raises ConflictError."""
    require(Action.DELETE_OPERATION, by.held)
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


@transaction.atomic
def cancel_operation(*, by: Actor, operation_id: UUID) -> GroupPolicyOperation:
    """End a performed operation that has not started. Raises ConflictError once it has."""
    require(Action.CANCEL_OPERATION, by.held)
    operation = locked(operation_id)
    if not operation.is_queued:
        raise ConflictError("Only an operation that waits and has not started can be cancelled.")
    now = timezone.now()
    with lifecycle.change_operation(operation, now=now) as change:
        operation.change_status(OperationStatus.FAILED, now=now)
        operation.status_details = f"Cancelled by {by.name}."
        change.report(
            audit.AuditAction.OPERATION_CANCELLED,
            by=by,
            before={"operation_status": OperationStatus.IN_PROGRESS},
            after={"operation_status": operation.operation_status, "status_details": operation.status_details},
        )
    file = DefinitionFile.objects.get(operations=operation)
    set_file_status(operation, file.settled_status)
    return operation


@transaction.atomic
def retry_operation(*, by: Actor, operation_id: UUID) -> GroupPolicyOperation:
    """Ask again for a failed operation: a new one with the same files that names the one it retries.

    Raises ConflictError unless it is the last one performed on its file and failed.
    """
    failed = locked(operation_id)
    require(needed_for(failed), by.held)
    # Locked too, so that nobody removes it meanwhile.
    file = DefinitionFile.objects.select_for_update(of=("self",)).filter(operations=failed).first()
    if file is None or not may_be_retried(failed, file):
        raise ConflictError("Only the last operation performed on a file can be tried again, and only if it failed.")
    operation = request_operation(
        by=by,
        operation_type=failed.operation_type,
        definition_file=file,
        reason=failed.reason,
        ticket=failed.ticket,
        retry_of=failed,
        returns_to=failed.returns_to,
    )
    OperationFile.objects.bulk_create(
        OperationFile(
            operation=operation,
            language_code=one.language_code,
            file_name=one.file_name,
            content_id=one.content_id,
        )
        for one in failed.files.all()
    )
    return operation


def may_be_retried(failed: GroupPolicyOperation, file: DefinitionFile) -> bool:
    """Whether `failed` failed, is the last operation performed on `file`, and still makes sense there."""
    if not failed.performed or failed.operation_status != OperationStatus.FAILED:
        return False
    is_restoration = failed.operation_type == OperationType.UPLOAD and failed.returns_to_id is not None
    if (file.removed_date_time is not None) != is_restoration:
        return False
    last = GroupPolicyOperation.objects.filter(definition_file=file, performed=True)
    return last.order_by("-created_date_time", "-id").values_list("pk", flat=True).first() == failed.pk


def needed_for(operation: GroupPolicyOperation) -> Action:
    """What somebody must be allowed to, to ask for an operation like this one."""
    return _NEEDED.get(OperationType(operation.operation_type), Action.UPLOAD_DEFINITION_FILE)


def request_operation(
    *,
    by: Actor,
    operation_type: str,
    definition_file: DefinitionFile,
    reason: str = "",
    ticket: str = "",
    retry_of: GroupPolicyOperation | None = None,
    returns_to: Version | None = None,
) -> GroupPolicyOperation:
    """Queue a performed operation in the caller's transaction; the file's status moves with it.

    Raises ConflictError on a busy file.
    """
    now = timezone.now()
    operation = GroupPolicyOperation(
        operation_type=operation_type,
        operation_status=OperationStatus.IN_PROGRESS,
        performed=True,
        definition_file=definition_file,
        created_date_time=now,
        last_modified_date_time=now,
        reason=reason,
        ticket=ticket,
        retry_of=retry_of,
        returns_to=returns_to,
        **requester(by),
    )
    try:
        lifecycle.create_operation(
            operation,
            action=audit.AuditAction.OPERATION_RETRIED if retry_of else audit.AuditAction.OPERATION_REQUESTED,
            by=by,
            reason=reason,
            after={
                "operation_type": operation_type,
                "definition_file_id": definition_file.pk,
                "content_sha256": definition_file.content_id,
                "ticket": ticket,
                "retry_of": retry_of.pk if retry_of else None,
                "returns_to_version": returns_to.number if returns_to else None,
            },
        )
    except IntegrityError:
        refuse_busy(definition_file)
        raise
    removal = operation_type == OperationType.REMOVE
    set_file_status(
        operation, DefinitionFileStatus.REMOVAL_IN_PROGRESS if removal else DefinitionFileStatus.UPLOAD_IN_PROGRESS
    )
    queue.wake(operation.pk)
    return operation


def refuse_busy(definition_file: DefinitionFile) -> None:
    """Raise ConflictError naming the performed operation in progress on this file, if there is one."""
    running = GroupPolicyOperation.objects.filter(
        definition_file=definition_file, performed=True, operation_status=OperationStatus.IN_PROGRESS
    ).first()
    if running is not None:
        raise ConflictError(
            f"{definition_file.file_name} is busy: operation {running.pk} ({running.operation_type}) is in progress. "
            "Wait until it has ended, then try again."
        )


def locked(operation_id: UUID) -> GroupPolicyOperation:
    """The operation, locked until the caller commits. Raises MissingError."""
    audit.take_turn()
    rows = GroupPolicyOperation.objects.select_for_update(of=("self",)).select_related("definition_file")
    try:
        return rows.get(pk=operation_id)
    except GroupPolicyOperation.DoesNotExist:
        raise MissingError(f"There is no operation with the id '{operation_id}'.", target="id") from None


def set_file_status(operation: GroupPolicyOperation, status: DefinitionFileStatus) -> None:
    """The file's status moves with its operation's."""
    DefinitionFile.objects.filter(operations=operation).update(
        status=status, last_modified_date_time=operation.last_modified_date_time
    )


def requester(by: Actor) -> dict[str, str]:
    return {"requested_by_type": by.type, "requested_by_id": by.id, "requested_by_name": by.name}


def validate(operation: GroupPolicyOperation) -> None:
    """Unique and check constraints are the database's to enforce."""
    check(operation, validate_unique=False, validate_constraints=False, exclude=["requested_by_name"])


def _recorded(operation_id: UUID, definition_file_id: UUID | None, *, verb: str) -> GroupPolicyOperation:
    operation = locked(operation_id)
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
