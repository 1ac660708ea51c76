"""What verification finds to be wrong."""

from dataclasses import dataclass
from enum import StrEnum


class DamageKind(StrEnum):
    GAP = "gap"
    ALTERED = "altered"
    TRUNCATED = "truncated"
    UNACCOUNTED = "unaccounted"
    REWRITTEN = "rewritten"
    HEAD = "head"
    TREE = "tree"
    CHECKPOINT = "checkpoint"
    GUARD = "guard"
    # Not in the trail, but in what it tells of.
    ROW = "row"
    CONTENT = "content"


# Which to tell first. The others are about certain events.
LATER = {
    # Something is wrong somewhere in a range.
    DamageKind.REWRITTEN: 1,
    DamageKind.HEAD: 1,
    # The events themselves may be right.
    DamageKind.TREE: 2,
    DamageKind.CHECKPOINT: 3,
    DamageKind.GUARD: 4,
    DamageKind.ROW: 5,
    DamageKind.CONTENT: 6,
}


@dataclass(slots=True)
class Damage:
    """What is wrong with the events from the first to the last sequence, both counted; None where no event is."""

    kind: DamageKind
    first_sequence: int | None
    last_sequence: int | None
    message: str
