"""What is stored is compared with what the trail last said of it, no matter who changed it."""

import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from operations.choices import Scope, Verdict
from operations.models import ApiClient, Content, DefinitionFile, GroupPolicyOperation, User
from operations.services import audit_log, stored_rows
from operations.services.access import accounts, api_clients, groups
from operations.services.operations import execution, records, requests
from operations.services.templates import definition_files
from tests import rows

pytestmark = pytest.mark.django_db
BY = rows.everybody()


@pytest.fixture(autouse=True)
def history(db: None) -> None:
    """A little of everything, all of it by the services."""
    admin = accounts.create_superuser(by=BY, username="ada", password="a long battery")
    olga = accounts.save_user(by=BY, user=User(username="olga", password="!", is_staff=True))
    accounts.save_user(by=BY, user=olga, groups=Group.objects.filter(name="Operators"))
    accounts.choose_time_zone(by=BY, user_id=olga.pk, time_zone="Europe/Berlin")
    accounts.delete_user(by=BY, user=accounts.save_user(by=BY, user=User(username="gone", password="!")))
    group = groups.save_group(by=BY, group=Group(name="Readers"), permissions=[])
    groups.save_group(by=BY, group=groups.save_group(by=BY, group=Group(name="Left"), permissions=[]), permissions=[])
    many = [group, Group.objects.get(name="Left")]
    otto = accounts.save_user(by=BY, user=User(username="otto", password="!"), groups=many)
    assert otto.groups.count() == 2
    groups.delete_group(by=BY, group=Group.objects.get(name="Left"))
    group.name = "Viewers"
    groups.save_group(by=BY, group=group, permissions=[])
    group.name = "Readers"
    groups.save_group(by=BY, group=group, permissions=Permission.objects.filter(codename="view_auditevent"))
    client, _ = api_clients.create_api_client(by=BY, name="Script")
    api_clients.change_scopes(by=BY, client=client, scopes=[Scope.READ])
    api_clients.disable_api_client(by=BY, client=client)
    api_clients.enable_api_client(by=BY, client=client)
    api_clients.issue_token(by=BY, client=ApiClient.objects.get(), lifetime=timedelta(days=1))
    file = rows.in_force(rows.an_upload())
    execution.perform(rows.an_upload(rows.BROKEN_ADMX, file_name="broken.admx").pk)
    definition_files.describe(by=BY, definition_file_id=file.pk, changes={"display_name": "Shown"})
    execution.perform(
        definition_files.upload_new_version(by=BY, definition_file_id=file.pk, content=rows.NEWER_ADMX).pk
    )
    execution.perform(definition_files.remove(by=BY, definition_file_id=file.pk).pk)
    execution.perform(definition_files.restore(by=BY, definition_file_id=file.pk).pk)
    recorded = records.record_operation(by=BY, operation_status="failed", status_details="x" * 5000)
    records.correct_operation(by=BY, operation_id=recorded.pk, changes={"status_details": "Disk full"})
    records.delete_operation(by=BY, operation_id=records.record_operation(by=BY).pk)
    requests.cancel_operation(by=BY, operation_id=rows.an_upload(file_name="other.admx").pk)
    assert admin.pk


def found() -> list[str]:
    return [f"{damage.kind}: {damage.message}" for damage in stored_rows.damages()]


def test_what_went_through_the_services_is_as_it_was_recorded() -> None:
    assert found() == []
    audit_log.sign_checkpoint(by=BY)
    assert audit_log.verify(by=BY)[0].verdict is Verdict.INTACT


CHANGES: dict[str, tuple[Callable[[], Any], str]] = {
    "a flag given": (lambda: User.objects.filter(username="olga").update(is_superuser=True), "recorded: is_superuser"),
    "an account deactivated": (lambda: User.objects.filter(username="ada").update(is_active=False), "is_active"),
    "an address changed": (lambda: User.objects.filter(username="ada").update(email="x@example.com"), "email"),
    "an account put in": (lambda: User.objects.create(username="mallory"), "is there, and nobody created it"),
    "an account taken out": (lambda: User.objects.filter(username="olga").delete(), "is gone, and nobody deleted it"),
    "a group joined": (lambda: User.objects.get(username="olga").groups.add(2), "recorded: groups"),
    "a permission given": (lambda: User.objects.get(username="olga").user_permissions.add(1), "recorded: permissions"),
    "a group's permissions": (lambda: Group.objects.get(name="Readers").permissions.add(1), "recorded: permissions"),
    "the permissions of a group that comes with the portal": (
        lambda: Group.objects.get(name="Operators").permissions.add(Permission.objects.get(codename="delete_user")),
        "recorded: permissions",
    ),
    "a group put in": (lambda: Group.objects.create(name="Mine"), "is there, and nobody created it"),
    "a client's scopes": (lambda: ApiClient.objects.update(scopes=[Scope.READ_WRITE]), "recorded: scopes"),
    "a client enabled": (lambda: ApiClient.objects.update(is_active=False), "recorded: is_active"),
    "a client put in": (lambda: ApiClient.objects.create(name="Mine", client_id="mine"), "nobody created it"),
    "a failure made a success": (
        lambda: GroupPolicyOperation.objects.filter(operation_status="failed").update(operation_status="success"),
        "recorded: operation_status",
    ),
    "a record rewritten": (
        lambda: GroupPolicyOperation.objects.filter(status_details="Disk full").update(status_details="Fine"),
        "recorded: status_details",
    ),
    "an operation taken out": (
        lambda: GroupPolicyOperation.objects.filter(status_details="Disk full").delete(),
        "is gone, and nobody deleted it",
    ),
    "a file renamed": (lambda: DefinitionFile.objects.update(file_name="x.admx"), "recorded: file_name"),
    "a file removed": (lambda: DefinitionFile.objects.update(removed_date_time=timezone.now()), "removed_date_time"),
    "other bytes for a file": (
        lambda: DefinitionFile.objects.update(content=Content.store(b"other")),
        "recorded: content_sha256",
    ),
    "other bytes in a content": (
        lambda: Content.objects.update(compressed=zlib.compress(b"other")),
        "content: The stored bytes are not those of SHA-256",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_somebody_changes_past_them_is_found(change: str) -> None:
    make, said = CHANGES[change]
    make()
    lines = found()
    assert any(said in line for line in lines), lines
    audit_log.sign_checkpoint(by=BY)
    result, event = audit_log.verify(by=BY)
    assert result.verdict is Verdict.DAMAGED
    assert event is not None
    assert event.after["kind"] in {"row", "content"}


def test_what_changes_while_it_is_looked_at_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    compared = stored_rows._compared

    def meanwhile(kind: Any, ids: Any) -> Any:
        # As if a change had come between the row and its events the first time.
        suspects = [(object_id, stored_rows._damage(1, "seen too early")) for object_id in ids[:1]]
        looked.append(len(ids))
        return iter(suspects) if len(looked) % 2 else compared(kind, ids)

    monkeypatch.setattr(stored_rows, "_compared", meanwhile)
    assert found() == []


def test_a_hundred_are_enough() -> None:
    for number in range(stored_rows.MOST_DAMAGES + 5):
        User.objects.create(username=f"mallory{number}")
    assert len(found()) == stored_rows.MOST_DAMAGES
