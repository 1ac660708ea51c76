"""Writers take turns: the trail has one head."""

from operations import audit


def take_turn() -> None:
    """Wait for one's turn, which lasts until the transaction ends."""
    audit.take_turn()
