"""Quarters of an hour, numbered from 1970 in UTC: every time zone's hours and days begin with one."""

from datetime import UTC, datetime, timedelta

LENGTH = timedelta(minutes=15)
SECONDS = int(LENGTH.total_seconds())
AN_HOUR, A_DAY, A_WEEK = 4, 96, 672
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def bucket_of(moment: datetime) -> int:
    """The bucket in which this moment lies."""
    return (moment - _EPOCH) // LENGTH


def begin_of(bucket: int) -> datetime:
    """Its first moment, in UTC."""
    return _EPOCH + bucket * LENGTH
