"""The one writer of operations: row, rollup and audit event change together or not at all.

Whoever wants to know that an operation changed, once that is committed, registers here.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from operations import audit
from operations.actor import Actor
from operations.choices import OperationStatus
from operations.errors import MissingError
from operations.models import GroupPolicyOperation
from operations.services.operations import rollups

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OperationChange:
    """What listeners learn. The status is None where the operation does not exist yet, or no longer."""

    operation_id: UUID
    action: audit.AuditAction
    status_before: str | None
    status_after: str | None


Listener = Callable[[OperationChange], None]
_listeners: list[Listener] = []


def on_operation_changed(listener: Listener) -> Listener:
    """Call `listener` after the commit of each change, in the process that made it. Usable as a decorator.

    A listener that fails is logged; it can no longer undo the change.
    """
    _listeners.append(listener)
    return listener


class Change:
    """An operation as it was before the `with` block of `change_operation`, and the event that reports the change."""

    def __init__(self, operation: GroupPolicyOperation) -> None:
        self._operation = operation
        self._original = _values(operation)
        self.cell = rollups.cell_of(operation)
        self.status = operation.operation_status
        self.event: dict[str, Any] | None = None

    def report(self, action: audit.AuditAction, **event: Any) -> None:
        """Choose the event: the arguments of `audit.record` without the operation."""
        self.event = {"action": action, **event}

    @property
    def fields(self) -> list[str]:
        """The names of the fields that differ by now."""
        return [name for name, value in _values(self._operation).items() if value != self._original[name]]


def locked(operation_id: UUID) -> GroupPolicyOperation:
    """The operation, locked until the caller commits. Raises MissingError."""
    audit.lock_head()
    rows = GroupPolicyOperation.objects.select_for_update(of=("self",)).select_related("definition_file")
    try:
        return rows.get(pk=operation_id)
    except GroupPolicyOperation.DoesNotExist:
        raise MissingError(f"There is no operation with the id '{operation_id}'.", target="id") from None


def requester(by: Actor) -> dict[str, str]:
    return {"requested_by_type": by.type, "requested_by_id": by.id, "requested_by_name": by.name}


def create_operation(operation: GroupPolicyOperation, *, action: audit.AuditAction, by: Actor, **event: Any) -> None:
    """Insert an operation in the caller's transaction. Raises IntegrityError, which leaves the transaction usable."""
    with transaction.atomic():
        operation.save(force_insert=True)
    rollups.move(None, rollups.cell_of(operation))
    audit.record(action, operation, by=by, **event)
    _announce(OperationChange(operation.pk, action, None, operation.operation_status))


@contextmanager
def change_operation(operation: GroupPolicyOperation, *, now: datetime) -> Iterator[Change]:
    """Save what the block changes in a locked operation, in the caller's transaction; nothing changed writes nothing.

    Raises RuntimeError where the block changes something and reports no event.
    """
    change = Change(operation)
    yield change
    changed = change.fields
    if not changed:
        return
    if change.event is None:
        raise RuntimeError(f"A change of {', '.join(changed)} needs an event.")
    operation.last_modified_date_time = now
    operation.save(update_fields=[*changed, "last_modified_date_time"])
    after = rollups.cell_of(operation)
    if after != change.cell:
        rollups.move(change.cell, after)
    action = change.event.pop("action")
    audit.record(action, operation, **change.event)
    _announce(OperationChange(operation.pk, action, change.status, operation.operation_status))


def delete_operation(operation: GroupPolicyOperation, *, action: audit.AuditAction, by: Actor, **event: Any) -> None:
    """Delete a locked operation in the caller's transaction."""
    operation_id, status = operation.pk, operation.operation_status
    audit.record(action, operation, by=by, **event)
    rollups.move(rollups.cell_of(operation), None)
    operation.delete()
    _announce(OperationChange(operation_id, action, status, None))


def claim_operation(operation_id: UUID, *, by: Actor, now: datetime) -> GroupPolicyOperation | None:
    """Take the lease of a performed operation in progress, in the caller's transaction; None if it is not free.

    One conditional UPDATE, so that of several workers exactly one gets it. Nothing that the rollups count changes.
    """
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
    action = audit.AuditAction.OPERATION_STARTED
    by = replace(by, on_behalf_of=operation.requested_by_name)
    audit.record(action, operation, by=by, after={"attempt": operation.attempt})
    _announce(OperationChange(operation.pk, action, operation.operation_status, operation.operation_status))
    return operation


def _values(operation: GroupPolicyOperation) -> dict[str, Any]:
    return {field.attname: getattr(operation, field.attname) for field in operation._meta.concrete_fields}


def _announce(change: OperationChange) -> None:
    for listener in _listeners:
        transaction.on_commit(partial(_call, listener, change))


def _call(listener: Listener, change: OperationChange) -> None:
    try:
        listener(change)
    except Exception:
        logger.exception("A listener failed after %s of operation %s.", change.action, change.operation_id)
