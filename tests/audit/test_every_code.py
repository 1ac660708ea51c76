"""Each action code is left by the real thing, through the real channel, and holds what the registry says."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from operations import audit, tasks
from operations.audit import REGISTRY, AuditAction
from operations.audit.actions import Registry
from operations.audit.guard import lift_guard
from operations.choices import Scope
from operations.models import ApiClient, AuditEvent, AuditHead, RefusedAttempt, User
from operations.services import audit_log
from operations.services.access import access_events, accounts, api_clients, groups
from operations.services.operations import execution, records, requests
from operations.services.templates import definition_files
from tests import rows
from tests.audit.histories import thirty_events

pytestmark = pytest.mark.django_db
BY = rows.everybody()
OPERATIONS = "/beta/deviceManagement/groupPolicyOperations"


def performed(operation: Any) -> None:
    execution.perform(operation.pk)


def a_client(*scopes: str) -> Any:
    return api_clients.create_api_client(by=BY, name="Script", scopes=scopes or (Scope.READ,))


def a_disabled_client() -> ApiClient:
    client = a_client()[0]
    api_clients.disable_api_client(by=BY, client=client)
    return client


def a_removed_secret() -> None:
    client = a_client()[0]
    api_clients.remove_secret(by=BY, client=client, secret_id=client.secrets.get().pk)


def a_token(client: Any) -> str:
    return api_clients.issue_token(by=BY, client=client, lifetime=timedelta(days=1))


def a_person(**values: Any) -> User:
    return User.objects.create_superuser("anna", password="correct horse", **values)


def signed_in() -> Client:
    if not User.objects.filter(username="anna").exists():
        a_person()
    browser = Client()
    assert browser.login(username="anna", password="correct horse")
    return browser


def a_sign_in(**fields: str) -> Any:
    return Client().post("/admin/login/", {"username": "anna", "password": "wrong"} | fields)


def after(first: Callable[[], None], then: Callable[[], Any]) -> Any:
    first()
    return then()


def minute_over() -> bool:
    earlier = timezone.now() - timedelta(minutes=2)
    RefusedAttempt.objects.update(minute=earlier.replace(second=0, microsecond=0))
    access_events.record_refused_attempts()
    return True


def a_failed(operation: Any) -> None:
    """A worker finds that it cannot be done."""
    type(operation).objects.filter(pk=operation.pk).update(attempt=10_000)
    execution.perform(operation.pk)


def with_token(value: str) -> Client:
    return Client(headers={"authorization": f"Bearer {value}"})


def an_expired_token() -> None:
    client, _ = a_client()
    value = a_token(client)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=2))
    with_token(value).get(OPERATIONS)


def denied() -> None:
    client, _ = a_client(Scope.AUDIT_READ)
    with_token(a_token(client)).get(OPERATIONS)
    minute_over()


def refused_client() -> None:
    a_client()
    asked = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    Client().post("/portal/oauth2/v2.0/token", asked)
    minute_over()


def a_clock_step() -> None:
    records.record_operation(by=BY)
    AuditHead.objects.update(recorded_date_time=timezone.now() + timedelta(hours=1))
    records.record_operation(by=BY)


def a_guard_put_back() -> None:
    lift_guard(connection)
    call_command("raise_audit_guard", verbosity=0)


def expired_tokens_forgotten() -> None:
    client, _ = a_client()
    a_token(client)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=2))
    tasks.forget_expired_tokens.call_local()


SCENES: dict[AuditAction, Callable[[], Any]] = {
    AuditAction.OPERATION_RECORDED: lambda: records.record_operation(by=BY),
    AuditAction.OPERATION_CORRECTED: lambda: records.correct_operation(
        by=BY, operation_id=rows.a_recorded_operation().pk, changes={"status_details": "x"}
    ),
    AuditAction.OPERATION_DELETED: lambda: records.delete_operation(by=BY, operation_id=rows.a_recorded_operation().pk),
    AuditAction.OPERATION_REQUESTED: rows.an_upload,
    AuditAction.OPERATION_STARTED: lambda: performed(rows.an_upload()),
    AuditAction.OPERATION_SUCCEEDED: lambda: performed(rows.an_upload()),
    AuditAction.OPERATION_FAILED: lambda: performed(rows.an_upload(rows.BROKEN_ADMX)),
    AuditAction.OPERATION_CANCELLED: lambda: requests.cancel_operation(by=BY, operation_id=rows.an_upload().pk),
    AuditAction.OPERATION_RETRIED: lambda: requests.retry_operation(by=BY, operation_id=a_failed_upload().pk),
    AuditAction.DEFINITION_FILE_CREATED: rows.an_upload,
    AuditAction.DEFINITION_FILE_AVAILABLE: lambda: performed(rows.an_upload()),
    AuditAction.DEFINITION_FILE_UPLOAD_FAILED: lambda: performed(rows.an_upload(rows.BROKEN_ADMX)),
    AuditAction.DEFINITION_FILE_CHANGE_FAILED: lambda: performed(rows.a_new_version(rows.BROKEN_ADMX)),
    AuditAction.DEFINITION_FILE_REMOVAL_FAILED: lambda: a_failed(rows.a_removal()),
    AuditAction.DEFINITION_FILE_DESCRIBED: lambda: definition_files.describe(
        by=BY, definition_file_id=rows.a_definition_file().pk, changes={"display_name": "x"}
    ),
    AuditAction.DEFINITION_FILE_REMOVED: lambda: performed(rows.a_removal()),
    AuditAction.SIGNED_IN: signed_in,
    AuditAction.SIGN_IN_FAILED: lambda: (a_person(), a_sign_in(), minute_over()),
    AuditAction.SIGNED_OUT: lambda: signed_in().post("/admin/logout/"),
    AuditAction.ACCESS_DENIED: denied,
    AuditAction.TOKEN_REFUSED: lambda: (with_token("nonsense").get(OPERATIONS), minute_over()),
    AuditAction.CLIENT_REFUSED: refused_client,
    AuditAction.USER_CREATED: lambda: accounts.create_first_admin(by=BY),
    AuditAction.USER_CHANGED: lambda: accounts.save_user(by=BY, user=changed(a_person(), first_name="Anna")),
    AuditAction.USER_DELETED: lambda: (
        User.objects.create_superuser("otto", password="correct horse"),
        accounts.delete_user(by=BY, user=a_person()),
    ),
    AuditAction.PASSWORD_CHANGED: lambda: accounts.change_password(
        by=BY, username=a_person().username, password="a longer battery"
    ),
    AuditAction.GROUP_CREATED: lambda: (
        a_person(),
        groups.save_group(by=BY, group=Group(name="Readers"), permissions=[]),
    ),
    AuditAction.GROUP_CHANGED: lambda: (
        a_person(),
        groups.save_group(by=BY, group=Group.objects.get(name="Auditors"), permissions=[]),
    ),
    AuditAction.GROUP_DELETED: lambda: groups.delete_group(by=BY, group=Group.objects.get(name="Auditors")),
    AuditAction.API_CLIENT_CREATED: a_client,
    AuditAction.API_CLIENT_DISABLED: lambda: api_clients.disable_api_client(by=BY, client=a_client()[0]),
    AuditAction.API_CLIENT_ENABLED: lambda: api_clients.enable_api_client(by=BY, client=a_disabled_client()),
    AuditAction.API_CLIENT_DELETED: lambda: api_clients.delete_api_client(by=BY, client=a_client()[0]),
    AuditAction.SCOPES_CHANGED: lambda: api_clients.change_scopes(
        by=BY, client=a_client()[0], scopes=[Scope.AUDIT_READ]
    ),
    AuditAction.SECRET_ADDED: lambda: api_clients.add_secret(by=BY, client=a_client()[0]),
    AuditAction.SECRET_REMOVED: a_removed_secret,
    AuditAction.TOKEN_ISSUED: lambda: a_token(a_client()[0]),
    AuditAction.EXPIRED_TOKEN_USED: lambda: after(an_expired_token, minute_over),
    AuditAction.TOKENS_REVOKED: lambda: api_clients.revoke_tokens(by=BY, client=a_client()[0]),
    AuditAction.TOKENS_FORGOTTEN: expired_tokens_forgotten,
    AuditAction.TRAIL_READ: lambda: signed_in().get("/admin/operations/auditevent/"),
    AuditAction.TRAIL_EXPORTED: lambda: audit_log.export(by=BY),
    AuditAction.TRAIL_PROVED: lambda: after(thirty_events, lambda: audit_log.prove_event(by=BY, sequence=5)),
    AuditAction.TRAIL_VERIFIED: tasks.verify_trail.call_local,
    AuditAction.CHECKPOINT_SIGNED: lambda: (
        records.record_operation(by=BY),
        tasks.sign_checkpoint.call_local(),
    ),
    AuditAction.CLOCK_WENT_BACK: a_clock_step,
    AuditAction.GUARD_RAISED: a_guard_put_back,
    AuditAction.STATISTICS_EXPORTED: lambda: signed_in().get("/dashboards/operations/tables.zip"),
    AuditAction.PORTAL_STARTED: lambda: audit_log.record_start(by=BY),
    AuditAction.PORTAL_STOPPED: lambda: audit_log.record_stop(by=BY),
}


def changed(row: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def a_failed_upload() -> Any:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    performed(operation)
    return operation


def test_there_is_a_scene_for_every_code() -> None:
    assert set(SCENES) == set(AuditAction)


@pytest.mark.parametrize("action", SCENES)
def test_the_real_thing_leaves_its_event(action: AuditAction) -> None:
    SCENES[action]()
    event = AuditEvent.objects.filter(action=action).first()
    assert event is not None, list(AuditEvent.objects.values_list("action", flat=True))
    entry = REGISTRY[action]
    told = {*event.before, *event.after}
    assert entry.required <= told <= entry.data
    assert event.schema == 1
    assert event.event_id.version == 7
    assert event.portal_version
    assert event.node
    assert event.occurred_date_time is not None
    assert event.occurred_date_time <= event.recorded_date_time <= datetime.now(UTC) + timedelta(hours=2)
    assert event.actor_name
    assert event.object_type
    assert len(bytes(event.leaf_hash or b"")) == 32


def test_a_failure_names_the_code_of_what_was_wrong() -> None:
    performed(rows.an_upload(rows.BROKEN_ADMX))
    failed = AuditEvent.objects.get(action="operation.failed")
    assert failed.error_code == "XmlInvalid" == failed.after["findings"][0]
    performed(rows.an_upload())
    succeeded = AuditEvent.objects.get(action="operation.succeeded")
    assert (succeeded.error_code, succeeded.after["findings"]) == ("", [])


def test_neither_secrets_nor_passwords_are_in_the_trail() -> None:
    client, secret = a_client()
    token = a_token(client)
    a_person()
    a_sign_in(username="correct horse battery staple")
    basic = base64.b64encode(f"{client.client_id}:{secret}x".encode()).decode()
    Client(headers={"authorization": f"Basic {basic}"}).post(
        "/portal/oauth2/v2.0/token", {"grant_type": "client_credentials"}
    )
    minute_over()
    whole = b"".join(audit_log.export(by=BY).lines).decode()
    assert "access.signInFailed" in whole
    assert "access.clientRefused" in whole
    for hidden in (secret, token, client.client_secret, "correct horse", User.objects.get().password):
        assert hidden not in whole


@pytest.mark.parametrize(
    ("data", "message"),
    [({"zebra": 1}, "zebra"), ({}, "needs accounts")],
)
def test_data_that_an_action_does_not_have_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        audit.record(AuditAction.SIGN_IN_FAILED, by=BY, after=data)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((AuditAction.SIGNED_IN, "Other", "Access", "Action"), "registered twice"),
        ((AuditAction.SIGNED_OUT, "Signed in", "Access", "Action"), "registered twice"),
        ((AuditAction.SIGNED_OUT, "Signed out", "Zoo", "Action"), "unknown category"),
        ((AuditAction.SIGNED_OUT, "Signed out", "Access", "Jump"), "unknown category or kind"),
    ],
)
def test_a_registry_that_contradicts_itself_refuses_to_start(arguments: Any, message: str) -> None:
    registry = Registry()
    registry.add(AuditAction.SIGNED_IN, "Signed in", "Access", "Action")
    with pytest.raises(ImproperlyConfigured, match=message):
        registry.add(*arguments)
    with pytest.raises(ImproperlyConfigured, match="unknown name"):
        registry.add(AuditAction.SIGNED_OUT, "Signed out", "Access", "Action", data=("Not A Name",))
