"""A demonstration fills an empty portal, is marked as one, and never mixes with the real."""

import pytest
from django.db import connection

from operations.actor import command_line
from operations.errors import ConflictError
from operations.models import AuditEvent, DefinitionFile, GroupPolicyOperation
from operations.services import demonstration
from operations.services.operations import execution

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="a demonstration is for SQLite")


@sqlite_only
@pytest.mark.django_db
def test_it_shows_every_status_once_the_worker_has_been_there() -> None:
    demonstration.load(by=command_line("tester"))
    for operation in GroupPolicyOperation.objects.filter(performed=True):
        execution.perform(operation.pk)
    statuses = set(GroupPolicyOperation.objects.values_list("operation_status", flat=True))
    assert statuses == {"success", "failed", "inProgress"}
    assert set(GroupPolicyOperation.objects.values_list("reason", flat=True)) == {demonstration.REASON}
    assert set(DefinitionFile.objects.values_list("status", flat=True)) == {"available", "uploadFailed"}


@sqlite_only
@pytest.mark.django_db
def test_it_is_refused_where_anything_is_already() -> None:
    demonstration.load(by=command_line("tester"))
    before = AuditEvent.objects.count()
    with pytest.raises(ConflictError, match="empty SQLite"):
        demonstration.load(by=command_line("tester"))
    assert AuditEvent.objects.count() == before


@pytest.mark.skipif(connection.vendor == "sqlite", reason="PostgreSQL refuses it")
@pytest.mark.django_db
def test_it_is_refused_on_postgresql() -> None:
    with pytest.raises(ConflictError, match="empty SQLite"):
        demonstration.load(by=command_line("tester"))
    assert not GroupPolicyOperation.objects.exists()
