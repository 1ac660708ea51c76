"""What the portal does with its own trail: signs checkpoints, verifies, exports and proves; each is an event."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from operations import audit
from operations.actor import Actor
from operations.audit import checkpoint_store, exporting, guard, merkle, notes, proving, sinks, verification
from operations.audit.damage import Damage, DamageKind
from operations.choices import ExportFormat, Outcome
from operations.errors import ConflictError, InvalidError, MissingError
from operations.models import AuditCheckpoint, AuditEvent, CheckpointDelivery
from operations.permissions import Action, require
from operations.services import stored_rows

logger = logging.getLogger(__name__)

# Checkpoints that one sink is sent at a time; it is the worker's turn again in a minute.
MOST_DELIVERED = 100


def sign_checkpoint(*, by: Actor) -> AuditCheckpoint | None:
    """Sign the tree as it is now, and give it to the sink; None when nothing but the last one's event is new.

    Raises ConflictError rather than sign a trail that is no continuation of what was signed before.
    """
    checkpoint = _sign(by=by, is_asked=True)
    keep_checkpoints()
    return checkpoint


def sign_checkpoint_if_due(*, by: Actor) -> None:
    """After so many events, or so many minutes with any; what the sink could not take goes there again."""
    last = AuditCheckpoint.objects.first()
    head = audit.head()
    new = head.size - (last.size if last else 0)
    waited = timezone.now() - last.created_date_time if last else timedelta.max
    if new >= settings.PORTAL_CHECKPOINT_EVENTS or waited >= timedelta(minutes=settings.PORTAL_CHECKPOINT_MINUTES):
        _sign(by=by, is_asked=False)
    keep_checkpoints()


def keep_checkpoints() -> None:
    """Give each sink what it has not. Raises OSError for the folder of checkpoints; others are tried again later."""
    for stored in AuditCheckpoint.objects.filter(kept_date_time=None).order_by("size"):
        checkpoint_store.sink().keep(notes.Checkpoint.read(stored.note, checkpoint_store.verification_key()))
        stored.kept_date_time = timezone.now()
        stored.save(update_fields=["kept_date_time"])
    for url, sink in sinks.sinks().items():
        _deliver(url, sink)


def _deliver(url: str, sink: sinks.AwaySink) -> None:
    """Send what the sink has not; what goes wrong is kept for the boards, logged once, and tried again."""
    delivery, _ = CheckpointDelivery.objects.get_or_create(sink=url)
    newer = AuditCheckpoint.objects.filter(size__gt=delivery.size).order_by("size")
    due = list(newer[:MOST_DELIVERED] if sink.wants_every_one else newer.reverse()[:1])
    had = delivery.error
    try:
        for stored in due:
            sink.send(notes.Checkpoint.read(stored.note, checkpoint_store.verification_key()))
            delivery.size, delivery.delivered_date_time, delivery.error = stored.size, timezone.now(), ""
    except Exception as error:  # noqa: BLE001 - whatever way leads there, its outage must not stop the next one
        delivery.error = f"{type(error).__name__}: {error}"[:1000]
        if delivery.error != had:
            logger.error("The sink %s takes no checkpoint: %s", url, delivery.error)
    if due:
        delivery.save()


@transaction.atomic
def _sign(*, by: Actor, is_asked: bool) -> AuditCheckpoint | None:
    head = audit.lock_head()
    last = AuditCheckpoint.objects.first()
    # A checkpoint is an event itself: alone it is no reason for another.
    if head.size <= (last.size + 1 if last else 0):
        return None
    if last is None and not is_asked and head.size > verification.LONGEST_BEFORE_FIRST_CHECKPOINT:
        logger.warning(
            "The trail has %s events and no checkpoint, so none is signed by itself. Verify it against checkpoints "
            "kept elsewhere; if you then vouch for it, run manage.py verify_audit --checkpoint.",
            head.size,
        )
        return None
    root = audit.root_of(head)
    if last is not None:
        _refuse_fork(last, head.size, root, head.pre_chain)
    signed = notes.sign(
        name=settings.PORTAL_NAME, size=head.size, root=root, at=timezone.now(), key=checkpoint_store.signing_key()
    )
    checkpoint = AuditCheckpoint.objects.create(size=signed.size, note=signed.note, created_date_time=timezone.now())
    audit.record(audit.AuditAction.CHECKPOINT_SIGNED, by=by, after={"size": signed.size, "root": signed.root.hex()})
    transaction.on_commit(partial(_remember, signed.size))
    return checkpoint


def _remember(size: int) -> None:
    """Beside the key, whose folder may well be one that this process cannot write to."""
    try:
        checkpoint_store.remember_signing(size)
    except (OSError, ValueError) as error:
        logger.warning("That the checkpoint at %s was signed cannot be remembered beside the key: %s", size, error)


def _refuse_fork(last: AuditCheckpoint, size: int, root: bytes, pre_chain: int) -> None:
    try:
        older = notes.Checkpoint.read(last.note, checkpoint_store.verification_key())
    except notes.NoteError as error:
        raise ConflictError(
            f"The last checkpoint was signed by another key or name: {error} "
            "Let PORTAL_AUDIT_KEY and PORTAL_NAME be the same on every machine."
        ) from error
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
    more_notes: Sequence[checkpoint_store.KeptNote] = (),
    state: verification.State | None = None,
    progress: verification.Progress = lambda state, end: None,
) -> tuple[verification.Result, AuditEvent | None]:
    """Verify the whole trail and record that it was done; no event where the damage prevents even that."""
    require(Action.READ_TRAIL, by.permissions)
    started = time.monotonic()
    elsewhere, damages = _notes_elsewhere()
    result = verification.verify(
        key=key or checkpoint_store.verification_key(),
        sink=checkpoint_store.sink(),
        more_notes=[*more_notes, *elsewhere],
        state=state,
        progress=progress,
    )
    result.damages.extend([*damages, *stored_rows.damages()])
    seconds = time.monotonic() - started
    if result.damages:
        logger.error("The audit trail is damaged: %s", result.first)
    try:
        return result, _record_verification(by=by, result=result, milliseconds=int(seconds * 1000))
    except (DatabaseError, ValueError):
        logger.exception("The verification could not be recorded.")
        return result, None


def _notes_elsewhere() -> tuple[list[checkpoint_store.KeptNote], list[Damage]]:
    """Those of every sink that can be read again and answers; a damage where one does not have what it took."""
    found: list[checkpoint_store.KeptNote] = []
    damages: list[Damage] = []
    for url, sink in sinks.sinks().items():
        try:
            notes_there = sink.notes()
            there = None if notes_there is None else list(notes_there)
        except Exception:
            # Its absence is reported, also on the boards once it takes no more, and the other sinks are compared.
            logger.exception("The checkpoints at %s cannot be read.", url)
            continue
        if there is None:
            continue
        found += there
        taken = CheckpointDelivery.objects.filter(sink=url).values_list("size", flat=True).first()
        if taken and taken not in {note.size for note in there}:
            message = f"{url} took the checkpoint at {taken}, which is not there any more."
            damages.append(Damage(DamageKind.CHECKPOINT, None, None, message))
    return found, damages


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
            "verdict": result.verdict.value,
            "root": result.root,
            "milliseconds": milliseconds,
        },
    )


@dataclass(frozen=True, slots=True)
class Export:
    """`lines` are parts of the file; `up_to` is where the next export goes on."""

    file_name: str
    media_type: str
    up_to: int
    lines: Iterator[bytes]


MEDIA_TYPES = {ExportFormat.JSON_LINES: "application/jsonl", ExportFormat.CSV: "text/csv; charset=utf-8"}


@transaction.atomic
def export(
    *,
    by: Actor,
    file_format: str = ExportFormat.JSON_LINES,
    after: int = 0,
    events: QuerySet[AuditEvent] | None = None,
    filters: str = "",
) -> Export:
    """Every event after a sequence up to now, or those of a filtered list; recorded before the first is handed out.

    Raises InvalidError for an unknown format or a sequence that is none.
    """
    require(Action.READ_TRAIL, by.permissions)
    if file_format not in MEDIA_TYPES:
        raise InvalidError(f"The trail is exported as {' or '.join(ExportFormat.values)}.", target="fileFormat")
    if not 0 <= after < 2**63:
        raise InvalidError("The export begins after the sequence of an event, or after 0.", target="after")
    up_to = audit.lock_head().sequence
    audit.record(
        audit.AuditAction.TRAIL_EXPORTED,
        by=by,
        after={"format": file_format, "after_sequence": after, "up_to_sequence": up_to, "filters": filters},
    )
    rows = AuditEvent.objects.all() if events is None else events
    return Export(
        file_name=f"audit-trail-{after + 1}-{up_to}.{file_format}",
        media_type=MEDIA_TYPES[ExportFormat(file_format)],
        up_to=up_to,
        lines=exporting.lines(rows, file_format=file_format, after=after, up_to=up_to),
    )


@transaction.atomic
def prove_event(*, by: Actor, sequence: int) -> proving.InclusionProof:
    """That the event is in the trail. Raises MissingError, or ConflictError while no checkpoint covers it."""
    require(Action.READ_TRAIL, by.permissions)
    event = AuditEvent.objects.filter(sequence=sequence).first()
    if event is None:
        raise MissingError(f"There is no audit event {sequence}.", target="sequence")
    proof = proving.prove_event(event)
    audit.record(
        audit.AuditAction.TRAIL_PROVED,
        by=by,
        after={"what": "inclusion", "sequence": sequence, "size": proof.checkpoint.size},
    )
    return proof


@transaction.atomic
def prove_consistency(*, by: Actor, older: int, newer: int) -> proving.ConsistencyProof:
    """That the trail at one checkpoint goes on from the other. Raises MissingError or ConflictError."""
    require(Action.READ_TRAIL, by.permissions)
    proof = proving.prove_consistency(older, newer)
    audit.record(
        audit.AuditAction.TRAIL_PROVED,
        by=by,
        after={"what": "consistency", "old_size": proof.older.size, "size": proof.newer.size},
    )
    return proof


@transaction.atomic
def record_reading(*, by: Actor, what: str, events: int | None = None, filters: str = "") -> None:
    """That somebody was shown a part of the trail."""
    require(Action.READ_TRAIL, by.permissions)
    audit.record(audit.AuditAction.TRAIL_READ, by=by, after={"what": what, "events": events, "filters": filters})


@transaction.atomic
def record_statistics_export(*, by: Actor, board: str, tables: Sequence[str], filters: str) -> None:
    """That somebody took figures of a board home; who may see it was decided when it was shown."""
    audit.record(
        audit.AuditAction.STATISTICS_EXPORTED,
        by=by,
        after={"board": board, "tables": list(tables), "filters": filters},
    )


@transaction.atomic
def record_start(*, by: Actor) -> None:
    """The portal's worker started; web servers may come and go beside it."""
    audit.record(
        audit.AuditAction.PORTAL_STARTED,
        by=by,
        after={"version": settings.PORTAL_VERSION, "database": connection.vendor},
    )


@transaction.atomic
def record_stop(*, by: Actor) -> None:
    audit.record(audit.AuditAction.PORTAL_STOPPED, by=by)


@transaction.atomic
def raise_guard(*, by: Actor) -> list[str]:
    """Put missing triggers back; returns their names."""
    missing = guard.missing_triggers(connection)
    if missing:
        guard.raise_guard(connection)
        audit.record(audit.AuditAction.GUARD_RAISED, by=by, after={"triggers": missing})
    return missing
