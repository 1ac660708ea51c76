"""Counts of operations: from the rollups, or, where filters ask what they do not know, from the rows themselves."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Count, F, Func, IntegerField, QuerySet, Sum
from django.db.models.expressions import Combinable

from operations.choices import FINAL
from operations.durations import UNFINISHED, step_of
from operations.models import GroupPolicyOperation, OperationRollup
from operations.queries.intervals import Intervals, hour_of_week
from operations.time_buckets import SECONDS, begin_of

Counts = Counter[tuple[Any, ...]]


class TimeBucket(Func):
    """The quarter of an hour of a moment, as operations/time_buckets.py numbers them."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / {SECONDS})"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"(CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS bigint) / {SECONDS})"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True)
class Selection:
    """The operations that a board tells of: those created from one bucket to before another, filtered.

    `rollups` and `rows` are the same operations, not yet bounded in time; without rollups the rows are counted.
    """

    begin: int
    end: int
    zone: tzinfo
    rollups: QuerySet[OperationRollup] | None
    rows: QuerySet[GroupPolicyOperation]
    hours: frozenset[int] | None = None

    @property
    def intervals(self) -> Intervals:
        return Intervals(self.begin, self.end, self.zone)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From when to before when."""
        return begin_of(self.begin).astimezone(self.zone), begin_of(self.end).astimezone(self.zone)

    @property
    def before(self) -> "Selection":
        """The period just before, as long as this one."""
        return replace(self, begin=2 * self.begin - self.end, end=self.begin)

    @property
    def operations(self) -> QuerySet[GroupPolicyOperation]:
        """The rows, newest first."""
        first, last = self.moments
        rows = self.rows.filter(created_date_time__gte=first, created_date_time__lt=last)
        if self.hours is not None:
            rows = rows.alias(bucket=TimeBucket("created_date_time")).alias(hour_of_week=self._hour_of_week)
            rows = rows.filter(hour_of_week__in=self.hours)
        return rows.order_by("-created_date_time", "-id")

    def count(self, *dimensions: str) -> Counts:
        """How many by columns of a rollup, by `interval` or by `hour_of_week`."""
        if self.rollups is not None:
            rows: QuerySet[Any] = self.rollups.filter(bucket__gte=self.begin, bucket__lt=self.end)
            if self.hours is not None:
                rows = rows.alias(hour_of_week=self._hour_of_week).filter(hour_of_week__in=self.hours)
            return grouped(rows, self._places(dimensions), Sum("count"))
        if "duration_step" in dimensions:
            return self._with_durations(dimensions)
        rows = self.operations.alias(bucket=TimeBucket("created_date_time"))
        return grouped(rows, self._places(dimensions), Count("*"))

    @property
    def _hour_of_week(self) -> Combinable:
        return hour_of_week(self.begin, self.end, self.zone)

    def _places(self, dimensions: tuple[str, ...]) -> dict[str, Combinable]:
        computed = {"interval": lambda: self.intervals.number, "hour_of_week": lambda: self._hour_of_week}
        return {name: computed[name]() if name in computed else F(name) for name in dimensions}

    def _with_durations(self, dimensions: tuple[str, ...]) -> Counts:
        """Neither database has the scale: the ends are read. A period of at most 90 days bounds how many."""
        others = [name for name in dimensions if name != "duration_step"]
        counts: Counts = Counter()
        facts = self.operations.order_by().values_list("created_date_time", "finished_date_time", *others)
        for created, finished, *values in facts.iterator(chunk_size=5000):
            key = dict(zip(others, values, strict=True))
            key["duration_step"] = step_of(finished - created) if finished else UNFINISHED
            counts[tuple(key[name] for name in dimensions)] += 1
        return counts


def grouped(rows: QuerySet[Any], places: Mapping[str, Combinable], measure: Any) -> Counts:
    """Counts by what each row has in these places, in one query."""
    named = {f"by_{name}": place for name, place in places.items()}
    found = rows.order_by().annotate(**named).values_list(*named).annotate(counted=measure)
    return Counter({tuple(key): count for *key, count in found if count})


def finished(counts: Counts, *key: Any) -> int:
    """How many have ended, of counts by `key` and then by status."""
    return sum(counts[(*key, status)] for status in FINAL)


def summed(counts: Counts, *positions: int) -> Counts:
    """The same counts by some of their dimensions only."""
    sums: Counts = Counter()
    for key, count in counts.items():
        sums[tuple(key[position] for position in positions)] += count
    return sums
