"""The rollups are what a recount would say, whatever was done in whatever order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.choices import OperationStatus, OperationType
from operations.errors import ConflictError
from operations.models import EVER, GroupPolicyOperation, OperationRollup
from operations.services.operations import execution, records, requests, rollups
from tests import rows

pytestmark = pytest.mark.django_db

BY = rows.everybody()


def record(chosen: int) -> None:
    kinds, statuses = list(OperationType), list(OperationStatus)
    records.record_operation(
        by=BY, operation_type=kinds[chosen % 7], operation_status=statuses[chosen % 4], status_details="x"
    )


def correct(chosen: int) -> None:
    row = one_of(chosen, performed=False)
    kinds, statuses = list(OperationType), list(OperationStatus)
    changes = {"operation_type": kinds[chosen % 5], "operation_status": statuses[(chosen // 3) % 4]}
    records.correct_operation(by=BY, operation_id=row.pk, changes=changes)


def delete(chosen: int) -> None:
    records.delete_operation(by=BY, operation_id=one_of(chosen, performed=False).pk)


def upload(chosen: int) -> None:
    rows.an_upload((rows.ADMX, rows.BROKEN_ADMX)[chosen % 2])


def perform(chosen: int) -> None:
    execution.perform(one_of(chosen, performed=True).pk)


def cancel(chosen: int) -> None:
    requests.cancel_operation(by=BY, operation_id=one_of(chosen, performed=True).pk)


def retry(chosen: int) -> None:
    requests.retry_operation(by=BY, operation_id=one_of(chosen, performed=True).pk)


def move_to_the_past(chosen: int) -> None:
    """As if some had been created long ago: their rows and their rollups together."""
    row = one_of(chosen)
    before = rollups.cell_of(row)
    GroupPolicyOperation.objects.filter(pk=row.pk).update(created_date_time=timezone.now() - timedelta(hours=chosen))
    row.refresh_from_db()
    rollups.move(before, rollups.cell_of(row))


def one_of(chosen: int, **filters: Any) -> GroupPolicyOperation:
    found = list(GroupPolicyOperation.objects.filter(**filters).order_by("id"))
    if not found:
        raise ConflictError("There is none.")
    return found[chosen % len(found)]


STEPS = (record, correct, delete, upload, perform, cancel, retry, move_to_the_past)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1000)), min_size=1, max_size=25))
def test_after_any_history_they_equal_a_recount(steps: list[tuple[Any, int]]) -> None:
    for step, chosen in steps:
        try:
            step(chosen)
        except ConflictError:
            continue
    assert rollups.differences() == {}
    whole = OperationRollup.objects.filter(bucket=EVER).values_list("count", flat=True)
    assert sum(whole) == GroupPolicyOperation.objects.count()
    assert not OperationRollup.objects.filter(count__lte=0).exists()
    kept = set(OperationRollup.objects.values_list("bucket", "operation_type", "duration_step", "count"))
    rollups.rebuild()
    assert set(OperationRollup.objects.values_list("bucket", "operation_type", "duration_step", "count")) == kept


def test_a_change_that_is_undone_leaves_them_as_they_were() -> None:
    row = records.record_operation(by=BY)
    before = list(OperationRollup.objects.order_by("pk").values())
    with pytest.raises(ConflictError):
        requests.cancel_operation(by=BY, operation_id=row.pk)
    assert list(OperationRollup.objects.order_by("pk").values()) == before


def test_what_went_past_the_services_is_found_and_mended() -> None:
    records.record_operation(by=BY, operation_status="success")
    rows.a_recorded_operation(created_date_time=datetime(2020, 2, 29, 23, 59, tzinfo=UTC))
    OperationRollup.objects.filter(bucket=EVER).update(count=7)
    found = rollups.differences()
    assert {(kept, counted) for kept, counted in found.values()} == {(0, 1), (7, 1)}
    assert rollups.rebuild() == 2
    assert rollups.differences() == {}


def test_rollups_of_nothing_are_found_and_removed() -> None:
    rollups.move(None, rollups.Cell(1_000_000, "upload", "failed", True, 3))
    assert set(rollups.differences().values()) == {(1, 0)}
    assert rollups.rebuild() == 0
    assert not OperationRollup.objects.exists()


def test_even_wrong_rollups_never_stand_in_the_way_of_an_operation() -> None:
    row = records.record_operation(by=BY)
    OperationRollup.objects.all().delete()
    records.correct_operation(by=BY, operation_id=row.pk, changes={"operation_status": "success"})
    row.refresh_from_db()
    assert row.operation_status == "success"
    assert rollups.differences() != {}


def test_counting_costs_two_statements_for_a_change_and_one_for_a_creation() -> None:
    row = records.record_operation(by=BY)
    cell = rollups.cell_of(row)
    other = rollups.Cell(cell.bucket, "remove", "failed", False, 4)
    for before, after, statements in ((cell, cell, 0), (None, cell, 1), (cell, other, 2), (other, None, 2)):
        with CaptureQueriesContext(connection) as captured:
            rollups.move(before, after)
        assert len(captured) == statements, (before, after)


def test_the_command_counts_anew_and_tells_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    records.record_operation(by=BY)
    call_command("rebuild_rollups", check=True)
    assert "equal a recount" in capsys.readouterr().out
    rows.a_recorded_operation()
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_rollups", check=True)
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert "0 kept, 1 counted" in told.out
    assert "manage.py rebuild_rollups" in told.err
    call_command("rebuild_rollups")
    assert "Counted 2 operations." in capsys.readouterr().out
    call_command("rebuild_rollups", check=True)
