"""The only writer of the trail."""

import os
import socket
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from operations.actor import Actor, portal
from operations.audit.actions import REGISTRY, AuditAction
from operations.audit.entry import COLUMNS, SCHEMA, canonical, plain, plain_text
from operations.audit.merkle import CompactRange, leaf_hash
from operations.choices import EVERYTHING, Outcome
from operations.models import AuditEvent, AuditHead, AuditSubtree
from operations.origins import plain_address
from operations.permissions import Action

# By hand: the ORM's compiler would take a third of what an event costs.
_TABLE = AuditHead._meta.db_table
_READ = f"SELECT sequence, pre_chain, peaks, recorded_date_time FROM {_TABLE} WHERE id = 1"  # noqa: S608
_WRITE = f"UPDATE {_TABLE} SET sequence = %s, peaks = %s, recorded_date_time = %s WHERE id = 1"  # noqa: S608


def locked_head() -> AuditHead:
    """The head stays locked until the caller commits; on SQLite its transaction locks everything anyhow."""
    locking = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_READ + locking)
        row = cursor.fetchone()
    if row is None:
        AuditHead.objects.get_or_create(pk=1)
        return locked_head()
    sequence, pre_chain, peaks, recorded = row
    return AuditHead(sequence=sequence, pre_chain=pre_chain, peaks=bytes(peaks), recorded_date_time=_moment(recorded))


def write_head(head: AuditHead) -> None:
    recorded = connection.ops.adapt_datetimefield_value(head.recorded_date_time)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [head.sequence, bytes(head.peaks), recorded])


def _moment(stored: datetime | None) -> datetime | None:
    """SQLite's has no zone."""
    return stored.replace(tzinfo=UTC) if stored is not None and stored.tzinfo is None else stored


# Every so many levels of the tree a root is kept for proofs.
KEPT_LEVELS = 8
# Clocks of two machines never agree quite; a step back of more is told.
CLOCK_TOLERANCE = timedelta(seconds=1)
PORTAL = ("Portal", "portal", "GPO Portal")


def record(
    action: AuditAction,
    subject: models.Model | None = None,
    *,
    by: Actor,
    outcome: Outcome = Outcome.SUCCESS,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    ticket: str = "",
    error_code: str = "",
    occurred: datetime | None = None,
) -> AuditEvent:
    """Append one event in the caller's transaction; if it cannot be written, the change is not made either.

    Without a subject it is about the portal itself. Raises ValueError for data that the action does not have.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Record an audit event in the transaction of the change that it reports.")
    data = {"before": plain(before or {}), "after": plain(after or {})}
    _refuse_unknown_data(action, data)
    head = locked_head()
    now = timezone.now()
    if head.recorded_date_time and now < head.recorded_date_time - CLOCK_TOLERANCE:
        back = (head.recorded_date_time - now) // timedelta(milliseconds=1)
        _append(head, now, _portal_values(now, AuditAction.CLOCK_WENT_BACK, {"milliseconds": back}))
    object_type, object_id, object_name = PORTAL
    if subject is not None:
        object_type, object_id, object_name = type(subject).__name__, str(subject.pk), str(subject)
    event = _append(
        head,
        now,
        {
            **_actor_values(by),
            **data,
            "occurred_date_time": occurred or now,
            "action": action,
            "object_type": object_type,
            "object_id": object_id,
            "object_name": plain_text(object_name, 512),
            "outcome": outcome,
            "error_code": error_code,
            "reason": plain_text(reason, len(reason)),
            "ticket": plain_text(ticket or str(data["after"].get("ticket") or ""), 255),
            "content_sha256": data["after"].get("content_sha256") or data["before"].get("content_sha256") or "",
        },
    )
    write_head(head)
    return event


def changed_fields(
    row: models.Model, old: Mapping[str, Any], fields: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after of those `fields` whose value differs from `old`."""
    return differences({name: old[name] for name in fields}, {name: getattr(row, name) for name in fields})


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two mappings with the same names what differs."""
    names = [name for name in after if after[name] != before[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def lock_head() -> AuditHead:
    """Wait until no other change is being written; from here to the caller's commit none can be.

    Every service that locks rows does this first: who locks a row and then waits for the head would
    wait for ever for whoever holds the head and wants that row.
    """
    return locked_head()


def head() -> AuditHead:
    """The head as it is now, not locked."""
    return AuditHead.objects.first() or AuditHead()


def root_of(head: AuditHead) -> bytes:
    """The root of the tree whose head this is."""
    return CompactRange.load(head.size, bytes(head.peaks)).root()


def entry_of(event: AuditEvent) -> bytes:
    """The canonical bytes of an event."""
    values = {name: getattr(event, name) for name in COLUMNS}
    return canonical({**values, "event_id": str(event.event_id)})


def _append(head: AuditHead, now: datetime, values: Mapping[str, Any]) -> AuditEvent:
    head.sequence += 1
    head.recorded_date_time = now
    event = AuditEvent(
        **values,
        sequence=head.sequence,
        event_id=_uuid7(),
        recorded_date_time=now,
        portal_version=settings.PORTAL_VERSION,
        node=_node(),
        schema=SCHEMA,
    )
    leaf = leaf_hash(entry_of(event))
    event.leaf_hash = leaf
    event.save(force_insert=True)
    tree = CompactRange.load(head.size - 1, bytes(head.peaks))
    AuditSubtree.objects.bulk_create(
        AuditSubtree(level=level, index=index, root=root)
        for level, index, root in tree.append(leaf)
        if level and level % KEPT_LEVELS == 0
    )
    head.peaks = tree.dump()
    return event


def _refuse_unknown_data(action: AuditAction, data: Mapping[str, Mapping[str, Any]]) -> None:
    entry = REGISTRY[action]
    told = {*data["before"], *data["after"]}
    if unknown := sorted(told - entry.data):
        raise ValueError(f"{action} has no data called {unknown[0]}; it has: {', '.join(sorted(entry.data))}.")
    if missing := sorted(entry.required - told):
        raise ValueError(f"{action} needs {missing[0]} in its data.")


def _actor_values(by: Actor) -> dict[str, Any]:
    return {
        "actor_type": by.type,
        "actor_id": plain_text(by.id, 64),
        "actor_name": plain_text(by.name, 255),
        "on_behalf_of": plain_text(by.on_behalf_of, 255),
        "authentication": by.authentication,
        "token_id": by.token_id,
        "permissions": sorted(by.permissions & _known_permissions()),
        "channel": by.channel,
        "address": plain_address(by.address),
        "forwarded_for": plain_text(by.forwarded_for, 512),
        "user_agent": plain_text(by.user_agent, 512),
        "request_id": by.request_id,
        "client_request_id": plain_text(by.client_request_id, 128),
    }


def _portal_values(now: datetime, action: AuditAction, after: dict[str, Any]) -> dict[str, Any]:
    """An event that the trail tells of itself."""
    object_type, object_id, object_name = PORTAL
    return {
        **_actor_values(portal()),
        "occurred_date_time": now,
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "object_name": object_name,
        "outcome": Outcome.SUCCESS,
        "before": {},
        "after": after,
    }


@cache
def _known_permissions() -> frozenset[str]:
    """What the permission table asks for; whatever else somebody holds opens nothing here."""
    rules = [action.value for action in Action]
    return frozenset({EVERYTHING, *(rule.permission for rule in rules), *(s for rule in rules for s in rule.scopes)})


@cache
def _node() -> str:
    return socket.gethostname()[:255]


def _uuid7() -> UUID:
    """RFC 9562 section 5.7: milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
