"""The Merkle tree of RFC 9162 section 2.1: hashes, a tree that grows, and proofs. Knows nothing of events."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# The root of the full subtree over the leaves from index * 2**level on, 2**level of them.
Subtree = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class CompactRange:
    """A tree that only grows, as the roots of its full subtrees, largest first: O(log n) hashes."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def load(cls, size: int, stored: bytes) -> "CompactRange":
        """Raises ValueError when `stored` cannot be the peaks of a tree of this size."""
        if len(stored) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} peaks.")
        return cls(size, [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)])

    def dump(self) -> bytes:
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf; yields level, index and root of each full subtree that it completes."""
        root, level, size = leaf, 0, self.size
        completed = [(0, size, leaf)]
        while size & 1:
            root = node_hash(self.peaks.pop(), root)
            level, size = level + 1, size >> 1
            completed.append((level, size, root))
        self.peaks.append(root)
        self.size += 1
        return iter(completed)

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        *larger, root = self.peaks
        for peak in reversed(larger):
            root = node_hash(peak, root)
        return root


def root_of(start: int, end: int, subtree: Subtree) -> bytes:
    """The root over the leaves from `start` up to and without `end`, from full subtrees."""
    count = end - start
    if count == 0:
        return EMPTY_ROOT
    if count.bit_count() == 1 and start % count == 0:
        level = count.bit_length() - 1
        return subtree(level, start >> level)
    split = _split(count)
    return node_hash(root_of(start, start + split, subtree), root_of(start + split, end, subtree))


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """RFC 9162 section 2.1.3.1. Raises ValueError for a leaf that the tree has not."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(middle, end, subtree))
            end = middle
        else:
            path.append(root_of(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """RFC 9162 section 2.1.4.1. Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"There is no proof from {old} to {new}.")
    path: list[bytes] = []
    start, end, is_whole = 0, new, True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(root_of(middle, end, subtree))
            end = middle
        else:
            path.append(root_of(start, middle, subtree))
            start, is_whole = middle, False
    if not is_whole:
        path.append(root_of(start, end, subtree))
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(step, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    steps = [old_root, *path] if old.bit_count() == 1 else list(path)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The largest power of two that is smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1
