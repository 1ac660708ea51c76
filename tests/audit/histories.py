"""Trails to verify, and ways to change rows that no channel of the portal has."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from operations import audit
from operations.audit import checkpoint_store, verification
from operations.audit.entry import COLUMNS, canonical
from operations.audit.guard import lift_guard, raise_guard
from operations.audit.merkle import CompactRange, leaf_hash
from operations.audit.record import KEPT_LEVELS
from operations.models import AuditCheckpoint, AuditEvent, AuditHead, AuditSubtree
from operations.services import audit_log
from tests import rows

# Composed on purpose: its decomposed form looks the same.
NAME = "J\u00fcrgen"


def an_event(number: int = 0) -> AuditEvent:
    with transaction.atomic():
        return audit.record(
            audit.AuditAction.OPERATION_SUCCEEDED,
            by=rows.an_actor("*", name=NAME),
            before={"status_details": f"before {number}"},
            after={"status_details": None, "findings": ["one", str(number)], "attempt": number},
            reason="CHG1",
        )


def thirty_events() -> None:
    """Checkpoints at 10 and 20, which are events 11 and 21 themselves; nothing signed after that."""
    for number in range(1, 31):
        if number in {11, 21}:
            audit_log.sign_checkpoint(by=rows.everybody())
        else:
            an_event(number)


def verified(**options: Any) -> verification.Result:
    return verification.verify(key=checkpoint_store.verification_key(), sink=checkpoint_store.sink(), **options)


@contextmanager
def as_owner() -> Iterator[None]:
    """As whoever owns the database and drops the triggers for a while."""
    lift_guard(connection)
    yield
    raise_guard(connection)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def copied(sequence: int, to: int, **changes: Any) -> AuditEvent:
    """A forged event like another one; its leaf is the other's unless told otherwise."""
    event = AuditEvent.objects.get(pk=sequence)
    event.sequence = to
    event.event_id = rows.an_unknown_id()
    for name, value in changes.items():
        setattr(event, name, value)
    event.save(force_insert=True)
    return event


def renumbered(*, first: int, by: int) -> None:
    """One at a time, from the end that leaves room."""
    found = AuditEvent.objects.filter(sequence__gte=first).order_by("-sequence" if by > 0 else "sequence")
    for sequence in list(found.values_list("sequence", flat=True)):
        AuditEvent.objects.filter(sequence=sequence).update(sequence=sequence + by)


def recomputed() -> None:
    """What a forger does who knows how the portal works: every leaf, the kept roots and the head anew."""
    tree = CompactRange()
    AuditSubtree.objects.all().delete()
    for event in AuditEvent.objects.order_by("sequence"):
        leaf = leaf_of(event)
        AuditEvent.objects.filter(pk=event.pk).update(leaf_hash=leaf)
        for level, index, root in tree.append(leaf):
            if level and level % KEPT_LEVELS == 0:
                AuditSubtree.objects.create(level=level, index=index, root=root)
    AuditHead.objects.update(sequence=tree.size, peaks=tree.dump())


def leaf_of(event: AuditEvent) -> bytes:
    return leaf_hash(canonical(AuditEvent.objects.filter(pk=event.pk).values(*COLUMNS).get()))


def everything_signed_is_deleted() -> None:
    """What somebody can do who owns the database and the folder of checkpoints."""
    with as_owner():
        AuditEvent.objects.filter(action="trail.checkpointSigned").update(action="trail.read", after={})
        AuditCheckpoint.objects.all().delete()
        for event in AuditEvent.objects.all():
            values = {name: getattr(event, name) for name in COLUMNS}
            AuditEvent.objects.filter(pk=event.pk).update(leaf_hash=leaf_hash(canonical(values)))
        tree = CompactRange()
        for event in AuditEvent.objects.order_by("sequence"):
            tree.append(bytes(event.leaf_hash or b""))
        AuditHead.objects.update(peaks=tree.dump())
    for kept in Path(settings.PORTAL_CHECKPOINTS).iterdir():
        kept.unlink()
