"""The queue. It only wakes the worker; an operation's row and lease decide what is due."""

from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from huey.contrib.djhuey import HUEY

HEARTBEAT = "worker-heartbeat"
PERFORM_TASK = "operations.tasks.perform"
# Of waiting messages, far more than there are kinds of periodic work.
LOOKED_AT = 100


class _Task(Protocol):
    def __call__(self, operation_id: str) -> Any: ...
    def schedule(self, args: tuple[str], eta: datetime) -> Any: ...


def wake(operation_id: UUID, *, at: datetime | None = None) -> None:
    """Ask the worker, once this transaction commits, to perform the operation (at a time, if given).

    A message lost between commit and queue is made good by the sweep.
    """
    transaction.on_commit(lambda: _enqueue(operation_id, at), robust=True)


def depth() -> int:
    """How many messages wait."""
    return int(HUEY.pending_count())


def has_operations() -> bool:
    """Whether messages for operations wait; those of periodic work are none."""
    name = PERFORM_TASK.rpartition(".")[2]
    return any(message.name == name for message in HUEY.pending(limit=LOOKED_AT))


def beat() -> None:
    """Leave a sign that a worker lives, where every machine that shares the queue can see it."""
    HUEY.put(HEARTBEAT, timezone.now())


def last_beat() -> datetime | None:
    """When a worker last left a sign; None also where somebody else wrote something there."""
    try:
        moment = HUEY.get(HEARTBEAT, peek=True)
    except ValueError:
        return None
    return moment if isinstance(moment, datetime) and timezone.is_aware(moment) else None


def _enqueue(operation_id: UUID, at: datetime | None) -> None:
    # By dotted path: tasks import services, which import this module.
    task = cast(_Task, import_string(PERFORM_TASK))
    if at is None:
        task(str(operation_id))
    else:
        task.schedule(args=(str(operation_id),), eta=at)
