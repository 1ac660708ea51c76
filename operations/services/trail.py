"""What the portal does with its own trail: signs checkpoints, verifies, exports and proves; each is an event."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from operations import audit
from operations.actor import Actor
from operations.audit import keeping, merkle, notes, proving, verification
from operations.choices import Outcome
from operations.errors import ConflictError
from operations.models import AuditCheckpoint, AuditEvent
from operations.permissions import Action, require

logger = logging.getLogger(__name__)


def sign_checkpoint(*, by: Actor) -> AuditCheckpoint | None:
    """Sign the tree as it is now, and give it to the sink; None when nothing but the last one's event is new.

    Raises ConflictError rather than sign a trail that is no continuation of what was signed before.
    """
    checkpoint = _sign(by=by)
    keep_checkpoints()
    return checkpoint


def sign_checkpoint_if_due(*, by: Actor) -> None:
    """After so many events, or so many minutes with any; what the sink could not take goes there again."""
    last = AuditCheckpoint.objects.first()
    head = audit.head()
    new = head.size - (last.size if last else 0)
    waited = timezone.now() - last.created_date_time if last else timedelta.max
    if new >= settings.PORTAL_CHECKPOINT_EVENTS or waited >= timedelta(minutes=settings.PORTAL_CHECKPOINT_MINUTES):
        _sign(by=by)
    keep_checkpoints()


def keep_checkpoints() -> None:
    """Give the sink what it has not. Raises OSError."""
    for stored in AuditCheckpoint.objects.filter(kept_date_time=None).order_by("size"):
        keeping.sink().keep(notes.Checkpoint.read(stored.note, keeping.verification_key()))
        stored.kept_date_time = timezone.now()
        stored.save(update_fields=["kept_date_time"])


@transaction.atomic
def _sign(*, by: Actor) -> AuditCheckpoint | None:
    head = audit.take_turn()
    last = AuditCheckpoint.objects.first()
    # A checkpoint is an event itself: alone it is no reason for another.
    if head.size <= (last.size + 1 if last else 0):
        return None
    root = merkle.CompactRange.load(head.size, bytes(head.peaks)).root()
    if last is not None:
        _refuse_fork(last, head.size, root, head.pre_chain)
    signed = notes.sign(
        name=settings.PORTAL_NAME, size=head.size, root=root, at=timezone.now(), key=keeping.signing_key()
    )
    checkpoint = AuditCheckpoint.objects.create(size=signed.size, note=signed.note, created_date_time=timezone.now())
    audit.record(audit.AuditAction.CHECKPOINT_SIGNED, by=by, after={"size": signed.size, "root": signed.root.hex()})
    return checkpoint


def _refuse_fork(last: AuditCheckpoint, size: int, root: bytes, pre_chain: int) -> None:
    older = notes.Checkpoint.read(last.note, keeping.verification_key())
    path = proving.path_between(older.size, size, pre_chain)
    if not merkle.is_consistent(older.size, size, older.root, root, path):
        raise ConflictError(
            f"The trail is no continuation of the checkpoint at {older.size}, so none is signed. "
            "Run manage.py verify_audit and follow docs/audit.md."
        )


def verify(
    *,
    by: Actor,
    key: notes.VerificationKey | None = None,
    more_notes: Sequence[keeping.KeptNote] = (),
    state: verification.State | None = None,
    progress: verification.Progress = lambda state, end: None,
) -> tuple[verification.Result, AuditEvent | None]:
    """Verify the whole trail and record that it was done; no event where the damage prevents even that."""
    require(Action.READ_TRAIL, by.held)
    started = time.monotonic()
    result = verification.verify(
        key=key or keeping.verification_key(),
        sink=keeping.sink(),
        more_notes=more_notes,
        state=state,
        progress=progress,
    )
    seconds = time.monotonic() - started
    if not result.is_intact:
        logger.error("The audit trail is damaged: %s", result.first)
    try:
        return result, _record_verification(by=by, result=result, milliseconds=int(seconds * 1000))
    except (DatabaseError, ValueError):
        logger.exception("The verification could not be recorded.")
        return result, None


@transaction.atomic
def _record_verification(*, by: Actor, result: verification.Result, milliseconds: int) -> AuditEvent:
    first = result.first
    return audit.record(
        audit.AuditAction.TRAIL_VERIFIED,
        by=by,
        outcome=Outcome.SUCCESS if result.is_intact else Outcome.FAILURE,
        after={
            "events": result.events,
            "pre_chain": result.pre_chain,
            "checkpoints": result.checkpoints,
            "damages": len(result.damages) + result.more_damages,
            "first_sequence": first.first_sequence if first else None,
            "kind": first.kind if first else None,
            "root": result.root,
            "milliseconds": milliseconds,
        },
    )
