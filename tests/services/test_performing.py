"""The worker: claim, perform, finish once, whatever dies in between."""

import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from operations.choices import DefinitionFileStatus, OperationStatus
from operations.models import AuditEvent, Content, DefinitionFile, Finding, GroupPolicyOperation
from operations.services.operations import execution, requests
from operations.services.templates import activation, definition_files
from tests import rows
from tests.admx import samples

pytestmark = pytest.mark.django_db


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_a_good_template_becomes_available() -> None:
    operation = rows.an_upload(rows.ADMX, rows.ADML, rows.ADML)
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.SUCCESS
    assert (operation.status_details or "").startswith("Imported 1 policy in 1 category, 2 languages.")
    assert operation.started_date_time
    assert operation.finished_date_time
    assert operation.finished_date_time >= operation.started_date_time
    assert (operation.attempt, operation.lease_until) == (1, None)
    file = DefinitionFile.objects.get()
    assert (file.status, file.policy_count, file.category_count) == (DefinitionFileStatus.AVAILABLE, 1, 1)
    assert (file.target_prefix, file.target_namespace, file.revision) == ("example", "Example.Policies", "1.0")
    assert file.upload_date_time == operation.finished_date_time


def test_a_template_that_somebody_changed_in_the_database_fails_and_is_not_tried_again() -> None:
    operation = rows.an_upload(rows.ADMX)
    # Something older is waiting, whose files this one may need.
    rows.an_upload(rows.BROKEN_ADMX)
    Content.objects.filter(pk=DefinitionFile.objects.earliest("created_date_time").content_id).update(
        compressed=zlib.compress(rows.NEWER_ADMX)
    )
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED
    assert "somebody changed them in the database" in (operation.status_details or "")
    assert GroupPolicyOperation.objects.filter(operation_status=OperationStatus.SUCCESS).count() == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (rows.BROKEN_ADMX, "example.admx, line 1"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><policyDefinitions>&a;</policyDefinitions>', "DOCTYPE"),
        (b"<html/>", "example.admx"),
    ],
)
def test_a_broken_template_fails_naming_file_and_remedy(content: bytes, told: str) -> None:
    operation = rows.an_upload(content)
    execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED
    assert operation.status_details
    assert told.lower() in operation.status_details.lower()
    assert "To fix:" in operation.status_details
    file = DefinitionFile.objects.get()
    assert file.status == DefinitionFileStatus.UPLOAD_FAILED
    assert file.last_modified_date_time == operation.finished_date_time
    finding = Finding.objects.get(operation=operation, position=0)
    assert finding.file_name == "example.admx"
    assert finding.remedy


def test_findings_of_a_success_are_kept_and_told() -> None:
    operation = rows.an_upload(samples.admx(revision='revision="odd"').encode())
    execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.SUCCESS
    assert operation.status_details
    assert "1 warning: example.admx" in operation.status_details
    assert Finding.objects.filter(operation=operation, severity="warning").count() == 1


def test_details_stay_within_their_limit_and_whole_characters(settings: Any) -> None:
    settings.MAX_STATUS_DETAILS_BYTES = 20
    operation = rows.an_upload(rows.BROKEN_ADMX)
    execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.status_details
    assert len(operation.status_details.encode()) <= 20


def test_performing_twice_has_one_visible_effect() -> None:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    seen, findings = events(), Finding.objects.count()
    assert not execution.perform(operation.pk)
    again = GroupPolicyOperation.objects.get()
    assert (again.last_modified_date_time, again.attempt) == (operation.last_modified_date_time, 1)
    assert (events(), Finding.objects.count()) == (seen, findings)


def test_an_unknown_operation_is_not_due() -> None:
    assert not execution.perform(rows.an_unknown_id())


def test_while_another_worker_holds_the_lease_it_is_not_due() -> None:
    operation = rows.an_upload()
    rows.held_by_a_worker(operation, seconds=30)
    assert not execution.perform(operation.pk)
    operation.refresh_from_db()
    assert (operation.attempt, operation.operation_status) == (1, "inProgress")


def test_once_the_lease_has_ended_it_is_due_again_and_keeps_its_start() -> None:
    operation = rows.an_upload()
    rows.held_by_a_worker(operation, seconds=-1)
    started = operation.started_date_time
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert (operation.attempt, operation.operation_status, operation.started_date_time) == (2, "success", started)


