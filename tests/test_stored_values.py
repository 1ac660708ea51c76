"""Somebody who can write to the queue or to a cache runs nothing here."""

import os
import pickle
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, cast
from uuid import uuid4

import orjson
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCacheClient
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string
from huey import PostgresHuey, SqliteHuey
from huey.api import Task
from huey.consumer import Worker
from huey.contrib.djhuey import HUEY
from huey.registry import Message
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from operations import queue
from operations.api.throttling import WindowThrottle
from operations.dashboards import svg
from operations.dashboards.charts.vega import SCHEMA
from operations.stored_values import (
    JsonFileCache,
    JsonSerializer,
    OneLineFilter,
    RedisJsonSerializer,
    UnreadableValueError,
)

SOURCES = [*Path("operations").rglob("*.py"), *Path("gpo_portal").rglob("*.py")]
LATER = datetime(2030, 1, 2, 3, 4, 5, 678)
MESSAGE: dict[str, Any] = {"id": "1", "name": "perform", "args": [], "eta": None}


class Attack:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.fixture
def pickled(tmp_path: Path) -> Iterator[bytes]:
    """What must not be read; afterwards it was not."""
    folder = tmp_path / "it-ran"
    yield pickle.dumps(Attack(folder))
    assert not folder.exists()


@pytest.fixture
def no_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("Something from outside the process reached pickle.")

    for name in ("load", "loads", "Unpickler", "dumps", "dump"):
        monkeypatch.setattr(pickle, name, refuse)


@pytest.fixture
def worker_queue(tmp_path: Path) -> SqliteHuey:
    made = SqliteHuey("attacked", filename=str(tmp_path / "queue.sqlite3"), serializer=settings.HUEY["serializer"])

    @made.task(name="perform")
    def perform(operation_id: str) -> None:
        raise NotImplementedError

    return made


def test_the_queue_reads_no_pickle(worker_queue: SqliteHuey, pickled: bytes) -> None:
    worker_queue.storage.enqueue(pickled)
    with pytest.raises(UnreadableValueError, match="not JSON"):
        worker_queue.dequeue()
    assert worker_queue.dequeue() is None


def test_a_hostile_message_does_not_stop_the_worker(worker_queue: SqliteHuey, pickled: bytes) -> None:
    performed: list[str] = []

    @worker_queue.task(name="note")
    def note(word: str) -> None:
        performed.append(word)

    worker_queue.storage.enqueue(pickled)
    note("after it")
    worker = Worker(worker_queue, Event(), default_delay=0, max_delay=0, backoff=1)
    worker.loop()
    worker.loop()
    assert performed == ["after it"]


@pytest.mark.django_db(transaction=True)
def test_the_queue_in_postgresql_reads_no_pickle(pickled: bytes) -> None:
    """By somebody with nothing but INSERT on the queue's table."""
    if connection.vendor != "postgresql":
        pytest.skip("there is no such table on SQLite")
    queue_there = PostgresHuey(
        "attacked",
        dsn=make_conninfo(**connection.get_connection_params() | {"cursor_factory": None, "context": None}),
        serializer=settings.HUEY["serializer"],
        blocking=False,
    )
    performed: list[str] = []

    @queue_there.task(name="note")
    def note(word: str) -> None:
        performed.append(word)

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO huey_task (queue, data, priority) VALUES ('attacked', %s, 0)", [pickled])
    note("after it")
    worker = Worker(queue_there, Event(), default_delay=0, max_delay=0, backoff=1)
    for _ in range(3):
        worker.loop()
    assert performed == ["after it"]
    queue_there.storage.close()


def test_what_is_scheduled_is_no_pickle_either(worker_queue: SqliteHuey, pickled: bytes) -> None:
    worker_queue.storage.add_to_schedule(pickled, datetime(2020, 1, 1))
    worker_queue.storage.enqueue(pickled)
    assert worker_queue.read_schedule(datetime(2026, 1, 1)) == []
    assert worker_queue.pending() == []


def test_a_stranger_who_asks_whether_it_is_ready_runs_nothing(
    client: Client, db: None, pickled: bytes, settings: Any
) -> None:
    HUEY.storage.put_data(queue.HEARTBEAT, pickled)
    assert client.get("/readyz").json()["worker"].startswith("missing")
    HUEY.storage.put_data(queue.HEARTBEAT, orjson.dumps({"value": "yesterday"}))
    assert queue.last_beat() is None


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"value": {"dateTime": "2026-11-27T12:00:00"}}',
        b'{"value": {"dateTime": 5}}',
        b'{"value": {"dateTime": "soon"}}',
        b'{"value": ' + b"[" * 900 + b"]" * 900 + b"}",
        b"[" * 100_000,
        b"{}",
        b"",
    ],
)
def test_no_heartbeat_makes_the_readiness_check_fail(hostile: bytes, client: Client, db: None) -> None:
    HUEY.storage.put_data(queue.HEARTBEAT, hostile)
    assert queue.last_beat() is None
    assert client.get("/readyz").json()["worker"].startswith("missing")


