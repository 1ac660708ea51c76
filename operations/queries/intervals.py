"""Hours, days or weeks of a time zone, as parts of a period that both databases group by with whole numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.expressions import Combinable

from operations.time_buckets import A_DAY, A_WEEK, AN_HOUR, LENGTH, begin_of

# 1 January 1970 was a Thursday; weeks begin with Monday.
_DAYS_BEFORE = 3
HOURS_OF_A_WEEK = 168
LONGEST_BY_HOURS, LONGEST_BY_DAYS = 2 * A_DAY, 100 * A_DAY


@dataclass(frozen=True, slots=True)
class Interval:
    """A part of the period: its number in the database, its label, and from when to before when."""

    number: int
    label: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Intervals:
    """The period from one bucket to before another, in parts that suit its length."""

    begin: int
    end: int
    zone: tzinfo

    @property
    def width(self) -> int:
        length = self.end - self.begin
        if length <= LONGEST_BY_HOURS:
            return AN_HOUR
        return A_DAY if length <= LONGEST_BY_DAYS else A_WEEK

    @property
    def unit(self) -> str:
        return {AN_HOUR: "hour", A_DAY: "day", A_WEEK: "week"}[self.width]

    @property
    def number(self) -> Combinable:
        """The number of the interval in which a row's `bucket` lies."""
        if self.width == AN_HOUR:
            # One offset for all: an hour that a clock repeats is an hour of its own.
            return (F("bucket") + Value(self._first_offset)) / Value(AN_HOUR)
        if self.width == A_DAY:
            return local_bucket(self.begin, self.end, self.zone) / Value(A_DAY)
        return (local_bucket(self.begin, self.end, self.zone) + Value(_DAYS_BEFORE * A_DAY)) / Value(A_WEEK)

    def __iter__(self) -> Iterator[Interval]:
        if self.begin >= self.end:
            return
        first, last = begin_of(self.begin), begin_of(self.end)
        number = self._number_of(self.begin)
        while True:
            begin, end = self._begin_of(number), self._begin_of(number + 1)
            if begin >= last:
                return
            local = begin.astimezone(self.zone)
            label = f"{local:%Y-%m-%d}"
            if self.width == AN_HOUR:
                # When clocks go back an hour comes twice.
                label = f"{local:%Y-%m-%d %H:%M}{' again' if local.fold else ''}"
            yield Interval(number, label, max(begin, first).astimezone(self.zone), min(end, last).astimezone(self.zone))
            number += 1

    @property
    def _first_offset(self) -> int:
        return _offset(self.begin, self.zone)

    def _number_of(self, bucket: int) -> int:
        if self.width == AN_HOUR:
            return (bucket + self._first_offset) // AN_HOUR
        local = bucket + _offset(bucket, self.zone)
        return local // A_DAY if self.width == A_DAY else (local + _DAYS_BEFORE * A_DAY) // A_WEEK

    def _begin_of(self, number: int) -> datetime:
        if self.width == AN_HOUR:
            return begin_of(number * AN_HOUR - self._first_offset)
        days = number if self.width == A_DAY else number * 7 - _DAYS_BEFORE
        day = date(1970, 1, 1) + timedelta(days=days)
        return datetime.combine(day, time.min, tzinfo=self.zone).astimezone(UTC)


def hour_of_week(begin: int, end: int, zone: tzinfo) -> Combinable:
    """Of a row's `bucket`: 0 is the hour after Monday's midnight."""
    hours = local_bucket(begin, end, zone) / Value(AN_HOUR)
    return (hours + Value(_DAYS_BEFORE * 24)) % Value(HOURS_OF_A_WEEK)


def local_bucket(begin: int, end: int, zone: tzinfo) -> Combinable:
    """A row's `bucket` as clocks in the zone count it; the offset may change within the period."""
    changes = list(_changes(begin, end, zone))
    if not changes:
        return F("bucket") + Value(_offset(begin, zone))
    cases, offset = [], _offset(begin, zone)
    for bucket, next_offset in changes:
        cases.append(When(bucket__lt=bucket, then=F("bucket") + Value(offset)))
        offset = next_offset
    return Case(*cases, default=F("bucket") + Value(offset), output_field=IntegerField())


def _changes(begin: int, end: int, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """The buckets with which another offset begins, and that offset."""
    bucket, offset = begin, _offset(begin, zone)
    while bucket < end:
        later = min(bucket + A_DAY, end)
        if (changed := _offset(later, zone)) != offset:
            low, high = bucket, later
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            yield high, changed
            offset = changed
        bucket = later


def _offset(bucket: int, zone: tzinfo) -> int:
    """In quarters of an hour; every zone in use since 1972 has a whole number of them."""
    return (begin_of(bucket).astimezone(zone).utcoffset() or timedelta()) // LENGTH
