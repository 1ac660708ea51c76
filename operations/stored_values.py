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
from huey.registry import Message
from huey.serializer import Serializer

logger = logging.getLogger(__name__)

# How a moment is told from a text.
_MOMENT = "dateTime"
# What the portal's tasks use of Huey's messages; the rest can carry tasks and objects within tasks.
_TEXTS, _MOMENTS = ("id", "name"), ("eta", "expires", "expires_resolved")
_NUMBERS = ("retries", "retry_delay", "priority", "timeout", "retry_backoff")
_NEVER = ("kwargs", "on_complete", "on_error", "chord_config")


class JsonSerializer(Serializer):
    """Huey's messages and the plain values beside them as JSON. Raises ValueError for anything else."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            return orjson.dumps({"message": _message_fields(data)}, option=orjson.OPT_PASSTHROUGH_DATETIME)
        return orjson.dumps({"value": _plain(data)}, option=orjson.OPT_PASSTHROUGH_DATETIME)

    def _deserialize(self, data: bytes) -> Any:
        found = orjson.loads(data)
        if not isinstance(found, dict) or len(found) != 1:
            raise ValueError("This is neither a message nor a value of the portal.")
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
    if any(getattr(message, name) for name in _NEVER):
        raise ValueError("Tasks take positional arguments only, and start no other tasks.")
    fields = {name: getattr(message, name) for name in (*_TEXTS, *_NUMBERS)}
    fields |= {name: _plain(getattr(message, name)) for name in _MOMENTS}
    return {**fields, "args": _plain(list(message.args or ()))}


def _read_message(found: Any) -> Message:
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in _TEXTS):
        raise ValueError("A message needs an id and the name of a task.")
    numbers = {name: found.get(name) for name in _NUMBERS}
    moments = {name: _read(found.get(name)) for name in _MOMENTS}
    arguments = _read(found.get("args") or [])
    if (
        not all(value is None or isinstance(value, int | float) for value in numbers.values())
        or not all(value is None or isinstance(value, int | float | datetime) for value in moments.values())
        or not isinstance(arguments, list)
    ):
        raise ValueError("A message holds a value that does not belong there.")
    texts = {name: found[name] for name in _TEXTS}
    return Message(**texts, **moments, **numbers, args=tuple(arguments), kwargs={})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"A {type(value).__name__} does not go through the queue.")


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) != {_MOMENT}:
            raise ValueError("This is no value of the portal.")
        return datetime.fromisoformat(value[_MOMENT])
    return [_read(one) for one in value] if isinstance(value, list) else value
