"""Hours, days and weeks of any zone: both databases put each quarter where the calendar does."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.models import OperationRollup
from operations.quarters import A_DAY, begin_of, quarter_of
from operations.queries.counting import grouped
from operations.queries.slots import Slots, hour_of_week

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
FIRST, LAST = quarter_of(datetime(2015, 1, 1, tzinfo=UTC)), quarter_of(datetime(2027, 1, 1, tzinfo=UTC))


def filled(quarters: list[int]) -> None:
    OperationRollup.objects.all().delete()
    OperationRollup.objects.bulk_create(
        OperationRollup(
            quarter=quarter,
            operation_type="upload",
            operation_status="success",
            performed=True,
            duration_step=3,
            count=1,
        )
        for quarter in set(quarters)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(FIRST, LAST),
    length=st.sampled_from([1, 40, 2 * A_DAY, 7 * A_DAY, 90 * A_DAY, 100 * A_DAY, 366 * A_DAY]),
    share=SHARES,
)
def test_every_quarter_lies_in_the_slot_that_says_so(zone: str, begin: int, length: int, share: list[float]) -> None:
    slots = Slots(begin, begin + length, ZoneInfo(zone))
    quarters = sorted({begin + int(length * one) for one in share})
    filled(quarters)
    counts = grouped(OperationRollup.objects.all(), {"slot": slots.number}, Sum("count"))
    by_calendar: Counter[tuple[int]] = Counter()
    for slot in slots:
        inside = [quarter for quarter in quarters if slot.begin <= begin_of(quarter) < slot.end]
        if inside:
            by_calendar[(slot.number,)] = len(inside)
    assert counts == by_calendar


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), begin=st.integers(FIRST, LAST), length=st.integers(1, 367 * A_DAY))
def test_slots_fill_the_period_without_gap_or_overlap(zone: str, begin: int, length: int) -> None:
    slots = list(Slots(begin, begin + length, ZoneInfo(zone)))
    assert slots[0].begin == begin_of(begin)
    assert slots[-1].end == begin_of(begin + length)
    assert all(one.end == other.begin for one, other in pairwise(slots))
    assert len({slot.number for slot in slots}) == len({slot.begin for slot in slots}) == len(slots)
    assert len(slots) <= 102


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(FIRST, LAST),
    share=SHARES,
)
def test_the_hour_of_the_week_is_the_clocks(zone: str, begin: int, share: list[float]) -> None:
    length = 90 * A_DAY
    quarters = {begin + int(length * one) for one in share}
    filled(list(quarters))
    place = hour_of_week(begin, begin + length, ZoneInfo(zone))
    counts = grouped(OperationRollup.objects.all(), {"hour": place}, Sum("count"))
    local = [begin_of(quarter).astimezone(ZoneInfo(zone)) for quarter in quarters]
    assert counts == Counter((one.weekday() * 24 + one.hour,) for one in local)


def test_days_of_a_clock_change_are_shorter_and_longer() -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin, end = (quarter_of(datetime(2026, month, 1, tzinfo=zone)) for month in (3, 4))
    lengths = {slot.label: slot.end.astimezone(UTC) - slot.begin.astimezone(UTC) for slot in Slots(begin, end, zone)}
    assert lengths.pop("2026-03-29") == timedelta(hours=23)
    assert set(lengths.values()) == {timedelta(days=1)}
    assert len(lengths) == 30


def test_an_hour_that_a_clock_repeats_is_two() -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = quarter_of(datetime(2026, 10, 25, tzinfo=zone))
    labels = [slot.label[11:] for slot in Slots(begin, begin + 20, zone)]
    assert labels == ["00:00", "01:00", "02:00", "02:00 again", "03:00"]


@pytest.mark.parametrize(("days", "unit"), [(1, "hour"), (2, "hour"), (7, "day"), (90, "day"), (366, "week")])
def test_the_parts_suit_the_length(days: int, unit: str) -> None:
    assert Slots(FIRST, FIRST + days * A_DAY, UTC).unit == unit


def test_weeks_begin_with_monday() -> None:
    whole = list(Slots(FIRST, FIRST + 366 * A_DAY, UTC))
    assert {slot.begin.weekday() for slot in whole[1:]} == {0}
