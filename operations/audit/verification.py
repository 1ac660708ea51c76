"""Reads the whole trail again and says what does not fit: the events, the tree, the checkpoints, the guard."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models import Max, Min, Subquery

from operations.audit.actions import AuditAction
from operations.audit.checkpoint_store import KeptNote, Signings, Sink, remembered_signings
from operations.audit.damage import LATER, Damage, DamageKind
from operations.audit.entry import COLUMNS, canonical
from operations.audit.guard import missing_triggers
from operations.audit.merkle import EMPTY_ROOT, HASH_BYTES, CompactRange, leaf_hash
from operations.audit.notes import Checkpoint, NoteError, VerificationKey
from operations.audit.record import KEPT_LEVELS
from operations.choices import Verdict
from operations.models import AuditCheckpoint, AuditEvent, AuditHead, AuditSubtree

ROWS_AT_ONCE = 2000
MOST_DAMAGES = 100
# What Django raises for values that their columns cannot hold.
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)
_ACTION = COLUMNS.index("action")
_AFTER = COLUMNS.index("after")


# A trail that grew longer before anything was signed could have been written again from its beginning.
LONGEST_BEFORE_FIRST_CHECKPOINT = 10_000


@dataclass(slots=True)
class State:
    """How far a verification came; enough to go on from there."""

    sequence: int = 0
    peaks: str = ""
    size: int = 0
    # The size of the last checkpoint that fitted.
    fitted: int = 0
    compared: int = 0
    # The size of the first checkpoint that was compared.
    first_compared: int = 0
    # After a gap no root can be computed any more.
    is_broken: bool = False
    signed_sizes: list[int] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    more_damages: int = 0

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> "State":
        """Raises ValueError, TypeError or KeyError for what is no state."""
        found = cls(**json.loads(text))
        damages: list[Any] = found.damages
        found.damages = [Damage(**{**damage, "kind": DamageKind(damage["kind"])}) for damage in damages]
        CompactRange.load(found.size, bytes.fromhex(found.peaks))
        return found


@dataclass(frozen=True, slots=True)
class Result:
    """`events` and `pre_chain` count rows; `checkpoints` those whose root was computed again, checked with `key`."""

    events: int
    pre_chain: int
    size: int
    root: str
    key: str
    checkpoints: int
    first_checkpoint: int
    damages: list[Damage]
    more_damages: int

    @property
    def verdict(self) -> Verdict:
        if self.damages:
            return Verdict.DAMAGED
        if self.size and not self.checkpoints:
            return Verdict.UNPROVED
        if self.first_checkpoint > LONGEST_BEFORE_FIRST_CHECKPOINT:
            return Verdict.SIGNED_LATE
        return Verdict.INTACT

    @property
    def is_intact(self) -> bool:
        return self.verdict is Verdict.INTACT

    @property
    def first(self) -> Damage | None:
        """The earliest event that is certainly wrong; failing that, the earliest range in which one is."""
        return min(
            self.damages, key=lambda damage: (LATER.get(damage.kind, 0), damage.first_sequence or 0), default=None
        )


Progress = Callable[[State, int], None]


@dataclass(slots=True)
class _Bounds:
    """The head and the outermost events, of one moment."""

    sequence: int
    pre_chain: int
    peaks: bytes
    smallest: int | None
    largest: int | None
    has_head: bool


def verify(
    *,
    key: VerificationKey,
    sink: Sink,
    more_notes: Sequence[KeptNote] = (),
    state: State | None = None,
    progress: Progress = lambda state, end: None,
) -> Result:
    """Compare every event with its leaf, the tree with every checkpoint, and the end with the head.

    `more_notes` are checkpoints that somebody kept elsewhere. `progress` is called after some thousand events with
    a state that a later call can go on from. Raises OSError or DatabaseError when it cannot look.
    """
    run = _Run(key, state or State())
    # Before what is kept: a checkpoint that is signed meanwhile must not look lost.
    remembered = remembered_signings()
    # First what is kept, then the head: whatever was signed before must be covered by a head read after.
    in_sink, stored = list(sink.notes()), list(AuditCheckpoint.objects.order_by("size"))
    bounds = _read_bounds()
    run.read_notes(in_sink, stored, more_notes, bounds, lambda: {found.size for found in sink.notes()})
    run.read_events(bounds, progress)
    run.compare_end(bounds)
    run.compare_memory(remembered)
    run.check_guard()
    return run.result(bounds)


class _Run:
    def __init__(self, key: VerificationKey, state: State) -> None:
        self.key = key
        self.state = state
        self.tree = CompactRange.load(state.size, bytes.fromhex(state.peaks))
        self.checkpoints: dict[int, list[Checkpoint]] = {}
        self.subtrees: dict[tuple[int, int], bytes] = {}
        # Found before reading; a state that is gone on from must not have them twice.
        self.around: list[Damage] = []

    def read_notes(
        self,
        in_sink: list[KeptNote],
        stored: list[AuditCheckpoint],
        more: Sequence[KeptNote],
        bounds: _Bounds,
        sizes_in_sink_now: Callable[[], set[int | None]],
    ) -> None:
        self.pre_chain = bounds.pre_chain
        copies = [KeptNote(f"database, checkpoint {row.size}", row.size, row.note) for row in stored]
        for kept in (*in_sink, *copies, *more):
            self._read_note(kept)
        in_database = {row.size for row in stored}
        for found in in_sink:
            if found.size is not None and found.size not in in_database:
                self._checkpoint_damage(found.size, f"{found.place} has no copy in the database any more.")
        missing = {row.size for row in stored if row.kept_date_time} - {found.size for found in in_sink}
        if missing:
            # One may have been signed between the two looks.
            for size in sorted(missing - {size for size in sizes_in_sink_now() if size is not None}):
                self._checkpoint_damage(size, f"The sink has no checkpoint at {size} any more.")

    def _read_note(self, kept: KeptNote) -> None:
        try:
            found = Checkpoint.read(kept.note, self.key)
        except NoteError as error:
            self._checkpoint_damage(kept.size, f"{kept.place}: {error}")
            return
        if kept.size is not None and kept.size != found.size:
            self._checkpoint_damage(kept.size, f"{kept.place} holds the checkpoint at {found.size}.")
        self.checkpoints.setdefault(found.size, []).append(found)

    def read_events(self, bounds: _Bounds, progress: Progress) -> None:
        state = self.state
        if bounds.smallest is not None and bounds.smallest < 1:
            self._damage(DamageKind.UNACCOUNTED, bounds.smallest, 0, "No event is numbered below 1.")
        while state.sequence < bounds.sequence:
            rows = _rows(state.sequence, bounds.sequence)
            if not rows:
                break
            for row in rows:
                sequence = row[0]
                if sequence != state.sequence + 1:
                    self._damage(DamageKind.GAP, state.sequence + 1, sequence - 1, "These events are gone.")
                    # What is gone from before the tree is no leaf of it.
                    state.is_broken = state.is_broken or sequence - 1 > bounds.pre_chain
                state.sequence = sequence
                if sequence > bounds.pre_chain:
                    self._read_event(sequence, row)
            self._compare_subtrees(bounds)
            state.size, state.peaks = self.tree.size, self.tree.dump().hex()
            progress(state, bounds.sequence)

    def _read_event(self, sequence: int, row: tuple[Any, ...]) -> None:
        """The tree goes on with the hash that was stored, so that one altered event is told alone."""
        stored = bytes(row[-1] or b"")
        try:
            leaf = leaf_hash(canonical(dict(zip(COLUMNS, row, strict=False))))
        except (TypeError, ValueError):
            leaf = b""
        if leaf != stored or not leaf:
            self._damage(DamageKind.ALTERED, sequence, sequence, "What it says is not what was recorded.")
        elif row[_ACTION] == AuditAction.CHECKPOINT_SIGNED:
            self.state.signed_sizes.append(row[_AFTER].get("size", 0))
        for level, index, root in self.tree.append(stored if len(stored) == HASH_BYTES else EMPTY_ROOT):
            if level and level % KEPT_LEVELS == 0:
                self.subtrees[level, index] = root
        if self.tree.size in self.checkpoints and not self.state.is_broken:
            self._compare(self.tree.size)

    def _compare(self, size: int) -> None:
        state = self.state
        state.compared += 1
        state.first_compared = state.first_compared or size
        root = self.tree.root()
        if all(checkpoint.root == root for checkpoint in self.checkpoints[size]):
            state.fitted = size
            return
        self._damage(
            DamageKind.REWRITTEN,
            self.pre_chain + state.fitted + 1,
            self.pre_chain + size,
            f"They are not what the checkpoint at {size} signed.",
        )

    def _compare_subtrees(self, bounds: _Bounds) -> None:
        """Proofs are made from the kept ones."""
        if not self.subtrees or self.state.is_broken:
            return
        wanted = models.Q()
        for level, index in self.subtrees:
            wanted |= models.Q(level=level, index=index)
        kept = AuditSubtree.objects.filter(wanted).values_list("level", "index", "root")
        found = {(level, index): bytes(root) for level, index, root in kept}
        for (level, index), root in self.subtrees.items():
            if found.get((level, index)) != root:
                first = bounds.pre_chain + (index << level) + 1
                message = "The root that is kept for their proofs is wrong or gone."
                self._damage(DamageKind.TREE, first, first + (1 << level) - 1, message)
        self.subtrees = {}

    def compare_end(self, bounds: _Bounds) -> None:
        state = self.state
        if not bounds.has_head and (bounds.largest is not None or self.checkpoints):
            self._damage(DamageKind.HEAD, bounds.smallest, bounds.largest, "The head row is gone.")
        if state.sequence < bounds.sequence:
            self._damage(DamageKind.TRUNCATED, state.sequence + 1, bounds.sequence, "The last events are gone.")
        elif not state.is_broken and bounds.has_head:
            self._compare_head(bounds)
        if bounds.largest is not None and bounds.largest > bounds.sequence:
            self._damage(
                DamageKind.UNACCOUNTED, bounds.sequence + 1, bounds.largest, "The portal never recorded these."
            )
        size = max(bounds.sequence - bounds.pre_chain, 0)
        beyond = [known for known in self.checkpoints if known > size]
        if beyond:
            self._damage(
                DamageKind.TRUNCATED,
                bounds.pre_chain + size + 1,
                bounds.pre_chain + max(beyond),
                f"A checkpoint signed {max(beyond)} events and there are {size}: "
                "the end is gone, or an older copy of the database was restored.",
            )
        unknown = set(state.signed_sizes) - set(self.checkpoints)
        # One may have been signed after the checkpoints were read and before the head was.
        unknown -= set(AuditCheckpoint.objects.filter(size__in=unknown).values_list("size", flat=True))
        for signed in sorted(unknown):
            self._checkpoint_damage(signed, f"The checkpoint at {signed} was signed and is nowhere any more.")

    def _compare_head(self, bounds: _Bounds) -> None:
        size = bounds.sequence - bounds.pre_chain
        if size >= 0 and self.tree.size == size and self.tree.dump() == bounds.peaks:
            return
        self._damage(
            DamageKind.HEAD,
            bounds.pre_chain + self.state.fitted + 1,
            bounds.sequence,
            "The head row does not fit the events since the last checkpoint: one of the two was rewritten.",
        )

    def compare_memory(self, remembered: Signings) -> None:
        """What the key's owner remembers to have signed cannot be deleted together with the checkpoints."""
        if remembered.count and remembered.size not in self.checkpoints:
            self._checkpoint_damage(
                remembered.size,
                f"This machine signed {remembered.count} checkpoint(s), the last at {remembered.size}, "
                "and that one is nowhere any more.",
            )
        elif len(self.checkpoints) < remembered.count:
            self._checkpoint_damage(
                None, f"This machine signed {remembered.count} checkpoints and only {len(self.checkpoints)} are left."
            )

    def check_guard(self) -> None:
        for name in missing_triggers(connection):
            self._around(DamageKind.GUARD, None, f"The trigger {name} is missing: manage.py raise_audit_guard")

    def result(self, bounds: _Bounds) -> Result:
        return Result(
            events=self.state.sequence,
            pre_chain=bounds.pre_chain,
            size=self.tree.size,
            root=self.tree.root().hex(),
            key=str(self.key),
            checkpoints=self.state.compared,
            first_checkpoint=self.state.first_compared,
            damages=[*self.state.damages, *self.around],
            more_damages=self.state.more_damages,
        )

    def _damage(self, kind: DamageKind, first: int | None, last: int | None, message: str) -> None:
        damages = self.state.damages
        newest = damages[-1] if damages else None
        if newest and newest.kind == kind == DamageKind.ALTERED and newest.last_sequence == (first or 0) - 1:
            newest.last_sequence = last
        elif len(damages) < MOST_DAMAGES:
            damages.append(Damage(kind, first, last, message))
        else:
            self.state.more_damages += 1

    def _checkpoint_damage(self, size: int | None, message: str) -> None:
        self._around(DamageKind.CHECKPOINT, None if size is None else self.pre_chain + size, message)

    def _around(self, kind: DamageKind, sequence: int | None, message: str) -> None:
        self.around.append(Damage(kind, sequence, sequence, message))


