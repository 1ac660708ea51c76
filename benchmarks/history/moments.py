"""When things happen. Moments are whole microseconds since 1970: they are sorted, added and written by the million."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
A_WEEK = 168
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(value: datetime) -> int:
    return (value - EPOCH) // timedelta(microseconds=1)


def as_datetime(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def as_text(moment: int) -> str:
    """As the trail writes it: always with microseconds."""
    return (EPOCH + timedelta(microseconds=moment)).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def is_office_hour(moment: int) -> bool:
    # 1970 began on a Thursday.
    weekday, hour = (moment // DAY + 3) % 7, moment // HOUR % 24
    return weekday < 5 and 7 <= hour < 19


def busy_moments(rng: Random, count: int, begin: int, end: int) -> Iterator[int]:
    """So many moments in their order, most of them while people work."""
    weights = [_weight(hour) for hour in range(begin // HOUR, -(-end // HOUR))]
    sums = list(accumulate(weights, initial=0.0))
    first = begin // HOUR * HOUR
    points = sorted(rng.uniform(sums[0], sums[-1]) for _ in range(count))
    interval = 0
    for point in points:
        while sums[interval + 1] < point:
            interval += 1
        moment = first + interval * HOUR + int((point - sums[interval]) / weights[interval] * HOUR)
        # SQLite's texts leave out microseconds that are none, and would then sort in no order.
        yield min(max(moment, begin), end) | 1


def daily_moments(begin: int, end: int, *, hour: int, minute: int) -> Iterator[int]:
    first = begin // DAY * DAY + hour * HOUR + minute * 60 * SECOND
    return (moment for moment in range(first + 1, end, DAY) if moment >= begin)


def log_normal(rng: Random, median: float, sigma: float) -> int:
    """A duration about so many seconds, from 100 ms to an hour."""
    seconds = min(max(median * rng.lognormvariate(0, sigma), 0.1), 3600)
    return int(seconds * SECOND)


def _weight(hour: int) -> float:
    weekday, of_day = (hour // 24 + 3) % 7, hour % 24
    if weekday >= 5:
        return 0.07
    if 8 <= of_day < 18:
        return 0.7 if of_day == 12 else 1.0
    return 0.35 if of_day in {7, 18, 19} else 0.1
