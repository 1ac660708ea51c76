"""What every verb keeps: permission first, one transaction with its event, nothing at all otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.utils import timezone

from operations.actor import Actor
from operations.choices import Scope
from operations.errors import DeniedError
from operations.models import ApiClient, AuditEvent, DefinitionFile, GroupPolicyOperation
from operations.permissions import Action
from operations.services.access import accounts, api_clients
from operations.services.operations import execution, records, requests, rollups
from operations.services.templates import definition_files
from tests import rows

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Verb:
    """A verb, what it needs to be there, and the events it leaves, oldest first."""

    call: Callable[[Actor, Any], Any]
    scene: Callable[[], Any]
    events: tuple[str, ...]
    action: Action | None
    # What is given away by it must be held as well.
    also_held: tuple[str, ...] = ()


def nothing() -> None:
    return None


def a_client() -> ApiClient:
    client, _ = api_clients.create_api_client(by=rows.everybody(), name="Script", scopes=[Scope.READ])
    return client


def a_failed_upload() -> GroupPolicyOperation:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    execution.perform(operation.pk)
    return operation


VERBS = {
    "record": Verb(
        lambda by, _: records.record_operation(by=by),
        nothing,
        ("operation.recorded",),
        Action.RECORD_OPERATION,
    ),
    "correct": Verb(
        lambda by, row: records.correct_operation(by=by, operation_id=row.pk, changes={"status_details": "x"}),
        rows.a_recorded_operation,
        ("operation.corrected",),
        Action.CORRECT_OPERATION,
    ),
    "delete": Verb(
        lambda by, row: records.delete_operation(by=by, operation_id=row.pk),
        rows.a_recorded_operation,
        ("operation.deleted",),
        Action.DELETE_OPERATION,
    ),
    "cancel": Verb(
        lambda by, row: requests.cancel_operation(by=by, operation_id=row.pk),
        rows.a_performed_operation,
        ("operation.cancelled",),
        Action.CANCEL_OPERATION,
    ),
    "retry": Verb(
        lambda by, row: requests.retry_operation(by=by, operation_id=row.pk),
        a_failed_upload,
        ("operation.retried",),
        Action.UPLOAD_DEFINITION_FILE,
    ),
    "upload": Verb(
        lambda by, _: rows.an_upload(by=by),
        nothing,
        ("definitionFile.created", "operation.requested"),
        Action.UPLOAD_DEFINITION_FILE,
    ),
    "describe": Verb(
        lambda by, file: definition_files.describe(by=by, definition_file_id=file.pk, changes={"display_name": "x"}),
        rows.a_definition_file,
        ("definitionFile.described",),
        Action.DESCRIBE_DEFINITION_FILE,
    ),
    "remove at once": Verb(
        lambda by, file: definition_files.remove_at_once(by=by, definition_file_id=file.pk),
        rows.a_definition_file,
        ("operation.succeeded", "definitionFile.removed"),
        Action.REMOVE_DEFINITION_FILE,
    ),
    "remove": Verb(
        lambda by, file: definition_files.remove(by=by, definition_file_id=file.pk),
        rows.a_definition_file,
        ("operation.requested",),
        Action.REMOVE_DEFINITION_FILE,
    ),
    "upload new version": Verb(
        lambda by, file: definition_files.upload_new_version(by=by, definition_file_id=file.pk, content=rows.ADMX),
        rows.a_definition_file,
        ("operation.requested",),
        Action.UPLOAD_NEW_VERSION,
    ),
    "add language files": Verb(
        lambda by, file: definition_files.add_language_files(
            by=by, definition_file_id=file.pk, language_files=[rows.an_adml("de-DE")]
        ),
        rows.a_definition_file,
        ("operation.requested",),
        Action.CHANGE_LANGUAGE_FILES,
    ),
    "update language files": Verb(
        lambda by, file: definition_files.update_language_files(
            by=by, definition_file_id=file.pk, language_files=[rows.an_adml("en-US")]
        ),
        rows.a_definition_file,
        ("operation.requested",),
        Action.CHANGE_LANGUAGE_FILES,
    ),
    "remove language files": Verb(
        lambda by, file: definition_files.remove_language_files(
            by=by, definition_file_id=file.pk, language_codes=["de-DE"]
        ),
        lambda: rows.in_force(rows.an_upload(rows.ADMX, rows.ADML, rows.ADML)),
        ("operation.requested",),
        Action.CHANGE_LANGUAGE_FILES,
    ),
    "roll back": Verb(
        lambda by, version: definition_files.roll_back(by=by, version_id=version.pk),
        rows.an_old_version,
        ("operation.requested",),
        Action.UPLOAD_NEW_VERSION,
    ),
    "restore": Verb(
        lambda by, file: definition_files.restore(by=by, definition_file_id=file.pk),
        lambda: rows.a_definition_file(removed_date_time=timezone.now()),
        ("operation.requested",),
        Action.UPLOAD_DEFINITION_FILE,
    ),
    "perform a new version": Verb(
        lambda _, row: execution.perform(row.pk),
        rows.a_new_version,
        ("operation.started", "operation.succeeded", "definitionFile.available"),
        None,
    ),
    "perform a broken new version": Verb(
        lambda _, row: execution.perform(row.pk),
        lambda: rows.a_new_version(rows.BROKEN_ADMX),
        ("operation.started", "operation.failed", "definitionFile.changeFailed"),
        None,
    ),
    "perform a removal": Verb(
        lambda _, row: execution.perform(row.pk),
        rows.a_removal,
        ("operation.started", "operation.succeeded", "definitionFile.removed"),
        None,
    ),
    "create client": Verb(
        lambda by, _: api_clients.create_api_client(by=by, name=f"Script of {by.name}"),
        nothing,
        ("apiClient.created", "apiClient.secretAdded"),
        Action.MANAGE_API_CLIENTS,
        also_held=(Scope.READ_WRITE,),
    ),
    "issue token": Verb(
        lambda by, client: api_clients.issue_token(by=by, client=client, lifetime=timedelta(days=1)),
        a_client,
        ("apiClient.tokenIssued",),
        Action.MANAGE_API_CLIENTS,
        also_held=(Scope.READ,),
    ),
    "revoke tokens": Verb(
        lambda by, client: api_clients.revoke_tokens(by=by, client=client),
        a_client,
        ("apiClient.tokensRevoked",),
        Action.MANAGE_API_CLIENTS,
    ),
    "first admin": Verb(lambda by, _: accounts.create_first_admin(by=by), nothing, ("user.created",), None),
    "perform": Verb(
        lambda _, row: execution.perform(row.pk),
        rows.an_upload,
        ("operation.started", "operation.succeeded", "definitionFile.available"),
        None,
    ),
    "perform a broken file": Verb(
        lambda _, row: execution.perform(row.pk),
        lambda: rows.an_upload(rows.BROKEN_ADMX),
        ("operation.started", "operation.failed", "definitionFile.uploadFailed"),
        None,
    ),
}
verbs = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
guarded = pytest.mark.parametrize(
    "verb", [verb for verb in VERBS.values() if verb.action], ids=[name for name, verb in VERBS.items() if verb.action]
)


def everything_stored() -> dict[str, str]:
    return {
        model.__name__: serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_app_config("operations").get_models()
    }


@verbs
def test_it_leaves_its_events_and_no_others(verb: Verb) -> None:
    scene = verb.scene()
    seen = AuditEvent.objects.count()
    verb.call(rows.everybody(), scene)
    events = list(AuditEvent.objects.order_by("sequence"))[seen:]
    assert tuple(event.action for event in events) == verb.events
    assert len({event.request_id for event in events}) == 1, "one walk, one request id"


@verbs
def test_the_rollups_follow_it(verb: Verb) -> None:
    scene = verb.scene()
    rollups.rebuild()
    verb.call(rows.everybody(), scene)
    assert rollups.differences() == {}


@verbs
def test_if_an_event_cannot_be_written_nothing_is_changed(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = verb.scene()
    before = everything_stored()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr("operations.audit.record", fail)
    with pytest.raises(RuntimeError, match="the trail is full"):
        verb.call(rows.everybody(), scene)
    assert everything_stored() == before


@guarded
def test_without_the_permission_nothing_happens(verb: Verb) -> None:
    scene = verb.scene()
    before = everything_stored()
    others = {action.value.permission for action in Action if action is not verb.action}
    assert verb.action
    others -= {verb.action.value.permission}
    for held in (set(), {Scope.READ, Scope.AUDIT_READ}, others):
        with pytest.raises(DeniedError):
            verb.call(rows.an_actor(*held), scene)
    assert everything_stored() == before


@guarded
def test_the_django_permission_or_the_scope_suffices(verb: Verb) -> None:
    assert verb.action
    for sufficient in (verb.action.value.permission, *verb.action.value.scopes):
        # Each scene brings the same namespace along, which only one file in force may have.
        DefinitionFile.objects.update(removed_date_time=timezone.now())
        verb.call(rows.an_actor(sufficient, *verb.also_held), verb.scene())
