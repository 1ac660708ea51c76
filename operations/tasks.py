"""What the worker runs, on demand and periodically: each task is one service call."""

from threading import Lock
from uuid import UUID

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task, on_shutdown, on_startup

from operations import queue
from operations.actor import worker
from operations.services import audit_log
from operations.services.access import access_events, api_clients
from operations.services.operations import execution

_STARTED, _STOPPED = Lock(), Lock()


@db_task(name="perform")
def perform(operation_id: str) -> None:
    execution.perform(UUID(operation_id))


@db_periodic_task(crontab(minute="*"), name="sweep")
def sweep() -> None:
    queue.beat()
    execution.sweep()
    access_events.record_refused_attempts()


@db_periodic_task(crontab(minute="*"), name="sign_checkpoint")
def sign_checkpoint() -> None:
    audit_log.sign_checkpoint_if_due(by=worker())


@db_periodic_task(crontab(minute="23", hour="2"), name="verify_trail")
def verify_trail() -> None:
    audit_log.verify(by=worker())


@on_startup()
def record_start() -> None:
    # Every thread of the worker calls it.
    if _STARTED.acquire(blocking=False):
        audit_log.record_start(by=worker())


@on_shutdown()
def record_stop() -> None:
    if _STOPPED.acquire(blocking=False):
        audit_log.record_stop(by=worker())


@on_startup()
def sweep_at_start() -> None:
    sweep.call_local()


@db_periodic_task(crontab(minute="7", hour="3"), name="forget_expired_tokens")
def forget_expired_tokens() -> None:
    api_clients.forget_expired_tokens(by=worker())
