"""Under the grants that docs/audit.md shows, the web role records and cannot touch what it recorded."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from operations.audit.guard import TABLE, missing_triggers
from operations.models import AuditEvent
from operations.services import audit_log
from operations.services.operations import records
from tests import rows
from tests.audit.histories import sql, verified
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db


@pytest.fixture
def web_role() -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    page = (REPOSITORY / "docs" / "audit.md").read_text()
    (grants,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    sql("CREATE ROLE portal_web")
    sql(grants.replace("%", "%%"))
    sql("SET ROLE portal_web")
    yield
    sql("RESET ROLE")
    # The test's transaction is rolled back, and the role with it.


def test_the_portal_works(web_role: None) -> None:
    operation = records.record_operation(by=rows.everybody())
    records.correct_operation(by=rows.everybody(), operation_id=operation.pk, changes={"status_details": "x"})
    records.delete_operation(by=rows.everybody(), operation_id=operation.pk)
    assert audit_log.sign_checkpoint(by=rows.everybody()) is not None
    assert verified().is_intact
    assert missing_triggers(connection) == []


WAYS: dict[str, Callable[[], Any]] = {
    "update": lambda: AuditEvent.objects.update(reason="forged"),
    "delete": lambda: AuditEvent.objects.all().delete(),
    "truncate": lambda: sql(f"TRUNCATE {TABLE}"),
    "drop trigger": lambda: sql(f"DROP TRIGGER {TABLE}_no_change ON {TABLE}"),
    "disable trigger": lambda: sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL"),
    "replace function": lambda: sql(
        f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    ),
    "no triggers as replica": lambda: sql("SET session_replication_role = replica"),
    "drop table": lambda: sql(f"DROP TABLE {TABLE} CASCADE"),
    "forget the head": lambda: sql("DELETE FROM operations_audithead"),
    "forge a kept root": lambda: sql("UPDATE operations_auditsubtree SET root = ''"),
    "forget a checkpoint": lambda: sql("DELETE FROM operations_auditcheckpoint"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_web_role_cannot_touch_the_trail(web_role: None, way: str) -> None:
    records.record_operation(by=rows.everybody())
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        WAYS[way]()
    assert AuditEvent.objects.count() == 1
