"""Proofs for one event and between two checkpoints, each checked before it is handed out."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from operations.audit import merkle
from operations.audit.checkpoint_store import verification_key
from operations.audit.notes import Checkpoint, NoteError
from operations.audit.record import KEPT_LEVELS, entry_of
from operations.errors import ConflictError, MissingError
from operations.models import AuditCheckpoint, AuditEvent, AuditHead, AuditSubtree

_DAMAGED = "The trail does not fit its checkpoint. Run manage.py verify_audit and follow docs/audit.md."


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an event is the leaf `index` of the tree which a checkpoint signs."""

    event: AuditEvent
    index: int
    leaf: bytes
    path: list[bytes]
    checkpoint: Checkpoint

    def as_json(self) -> str:
        """What the stand-alone verifier reads."""
        return _written(
            kind="inclusion",
            entry=entry_of(self.event).decode(),
            leafIndex=self.index,
            path=[_text(step) for step in self.path],
            checkpoint=self.checkpoint.note,
        )


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree of the newer checkpoint begins with the whole tree of the older."""

    older: Checkpoint
    newer: Checkpoint
    path: list[bytes]

    def as_json(self) -> str:
        return _written(
            kind="consistency",
            path=[_text(step) for step in self.path],
            older=self.older.note,
            newer=self.newer.note,
        )


def prove_event(event: AuditEvent) -> InclusionProof:
    """Against the first checkpoint that covers it. Raises ConflictError while none does."""
    pre_chain = _pre_chain()
    index = event.sequence - pre_chain - 1
    if index < 0:
        raise ConflictError("This event is older than the tree and cannot be proved.")
    stored = AuditCheckpoint.objects.filter(size__gt=index).order_by("size").first()
    if stored is None:
        raise ConflictError("No checkpoint covers this event yet. The worker signs the next one within minutes.")
    checkpoint = _read(stored)
    leaf = merkle.leaf_hash(entry_of(event))
    path = merkle.inclusion_proof(index, checkpoint.size, StoredTree(pre_chain).subtree)
    if not merkle.includes(leaf, index, checkpoint.size, path, checkpoint.root):
        raise ConflictError(_DAMAGED)
    return InclusionProof(event, index, leaf, path, checkpoint)


def prove_consistency(older_size: int, newer_size: int) -> ConsistencyProof:
    """Raises MissingError for a size without a checkpoint, ConflictError for a trail that is damaged."""
    older, newer = (_checkpoint(size) for size in sorted((older_size, newer_size)))
    path = path_between(older.size, newer.size, _pre_chain())
    if not merkle.is_consistent(older.size, newer.size, older.root, newer.root, path):
        raise ConflictError(_DAMAGED)
    return ConsistencyProof(older, newer, path)


def path_between(older: int, newer: int, pre_chain: int) -> list[bytes]:
    return merkle.consistency_proof(older, newer, StoredTree(pre_chain).subtree) if older else []


class StoredTree:
    """Roots of full subtrees as the database has them: the kept ones, else from at most 128 hashes below."""

    def __init__(self, pre_chain: int) -> None:
        self.pre_chain = pre_chain

    def subtree(self, level: int, index: int) -> bytes:
        """Raises ConflictError where hashes are missing."""
        below = level - level % KEPT_LEVELS
        count = 1 << level - below
        roots = self._roots(below, index * count, count)
        if len(roots) != count:
            raise ConflictError(_DAMAGED)
        while len(roots) > 1:
            roots = [merkle.node_hash(*pair) for pair in zip(roots[::2], roots[1::2], strict=True)]
        return roots[0]

    def _roots(self, level: int, start: int, count: int) -> list[bytes]:
        if level:
            kept = AuditSubtree.objects.filter(level=level, index__gte=start, index__lt=start + count)
            return [bytes(root) for root in kept.order_by("index").values_list("root", flat=True)]
        first = self.pre_chain + 1 + start
        leaves = AuditEvent.objects.filter(sequence__gte=first, sequence__lt=first + count).order_by("sequence")
        return [bytes(leaf or b"") for leaf in leaves.values_list("leaf_hash", flat=True)]


def _pre_chain() -> int:
    return AuditHead.objects.values_list("pre_chain", flat=True).first() or 0


def _checkpoint(size: int) -> Checkpoint:
    stored = AuditCheckpoint.objects.filter(size=size).first()
    if stored is None:
        raise MissingError(f"There is no checkpoint at {size}.")
    return _read(stored)


def _read(stored: AuditCheckpoint) -> Checkpoint:
    try:
        return Checkpoint.read(stored.note, verification_key())
    except (NoteError, OSError, ValueError) as error:
        raise ConflictError(f"The checkpoint at {stored.size} cannot be read: {error}") from error


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _written(**members: Any) -> str:
    document = {"format": "gpo-portal/proof/1", **members, "verificationKey": str(verification_key())}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
