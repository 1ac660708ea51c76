"""`/metrics`, for Prometheus: figures of the portal are read when asked for, latencies counted as they happen."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from rest_framework.request import Request

from operations import audit, queue
from operations.api.viewsets import PortalViewSet
from operations.choices import OperationStatus, OperationType, Outcome
from operations.durations import STEPS_PER_DOUBLING, UNFINISHED, middle_of, most_of
from operations.models import EVER, AuditCheckpoint, GroupPolicyOperation, OperationRollup
from operations.odata.representation import AnythingNegotiation
from operations.permissions import Action
from operations.queries.trail import last_verification
from operations.time_buckets import begin_of, bucket_of

# Whoever forwards for others says so in one of these.
FORWARDING = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
# Callers may invent methods; each would be a time series for ever.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
KINDS = {True: "performed", False: "recorded"}
BANDS = {"up_to_1h": timedelta(hours=1), "up_to_1d": timedelta(days=1), "up_to_7d": timedelta(days=7)}
OLDER = "over_7d"
# From a millisecond to three days, each four times the one before.
DURATION_STEPS = range(0, 28 * STEPS_PER_DOUBLING + 1, 2 * STEPS_PER_DOUBLING)

# When a series began is a fact of OpenMetrics; in this format it would be a family of its own.
disable_created_metrics()
LATENCIES = Histogram(
    "gpo_portal_http_request_duration_seconds",
    "Time until an answer began, of this machine's web processes since their start.",
    ("method", "status", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)


class LatencyMiddleware:
    """Counts every answer by how long it took to begin; a stream is not waited for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        method = request.method if request.method in METHODS else "other"
        # Never the path: whoever asks for it could make time series without end.
        route = request.resolver_match.view_name if request.resolver_match else "none"
        # The folder that processes share may be gone or full: no reason to answer nobody.
        with suppress(OSError):
            LATENCIES.labels(method, f"{response.status_code // 100}xx", route).observe(seconds)
        return response


class MetricsViewSet(PortalViewSet):
    """Open to this machine itself; anybody else brings a token that may read operations."""

    content_negotiation_class = AnythingNegotiation
    required_permissions = {"list": Action.READ_OPERATIONS}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not _is_from_here(request):
            super().initial(request, *args, **kwargs)

    def list(self, request: Request) -> HttpResponse:
        return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_from_here(request: Request) -> bool:
    """Asked by this machine, of this machine. A proxy on it connects from here too, for the whole world."""
    if any(name in request.headers for name in FORWARDING):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return (host == "localhost" or _is_loopback(host)) and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Figures())
    try:
        MultiProcessCollector(registry)
    except ValueError:
        # Without a folder that processes share there is only this one's.
        registry.register(LATENCIES)
    return registry


