"""What an event or a checkpoint says, even where somebody changed its row: a damaged trail is shown all the same."""

from typing import Any

from operations.choices import Channel
from operations.models import AuditCheckpoint, AuditEvent


def said(event: AuditEvent, name: str) -> Any:
    """One value of what came of it; None where there is none of that name."""
    return event.after.get(name) if isinstance(event.after, dict) else None


def number_said(event: AuditEvent, name: str) -> int | None:
    """The same where it is a whole number."""
    value = said(event, name)
    return value if isinstance(value, int) else None


def channel_of(event: AuditEvent) -> str:
    """Its label, or what stands there."""
    return str(dict(Channel.choices).get(event.channel, event.channel))


def root_of(checkpoint: AuditCheckpoint) -> str:
    """The third line of https://c2sp.org/tlog-checkpoint."""
    lines = checkpoint.note.splitlines()
    return lines[2] if len(lines) > 2 else "not readable"
