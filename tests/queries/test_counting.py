"""Counted from the rollups or from the rows, the same comes out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.choices import FINAL, OperationStatus, OperationType
from operations.models import GroupPolicyOperation
from operations.queries.counting import Selection
from operations.queries.operation_filters import BoardFilterSet
from operations.services.operations import rollups
from tests import rows

pytestmark = pytest.mark.django_db

DIMENSIONS = [
    ("operation_type",),
    ("operation_status", "interval"),
    ("interval", "operation_type", "operation_status"),
    ("hour_of_week",),
    ("operation_type", "performed", "duration_step"),
]
FILTERS: list[dict[str, Any]] = [
    {},
    {"type": "upload"},
    {"status": "ended"},
    {"status": "inProgress", "kind": "recorded"},
    {"hours": "outside"},
    {"hours": "within", "type": "remove"},
    {"weekday": "3", "hour": "7"},
]
NOW = datetime(2026, 4, 2, 10, 7, tzinfo=UTC)  # with a change of clocks in the days before


def made(moments: list[tuple[int, int, int, int]]) -> None:
    GroupPolicyOperation.objects.all().delete()
    kinds, statuses = list(OperationType), list(OperationStatus)
    for minutes, kind, status, seconds in moments:
        created = NOW - timedelta(minutes=minutes)
        finished = {"finished_date_time": created + timedelta(seconds=seconds)} if statuses[status] in FINAL else {}
        rows.a_recorded_operation(
            operation_type=kinds[kind], operation_status=statuses[status], created_date_time=created, **finished
        )
    rollups.rebuild()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moments=st.lists(
        st.tuples(st.integers(0, 8 * 24 * 60), st.integers(0, 6), st.integers(0, 3), st.integers(0, 10_000)),
        max_size=25,
    ),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)
def test_rollups_and_rows_count_alike(moments: list[tuple[int, int, int, int]], zone: str) -> None:
    made(moments)
    period = {"since": "2026-03-26", "until": "2026-04-02T10:15+00:00"}
    with timezone.override(ZoneInfo(zone)):
        for asked in FILTERS:
            filters = BoardFilterSet(period | asked)
            assert filters.is_valid(), filters.errors
            quick = filters.selection
            assert quick.rollups is not None
            for dimensions in DIMENSIONS:
                assert quick.count(*dimensions) == _by_rows(filters).count(*dimensions), (asked, dimensions)
            assert quick.count("operation_type").total() == quick.operations.count()
            assert quick.before.count("interval") == _by_rows(filters).before.count("interval")


def _by_rows(filters: BoardFilterSet) -> Selection:
    return replace(filters.selection, rollups=None)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    filters = BoardFilterSet({"since": "2026-03-01", "until": "2026-03-07"})
    assert filters.is_valid()
    begin, end = filters.selection.before.moments
    assert (begin, end) == (datetime(2026, 2, 22, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
