"""Data that was there before a migration is there after it."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from operations.audit.guard import missing_triggers
from operations.choices import OperationStatus
from operations.models import GroupPolicyOperation, OperationRollup
from operations.services.operations import rollups
from tests import rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("migrations")]


@pytest.fixture
def migrated() -> Iterator[Callable[[str], None]]:
    yield lambda name: call_command("migrate", "operations", name, verbosity=0)
    call_command("migrate", verbosity=0)


def test_operations_of_before_the_rollups_are_counted(migrated: Callable[[str], None]) -> None:
    for status in OperationStatus:
        rows.a_recorded_operation(operation_status=status)
    rows.a_performed_operation()
    migrated("0006")
    assert OperationRollup._meta.db_table not in connection.introspection.table_names()
    migrated("0008")
    migrated("0007")
    migrated("0008")
    assert rollups.differences() == {}
    assert sum(OperationRollup.objects.exclude(quarter=0).values_list("count", flat=True)) == 5
    assert GroupPolicyOperation.objects.count() == 5
    assert missing_triggers(connection) == []
