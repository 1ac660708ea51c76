"""A service that fails at any of its steps leaves no change without its event and no event without its change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction

from operations.choices import Scope
from operations.models import ApiClient, AuditCheckpoint, AuditEvent, AuditHead, DefinitionFile, User
from operations.services import audit_log
from operations.services.access import accounts, api_clients, groups
from operations.services.operations import execution, records
from operations.services.templates import definition_files
from tests import rows
from tests.audit.histories import an_event, verified
from tests.audit.test_coverage import everything

pytestmark = pytest.mark.django_db
BY = rows.everybody()


def a_client() -> ApiClient:
    return api_clients.create_api_client(by=BY, name="Script", scopes=[Scope.READ])[0]


def a_client_with_a_token() -> ApiClient:
    client = a_client()
    api_clients.issue_token(by=BY, client=client, lifetime=timedelta(days=1))
    return client


def changed_person(user: User) -> User:
    user.first_name = "Anna"
    return user


SERVICES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "record": (lambda: None, lambda _: records.record_operation(by=BY)),
    "correct": (
        rows.a_recorded_operation,
        lambda row: records.correct_operation(by=BY, operation_id=row.pk, changes={"status_details": "x"}),
    ),
    "delete": (rows.a_recorded_operation, lambda row: records.delete_operation(by=BY, operation_id=row.pk)),
    "upload": (lambda: None, lambda _: rows.an_upload()),
    "perform": (rows.an_upload, lambda row: execution.perform(row.pk)),
    "perform what fails": (lambda: rows.an_upload(rows.BROKEN_ADMX), lambda row: execution.perform(row.pk)),
    "describe": (
        rows.a_definition_file,
        lambda file: definition_files.describe(by=BY, definition_file_id=file.pk, changes={"display_name": "x"}),
    ),
    "remove at once": (
        rows.a_definition_file,
        lambda file: definition_files.remove_at_once(by=BY, definition_file_id=file.pk),
    ),
    "create a client": (lambda: None, lambda _: a_client()),
    "revoke": (a_client_with_a_token, lambda client: api_clients.revoke_tokens(by=BY, client=client)),
    "create an account": (
        lambda: None,
        lambda _: accounts.create_superuser(by=BY, username="zoe", password="a longer battery"),
    ),
    "change an account": (
        lambda: User.objects.create_user("anna"),
        lambda user: accounts.save_user(by=BY, user=changed_person(user), groups=Group.objects.all()),
    ),
    "delete an account": (
        lambda: User.objects.create_user("anna"),
        lambda user: accounts.delete_user(by=BY, user=user),
    ),
    "change a group": (
        lambda: User.objects.create_user("anna") and Group.objects.get(name="Auditors"),
        lambda group: groups.save_group(by=BY, group=group, permissions=[]),
    ),
    # Without the sink, which gets it once it is committed.
    "sign a checkpoint": (an_event, lambda _: audit_log._sign(by=BY, is_asked=True)),
}
MOST_STATEMENTS = 120


class Fault:
    """Lets so many statements through and fails at the next."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.has_struck = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # Giving up is not a step of the service.
        if not sql.startswith(("ROLLBACK", "RELEASE")):
            self.left -= 1
            if self.left < 0:
                self.has_struck = True
                raise DatabaseError("the disk is full")
        return execute(sql, params, many, context)


@pytest.mark.parametrize("name", SERVICES)
def test_a_fault_at_any_statement_leaves_all_or_nothing(name: str) -> None:
    scene, change = SERVICES[name]
    for after in range(MOST_STATEMENTS):
        fault = Fault(after)
        with transaction.atomic():
            subject = scene()
            start, events = everything(), AuditEvent.objects.count()
            checkpoints = AuditCheckpoint.objects.count()
            with connection.execute_wrapper(fault):
                try:
                    with transaction.atomic():
                        change(subject)
                except DatabaseError:
                    pass
            has_changed = everything()[:-3] != start[:-3] or everything()[-2:] != start[-2:]
            has_told = AuditEvent.objects.count() > events
            # A performed operation is claimed in a transaction of its own, with its own event.
            assert not has_changed or has_told, (name, after)
            assert not has_told or has_changed or AuditCheckpoint.objects.count() > checkpoints, (name, after)
            assert AuditHead.objects.first() is None or AuditHead.objects.get().sequence == AuditEvent.objects.count()
            assert not verified().damages, (name, after)
            transaction.set_rollback(True)
        if not fault.has_struck:
            assert after > 3, "the fault struck each statement in turn"
            return
    pytest.fail(f"{name} takes more than {MOST_STATEMENTS} statements")


def test_a_worker_that_cannot_record_leaves_the_operation_to_be_performed_again() -> None:
    operation = rows.an_upload()
    with connection.execute_wrapper(Fault(8)), pytest.raises(DatabaseError), transaction.atomic():
        execution.perform(operation.pk)
    execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == "success"
    assert DefinitionFile.objects.get().status == "available"
