"""What Prometheus is told, and who may ask."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families
from supervisor.options import ServerOptions

from operations import audit, queue
from operations.choices import OperationStatus, OperationType, Scope
from operations.management.commands import start
from operations.models import AuditEvent, User
from operations.services import audit_log
from operations.services.operations import execution, records, rollups
from operations.web.metrics import FORWARDING, LatencyMiddleware
from tests import rows
from tests.api.resource import error_of, statements
from tests.audit.histories import an_event, as_owner
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db

# In the middle of a quarter of an hour.
NOW = datetime(2026, 3, 14, 12, 7, tzinfo=UTC)
PAGE = REPOSITORY / "docs" / "metrics.md"
LATENCY = "gpo_portal_http_request_duration_seconds"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def ask(client: Client | None = None, method: str = "GET", **changed: Any) -> Any:
    """As a Prometheus on the portal's own machine does, unless told otherwise."""
    headers = {"host": "localhost:8000"} | changed.pop("headers", {})
    return (client or Client()).generic(method, "/metrics", headers=headers, **changed)


def scraped() -> Samples:
    response = ask()
    assert response.status_code == 200, response.content
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


def counted(**labels: str) -> float:
    """How many answers."""
    return value(scraped(), f"{LATENCY}_count", **labels) or 0


def test_it_is_the_text_format_with_the_portals_version(settings: Any) -> None:
    settings.PORTAL_VERSION = "7.8.9"
    assert ask()["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert value(scraped(), "gpo_portal_build_info", version="7.8.9") == 1


def test_operations_are_counted_by_type_status_and_kind() -> None:
    rows.in_force(rows.an_upload())
    failed = rows.an_upload(rows.BROKEN_ADMX)
    execution.perform(failed.pk)
    for status in (OperationStatus.FAILED, OperationStatus.FAILED, OperationStatus.UNKNOWN):
        records.record_operation(by=rows.everybody(), operation_type=OperationType.REMOVE, operation_status=status)
    samples = scraped()
    expected = {
        ("upload", "success", "performed"): 1,
        ("upload", "failed", "performed"): 1,
        ("remove", "failed", "recorded"): 2,
        ("remove", "unknown", "recorded"): 1,
    }
    for type_ in OperationType.values:
        for status in OperationStatus:
            for kind in ("performed", "recorded"):
                found = value(samples, "gpo_portal_operations", type=type_, status=status, kind=kind)
                assert found == expected.get((type_, status, kind), 0)


def test_what_is_in_progress_is_told_by_age_with_the_oldest_of_each_kind(at_noon: None) -> None:
    ages: dict[str, list[timedelta]] = {
        "performed": [timedelta(minutes=1), timedelta(minutes=59), timedelta(hours=23)],
        "recorded": [timedelta(hours=2), timedelta(days=6), timedelta(days=8), timedelta(days=800, minutes=3)],
    }
    make = {"performed": rows.a_performed_operation, "recorded": rows.a_recorded_operation}
    for kind, all_ages in ages.items():
        for age in all_ages:
            make[kind](operation_status=OperationStatus.IN_PROGRESS, created_date_time=NOW - age)
    rows.a_recorded_operation(operation_status=OperationStatus.UNKNOWN, created_date_time=NOW - timedelta(days=900))
    rollups.rebuild()
    samples = scraped()
    bands = ("up_to_1h", "up_to_1d", "up_to_7d", "over_7d")
    for kind, counts in {"performed": [2, 1, 0, 0], "recorded": [0, 1, 1, 2]}.items():
        found = [value(samples, "gpo_portal_operations_in_progress", kind=kind, age=age) for age in bands]
        assert found == counts, kind
        oldest = value(samples, "gpo_portal_operations_in_progress_oldest_age_seconds", kind=kind)
        assert oldest == max(ages[kind]).total_seconds()


def test_with_nothing_in_progress_every_age_is_nought() -> None:
    samples = scraped()
    for kind in ("performed", "recorded"):
        assert value(samples, "gpo_portal_operations_in_progress", kind=kind, age="over_7d") == 0
        assert value(samples, "gpo_portal_operations_in_progress_oldest_age_seconds", kind=kind) == 0


def test_durations_of_performed_operations_fall_into_exact_buckets(at_noon: None) -> None:
    seconds = [0.0005, 0.004, 0.0041, 3, 3, 900, 900_000]
    for taken in seconds:
        rows.a_performed_operation(
            operation_type=OperationType.REMOVE,
            operation_status=OperationStatus.SUCCESS,
            finished_date_time=NOW + timedelta(seconds=taken),
        )
    rows.a_performed_operation(operation_type=OperationType.REMOVE)
    rows.a_recorded_operation(operation_type=OperationType.REMOVE, operation_status=OperationStatus.FAILED)
    rollups.rebuild()
    samples, name = scraped(), "gpo_portal_operation_duration_seconds"
    buckets = {
        float(dict(labels)["le"]): count
        for (found, labels), count in samples.items()
        if found == f"{name}_bucket" and dict(labels)["type"] == "remove"
    }
    assert len(buckets) == 16
    assert buckets == {longest: sum(taken <= longest for taken in seconds) for longest in buckets}
    assert value(samples, f"{name}_count", type="remove") == len(seconds)
    assert value(samples, f"{name}_sum", type="remove") == pytest.approx(sum(seconds), rel=0.1)
    assert value(samples, f"{name}_count", type="upload") == 0


def test_messages_that_wait_and_the_workers_last_sign_of_life_are_told(
    at_noon: None, django_capture_on_commit_callbacks: Any
) -> None:
    samples = scraped()
    assert value(samples, "gpo_portal_queue_depth") == 0
    assert value(samples, "gpo_portal_worker_last_seen_timestamp_seconds") is None
    with django_capture_on_commit_callbacks(execute=True):
        rows.an_upload()
    queue.beat()
    samples = scraped()
    assert value(samples, "gpo_portal_queue_depth") == 1
    assert value(samples, "gpo_portal_worker_last_seen_timestamp_seconds") == NOW.timestamp()


def test_a_queue_out_of_reach_leaves_only_its_own_figures_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("gone")

    monkeypatch.setattr("operations.queue.depth", fail)
    samples = scraped()
    assert value(samples, "gpo_portal_queue_depth") is None
    assert value(samples, "gpo_portal_trail_events_total") is not None


def test_the_trail_is_told_with_its_last_verification_and_checkpoint() -> None:
    samples = scraped()
    for name in ("verified_timestamp_seconds", "intact", "checkpoint_timestamp_seconds", "checkpoint_events"):
        assert value(samples, f"gpo_portal_trail_{name}") is None
    an_event()
    checkpoint = audit_log.sign_checkpoint(by=rows.everybody())
    _, verified = audit_log.verify(by=rows.everybody())
    assert checkpoint is not None
    assert verified is not None
    samples = scraped()
    assert value(samples, "gpo_portal_trail_events_total") == audit.head().sequence == 3
    assert value(samples, "gpo_portal_trail_verified_timestamp_seconds") == verified.recorded_date_time.timestamp()
    assert value(samples, "gpo_portal_trail_intact") == 1
    signed = checkpoint.created_date_time.timestamp()
    assert value(samples, "gpo_portal_trail_checkpoint_timestamp_seconds") == signed
    assert value(samples, "gpo_portal_trail_checkpoint_events") == checkpoint.size == 1


def test_a_damaged_trail_is_not_intact() -> None:
    an_event()
    with as_owner():
        AuditEvent.objects.filter(sequence=1).update(reason="forged")
    audit_log.verify(by=rows.everybody())
    assert value(scraped(), "gpo_portal_trail_intact") == 0


def test_a_scrape_costs_as_many_queries_for_many_operations_as_for_few() -> None:
    costs = []
    for number in (1, 20):
        for days in range(number):
            created = NOW - timedelta(days=days)
            rows.a_recorded_operation(operation_status=OperationStatus.IN_PROGRESS, created_date_time=created)
            rows.a_performed_operation(created_date_time=created)
        rollups.rebuild()
        an_event()
        audit_log.sign_checkpoint(by=rows.everybody())
        audit_log.verify(by=rows.everybody())
        with CaptureQueriesContext(connection) as queries:
            ask()
        costs.append(len(statements(queries)))
    assert costs == [7, 7], statements(queries)


def test_answers_are_counted_by_method_class_of_status_and_what_answered(reader: Client) -> None:
    address = f"/beta/deviceManagement/groupPolicyOperations/{rows.an_unknown_id()}"
    item = "deviceManagement/groupPolicyOperations/{operation}"
    expected: list[tuple[dict[str, str], Callable[[], Any]]] = [
        ({"method": "GET", "status": "2xx", "route": "readyz"}, lambda: reader.get("/readyz")),
        ({"method": "GET", "status": "4xx", "route": item}, lambda: reader.get(address)),
        ({"method": "POST", "status": "3xx", "route": "admin:index"}, lambda: Client().post("/admin/")),
        ({"method": "GET", "status": "4xx", "route": "none"}, lambda: reader.get("/no-such-page-4711")),
        ({"method": "other", "status": "4xx", "route": "none"}, lambda: reader.generic("BREW", "/no-such-page-4711")),
    ]
    for labels, call in expected:
        before = counted(**labels)
        call()
        assert counted(**labels) == before + 1, labels
    text = ask().content.decode()
    for raw in (address, "no-such-page", "BREW"):
        assert raw not in text


@pytest.mark.parametrize(("seconds", "bucket"), [(0.004, "0.005"), (0.3, "0.5"), (60.0, "+Inf")])
def test_a_latency_falls_into_its_bucket(monkeypatch: pytest.MonkeyPatch, seconds: float, bucket: str) -> None:
    before = scraped()
    moments = iter([100.0, 100.0 + seconds])
    with monkeypatch.context() as patched:
        patched.setattr("operations.web.metrics.time.perf_counter", lambda: next(moments))
        LatencyMiddleware(lambda request: HttpResponse())(RequestFactory().put("/"))
    after = scraped()
    ends = [dict(labels)["le"] for name, labels in after if name == f"{LATENCY}_bucket" and ("method", "PUT") in labels]
    for end in ends:
        labels = {"method": "PUT", "status": "2xx", "route": "none", "le": end}
        more = (value(after, f"{LATENCY}_bucket", **labels) or 0) - (value(before, f"{LATENCY}_bucket", **labels) or 0)
        assert more == (float(end) >= float(bucket)), end
    assert bucket in ends


def test_a_stream_is_counted_when_it_begins() -> None:
    class Never(Iterator[bytes]):
        def __iter__(self) -> Iterator[bytes]:
            return self

        def __next__(self) -> bytes:
            raise AssertionError("read")

    labels = {"method": "PATCH", "status": "2xx", "route": "none"}
    before = counted(**labels)
    LatencyMiddleware(lambda request: StreamingHttpResponse(Never()))(RequestFactory().patch("/"))
    assert counted(**labels) == before + 1


def test_the_latencies_of_all_processes_are_added(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    one = (
        "import django; django.setup()\n"
        "from django.http import HttpResponse\n"
        "from django.test import RequestFactory\n"
        "from operations.web.metrics import LatencyMiddleware\n"
        "LatencyMiddleware(lambda request: HttpResponse())(RequestFactory().get('/'))\n"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "gpo_portal.settings",
        "PORTAL_DATA_DIR": str(settings.PORTAL_DATA_DIR),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
    }
    for _ in range(2):
        subprocess.run([sys.executable, "-c", one], cwd=REPOSITORY, env=environment, check=True, timeout=60)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert counted(method="GET", status="2xx", route="none") == 2


@pytest.mark.parametrize("name", ["data", "50%, it's a=b; c #d", 'the "new" one'])
def test_a_start_gives_the_web_processes_an_empty_folder_to_share(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "latencies"
    folder.parent.mkdir()
    start._forget_latencies(folder)
    (folder / "histogram_4711.db").write_bytes(b"of the start before")
    start._forget_latencies(folder)
    assert list(folder.iterdir()) == []
    supervisor = ServerOptions()
    supervisor.realize(["-n", "-c", str(start._supervisor_config(folder.parent))])
    programs = {group.name: group.process_configs[0] for group in supervisor.process_group_configs}
    assert programs["web"].environment == {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    assert programs["worker"].environment == {}


FROM_HERE = [{"REMOTE_ADDR": address} for address in ("127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1")] + [
    {"headers": {"host": host}} for host in ("localhost", "127.0.0.1:8000", "[::1]:8000")
]
FROM_ELSEWHERE = [
    *({"REMOTE_ADDR": address} for address in ("192.0.2.7", "::ffff:192.0.2.7", "10.0.0.1", "")),
    *({"headers": {header: "127.0.0.1"}} for header in FORWARDING),
    {"headers": {"host": "testserver"}},
]


@pytest.mark.parametrize("caller", FROM_HERE, ids=str)
def test_this_machine_itself_needs_no_token(caller: dict[str, Any]) -> None:
    assert ask(**caller).status_code == 200


@pytest.mark.parametrize("caller", FROM_ELSEWHERE, ids=str)
def test_others_need_a_token_and_so_does_whoever_comes_through_a_proxy(caller: dict[str, Any]) -> None:
    response = ask(**caller)
    assert error_of(response, 401)["code"] == "InvalidAuthenticationToken"
    assert "Bearer" in response["WWW-Authenticate"]


@pytest.mark.parametrize("caller", FROM_ELSEWHERE, ids=str)
@pytest.mark.parametrize(
    ("scope", "expected"), [(Scope.READ, 200), (Scope.READ_WRITE, 200), (Scope.AUDIT_READ, 403)], ids=str
)
def test_a_token_needs_a_scope_that_reads_operations(
    token_for: Callable[..., str], caller: dict[str, Any], scope: str, expected: int
) -> None:
    response = ask(Client(headers={"authorization": f"Bearer {token_for(scope)}"}), **caller)
    assert response.status_code == expected
    if expected == 403:
        assert Scope.READ in error_of(response, 403)["message"]


def test_being_signed_in_is_no_token(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    error_of(ask(client, REMOTE_ADDR="192.0.2.7"), 401)


def test_with_tls_a_token_in_the_clear_is_refused_and_this_machine_may_still_ask_over_http(
    reader: Client, settings: Any
) -> None:
    settings.PORTAL_TLS = settings.SECURE_SSL_REDIRECT = True
    assert ask().status_code == 200
    assert "https" in error_of(ask(reader, REMOTE_ADDR="192.0.2.7"), 403)["message"]
    assert ask(reader, REMOTE_ADDR="192.0.2.7", secure=True).status_code == 200


def test_head_is_answered_without_a_body() -> None:
    response = ask(method="HEAD")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_are_refused(reader: Client, method: str) -> None:
    for changed in ({}, {"REMOTE_ADDR": "192.0.2.7"}):
        response = ask(reader, method, **changed)
        error_of(response, 405)
        assert response["Allow"] == "GET, HEAD"


def test_a_host_that_is_not_served_is_refused_in_the_envelope() -> None:
    error_of(ask(headers={"host": "evil.example"}), 400)


def test_the_page_names_exactly_the_figures_that_are_served() -> None:
    served = set(re.findall(r"^# TYPE (\w+) ", ask().content.decode(), re.MULTILINE))
    text = PAGE.read_text()
    assert set(re.findall(r"^\| `(gpo_portal_\w+)`", text, re.MULTILINE)) == served
    assert set(re.findall(r"gpo_portal_\w+", text)) == served


def test_the_page_names_exactly_the_labels_that_are_served(reader: Client) -> None:
    reader.get("/healthz")
    told = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"^\| `(gpo_portal_\w+)` \| \w+ \| ([^|]+) \|", PAGE.read_text(), re.MULTILINE)
    }
    for (name, labels), _ in scraped().items():
        family = name if name in told else re.sub(r"_(bucket|sum|count)$", "", name)
        assert {label for label, _ in labels} - {"le"} == told[family], name
