"""How the worker carries out performed operations: claim, read outside any transaction, finish once.

A worker may die at any point. Until its lease ends nobody else touches the operation; then the sweep
performs it again, and only the latest attempt may finish it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from operations import admx, audit, queue
from operations.actor import Actor, worker
from operations.choices import DefinitionFileStatus, OperationStatus
from operations.models import DefinitionFile, Finding, GroupPolicyOperation
from operations.services.operations import set_file_status

logger = logging.getLogger(__name__)

FINDINGS_IN_DETAILS = 3


def perform(operation_id: UUID) -> bool:
    """Carry out one operation if it is due; performing it twice has one visible effect.

    False when it was not due: finished, unknown, or held by another worker's lease.
    """
    by = worker()
    operation = _claim(operation_id, by)
    if operation is None:
        return False
    if operation.attempt > settings.PORTAL_MAX_ATTEMPTS:
        _fail(
            operation,
            by,
            f"The worker stopped {operation.attempt - 1} times while performing this, so it was given up. "
            "To fix: look for the cause in the worker's log, then try again.",
        )
        return True
    try:
        _conclude(operation, by, _read(operation))
    except OperationalError:
        raise  # the database is out of reach: the sweep performs this again when the lease has ended
    except Exception:
        logger.exception("Operation %s attempt %s: %s", operation.pk, operation.attempt, by.request_id)
        _fail(operation, by, f"The portal failed unexpectedly. Give its operator this reference: {by.request_id}.")
    return True


def sweep() -> int:
    """Wake what a dead worker or a lost message left: at the end of its lease, or now. Returns how many."""
    unfinished = GroupPolicyOperation.objects.filter(performed=True, operation_status=OperationStatus.IN_PROGRESS)
    if queue.depth():
        # Waiting messages will do their part first; waking them all again would only lengthen the queue.
        unfinished = unfinished.exclude(lease_until=None)
    due = list(unfinished.order_by("created_date_time").values_list("pk", "lease_until"))
    now = timezone.now()
    for operation_id, lease_until in due:
        queue.wake(operation_id, at=lease_until if lease_until and lease_until > now else None)
    return len(due)


@transaction.atomic
def _claim(operation_id: UUID, by: Actor) -> GroupPolicyOperation | None:
    now = timezone.now()
    claimed = GroupPolicyOperation.objects.filter(
        Q(lease_until=None) | Q(lease_until__lte=now),
        pk=operation_id,
        performed=True,
        operation_status=OperationStatus.IN_PROGRESS,
    ).update(
        attempt=F("attempt") + 1,
        lease_until=now + timedelta(seconds=settings.PORTAL_LEASE_SECONDS),
        started_date_time=Coalesce("started_date_time", now),
        last_modified_date_time=now,
    )
    if not claimed:
        return None
    operation = GroupPolicyOperation.objects.select_related("definition_file__content").get(pk=operation_id)
    audit.record(audit.AuditAction.OPERATION_STARTED, operation, by=by, after={"attempt": operation.attempt})
    return operation


def _read(operation: GroupPolicyOperation) -> admx.Reading:
    file = DefinitionFile.objects.select_related("content").get(operations=operation)
    return admx.read(
        admx.SourceFile(file.file_name, file.content.data),
        [
            admx.SourceFile(language.file_name, language.content.data, language.language_code)
            for language in file.language_files.select_related("content")
        ],
        default_language=file.default_language_code,
    )


def _conclude(operation: GroupPolicyOperation, by: Actor, reading: admx.Reading) -> None:
    if reading.template is None:
        _fail(operation, by, _told(reading.errors), reading.findings)
    else:
        _succeed(operation, by, reading.template, reading.findings)


@transaction.atomic
def _succeed(
    operation: GroupPolicyOperation, by: Actor, template: admx.Template, findings: Iterable[admx.Finding]
) -> None:
    details = (
        f"Imported {_counted(template.policy_count, 'policy', 'policies')} in "
        f"{_counted(template.category_count, 'category', 'categories')}, "
        f"{_counted(len(template.languages), 'language', 'languages')}."
    )
    if warnings := [finding for finding in findings if finding.severity is admx.Severity.WARNING]:
        details += f" {_counted(len(warnings), 'warning', 'warnings')}: {_told(warnings)}"
    now = timezone.now()
    if _finish(operation, by, OperationStatus.SUCCESS, details, findings, now) is None:
        return
    file = DefinitionFile.objects.get(operations=operation)
    before = {"status": file.status}
    file.status = DefinitionFileStatus.AVAILABLE
    file.target_prefix = template.target_prefix
    file.target_namespace = template.target_namespace
    file.revision = template.revision
    file.policy_count = template.policy_count
    file.category_count = template.category_count
    file.upload_date_time = file.last_modified_date_time = now
    file.save(
        update_fields=[
            "status",
            "target_prefix",
            "target_namespace",
            "revision",
            "policy_count",
            "category_count",
            "upload_date_time",
            "last_modified_date_time",
        ]
    )
    audit.record(
        audit.AuditAction.DEFINITION_FILE_AVAILABLE,
        file,
        by=by,
        before=before,
        after={
            "status": file.status,
            "target_namespace": file.target_namespace,
            "revision": file.revision,
            "content_sha256": file.content_id,
        },
    )


@transaction.atomic
def _fail(operation: GroupPolicyOperation, by: Actor, details: str, findings: Iterable[admx.Finding] = ()) -> None:
    ended = _finish(operation, by, OperationStatus.FAILED, details, findings, timezone.now())
    if ended is None:
        return
    file = DefinitionFile.objects.get(operations=ended)
    set_file_status(ended, DefinitionFileStatus.UPLOAD_FAILED)
    audit.record(
        audit.AuditAction.DEFINITION_FILE_UPLOAD_FAILED,
        file,
        by=by,
        before={"status": file.status},
        after={"status": DefinitionFileStatus.UPLOAD_FAILED},
    )


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
    before = {"operation_status": held.operation_status}
    held.change_status(status, now=now)
    held.status_details = _within_limit(details)
    held.last_modified_date_time = now
    held.lease_until = None
    held.save(
        update_fields=[
            "operation_status",
            "status_details",
            "finished_date_time",
            "last_modified_date_time",
            "lease_until",
        ]
    )
    Finding.objects.bulk_create(
        Finding(
            operation=held,
            position=position,
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            remedy=finding.remedy,
            file_name=finding.file_name,
            language_code=finding.language_code or "",
            line=finding.line,
            item=finding.item,
        )
        for position, finding in enumerate(findings)
    )
    succeeded = status == OperationStatus.SUCCESS
    audit.record(
        audit.AuditAction.OPERATION_SUCCEEDED if succeeded else audit.AuditAction.OPERATION_FAILED,
        held,
        by=by,
        outcome=audit.Outcome.SUCCESS if succeeded else audit.Outcome.FAILURE,
        before=before,
        after={
            "operation_status": held.operation_status,
            "status_details": held.status_details,
            "attempt": held.attempt,
        },
    )
    return held


def _told(findings: Iterable[admx.Finding]) -> str:
    """The first few findings in words, and how many more there are."""
    listed = list(findings)
    words = " ".join(finding.sentence for finding in listed[:FINDINGS_IN_DETAILS])
    more = len(listed) - FINDINGS_IN_DETAILS
    return f"{words} And {more} more." if more > 0 else words


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _within_limit(details: str) -> str:
    return details.encode()[: settings.MAX_STATUS_DETAILS_BYTES].decode(errors="ignore")
