"""Row, rollup and event change together, in one place; whoever listens learns of it after the commit."""

import logging
import re

import pytest
from django.db import transaction
from django.utils import timezone

from operations.audit import AuditAction
from operations.choices import OperationStatus
from operations.errors import ConflictError
from operations.models import AuditEvent, GroupPolicyOperation
from operations.services.operations import execution, lifecycle, records, rollups
from operations.services.operations.lifecycle import OperationChange
from tests import rows
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db(transaction=True)

BY = rows.everybody()
OPERATIONS = REPOSITORY / "operations"
ONLY_WRITER = OPERATIONS / "services" / "operations" / "lifecycle.py"
# They count again what is there; neither moves an operation from one cell to another.
READERS_OF_ROLLUPS = {ONLY_WRITER, OPERATIONS / "management" / "commands" / "rebuild_rollups.py"}


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[OperationChange]:
    """What a listener learns."""
    monkeypatch.setattr(lifecycle, "_listeners", [])
    changes: list[OperationChange] = []
    lifecycle.on_operation_changed(changes.append)
    return changes


def test_a_listener_learns_of_every_step_of_a_performed_operation(learned: list[OperationChange]) -> None:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    execution.perform(operation.pk)
    assert learned == [
        OperationChange(operation.pk, AuditAction.OPERATION_REQUESTED, None, "inProgress"),
        OperationChange(operation.pk, AuditAction.OPERATION_STARTED, "inProgress", "inProgress"),
        OperationChange(operation.pk, AuditAction.OPERATION_FAILED, "inProgress", "failed"),
    ]


def test_a_listener_learns_of_every_step_of_a_recorded_operation(learned: list[OperationChange]) -> None:
    operation = records.record_operation(by=BY)
    records.correct_operation(by=BY, operation_id=operation.pk, changes={"operation_status": "success"})
    records.correct_operation(by=BY, operation_id=operation.pk, changes={"operation_status": "success"})
    records.delete_operation(by=BY, operation_id=operation.pk)
    assert learned == [
        OperationChange(operation.pk, AuditAction.OPERATION_RECORDED, None, "unknown"),
        OperationChange(operation.pk, AuditAction.OPERATION_CORRECTED, "unknown", "success"),
        OperationChange(operation.pk, AuditAction.OPERATION_DELETED, "success", None),
    ]


def test_a_listener_learns_only_of_what_is_committed(learned: list[OperationChange]) -> None:
    with transaction.atomic():
        records.record_operation(by=BY)
        transaction.set_rollback(True)
    assert learned == []
    with transaction.atomic():
        records.record_operation(by=BY)
        assert learned == []
    assert len(learned) == 1


def test_a_failing_listener_is_logged_and_undoes_nothing(
    learned: list[OperationChange], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(change: OperationChange) -> None:
        raise ValueError("the webhook's address is wrong")

    lifecycle.on_operation_changed(fail)
    with caplog.at_level(logging.ERROR):
        operation = records.record_operation(by=BY)
    assert GroupPolicyOperation.objects.filter(pk=operation.pk).exists()
    assert len(learned) == 1
    assert "the webhook's address is wrong" in caplog.text


def test_a_change_without_an_event_is_refused() -> None:
    operation = records.record_operation(by=BY)
    with (
        pytest.raises(RuntimeError, match="status_details needs an event"),
        transaction.atomic(),
        lifecycle.change_operation(operation, now=timezone.now()),
    ):
        operation.status_details = "Changed"
    operation.refresh_from_db()
    assert operation.status_details is None


def test_nothing_changed_writes_nothing() -> None:
    operation = records.record_operation(by=BY)
    events = AuditEvent.objects.count()
    with transaction.atomic(), lifecycle.change_operation(operation, now=timezone.now()) as change:
        change.report(AuditAction.OPERATION_CORRECTED, by=BY)
    assert AuditEvent.objects.count() == events
    assert GroupPolicyOperation.objects.get().last_modified_date_time == operation.last_modified_date_time


def test_only_what_differs_is_saved() -> None:
    operation = records.record_operation(by=BY)
    GroupPolicyOperation.objects.filter(pk=operation.pk).update(ticket="changed meanwhile")
    with transaction.atomic(), lifecycle.change_operation(operation, now=timezone.now()) as change:
        operation.status_details = "Changed"
        change.report(AuditAction.OPERATION_CORRECTED, by=BY, after={"status_details": "Changed"})
    saved = GroupPolicyOperation.objects.get()
    assert (saved.status_details, saved.ticket) == ("Changed", "changed meanwhile")


def test_a_taken_id_leaves_the_transaction_usable() -> None:
    operation = records.record_operation(by=BY)
    with pytest.raises(ConflictError):
        records.record_operation(by=BY, operation_id=operation.pk, operation_status=OperationStatus.FAILED)
    assert rollups.differences() == {}


def test_nobody_else_moves_a_count_of_the_rollups() -> None:
    importing = re.compile(r"import [^\n]*\brollups\b|operations\.services\.operations\.rollups")
    importers = {path for path in OPERATIONS.rglob("*.py") if importing.search(path.read_text())}
    assert importers == READERS_OF_ROLLUPS


def test_nobody_else_writes_an_operation() -> None:
    """By its manager, or by saving or deleting an instance under one of the names that instances have."""
    writing = re.compile(
        r"GroupPolicyOperation\.objects(?:\.\w+\([^()]*\))*\s*\.(?:create|update|delete|bulk_\w+|get_or_create|"
        r"update_or_create)\(|\b(?:operation|held|failed|ended|existing)\.(?:save|delete)\("
    )
    writers = {path for path in OPERATIONS.rglob("*.py") if writing.search(path.read_text())}
    assert writers == {ONLY_WRITER}
