"""Operations that the portal is to perform: requested, cancelled, tried again."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from operations import audit, queue
from operations.actor import Actor
from operations.choices import DefinitionFileStatus, OperationStatus, OperationType
from operations.errors import ConflictError
from operations.models import DefinitionFile, GroupPolicyOperation, OperationFile, Version
from operations.permissions import Action, require
from operations.services.operations import lifecycle

_NEEDED = {
    OperationType.UPLOAD_NEW_VERSION: Action.UPLOAD_NEW_VERSION,
    OperationType.ADD_LANGUAGE_FILES: Action.CHANGE_LANGUAGE_FILES,
    OperationType.UPDATE_LANGUAGE_FILES: Action.CHANGE_LANGUAGE_FILES,
    OperationType.REMOVE_LANGUAGE_FILES: Action.CHANGE_LANGUAGE_FILES,
    OperationType.REMOVE: Action.REMOVE_DEFINITION_FILE,
}


@transaction.atomic
def cancel_operation(*, by: Actor, operation_id: UUID) -> GroupPolicyOperation:
    """End a performed operation that has not started. Raises ConflictError once it has."""
    require(Action.CANCEL_OPERATION, by.permissions)
    operation = lifecycle.locked(operation_id)
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
    failed = lifecycle.locked(operation_id)
    require(needed_for(failed), by.permissions)
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
        **lifecycle.requester(by),
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


def set_file_status(operation: GroupPolicyOperation, status: DefinitionFileStatus) -> None:
    """The file's status moves with its operation's."""
    DefinitionFile.objects.filter(operations=operation).update(
        status=status, last_modified_date_time=operation.last_modified_date_time
    )