class Figures(Collector):
    """What the database and the queue know, in as many queries for a long history as for a short one."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("gpo_portal_build", "The portal that answers.", {"version": settings.PORTAL_VERSION})
        yield from _operations()
        yield from _in_progress()
        yield from _queue()
        yield from _trail()


def _operations() -> Iterator[Metric]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    durations: defaultdict[str, Counter[int]] = defaultdict(Counter)
    rows = OperationRollup.objects.filter(bucket=EVER)
    facts = rows.values_list("operation_type", "operation_status", "performed", "duration_step", "count")
    for operation_type, status, performed, step, count in facts:
        counts[operation_type, status, performed] += count
        if performed and step != UNFINISHED:
            durations[operation_type][step] += count
    family = GaugeMetricFamily(
        "gpo_portal_operations", "Operations there are, by what they are now.", labels=("type", "status", "kind")
    )
    for operation_type in OperationType.values:
        for status in OperationStatus.values:
            for performed, kind in KINDS.items():
                family.add_metric((operation_type, status, kind), counts[operation_type, status, performed])
    yield family
    yield _durations(durations)


def _durations(durations: defaultdict[str, Counter[int]]) -> Metric:
    family = HistogramMetricFamily(
        "gpo_portal_operation_duration_seconds",
        "From creation to end of performed operations. Buckets are exact; _sum is estimated from the middles of the "
        "finer steps on which durations are counted, and right to a tenth.",
        labels=("type",),
    )
    for operation_type in OperationType.values:
        steps = durations[operation_type]
        buckets = [
            (str(most_of(last)), sum(count for step, count in steps.items() if step <= last)) for last in DURATION_STEPS
        ]
        reckoned = sum(count * middle_of(step) for step, count in steps.items())
        family.add_metric((operation_type,), [*buckets, ("+Inf", steps.total())], reckoned)
    return family


def _in_progress() -> Iterator[Metric]:
    now = timezone.now()
    sums: dict[str, Any] = {}
    older = Q()
    for age, longest in BANDS.items():
        begin = bucket_of(now - longest)
        sums[age] = Sum("count", filter=Q(bucket__gte=begin) & older, default=0)
        older = Q(bucket__lt=begin)
    sums[OLDER] = Sum("count", filter=older, default=0)
    rows = OperationRollup.objects.filter(operation_status=OperationStatus.IN_PROGRESS, bucket__gt=EVER)
    counted = rows.order_by().values_list("performed").annotate(first=Min("bucket"), **sums)
    found = {performed: (first, counts) for performed, first, *counts in counted}
    family = GaugeMetricFamily(
        "gpo_portal_operations_in_progress",
        "Unfinished operations, by age to the quarter of an hour.",
        labels=("kind", "age"),
    )
    oldest = GaugeMetricFamily(
        "gpo_portal_operations_in_progress_oldest_age_seconds",
        "Age of the oldest unfinished operation; 0 while there is none.",
        labels=("kind",),
    )
    for performed, kind in KINDS.items():
        first, counts = found.get(performed, (None, [0] * len(sums)))
        for age, count in zip(sums, counts, strict=True):
            family.add_metric((kind, age), count)
        oldest.add_metric((kind,), 0 if first is None else _age_of_oldest(performed, first, now))
    yield family
    yield oldest


def _age_of_oldest(performed: bool, bucket: int, now: datetime) -> float:
    """In seconds. Known to be of that bucket: without it, all of the other kind might be read on the way."""
    rows = GroupPolicyOperation.objects.filter(
        operation_status=OperationStatus.IN_PROGRESS,
        performed=performed,
        created_date_time__gte=begin_of(bucket),
        created_date_time__lt=begin_of(bucket + 1),
    )
    created = rows.order_by("created_date_time", "id").values_list("created_date_time", flat=True).first()
    return max(0.0, (now - created).total_seconds()) if created else 0


def _queue() -> Iterator[Metric]:
    depth: int | None = None
    beat: datetime | None = None
    # Whichever engine the queue has: its outage must not hide the other figures.
    with suppress(Exception):
        depth, beat = queue.depth(), queue.last_beat()
    yield _gauge("gpo_portal_queue_depth", "Messages that wait for a worker.", depth)
    yield _gauge("gpo_portal_worker_last_seen_timestamp_seconds", "Last sign of life of a worker.", beat)


def _trail() -> Iterator[Metric]:
    verified, checkpoint = last_verification(), AuditCheckpoint.objects.first()
    yield CounterMetricFamily("gpo_portal_trail_events", "Events in the audit trail.", audit.head().sequence)
    yield _gauge(
        "gpo_portal_trail_verified_timestamp_seconds",
        "Last verification of the audit trail that came to a result.",
        verified.recorded_date_time if verified else None,
    )
    yield _gauge(
        "gpo_portal_trail_intact",
        "Whether that verification found the trail intact: 1 or 0.",
        verified.outcome == Outcome.SUCCESS if verified else None,
    )
    yield _gauge(
        "gpo_portal_trail_checkpoint_timestamp_seconds",
        "When the newest checkpoint was signed.",
        checkpoint.created_date_time if checkpoint else None,
    )
    yield _gauge(
        "gpo_portal_trail_checkpoint_events",
        "Events that the newest checkpoint covers.",
        checkpoint.size if checkpoint else None,
    )


def _gauge(name: str, meaning: str, value: float | datetime | None) -> Metric:
    """Without a sample where nothing is known."""
    family = GaugeMetricFamily(name, meaning)
    if value is not None:
        family.add_metric((), value.timestamp() if isinstance(value, datetime) else value)
    return family
