"""What would change, or did, as plain values for scripts."""

from typing import Any
from uuid import UUID

from operations import admx
from operations.actor import Actor
from operations.services.templates import versions
from operations.services.templates.preflight import Preflight


def changes_as_json(*, by: Actor, definition_file_id: UUID, old: int, new: int) -> dict[str, Any]:
    """What changed between two versions of a file, by their numbers. Raises MissingError."""
    before, after = (
        versions.version_of(by=by, definition_file_id=definition_file_id, number=number) for number in (old, new)
    )
    return versions.compared(before, after)[2]


def proposed_as_json(preflight: Preflight) -> dict[str, Any] | None:
    """What an operation would change; None when the files could not be read far enough."""
    return None if preflight.difference is None else admx.as_json(preflight.difference)