def test_a_message_cannot_say_how_often_it_is_tried(worker_queue: SqliteHuey) -> None:
    tried: list[str] = []

    @worker_queue.task(name="fail")
    def fail(word: str) -> None:
        tried.append(word)
        raise OSError(word)

    fail("sent")
    message = orjson.loads(cast(bytes, worker_queue.storage.dequeue()))["message"]
    worker_queue.storage.enqueue(orjson.dumps({"message": {**message, "retries": 1_000_000_000, "retry_delay": 0}}))
    worker_queue.storage.enqueue(orjson.dumps({"message": message}))
    worker = Worker(worker_queue, Event(), default_delay=0, max_delay=0, backoff=1)
    for _ in range(5):
        worker.loop()
    assert tried == ["sent"]


@pytest.mark.parametrize(
    "hostile", [b"\x80\x05.", b'{"message": {}}', b'{"message": {"id": "1", "name": "no.such.task"}}']
)
def test_a_refusal_is_one_line_of_log(
    hostile: bytes, worker_queue: SqliteHuey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(OneLineFilter())
    worker_queue.storage.enqueue(hostile)
    Worker(worker_queue, Event(), default_delay=0, max_delay=0, backoff=1).loop()
    worker_queue.storage.enqueue(hostile)
    worker_queue.pending()
    assert [len(caplog.handler.format(record).splitlines()) for record in caplog.records] == [1, 1]


def test_an_error_of_a_task_keeps_its_traceback(worker_queue: SqliteHuey, caplog: pytest.LogCaptureFixture) -> None:
    @worker_queue.task(name="fail")
    def fail() -> None:
        raise ValueError("broken")

    caplog.handler.addFilter(OneLineFilter())
    fail()
    Worker(worker_queue, Event(), default_delay=0, max_delay=0, backoff=1).loop()
    assert "in fail" in caplog.text


def test_the_console_shortens_refusals() -> None:
    logging: Any = settings.LOGGING
    assert "one_line" in logging["handlers"]["console"]["filters"]


@pytest.mark.parametrize("left", [None, "x", "5", [1], 1.5, {"a": 1}])
def test_a_count_that_is_none_counts_as_nothing(left: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Throttle(WindowThrottle):
        def limit(self) -> int:
            return 1

        def caller(self, request: Any) -> str:
            return "somebody"

    throttle = Throttle()
    caches["default"].set(throttle._key(None), left)
    assert throttle.allow_request(None, None) is True
    assert caches["default"].get(throttle._key(None)) == 1


def test_a_drawing_that_somebody_else_left_in_the_cache_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str] = {}

    class Drawings:
        get, set = kept.get, kept.__setitem__

    monkeypatch.setattr(svg, "caches", {"drawings": Drawings})
    specification = {"$schema": SCHEMA, "data": {"values": [{"x": 1}]}, "mark": "point"}
    drawn = svg.draw(specification)
    assert drawn.startswith("<svg")
    (key,) = kept
    assert svg.draw(specification) == drawn
    for left in ("<script>alert(1)</script>", kept[key].replace("<svg", "<svg id='x'", 1)):
        kept[key] = left
        assert svg.draw(specification) == drawn


@pytest.mark.parametrize("name", ["default", "drawings"])
def test_a_cache_in_files_reads_no_pickle(name: str, pickled: bytes, tmp_path: Path) -> None:
    found = import_string(settings.CACHES[name]["BACKEND"])(str(tmp_path / "cache"), {})
    assert isinstance(found, JsonFileCache)
    for use in (found.get, found.has_key, found.touch, lambda key: found.add(key, 1)):
        found.set("kept", 1)
        path = Path(found._key_to_file("kept"))
        path.write_bytes(pickled)
        use("kept")
    assert found.get("kept") == 1


def test_a_cache_in_redis_reads_no_pickle(monkeypatch: pytest.MonkeyPatch, pickled: bytes) -> None:
    from gpo_portal import environment

    monkeypatch.setenv("PORTAL_CACHE_URL", "redis://localhost")
    monkeypatch.setattr(environment, "find_spec", lambda _: True)
    made = environment.cache("PORTAL_CACHE_URL", Path("unused"))
    serializer = import_string(made["OPTIONS"]["serializer"])()
    assert isinstance(serializer, RedisJsonSerializer)
    assert hasattr(RedisCacheClient, "get")
    assert serializer.loads(pickled) is None
    assert (serializer.loads(b"5"), serializer.dumps(5)) == (5, 5)
    assert serializer.loads(serializer.dumps("<svg/>")) == "<svg/>"


def test_nothing_reaches_pickle_on_the_usual_ways(
    worker_queue: SqliteHuey, no_pickle: None, tmp_path: Path, client: Client, db: None
) -> None:
    perform = worker_queue._registry.string_to_task(f"{__name__}.perform")
    operation_id = str(uuid4())
    worker_queue.enqueue(perform((operation_id,)))
    message = worker_queue.dequeue()
    assert isinstance(message, Task)
    assert message.args == (operation_id,)
    worker_queue.add_schedule(perform((operation_id,), eta=datetime(2025, 1, 2)))
    (due,) = worker_queue.read_schedule(datetime(2026, 1, 1))
    assert (due.args, due.eta) == ((operation_id,), datetime(2025, 1, 2))
    worker_queue.revoke_by_id(operation_id, revoke_until=datetime(2027, 1, 1))
    assert worker_queue.is_revoked(due) is False
    queue.beat()
    assert client.get("/readyz").json()["worker"] == "ok"
    for name in settings.CACHES:
        caches[name].set("key", ["<svg/>", 1], 60)
        assert caches[name].get("key") == ["<svg/>", 1]
        assert caches[name].touch("key", 60)


def test_what_is_over_is_gone(tmp_path: Path) -> None:
    found = JsonFileCache(str(tmp_path), {})
    found.set("over", 1, -1)
    found.set("forever", 1, None)
    assert (found.get("over"), found.has_key("over"), found.touch("over")) == (None, False, False)
    assert found.get("forever") == 1


@pytest.mark.parametrize(
    "hostile",
    [
        {"name": "perform"},
        {**MESSAGE, "id": 5},
        {**MESSAGE, "name": None},
        {**MESSAGE, "args": {"a": 1}},
        {**MESSAGE, "args": "abc"},
        {**MESSAGE, "eta": "soon"},
        {**MESSAGE, "eta": 5},
        {**MESSAGE, "eta": {"dateTime": "2026-11-27T12:00:00Z"}},
        {**MESSAGE, "eta": {"dateTime": 5}},
        {**MESSAGE, "retries": 1},
        {**MESSAGE, "expires_resolved": 5},
        {**MESSAGE, "args": [{"py/object": "os.system"}]},
        [],
        None,
    ],
)
def test_a_message_that_is_none_is_refused(hostile: Any) -> None:
    with pytest.raises(UnreadableValueError):
        JsonSerializer().deserialize(orjson.dumps({"message": hostile}))


@pytest.mark.parametrize("hostile", [b"", b"[]", b"1", b'{"a": 1, "b": 2}', b'{"value": {"a": 1}}', b"\x80\x05."])
def test_a_value_that_is_none_is_refused(hostile: bytes) -> None:
    with pytest.raises(UnreadableValueError):
        JsonSerializer().deserialize(hostile)


def test_a_task_that_starts_another_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="does not carry on_error"):
        JsonSerializer().serialize(Message("1", "perform", on_error=Message("2", "perform")))
    with pytest.raises(ValueError, match="does not go through the queue"):
        JsonSerializer().serialize(object())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.datetimes(), st.lists, max_leaves=3
    )
)
def test_every_plain_value_comes_back(value: Any) -> None:
    assert JsonSerializer().deserialize(JsonSerializer().serialize(value)) == value


def test_a_message_comes_back_whole() -> None:
    sent = Message("1", "perform", LATER, args=("a", 2, None), kwargs={})
    assert JsonSerializer().deserialize(JsonSerializer().serialize(sent)) == sent


@pytest.mark.parametrize("more", [{"retries": 2}, {"expires": 5}, {"kwargs": {"a": 1}}, {"priority": 1}])
def test_what_a_message_does_not_carry_is_refused_when_sent(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not carry"):
        JsonSerializer().serialize(Message("1", "perform", **more))


def test_no_module_unpickles() -> None:
    told = [str(path) for path in SOURCES if "import pickle" in path.read_text() or "from pickle" in path.read_text()]
    assert told == []
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
