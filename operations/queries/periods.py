"""Spans of time that lists and boards filter by; every listing is bounded by one unless asked otherwise."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from operations.time_buckets import begin_of, bucket_of

PERIODS = {
    "24h": ("Last 24 hours", timedelta(hours=24)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
    "90d": ("Last 90 days", timedelta(days=90)),
}
ALL = "all"
DEFAULT = "90d"
CHOICES = [*((name, label) for name, (label, _) in PERIODS.items()), (ALL, "All time")]


@dataclass(frozen=True, slots=True)
class Period:
    """From `begin` to before `end`; None is open."""

    begin: datetime | None
    end: datetime | None = None


def period(name: str = "", since: date | datetime | None = None, until: date | datetime | None = None) -> Period:
    """What is given, whole days in the current time zone or exact moments; else the named span, else the default.

    A named span begins with a quarter of an hour: boards count by them, and lists must show what they count.
    """
    if since or until:
        return Period(_begin(since), _end(until))
    if name == ALL:
        return Period(None)
    _, span = PERIODS[name or DEFAULT]
    return Period(begin_of(bucket_of(timezone.now() - span)))


def _begin(since: date | datetime | None) -> datetime | None:
    if since is None or isinstance(since, datetime):
        return since
    # The calendar's own first and last day have no instant before or after them in every zone: open.
    return _midnight(since) if since > date.min else None


def _end(until: date | datetime | None) -> datetime | None:
    """After the whole of a day; before a moment."""
    if until is None or isinstance(until, datetime):
        return until
    return _midnight(until + timedelta(days=1)) if until < date.max else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
