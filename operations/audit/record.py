"""The only writer of the trail."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from operations.actor import Actor
from operations.audit.actions import AuditAction
from operations.choices import Outcome
from operations.models import AuditEvent, AuditHead

# Longer values (an explain text, a pasted log) are told by their beginning; the row itself has them whole.
LONGEST_VALUE = 2000


def record(
    action: AuditAction,
    subject: models.Model,
    *,
    by: Actor,
    outcome: Outcome = Outcome.SUCCESS,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Append one event in the caller's transaction; if it cannot be written, the change is not made either."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event belongs into the transaction of the change it tells of.")
    event = AuditEvent(
        sequence=_next_sequence(),
        recorded_date_time=timezone.now(),
        actor_type=by.type,
        actor_id=by.id,
        actor_name=by.name,
        door=by.door,
        address=by.address,
        user_agent=by.user_agent[:512],
        request_id=by.request_id,
        action=action,
        object_type=type(subject).__name__,
        object_id=str(subject.pk),
        object_name=str(subject)[:512],
        outcome=outcome,
        reason=reason,
        before=_plain(before or {}),
        after=_plain(after or {}),
    )
    event.save(force_insert=True)
    return event


def changed_fields(
    row: models.Model, old: Mapping[str, Any], fields: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after of those `fields` whose value differs from `old`."""
    names = [name for name in fields if getattr(row, name) != old[name]]
    return {name: old[name] for name in names}, {name: getattr(row, name) for name in names}


def take_turn() -> None:
    """Wait until no other change is being written; from here to the caller's commit none can be.

    Every service that locks rows does this first: who locks a row and then waits for the head would
    wait for ever for whoever holds the head and wants that row.
    """
    _lock()


def _lock() -> AuditHead:
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    return head


def _next_sequence() -> int:
    """The next number without gaps: the head row stays locked until the caller commits."""
    head = _lock()
    head.sequence += 1
    head.save(update_fields=["sequence"])
    return head.sequence


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    """Strings, integers, booleans, null and lists of these: what has one canonical form (RFC 8785)."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date | timedelta | UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(item) for item in value]
    if isinstance(value, str):
        return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
    raise TypeError(f"{type(value).__name__} has no place in the trail.")
