"""Spans of time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from operations.queries.periods import Period, period
from operations.time_buckets import LENGTH, begin_of, bucket_of


@pytest.mark.parametrize(("name", "days"), [("", 90), ("24h", 1), ("7d", 7), ("30d", 30), ("90d", 90)])
def test_a_named_period_reaches_back_from_now_to_a_quarter_of_an_hour(name: str, days: int) -> None:
    before = timezone.now()
    span = period(name)
    assert span.begin is not None
    assert begin_of(bucket_of(span.begin)) == span.begin
    assert before - timedelta(days=days) - LENGTH < span.begin <= timezone.now() - timedelta(days=days)
    assert span.end is None


def test_moments_are_taken_as_they_are_and_the_end_is_before_its_moment() -> None:
    moment = datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
    assert period("24h", moment, moment + timedelta(hours=1)) == Period(moment, moment + timedelta(hours=1))


@pytest.mark.parametrize(
    ("since", "until", "begin", "end"),
    [
        (date(2026, 3, 1), None, datetime(2026, 3, 1, tzinfo=UTC), None),
        (None, date(2026, 3, 1), None, datetime(2026, 3, 2, tzinfo=UTC)),
        (date(2026, 3, 1), date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)),
        (date.min, date.max, None, None),
    ],
)
def test_dates_are_whole_days_and_go_before_a_name(
    since: date | None, until: date | None, begin: datetime | None, end: datetime | None
) -> None:
    for name in ("", "24h", "all"):
        assert period(name, since, until) == Period(begin, end)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_days_are_those_of_the_zone(zone: str) -> None:
    with timezone.override(zone):
        for day in (date(2026, 7, 1), date.min + timedelta(days=1), date.max - timedelta(days=1)):
            span = period("", day, day)
            assert span.begin is not None
            assert span.end is not None
            assert timezone.localtime(span.begin).date() == day
            assert span.begin.astimezone(UTC) < span.end.astimezone(UTC)


def test_all_time_has_no_bound() -> None:
    assert period("all") == Period(None)
