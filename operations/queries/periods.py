"""Spans of time that lists and boards filter by; every listing is bounded by one unless asked otherwise."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

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


def period(name: str = "", since: date | None = None, until: date | None = None) -> Period:
    """The dates where given (whole days in the current time zone), else the named span, else the default."""
    if since or until:
        # The calendar's own first and last day have no instant before or after them in every zone: open.
        begin = _midnight(since) if since and since > date.min else None
        return Period(begin, _midnight(until + timedelta(days=1)) if until and until < date.max else None)
    if name == ALL:
        return Period(None)
    _, span = PERIODS[name or DEFAULT]
    return Period(timezone.now() - span)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
