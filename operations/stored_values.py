"""What a queue or a cache gives back is only ever read as JSON: whoever can write there must not run code here."""

import logging
import os
import time
from collections.abc import Callable
from datetime import datetime
from io import BufferedReader
from typing import Any

import orjson
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer

logger = logging.getLogger(__name__)

# A moment is an object with this one key; everything else stands for itself.
_MOMENT = "dateTime"
# Far deeper than the portal nests a list, far from where Python stops.
_DEEPEST = 8
_CARRIED = {"id", "name", "args", "eta"}


class UnreadableValueError(ValueError):
    """What lies in the queue is none of the portal's values."""


class OneLineFilter(logging.Filter):
    """Huey logs a refused message with a traceback; anyone who can write to the queue could fill the log with them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(refusal := record.exc_info[1], UnreadableValueError | HueyException):
            record.msg, record.args, record.exc_info = f"{record.getMessage()} {refusal}", (), None
        return True


class JsonSerializer(Serializer):
    """Huey's messages and the plain values beside them as JSON.

    Writing anything else raises ValueError, reading it UnreadableValueError. A message carries an id, a task's name,
    its arguments and when it is due; how often and how long it may run is the task's own.
    """

    def _serialize(self, data: Any) -> bytes:
        found = {"message": _message_fields(data)} if isinstance(data, Message) else {"value": _plain(data)}
        return orjson.dumps(found, option=orjson.OPT_PASSTHROUGH_DATETIME)

    def _deserialize(self, data: bytes) -> Any:
        try:
            found = orjson.loads(data)
        except ValueError:
            raise UnreadableValueError("What the queue holds is not JSON.") from None
        if not isinstance(found, dict) or len(found) != 1:
            raise UnreadableValueError("This is neither a message nor a value of the portal.")
        return _read_message(found["message"]) if "message" in found else _read(found.get("value"))


class JsonFileCache(FileBasedCache):
    """Django's cache in files, as JSON instead of pickles; what cannot be read is not there."""

    # Django's own, which its type stubs leave out.
    _key_to_file: Callable[..., str]
    _delete: Callable[[str], bool]

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = self._read_file(self._key_to_file(key, version))
        return default if found is None else found["value"]

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._read_file(self._key_to_file(key, version)) is not None

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        found = self._read_file(self._key_to_file(key, version))
        if found is None:
            return False
        self.set(key, found["value"], timeout, version)
        return True

    def _write_content(self, file: Any, timeout: Any, value: Any) -> None:
        file.write(orjson.dumps({"expires": self.get_backend_timeout(timeout), "value": value}))

    def _is_expired(self, f: BufferedReader) -> bool:
        return self._read_file(f.name) is None

    def _read_file(self, path: str) -> dict[str, Any] | None:
        try:
            with open(path, "rb") as file:
                found = orjson.loads(file.read())
            if found["expires"] is None or found["expires"] >= time.time():
                return {"value": found["value"]}
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            logger.warning("%s in the cache cannot be read and is removed.", os.path.basename(path))
        self._delete(path)
        return None


class RedisJsonSerializer:
    """For Django's cache in Redis: numbers as Redis counts them, everything else as JSON."""

    def dumps(self, value: Any) -> Any:
        return value if type(value) is int else orjson.dumps(value)

    def loads(self, data: bytes) -> Any:
        try:
            return orjson.loads(data)
        except ValueError:
            logger.warning("A value in the cache cannot be read.")
            return None


def _message_fields(message: Message) -> dict[str, Any]:
    left_over = (set(Message._fields) - _CARRIED) & {name for name in Message._fields if getattr(message, name)}
    if left_over:
        raise ValueError(f"A message does not carry {', '.join(sorted(left_over))}: set it where the task is defined.")
    return {
        "id": message.id,
        "name": message.name,
        "args": _plain(list(message.args or ())),
        "eta": _plain(message.eta),
    }


def _read_message(found: Any) -> Message:
    if not isinstance(found, dict) or found.keys() != _CARRIED:
        raise UnreadableValueError(f"A message has exactly these fields: {', '.join(sorted(_CARRIED))}.")
    arguments, due = _read(found["args"]), _read(found["eta"])
    if not isinstance(found["id"], str) or not isinstance(found["name"], str) or not isinstance(arguments, list):
        raise UnreadableValueError("A message needs a text as its id and name, and a list of arguments.")
    # Huey keeps UTC without a time zone and compares it with nothing else.
    if not (due is None or (isinstance(due, datetime) and due.tzinfo is None)):
        raise UnreadableValueError("When a message is due is a moment without a time zone, or null.")
    return Message(id=found["id"], name=found["name"], eta=due, args=tuple(arguments), kwargs={})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"A {type(value).__name__} does not go through the queue.")


def _read(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise UnreadableValueError(f"A value nests more than {_DEEPEST} lists.")
    if isinstance(value, list):
        return [_read(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    text = value.get(_MOMENT)
    if len(value) != 1 or not isinstance(text, str):
        raise UnreadableValueError("This is no value of the portal.")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableValueError("This is no moment in ISO 8601.") from None
