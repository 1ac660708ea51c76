"""Hours, days and weeks of any zone: both databases put each bucket where the calendar does."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.models import OperationRollup
from operations.queries.counting import grouped
from operations.queries.intervals import Intervals, hour_of_week
from operations.time_buckets import A_DAY, begin_of, bucket_of

pytestmark = pytest.mark.django_db

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
)
SHARES = st.lists(st.floats(0, 0.999), min_size=1, max_size=30)
FIRST, LAST = bucket_of(datetime(2015, 1, 1, tzinfo=UTC)), bucket_of(datetime(2027, 1, 1, tzinfo=UTC))


def filled(buckets: list[int]) -> None:
    OperationRollup.objects.all().delete()
    OperationRollup.objects.bulk_create(
        OperationRollup(
            bucket=bucket,
            operation_type="upload",
            operation_status="success",
            performed=True,
            duration_step=3,
            count=1,
        )
        for bucket in set(buckets)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(FIRST, LAST),
    length=st.sampled_from([1, 40, 2 * A_DAY, 7 * A_DAY, 90 * A_DAY, 100 * A_DAY, 366 * A_DAY]),
    share=SHARES,
)
def test_every_quarter_lies_in_the_slot_that_says_so(zone: str, begin: int, length: int, share: list[float]) -> None:
    intervals = Intervals(begin, begin + length, ZoneInfo(zone))
    buckets = sorted({begin + int(length * one) for one in share})
    filled(buckets)
    counts = grouped(OperationRollup.objects.all(), {"interval": intervals.number}, Sum("count"))
    by_calendar: Counter[tuple[int]] = Counter()
    for interval in intervals:
        inside = [bucket for bucket in buckets if interval.begin <= begin_of(bucket) < interval.end]
        if inside:
            by_calendar[(interval.number,)] = len(inside)
    assert counts == by_calendar


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), begin=st.integers(FIRST, LAST), length=st.integers(1, 367 * A_DAY))
def test_slots_fill_the_period_without_gap_or_overlap(zone: str, begin: int, length: int) -> None:
    intervals = list(Intervals(begin, begin + length, ZoneInfo(zone)))
    assert intervals[0].begin == begin_of(begin)
    assert intervals[-1].end == begin_of(begin + length)
    assert all(one.end == other.begin for one, other in pairwise(intervals))
    assert (
        len({interval.number for interval in intervals})
        == len({interval.begin for interval in intervals})
        == len(intervals)
    )
    assert len(intervals) <= 102


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(FIRST, LAST),
    share=SHARES,
)
def test_the_hour_of_the_week_is_the_clocks(zone: str, begin: int, share: list[float]) -> None:
    length = 90 * A_DAY
    buckets = {begin + int(length * one) for one in share}
    filled(list(buckets))
    place = hour_of_week(begin, begin + length, ZoneInfo(zone))
    counts = grouped(OperationRollup.objects.all(), {"hour": place}, Sum("count"))
    local = [begin_of(bucket).astimezone(ZoneInfo(zone)) for bucket in buckets]
    assert counts == Counter((one.weekday() * 24 + one.hour,) for one in local)


def test_days_of_a_clock_change_are_shorter_and_longer() -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin, end = (bucket_of(datetime(2026, month, 1, tzinfo=zone)) for month in (3, 4))
    lengths = {
        interval.label: interval.end.astimezone(UTC) - interval.begin.astimezone(UTC)
        for interval in Intervals(begin, end, zone)
    }
    assert lengths.pop("2026-03-29") == timedelta(hours=23)
    assert set(lengths.values()) == {timedelta(days=1)}
    assert len(lengths) == 30


def test_an_hour_that_a_clock_repeats_is_two() -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = bucket_of(datetime(2026, 10, 25, tzinfo=zone))
    labels = [interval.label[11:] for interval in Intervals(begin, begin + 20, zone)]
    assert labels == ["00:00", "01:00", "02:00", "02:00 again", "03:00"]


@pytest.mark.parametrize(("days", "unit"), [(1, "hour"), (2, "hour"), (7, "day"), (90, "day"), (366, "week")])
def test_the_parts_suit_the_length(days: int, unit: str) -> None:
    assert Intervals(FIRST, FIRST + days * A_DAY, UTC).unit == unit


def test_weeks_begin_with_monday() -> None:
    whole = list(Intervals(FIRST, FIRST + 366 * A_DAY, UTC))
    assert {interval.begin.weekday() for interval in whole[1:]} == {0}
