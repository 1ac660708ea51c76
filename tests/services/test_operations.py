"""Record, correct, delete, cancel, retry."""

from typing import Any

import pytest
from django.utils import timezone

from operations.choices import DefinitionFileStatus, OperationStatus, OperationType
from operations.errors import ConflictError, InvalidError, MissingError
from operations.models import AuditEvent, DefinitionFile, GroupPolicyOperation
from operations.services.operations import execution, records, requests
from operations.services.templates import definition_files
from tests import rows

pytestmark = pytest.mark.django_db
BY = rows.everybody()


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("sequence")


def test_recording_performs_nothing_and_tells_who_asked() -> None:
    operation = records.record_operation(
        by=rows.an_actor("operations.add_grouppolicyoperation", name="Olga"),
        operation_type="upload",
        operation_status="inProgress",
        reason="Rollout",
        ticket="CHG1",
    )
    assert not operation.performed
    assert (operation.requested_by_type, operation.requested_by_name) == ("client", "Olga")
    assert last_event().reason == "Rollout"
    assert last_event().after["ticket"] == "CHG1"
    assert not execution.perform(operation.pk), "the worker has no business with it"


@pytest.mark.parametrize("status", OperationStatus)
def test_recording_may_begin_with_any_status(status: OperationStatus) -> None:
    operation = records.record_operation(by=BY, operation_status=status)
    operation.refresh_from_db()
    assert operation.operation_status == status
    assert (operation.finished_date_time is not None) == operation.is_final


@pytest.mark.parametrize("values", [{"operation_type": "other"}, {"status_details": "x" * 20_000}])
def test_recording_refuses_what_is_invalid_naming_the_field(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidError) as refusal:
        records.record_operation(by=BY, **values)
    assert refusal.value.target == next(iter(values))
    assert not GroupPolicyOperation.objects.exists()


def test_the_same_create_again_returns_the_row_as_it_is_now() -> None:
    given = rows.an_unknown_id()
    records.record_operation(by=BY, operation_id=given)
    records.correct_operation(by=BY, operation_id=given, changes={"operation_status": "success"})
    again = records.record_operation(by=BY, operation_id=given)
    assert again.operation_status == "success"
    assert AuditEvent.objects.filter(action="operation.recorded").count() == 1


def test_correcting_tells_before_and_after_of_what_changed_only() -> None:
    row = rows.a_recorded_operation()
    changes = {"operation_type": "upload", "operation_status": "success", "status_details": "Done"}
    records.correct_operation(by=BY, operation_id=row.pk, changes=changes)
    event = last_event()
    assert event.before == {"operation_status": "unknown", "status_details": None}
    assert event.after == {"operation_status": "success", "status_details": "Done"}


def test_type_and_status_may_change_together_up_to_the_end() -> None:
    row = rows.a_recorded_operation(operation_status="inProgress")
    changes = {"operation_type": "remove", "operation_status": "failed"}
    records.correct_operation(by=BY, operation_id=row.pk, changes=changes)
    row.refresh_from_db()
    assert (row.operation_type, row.operation_status) == ("remove", "failed")
    assert row.finished_date_time


def test_a_refused_correction_changes_nothing() -> None:
    row = rows.a_recorded_operation(operation_status="success")
    with pytest.raises(ConflictError):
        records.correct_operation(
            by=BY, operation_id=row.pk, changes={"status_details": "x", "operation_status": "failed"}
        )
    row.refresh_from_db()
    assert row.status_details is None


@pytest.mark.parametrize("verb", ["correct", "delete", "cancel", "retry"])
def test_what_is_not_there_is_missing(verb: str) -> None:
    extra: dict[str, Any] = {"changes": {}} if verb == "correct" else {}
    verb_of: dict[str, Any] = {
        "correct": records.correct_operation,
        "delete": records.delete_operation,
        "cancel": requests.cancel_operation,
        "retry": requests.retry_operation,
    }
    with pytest.raises(MissingError):
        verb_of[verb](by=BY, operation_id=rows.an_unknown_id(), **extra)


def test_the_trail_keeps_what_a_deleted_operation_was() -> None:
    row = rows.a_recorded_operation(status_details="Was here", operation_status="failed")
    records.delete_operation(by=BY, operation_id=row.pk)
    assert not GroupPolicyOperation.objects.exists()
    event = last_event()
    assert event.object_id == str(row.pk)
    assert event.before["status_details"] == "Was here"
    assert event.before["requested_by_name"] == "Nightly script"


def test_cancelling_ends_what_has_not_started() -> None:
    operation = rows.an_upload()
    requests.cancel_operation(by=BY, operation_id=operation.pk)
    operation.refresh_from_db()
    assert (operation.operation_status, operation.status_details) == ("failed", "Cancelled by tester.")
    assert operation.finished_date_time
    assert DefinitionFile.objects.get().status == DefinitionFileStatus.UPLOAD_FAILED
    assert not execution.perform(operation.pk), "the message that still waits finds nothing to do"


def test_what_has_started_or_ended_or_was_recorded_cannot_be_cancelled() -> None:
    started, ended = rows.a_performed_operation(), rows.a_performed_operation(operation_status="failed")
    rows.held_by_a_worker(started, seconds=-5)
    for operation in (started, ended, rows.a_recorded_operation(operation_status="inProgress")):
        with pytest.raises(ConflictError):
            requests.cancel_operation(by=BY, operation_id=operation.pk)


def test_a_retry_is_a_new_operation_that_names_the_failed_one() -> None:
    failed = rows.an_upload(rows.BROKEN_ADMX, reason="Rollout", ticket="CHG1")
    execution.perform(failed.pk)
    retry = requests.retry_operation(by=BY, operation_id=failed.pk)
    assert retry.pk != failed.pk
    assert (retry.retry_of_id, retry.reason, retry.ticket) == (failed.pk, "Rollout", "CHG1")
    assert (retry.operation_type, retry.operation_status) == (OperationType.UPLOAD, OperationStatus.IN_PROGRESS)
    assert DefinitionFile.objects.get().status == DefinitionFileStatus.UPLOAD_IN_PROGRESS
    assert last_event().after["retry_of"] == str(failed.pk)
    failed.refresh_from_db()
    assert failed.operation_status == "failed", "what failed stays as it was"


@pytest.mark.parametrize("state", ["recorded", "in progress", "succeeded", "retried", "removed"])
def test_only_a_failed_upload_whose_file_still_waits_can_be_retried(state: str) -> None:
    operation = rows.an_upload(rows.ADMX if state == "succeeded" else rows.BROKEN_ADMX)
    if state != "in progress":
        execution.perform(operation.pk)
    if state == "recorded":
        operation = rows.a_recorded_operation(operation_status="failed")
    if state == "retried":
        requests.retry_operation(by=BY, operation_id=operation.pk)
    if state == "removed":
        definition_files.remove(by=BY, definition_file_id=DefinitionFile.objects.get().pk)
    count = GroupPolicyOperation.objects.count()
    with pytest.raises(ConflictError):
        requests.retry_operation(by=BY, operation_id=operation.pk)
    assert GroupPolicyOperation.objects.count() == count


def test_a_second_operation_on_a_busy_file_is_refused_naming_the_first() -> None:
    first = rows.an_upload()
    assert first.definition_file
    with pytest.raises(ConflictError, match=str(first.pk)):
        requests.request_operation(by=BY, operation_type="upload", definition_file=first.definition_file)
    assert GroupPolicyOperation.objects.count() == 1


def test_age_counts_from_the_creation() -> None:
    assert rows.a_recorded_operation(created_date_time=timezone.now()).age.total_seconds() < 60
