"""The trail: written in the transaction of the change, numbered without gaps, never changed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from operations import audit
from operations.audit.guard import TABLE, lift_guard, missing_triggers, raise_guard
from operations.choices import Outcome
from operations.models import AuditEvent, AuditHead
from operations.permissions import GROUPS
from tests import rows

pytestmark = pytest.mark.django_db
ACTION = audit.AuditAction.OPERATION_CORRECTED


def written(**values: Any) -> AuditEvent:
    return audit.record(ACTION, rows.a_recorded_operation(), by=rows.an_actor(name="Olga"), **values)


def test_an_event_tells_who_how_from_where_what_and_when() -> None:
    operation = rows.a_recorded_operation()
    actor = rows.an_actor(name="Nightly script")
    before = datetime.now(UTC)
    event = audit.record(
        ACTION,
        operation,
        by=actor,
        before={"status_details": 1},
        after={"status_details": 2},
        outcome=Outcome.FAILURE,
        reason="CHG1",
    )
    stored = AuditEvent.objects.get(pk=event.pk)
    assert before <= stored.recorded_date_time <= datetime.now(UTC)
    assert (stored.actor_type, stored.actor_id, stored.actor_name) == ("client", "client-1", "Nightly script")
    assert (stored.channel, stored.address, stored.request_id) == ("api", "192.0.2.7", actor.request_id)
    assert (stored.action, stored.outcome, stored.reason) == ("operation.corrected", "failure", "CHG1")
    assert stored.object_type == "GroupPolicyOperation"
    assert (stored.object_id, stored.object_name) == (str(operation.pk), "Upload")
    assert (stored.before, stored.after) == ({"status_details": 1}, {"status_details": 2})
    assert stored.event_id


def test_events_are_dated_to_the_microsecond() -> None:
    assert any(written().recorded_date_time.microsecond % 1000 for _ in range(5))


def test_names_are_as_of_then() -> None:
    event = written()
    operation_id = event.object_id
    type(rows.a_recorded_operation()).objects.filter(pk=operation_id).delete()
    event.refresh_from_db()
    assert (event.object_id, event.actor_name) == (operation_id, "Olga")
    assert not [field for field in AuditEvent._meta.get_fields() if field.is_relation]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("x", "x"),
        ("x" * 2001, "x" * 2000 + "…"),
        (datetime(2026, 1, 2, 3, 4, 5, 6, UTC), "2026-01-02T03:04:05.000006+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(hours=1), "1:00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (("a", 1), ["a", 1]),
        ({"b", "a"}, ["a", "b"]),
        ("a\x00b\ud800", "a\ufffdb?"),
    ],
)
def test_values_have_one_form(value: Any, kept: Any) -> None:
    assert AuditEvent.objects.get(pk=written(after={"status_details": value}).pk).after == {"status_details": kept}


@pytest.mark.parametrize("value", [1.5, Decimal(1), b"x", {"a": 1}, object(), 2**53, -(2**53)])
def test_values_without_one_form_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        written(after={"status_details": value})


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    operation = rows.a_recorded_operation()
    with pytest.raises(RuntimeError):
        audit.record(ACTION, operation, by=rows.everybody())
    assert not AuditEvent.objects.exists()


def test_numbers_have_no_gaps_even_after_a_rollback() -> None:
    first = written().sequence
    with transaction.atomic():
        written()
        transaction.set_rollback(True)
    assert written().sequence == first + 1
    assert AuditHead.objects.get().sequence == first + 1


def test_there_is_one_head() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(pk=2)


def test_every_code_has_a_label_and_no_two_are_alike() -> None:
    assert set(audit.ACTIONS) == set(audit.AuditAction)
    assert len(set(audit.ACTIONS.values())) == len(audit.ACTIONS)


def saved_again(event: AuditEvent) -> None:
    event.reason = "forged"
    event.save()


def replaced(event: AuditEvent) -> None:
    AuditEvent.objects.bulk_create(
        [AuditEvent(sequence=event.sequence, recorded_date_time=event.recorded_date_time, reason="forged")],
        update_conflicts=True,
        unique_fields=["sequence"],
        update_fields=["reason"],
    )


def bulk_updated(event: AuditEvent) -> None:
    event.reason = "forged"
    AuditEvent.objects.bulk_update([event], ["reason"])


def run(statement: str) -> Any:
    def execute(event: AuditEvent) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table=TABLE, sequence=event.sequence))

    return execute


FORGERIES = {
    "save": saved_again,
    "delete": lambda event: event.delete(),
    "queryset update": lambda event: AuditEvent.objects.update(reason="forged"),
    "queryset delete": lambda event: AuditEvent.objects.all().delete(),
    "raw delete of a queryset": lambda event: AuditEvent.objects.all()._raw_delete("default"),
    "bulk update": bulk_updated,
    "bulk upsert": replaced,
    "sql update": run("UPDATE {table} SET reason = 'forged'"),
    "sql update of the key": run("UPDATE {table} SET sequence = sequence + 100"),
    "sql delete": run("DELETE FROM {table}"),
}
ONLY_SQLITE = {
    "replace": run(
        "REPLACE INTO {table} ("
        + ", ".join(str(field.column) for field in AuditEvent._meta.fields)
        + ") SELECT "
        + ", ".join("'forged'" if f.column == "reason" else str(f.column) for f in AuditEvent._meta.fields)
        + " FROM {table}"
    ),
}
ONLY_POSTGRESQL = {
    "truncate": run("TRUNCATE {table}"),
    "truncate cascade": run("TRUNCATE {table} RESTART IDENTITY CASCADE"),
}


@pytest.mark.parametrize("way", [*FORGERIES, *ONLY_SQLITE, *ONLY_POSTGRESQL])
def test_the_database_refuses_every_way_to_change_or_delete(way: str) -> None:
    here = FORGERIES | (ONLY_POSTGRESQL if connection.vendor == "postgresql" else ONLY_SQLITE)
    if way not in here:
        pytest.skip(f"no such way on {connection.vendor}")
    event = written(reason="true")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        here[way](event)
    assert list(AuditEvent.objects.values_list("sequence", "reason")) == [(event.sequence, "true")]


def test_nobody_has_a_permission_to_change_events() -> None:
    everything = {permission for group in GROUPS.values() for permission in group}
    assert {p for p in everything if p.endswith("auditevent")} == {"operations.view_auditevent"}
    assert AuditEvent._meta.default_permissions == ("view",)


def test_a_missing_guard_is_named_by_the_check_and_by_readyz(client: Client) -> None:
    assert missing_triggers(connection) == []
    assert client.get("/readyz").json()["auditGuard"] == "ok"
    lift_guard(connection)
    missing = missing_triggers(connection)
    assert len(missing) == (2 if connection.vendor == "postgresql" else 3)
    messages = run_checks(tags=["database"], databases=["default"])
    assert {message.id for message in messages} == {"operations.E001"}
    assert {name for name in missing if any(name in message.msg for message in messages)} == set(missing)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["auditGuard"] == ", ".join(missing)
    raise_guard(connection)
    raise_guard(connection)
    assert client.get("/readyz").status_code == 200
    assert not run_checks(tags=["database"], databases=["default"])


def test_half_a_guard_is_a_missing_guard() -> None:
    name = missing_after_dropping_one()
    assert missing_triggers(connection) == [name]


def missing_after_dropping_one() -> str:
    name = f"{TABLE}_no_truncate" if connection.vendor == "postgresql" else f"{TABLE}_no_delete"
    table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{table}")
    return name


def test_a_switched_off_trigger_counts_as_missing() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch triggers off")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_no_change")
    assert missing_triggers(connection) == [f"{TABLE}_no_change"]


def test_the_guard_can_be_raised_by_command() -> None:
    lift_guard(connection)
    call_command("raise_audit_guard", verbosity=0)
    assert missing_triggers(connection) == []
