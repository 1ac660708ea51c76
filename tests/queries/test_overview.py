"""The figures behind the board, without the board."""

from datetime import timedelta

import pytest
from django.utils import timezone

from operations.choices import OperationStatus, OperationType
from operations.models import GroupPolicyOperation
from operations.queries.overview import SHOWN_FAILURES, SHOWN_IN_PROGRESS, Figure, overview
from tests import rows

pytestmark = pytest.mark.django_db


def test_figures_add_up() -> None:
    for kind, status, count in (("upload", "success", 3), ("upload", "failed", 1), ("remove", "success", 2)):
        for _ in range(count):
            rows.a_recorded_operation(operation_type=kind, operation_status=status)
    board = overview(GroupPolicyOperation.objects.all())
    assert board.total.count == 6
    assert board.of_status("success") == Figure("", OperationStatus.SUCCESS, 5)
    totals = {row.label: row.total.count for row in board.rows if row.total.count}
    assert totals == {OperationType.UPLOAD.label: 4, OperationType.REMOVE.label: 2}
    assert len(board.rows) == len(OperationType)


@pytest.mark.parametrize(
    ("succeeded", "failed", "rate"), [(0, 0, None), (1, 0, 100), (0, 1, 0), (2, 1, 67), (1, 2, 33)]
)
def test_the_rate_counts_only_what_ended(succeeded: int, failed: int, rate: int | None) -> None:
    rows.a_recorded_operation()
    for status, count in ((OperationStatus.SUCCESS, succeeded), (OperationStatus.FAILED, failed)):
        for _ in range(count):
            rows.a_recorded_operation(operation_status=status)
    assert overview(GroupPolicyOperation.objects.all()).success_rate == rate


def test_failures_come_newest_first_and_work_in_progress_oldest_first() -> None:
    now = timezone.now()
    for status in (OperationStatus.FAILED, OperationStatus.IN_PROGRESS):
        for age in range(SHOWN_IN_PROGRESS + 5):
            created = now - timedelta(minutes=age)
            rows.a_recorded_operation(operation_status=status, created_date_time=created, ticket=str(age))
    board = overview(GroupPolicyOperation.objects.all())
    assert [row.ticket for row in board.failures] == [str(age) for age in range(SHOWN_FAILURES)]
    oldest = SHOWN_IN_PROGRESS + 4
    assert [row.ticket for row in board.in_progress] == [str(oldest - back) for back in range(SHOWN_IN_PROGRESS)]
