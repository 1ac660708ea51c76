"""A trail that is written from the first event to the last, as valid as one that was written event by event."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Any

from django.conf import settings

from benchmarks.history.moments import as_datetime, as_text
from benchmarks.history.people import Somebody
from benchmarks.history.rows import Table
from operations.audit import AuditAction, Outcome, checkpoint_store, merkle, notes
from operations.audit.entry import SCHEMA, canonical
from operations.audit.record import KEPT_LEVELS, PORTAL
from operations.models import AuditCheckpoint, AuditEvent, AuditHead, AuditSubtree

VERIFIED_EVENTS_PER_MILLISECOND = 30


@dataclass(slots=True)
class Told:
    """One event to come, without what only its place in the trail gives it."""

    action: AuditAction
    by: Somebody
    about: Sequence[str] = PORTAL
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome.SUCCESS
    on_behalf_of: str = ""
    authentication: str = ""
    request_id: str = ""
    error_code: str = ""
    reason: str = ""


class Trail:
    """Events wait until their moment has come: what an operation leaves may come long after the operation."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.events, self.subtrees, self.checkpoints = Table(AuditEvent), Table(AuditSubtree), Table(AuditCheckpoint)
        self.tree = merkle.CompactRange()
        self.signed = 0
        self.moment = 0
        self._waiting: list[tuple[int, int, Told]] = []
        self._ticket = 0
        self._key, self._sink = checkpoint_store.signing_key(), checkpoint_store.sink()
        self._own = {"portal_version": settings.PORTAL_VERSION, "node": socket.gethostname()[:255], "schema": SCHEMA}

    def tell(self, moment: int, told: Told) -> None:
        """At its moment; of the same moment, in this order."""
        self._ticket += 1
        heappush(self._waiting, (moment, self._ticket, told))

    def write_until(self, moment: int) -> None:
        while self._waiting and self._waiting[0][0] <= moment:
            at, _, told = heappop(self._waiting)
            self._append(at, told)

    def verify(self, moment: int, *, by: Somebody) -> None:
        """As the worker does every night."""
        size = self.tree.size
        after = {
            "events": size,
            "pre_chain": 0,
            "checkpoints": self.signed,
            "damages": 0,
            "first_sequence": None,
            "kind": None,
            "root": self.tree.root().hex(),
            "milliseconds": 12 + size // VERIFIED_EVENTS_PER_MILLISECOND,
        }
        self._append(moment, Told(AuditAction.TRAIL_VERIFIED, by, after=after, request_id=self.an_id()))

    def sign(self, moment: int, *, by: Somebody) -> None:
        size, root = self.tree.size, self.tree.root()
        at = as_datetime(moment)
        checkpoint = notes.sign(name=settings.PORTAL_NAME, size=size, root=root, at=at, key=self._key)
        self._sink.keep(checkpoint)
        written = as_text(moment)
        self.checkpoints.add(
            {"size": size, "note": checkpoint.note, "created_date_time": written, "kept_date_time": written}
        )
        self.signed += 1
        after = {"size": size, "root": root.hex()}
        self._append(moment, Told(AuditAction.CHECKPOINT_SIGNED, by, after=after, request_id=self.an_id()))

    def write(self) -> int:
        """What has been told so far, in the caller's transaction. Returns how many events."""
        self.subtrees.write()
        self.checkpoints.write()
        return self.events.write()

    def write_head(self) -> None:
        recorded = as_datetime(self.moment)
        head = {"sequence": self.tree.size, "peaks": self.tree.dump(), "recorded_date_time": recorded}
        AuditHead.objects.update_or_create(pk=1, defaults=head)

    def an_id(self) -> str:
        return _uuid(self.rng.getrandbits(128), version=4)

    def _append(self, moment: int, told: Told) -> None:
        self.moment, at = moment, as_text(moment)
        by, before, after = told.by, told.before, told.after
        object_type, object_id, object_name = told.about
        values = {
            **by.columns,
            **self._own,
            "sequence": self.tree.size + 1,
            "event_id": _uuid((moment // 1000) << 80 | self.rng.getrandbits(80), version=7),
            "occurred_date_time": at,
            "recorded_date_time": at,
            "actor_type": by.type,
            "actor_id": by.id,
            "actor_name": by.name,
            "on_behalf_of": told.on_behalf_of,
            "request_id": told.request_id,
            "action": told.action.value,
            "object_type": object_type,
            "object_id": object_id,
            "object_name": object_name,
            "outcome": told.outcome.value,
            "error_code": told.error_code,
            "reason": told.reason,
            "ticket": after.get("ticket") or "",
            "content_sha256": after.get("content_sha256") or before.get("content_sha256") or "",
            "before": before,
            "after": after,
        }
        if told.authentication:
            values["authentication"] = told.authentication
        values["leaf_hash"] = leaf = merkle.leaf_hash(canonical(values))
        self.events.add(values)
        for level, index, root in self.tree.append(leaf):
            if level and level % KEPT_LEVELS == 0:
                self.subtrees.add({"level": level, "index": index, "root": root})


def _uuid(bits: int, *, version: int) -> str:
    """RFC 9562 section 4."""
    text = f"{bits & ~(0xF << 76) & ~(0x3 << 62) | version << 76 | 0x2 << 62:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
