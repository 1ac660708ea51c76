"""What the worker runs, and how it is woken."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from huey.contrib.djhuey import HUEY
from oauth2_provider.models import AccessToken

from operations import queue, tasks
from operations.models import GroupPolicyOperation
from operations.services.operations import execution
from tests import rows


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks(execute=True)


pytestmark = pytest.mark.django_db


def carry_out_next_message() -> None:
    """As the consumer does, but on the connection of the test."""
    message = HUEY.dequeue()
    assert message.name == queue.PERFORM_TASK.rpartition(".")[2]
    tasks.perform.call_local(*message.args)


def test_an_upload_wakes_the_worker_once_it_is_committed(committed: Any) -> None:
    with committed:
        operation = rows.an_upload()
        assert queue.depth() == 0, "not before the commit"
    assert queue.depth() == 1
    carry_out_next_message()
    operation.refresh_from_db()
    assert operation.operation_status == "success"


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_rolled_back_wakes_nobody() -> None:
    with transaction.atomic():
        rows.an_upload()
        transaction.set_rollback(True)
    assert queue.depth() == 0
    assert not GroupPolicyOperation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_queue_out_of_reach_does_not_fail_the_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise OSError("the queue is gone")

    monkeypatch.setattr("operations.queue._enqueue", fail)
    operation = rows.an_upload()
    assert GroupPolicyOperation.objects.get() == operation
    monkeypatch.undo()
    assert execution.sweep() == 1


def test_a_sweep_wakes_what_was_left_and_nothing_else(committed: Any) -> None:
    lost = rows.an_upload()
    dead, running = rows.an_upload(), rows.an_upload()
    rows.held_by_a_worker(dead, seconds=-5)
    rows.held_by_a_worker(running, seconds=50)
    rows.a_recorded_operation(operation_status="inProgress")
    rows.a_performed_operation(operation_status="failed")
    with committed:
        assert execution.sweep() == 3
    now_or_later = {message.args[0]: message.eta for message in (HUEY.dequeue() for _ in range(3))}
    assert set(now_or_later) == {str(lost.pk), str(dead.pk), str(running.pk)}
    assert now_or_later[str(lost.pk)] is now_or_later[str(dead.pk)] is None
    assert now_or_later[str(running.pk)], "what another worker holds waits until its lease ends"


def test_a_sweep_leaves_alone_what_messages_still_wait_for(committed: Any) -> None:
    with committed:
        rows.an_upload()
    dead = rows.an_upload()
    rows.held_by_a_worker(dead, seconds=-5)
    assert queue.depth() == 1
    assert execution.sweep() == 1, "only the dead worker's"


def test_a_sweep_is_not_deceived_by_messages_of_periodic_work(committed: Any) -> None:
    """They wait with it every minute; what was lost would wait for ever."""
    rows.an_upload()
    for task in (tasks.sweep, tasks.sign_checkpoint, tasks.verify_trail):
        task()
    assert queue.depth() == 3
    assert execution.sweep() == 1


def test_a_doubled_message_does_no_harm(committed: Any) -> None:
    operation = rows.an_upload()
    with committed:
        queue.wake(operation.pk)
        queue.wake(operation.pk)
    for _ in range(2):
        carry_out_next_message()
    operation.refresh_from_db()
    assert (operation.operation_status, operation.attempt) == ("success", 1)


def test_a_sweep_shows_that_a_worker_lives(client: Client) -> None:
    assert client.get("/readyz").json()["worker"].startswith("missing")
    tasks.sweep.call_local()
    assert client.get("/readyz").json()["worker"] == "ok"


def test_a_worker_sweeps_at_its_start() -> None:
    rows.held_by_a_worker(rows.an_upload(), seconds=-5)
    tasks.sweep_at_start()
    assert queue.last_beat()


def test_expired_tokens_are_forgotten(token_for: Any) -> None:
    token_for("DeviceManagementConfiguration.Read.All")
    tasks.forget_expired_tokens.call_local()
    assert AccessToken.objects.count() == 1
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=1))
    tasks.forget_expired_tokens.call_local()
    assert AccessToken.objects.count() == 0