def test_a_claim_takes_a_lease_and_counts_the_attempt(settings: Any) -> None:
    settings.PORTAL_LEASE_SECONDS = 60
    operation = rows.an_upload()
    claimed = execution._claim(operation.pk, rows.WORKER)
    assert claimed
    assert claimed.attempt == 1
    assert claimed.lease_until
    assert timedelta(seconds=50) < claimed.lease_until - timezone.now() <= timedelta(seconds=60)
    assert execution._claim(operation.pk, rows.WORKER) is None
    assert events()[-1] == "operation.started"


def test_an_outlived_attempt_cannot_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = rows.an_upload()
    read = execution._judge

    def slow(claimed: GroupPolicyOperation) -> Any:
        reading = read(claimed)
        monkeypatch.setattr(execution, "_judge", read)
        GroupPolicyOperation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        claimed_again = execution._claim(operation.pk, rows.WORKER)
        assert claimed_again
        return reading

    monkeypatch.setattr(execution, "_judge", slow)
    execution.perform(operation.pk)
    operation.refresh_from_db()
    assert (operation.operation_status, operation.attempt) == ("inProgress", 2)
    assert DefinitionFile.objects.get().status == DefinitionFileStatus.UPLOAD_IN_PROGRESS
    assert "operation.succeeded" not in events()
    rows.held_by_a_worker(operation, seconds=-1, attempt=2)
    assert execution.perform(operation.pk)
    assert events().count("operation.succeeded") == events().count("definitionFile.available") == 1


def test_an_outlived_attempt_cannot_fail_it_either(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    claimed = execution._claim(operation.pk, rows.WORKER)
    assert claimed
    rows.held_by_a_worker(operation, seconds=60, attempt=2)
    execution._fail(claimed, rows.WORKER, "too late")
    operation.refresh_from_db()
    assert operation.operation_status == "inProgress"
    assert "operation.failed" not in events()


def test_after_too_many_attempts_it_is_given_up(settings: Any) -> None:
    settings.PORTAL_MAX_ATTEMPTS = 3
    operation = rows.an_upload()
    rows.held_by_a_worker(operation, seconds=-1, attempt=3)
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED
    assert operation.status_details
    assert "stopped 3 times" in operation.status_details
    assert DefinitionFile.objects.get().status == DefinitionFileStatus.UPLOAD_FAILED
    requests.retry_operation(by=rows.everybody(), operation_id=operation.pk)


def test_an_unexpected_failure_tells_only_a_reference(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    operation = rows.an_upload()
    monkeypatch.setattr("operations.admx.read", _fail_with(RuntimeError("secret inside")))
    monkeypatch.setattr("operations.services.operations.execution.logger.propagate", True)
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED
    assert operation.status_details
    assert "secret" not in operation.status_details
    reference = AuditEvent.objects.get(action="operation.failed").request_id
    assert reference in operation.status_details


def test_a_failure_while_finishing_ends_the_operation_too(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = rows.an_upload()
    monkeypatch.setattr(activation, "activate", _fail_with(ValueError("secret inside")))
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED


def test_while_the_database_is_out_of_reach_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = rows.an_upload()
    with monkeypatch.context() as broken:
        broken.setattr(activation, "activate", _fail_with(OperationalError("gone")))
        with pytest.raises(OperationalError):
            execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.IN_PROGRESS
    rows.held_by_a_worker(operation, seconds=-1)
    assert execution.perform(operation.pk)


def test_the_worker_is_the_actor_of_its_events() -> None:
    execution.perform(rows.an_upload().pk)
    event = AuditEvent.objects.get(action="operation.succeeded")
    assert (event.actor_type, event.actor_name, event.channel, event.outcome) == (
        "system",
        "Worker",
        "worker",
        "success",
    )


def test_a_failed_upload_is_an_event_with_that_outcome() -> None:
    execution.perform(rows.an_upload(rows.BROKEN_ADMX).pk)
    assert AuditEvent.objects.get(action="operation.failed").outcome == "failure"


def test_what_was_described_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = rows.an_upload()
    judge = execution._judge

    def described_meanwhile(claimed: GroupPolicyOperation) -> Any:
        judged = judge(claimed)
        definition_files.describe(
            by=rows.everybody(), definition_file_id=judged.file.pk, changes={"display_name": "Kept"}
        )
        return judged

    monkeypatch.setattr(execution, "_judge", described_meanwhile)
    assert execution.perform(operation.pk)
    file = DefinitionFile.objects.get()
    assert (file.display_name, file.status) == ("Kept", DefinitionFileStatus.AVAILABLE)


def _fail_with(error: Exception) -> Any:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    return fail
