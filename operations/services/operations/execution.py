"""How the worker carries out performed operations: claim, judge outside any transaction, finish once.

A worker may die at any point. Until its lease ends nobody else touches the operation; then the sweep
performs it again, and only the latest attempt may finish it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from operations import admx, audit, queue
from operations.actor import Actor, worker
from operations.choices import DefinitionFileStatus, OperationStatus, OperationType
from operations.errors import ConflictError, DamagedError
from operations.models import DefinitionFile, Finding, GroupPolicyOperation
from operations.services.operations import lifecycle, status_messages
from operations.services.operations.requests import set_file_status
from operations.services.templates import activation, catalogues, versions
from operations.services.templates.definition_files import refuse_dependents
from operations.services.templates.submissions import Candidate, candidate_of
from operations.services.templates.validation_context import FileContext, Snapshot, context_of

logger = logging.getLogger(__name__)

# How soon an operation that waits for an older one is looked at again.
WAIT = timedelta(seconds=1)

_FAILURES = {
    OperationType.UPLOAD: audit.AuditAction.DEFINITION_FILE_UPLOAD_FAILED,
    OperationType.REMOVE: audit.AuditAction.DEFINITION_FILE_REMOVAL_FAILED,
}


@dataclass(frozen=True, slots=True)
class _Judged:
    """What an operation would put in force, what is wrong with it, and what that judgement rests on."""

    file: DefinitionFile
    candidate: Candidate
    file_context: FileContext
    reading: admx.Reading
    rested_on: Snapshot

    @property
    def is_stale(self) -> bool:
        """Other files came or went since."""
        return self.file_context.snapshot(self.reading.definitions) != self.rested_on


def perform(operation_id: UUID) -> bool:
    """Carry out one operation if it is due; performing it twice has one visible effect.

    False when it was not due: finished, unknown, held by another worker's lease, or waiting for an older one.
    """
    by = worker()
    if _waits_for_older(operation_id):
        queue.wake(operation_id, at=timezone.now() + WAIT)
        return False
    operation = _claim(operation_id, by)
    if operation is None:
        return False
    by = replace(by, on_behalf_of=operation.requested_by_name)
    if operation.attempt > settings.PORTAL_MAX_ATTEMPTS:
        _fail(
            operation,
            by,
            f"The worker stopped {operation.attempt - 1} times while performing this, so it was given up. "
            "To fix: look for the cause in the worker's log, then try again.",
        )
        return True
    try:
        if operation.operation_type == OperationType.REMOVE:
            _remove(operation, by)
        else:
            while not _bring_into_force(operation, by):
                logger.info("Operation %s is judged again: other files changed meanwhile.", operation.pk)
    except DamagedError as error:
        logger.error("Operation %s: %s", operation.pk, error)
        _fail(operation, by, str(error))
    except OperationalError:
        raise  # the database is out of reach: the sweep performs this again when the lease has ended
    except Exception:
        logger.exception("Operation %s attempt %s: %s", operation.pk, operation.attempt, by.request_id)
        _fail(operation, by, f"The portal failed unexpectedly. Give its operator this reference: {by.request_id}.")
    return True


def sweep() -> int:
    """Wake what a dead worker or a lost message left: at the end of its lease, or now. Returns how many."""
    unfinished = GroupPolicyOperation.objects.filter(performed=True, operation_status=OperationStatus.IN_PROGRESS)
    if queue.has_operations():
        # Waiting messages will do their part first; waking them all again would only lengthen the queue.
        unfinished = unfinished.exclude(lease_until=None)
    due = list(unfinished.order_by("created_date_time").values_list("pk", "lease_until"))
    now = timezone.now()
    for operation_id, lease_until in due:
        queue.wake(operation_id, at=lease_until if lease_until and lease_until > now else None)
    return len(due)


def _waits_for_older(operation_id: UUID) -> bool:
    """Whether files that this one needs are on their way: templates asked for in their order go in, in any number.

    Only older operations count, so no two can wait for each other.
    """
    unfinished = GroupPolicyOperation.objects.filter(
        performed=True, operation_status=OperationStatus.IN_PROGRESS
    ).exclude(operation_type=OperationType.REMOVE)
    operation = unfinished.filter(pk=operation_id).first()
    if operation is None:
        return False
    older = unfinished.filter(created_date_time__lt=operation.created_date_time)
    namespaces = set(older.values_list("definition_file__target_namespace", flat=True))
    if not namespaces:
        return False
    try:
        definitions = admx.read(candidate_of(operation).definition, (), default_language="").definitions
    except DamagedError:
        return False  # it fails with that, and needs nothing
    return definitions is not None and any(
        dependency.namespace in namespaces for dependency in admx.dependencies(definitions)
    )


@transaction.atomic
def _claim(operation_id: UUID, by: Actor) -> GroupPolicyOperation | None:
    audit.lock_head()
    return lifecycle.claim_operation(operation_id, by=by, now=timezone.now())


def _bring_into_force(operation: GroupPolicyOperation, by: Actor) -> bool:
    """Try to end the operation; False when its judgement no longer holds."""
    judged = _judge(operation)
    template = judged.reading.template
    if template is None:
        return _refuse(operation, by, judged)
    before = versions.template_of(judged.file.version)
    changes = admx.compare(before, template) if before else None
    rows = catalogues.rows_of(judged.file.pk, template)
    details = status_messages.success(operation, template, changes, judged.reading.findings)
    now = timezone.now()
    with transaction.atomic():
        audit.lock_head()
        if judged.is_stale:
            return False
        held = _finish(operation, by, OperationStatus.SUCCESS, details, judged.reading.findings, now)
        if held is not None:
            activation.activate(
                held, by=by, candidate=judged.candidate, template=template, rows=rows, changes=changes, now=now
            )
    return True


def _judge(operation: GroupPolicyOperation) -> _Judged:
    file = DefinitionFile.objects.select_related("version__content").get(operations=operation)
    candidate = candidate_of(operation)
    file_context = context_of(
        file, kept=candidate.kept, is_new_version=operation.operation_type != OperationType.UPLOAD
    )
    reading = versions.read(candidate, file_context.context)
    return _Judged(file, candidate, file_context, reading, file_context.snapshot(reading.definitions))


@transaction.atomic
def _refuse(operation: GroupPolicyOperation, by: Actor, judged: _Judged) -> bool:
    audit.lock_head()
    if judged.is_stale:
        return False
    _fail(operation, by, status_messages.first_few(judged.reading.errors), judged.reading.findings)
    return True


@transaction.atomic
def _remove(operation: GroupPolicyOperation, by: Actor) -> None:
    audit.lock_head()
    file = DefinitionFile.objects.select_for_update(of=("self",)).get(operations=operation)
    try:
        refuse_dependents(file)
    except ConflictError as error:
        _fail(operation, by, str(error))
        return
    now = timezone.now()
    held = _finish(operation, by, OperationStatus.SUCCESS, status_messages.removed(file), (), now)
    if held is not None:
        activation.deactivate(file, held, by=by, now=now)


@transaction.atomic
def _fail(operation: GroupPolicyOperation, by: Actor, details: str, findings: Iterable[admx.Finding] = ()) -> None:
    ended = _finish(operation, by, OperationStatus.FAILED, details, findings, timezone.now())
    if ended is None:
        return
    file = DefinitionFile.objects.get(operations=ended)
    status = status_after_failure(ended, file)
    set_file_status(ended, status)
    audit.record(
        _FAILURES.get(OperationType(ended.operation_type), audit.AuditAction.DEFINITION_FILE_CHANGE_FAILED),
        file,
        by=by,
        outcome=audit.Outcome.FAILURE,
        before={"status": file.status},
        after={"status": status},
    )


def status_after_failure(operation: GroupPolicyOperation, file: DefinitionFile) -> DefinitionFileStatus:
    """What was in force stays in force."""
    if operation.operation_type == OperationType.REMOVE:
        return DefinitionFileStatus.REMOVAL_FAILED
    return file.settled_status


def _finish(
    operation: GroupPolicyOperation,
    by: Actor,
    status: OperationStatus,
    details: str,
    findings: Iterable[admx.Finding],
    now: datetime,
) -> GroupPolicyOperation | None:
    """End the operation if this attempt still holds it; None when a later attempt took over."""
    held = (
        GroupPolicyOperation.objects.select_for_update()
        .filter(pk=operation.pk, attempt=operation.attempt, operation_status=OperationStatus.IN_PROGRESS)
        .first()
    )
    if held is None:
        return None
    findings = list(findings)
    succeeded = status == OperationStatus.SUCCESS
    errors = list(dict.fromkeys(finding.code for finding in findings if finding.severity == admx.Severity.ERROR))
    with lifecycle.change_operation(held, now=now) as change:
        before = {"operation_status": held.operation_status}
        held.change_status(status, now=now)
        held.status_details = status_messages.within_limit(details)
        held.lease_until = None
        change.report(
            audit.AuditAction.OPERATION_SUCCEEDED if succeeded else audit.AuditAction.OPERATION_FAILED,
            by=by,
            outcome=audit.Outcome.SUCCESS if succeeded else audit.Outcome.FAILURE,
            before=before,
            after={
                "operation_status": held.operation_status,
                "status_details": held.status_details,
                "attempt": held.attempt,
                "findings": errors,
            },
            error_code=errors[0] if errors and not succeeded else "",
        )
    Finding.objects.bulk_create(
        Finding(
            operation=held,
            position=position,
            code=finding.code,
            severity=finding.severity,
            group=finding.group,
            message=finding.message,
            remedy=finding.remedy,
            file_name=finding.file_name,
            language_code=finding.language_code or "",
            line=finding.line,
            item=finding.item,
        )
        for position, finding in enumerate(findings)
    )
    return held