def _read_bounds() -> _Bounds:
    events = AuditEvent.objects.values("sequence")
    smallest, largest = events.order_by("sequence")[:1], events.order_by("-sequence")[:1]
    head = AuditHead.objects.annotate(smallest=Subquery(smallest), largest=Subquery(largest)).first()
    if head is not None:
        found: Any = head
        return _Bounds(head.sequence, head.pre_chain, bytes(head.peaks), found.smallest, found.largest, has_head=True)
    outermost = AuditEvent.objects.aggregate(smallest=Min("sequence"), largest=Max("sequence"))
    # Read what there is all the same.
    return _Bounds(outermost["largest"] or 0, 0, b"", **outermost, has_head=False)


def _rows(after: int, end: int) -> list[tuple[Any, ...]]:
    """The next events; of one that cannot be read only sequence and leaf."""
    here = AuditEvent.objects.filter(sequence__gt=after, sequence__lte=end).order_by("sequence")
    try:
        return list(here.values_list(*COLUMNS, "leaf_hash")[:ROWS_AT_ONCE])
    except _UNREADABLE:
        leaves = list(here.values_list("sequence", "leaf_hash")[:ROWS_AT_ONCE])
        return [_row(sequence, leaf) for sequence, leaf in leaves]


def _row(sequence: int, leaf: Any) -> tuple[Any, ...]:
    try:
        return AuditEvent.objects.values_list(*COLUMNS, "leaf_hash").get(sequence=sequence)
    except _UNREADABLE:
        return (sequence, *[None] * (len(COLUMNS) - 1), leaf)
