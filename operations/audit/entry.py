"""The canonical bytes of an event (RFC 8785): what its leaf is the hash of, and one line of an export.

Strings, integers below 2**53, booleans, null, lists and objects with ASCII keys, no floats: on these,
compact JSON with sorted keys is RFC 8785.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

# The first word of every entry; a change of its fields or their meaning is a new number.
SCHEMA = 1
COLUMNS = (
    "sequence",
    "event_id",
    "occurred_date_time",
    "recorded_date_time",
    "actor_type",
    "actor_id",
    "actor_name",
    "on_behalf_of",
    "authentication",
    "token_id",
    "permissions",
    "channel",
    "address",
    "forwarded_for",
    "user_agent",
    "request_id",
    "client_request_id",
    "action",
    "object_type",
    "object_id",
    "object_name",
    "outcome",
    "error_code",
    "reason",
    "ticket",
    "content_sha256",
    "before",
    "after",
    "portal_version",
    "node",
    "schema",
)
# Longer values (an explain text, a pasted log) are told by their beginning; the row itself has them whole.
LONGEST_VALUE = 2000
LARGEST_INTEGER = 2**53 - 1


def canonical(event: Mapping[str, Any]) -> bytes:
    """The entry of an event given by its columns."""
    return orjson.dumps(
        event,
        default=_written,
        option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME,
    )


def moment(value: datetime) -> str:
    """UTC to the microsecond, always in as many characters."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the trail keeps them. Raises TypeError for one that has no single form."""
    return {name: _plain_value(value) for name, value in values.items()}


def plain_text(value: str, longest: int) -> str:
    """What both databases and JSON can keep: no NUL, no half of a surrogate pair."""
    return value[:longest].replace("\x00", "\ufffd").encode(errors="replace").decode()


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"{type(value).__name__} has no place in the trail.")


def _plain_value(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise TypeError("Numbers from 2**53 on have no single form in JSON.")
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date | timedelta | UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain_value(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain_value(item) for item in value)
    if isinstance(value, str):
        return plain_text(value, LONGEST_VALUE) + ("…" if len(value) > LONGEST_VALUE else "")
    raise TypeError(f"{type(value).__name__} has no place in the trail.")
