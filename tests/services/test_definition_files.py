"""Upload, describe, remove."""

from typing import Any

import pytest

from operations.admx import MAX_FILE_BYTES
from operations.choices import DefinitionFileStatus
from operations.errors import ConflictError, InvalidError, MissingError, TooLargeError
from operations.models import AuditEvent, Content, DefinitionFile, GroupPolicyOperation, LanguageFile
from operations.services.templates import definition_files
from tests import rows

pytestmark = pytest.mark.django_db
BY = rows.everybody()


def test_an_upload_stores_the_file_and_queues_an_operation() -> None:
    operation = rows.an_upload(
        rows.ADMX, rows.ADML, b"<x/>", display_name="Example", description="For all", reason="Rollout", ticket="CHG1"
    )
    file = DefinitionFile.objects.get()
    assert (file.file_name, file.status) == ("example.admx", DefinitionFileStatus.UPLOAD_IN_PROGRESS)
    assert (file.display_name, file.description) == ("Example", "For all")
    assert file.content.data == rows.ADMX
    assert [(f.language_code, f.content.data) for f in file.language_files.all()] == [
        ("de-DE", b"<x/>"),
        ("en-US", rows.ADML),
    ]
    assert operation.definition_file == file
    assert (operation.performed, operation.operation_status, operation.attempt) == (True, "inProgress", 0)
    assert operation.started_date_time is None, "empty while queued"
    assert (operation.reason, operation.ticket, operation.requested_by_name) == ("Rollout", "CHG1", "tester")


def test_both_events_carry_the_digest_and_the_reason() -> None:
    rows.an_upload(reason="Rollout")
    digest = DefinitionFile.objects.get().content_id
    for event in AuditEvent.objects.all():
        assert event.after["content_sha256"] == digest
        assert event.reason == "Rollout"


def test_the_same_bytes_in_two_files_are_stored_once() -> None:
    rows.an_upload()
    rows.an_upload()
    assert DefinitionFile.objects.count() == 2
    assert Content.objects.count() == 2, "one ADMX and one ADML"


@pytest.mark.parametrize(
    ("values", "refusal", "target"),
    [
        ({"file_name": "example.txt"}, InvalidError, "file_name"),
        ({"content": b""}, InvalidError, "content"),
        ({"content": b"x" * (MAX_FILE_BYTES + 1)}, TooLargeError, "content"),
        ({"default_language_code": "?"}, InvalidError, "default_language_code"),
    ],
)
def test_a_bad_upload_is_refused_naming_the_field(
    values: dict[str, Any], refusal: type[Exception], target: str
) -> None:
    given: dict[str, Any] = {"file_name": "a.admx", "content": rows.ADMX} | values
    with pytest.raises(refusal) as caught:
        definition_files.upload(by=BY, **given)
    assert getattr(caught.value, "target", "") == target
    assert not Content.objects.exists()
    assert not AuditEvent.objects.exists()


def test_exactly_4_mib_are_taken() -> None:
    rows.an_upload(b" " * MAX_FILE_BYTES)


def test_a_description_tells_what_changed_and_nothing_changed_is_no_event() -> None:
    file = rows.a_definition_file(display_name="Old")
    definition_files.describe(by=BY, definition_file_id=file.pk, changes={"display_name": "New"})
    event = AuditEvent.objects.get()
    assert (event.before, event.after) == ({"display_name": "Old"}, {"display_name": "New"})
    definition_files.describe(by=BY, definition_file_id=file.pk, changes={"display_name": "New"})
    assert AuditEvent.objects.count() == 1


def test_a_removal_keeps_row_languages_and_content() -> None:
    file = rows.a_definition_file()
    operation = definition_files.remove_at_once(by=BY, definition_file_id=file.pk, reason="Retired", ticket="CHG2")
    assert (operation.operation_type, operation.operation_status) == ("remove", "success")
    assert operation.performed
    assert operation.finished_date_time
    assert (operation.reason, operation.ticket) == ("Retired", "CHG2")
    file.refresh_from_db()
    assert file.removed_date_time
    assert file.content.data == rows.ADMX
    assert LanguageFile.objects.get().content.data == rows.ADML
    assert AuditEvent.objects.get(action="definitionFile.removed").before["content_sha256"] == file.content_id


def test_a_file_with_an_operation_in_progress_is_not_removed() -> None:
    operation = rows.an_upload()
    with pytest.raises(ConflictError, match=str(operation.pk)):
        definition_files.remove_at_once(by=BY, definition_file_id=DefinitionFile.objects.get().pk)
    assert GroupPolicyOperation.objects.count() == 1


def test_recorded_operations_in_progress_do_not_make_a_file_busy() -> None:
    file = rows.a_definition_file()
    rows.a_recorded_operation(definition_file=file, operation_status="inProgress")
    definition_files.remove_at_once(by=BY, definition_file_id=file.pk)


@pytest.mark.parametrize("removed", [True, False])
def test_what_is_removed_or_unknown_is_missing(removed: bool) -> None:
    file = rows.a_definition_file()
    if removed:
        definition_files.remove_at_once(by=BY, definition_file_id=file.pk)
    wanted = file.pk if removed else rows.an_unknown_id()
    with pytest.raises(MissingError):
        definition_files.remove_at_once(by=BY, definition_file_id=wanted)
    with pytest.raises(MissingError):
        definition_files.describe(by=BY, definition_file_id=wanted, changes={})
