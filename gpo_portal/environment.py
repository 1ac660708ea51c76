"""What the settings need from outside: typed variables, the data folder, generated secrets.

Everything here raises ImproperlyConfigured with one sentence that names the variable and the fix.
"""

import os
import re
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from operations.secret_files import kept_secret

_env = environ.Env()
DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}
DATABASE_HINT = "Use postgres://user:password@host:5432/name or leave it out for SQLite."
WEEKDAYS = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return str(_env.str(name, default=default)).strip()


def words(name: str, default: list[str]) -> list[str]:
    return [word.strip() for word in _env.list(name, default=default) if word.strip()]


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    value = text(name, default).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(among)}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither 1 nor 0. Use {name}=1 to switch it on.")
    return value in TRUE


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {least} to {most}.")
    return int(value)


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a time zone name such as Europe/Berlin.") from error
    return value


@dataclass(frozen=True)
class WorkingHours:
    """As they were written, and which hours of the week they are: 0 is the hour after Monday's midnight."""

    told: str
    hours: frozenset[int]


def working_hours(name: str, default: str) -> WorkingHours:
    """`Mon-Fri 7-19`: from one weekday to another, from one hour to before another."""
    value = text(name, default)
    found = re.fullmatch(r"([A-Za-z]{3})-([A-Za-z]{3}) (\d{1,2})-(\d{1,2})", value)
    days = [WEEKDAYS.get(day.lower()) for day in found.groups()[:2]] if found else [None]
    if found is None or None in days or not int(found[3]) < int(found[4]) <= 24:
        raise ImproperlyConfigured(f"{name}={value!r} cannot be read. Write weekdays and hours so: Mon-Fri 7-19.")
    first, last = (int(day or 0) for day in days)
    working = [(first + number) % 7 for number in range((last - first) % 7 + 1)]
    hours = frozenset(day * 24 + hour for day in working for hour in range(int(found[3]), int(found[4])))
    return WorkingHours(value, hours)


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's settings for mail, from `smtp+tls://user:password@host:587`."""
    value = text(name, default)
    try:
        return dict(_env.email_url_config(value))
    except (KeyError, ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} cannot be read. Use smtp+tls://user:password@host:587.") from error


def database(name: str, default: str) -> dict[str, Any]:
    url = text(name, default)
    if url.partition("://")[0] not in DATABASE_SCHEMES:
        raise ImproperlyConfigured(f"{name} does not name a database that the portal runs on. {DATABASE_HINT}")
    try:
        return dict(_env.db_url_config(url))
    except Exception as error:  # django-environ raises many kinds for one broken URL
        raise ImproperlyConfigured(f"{name} cannot be read. {DATABASE_HINT}") from error


def cache(name: str, folder: Path) -> dict[str, Any]:
    """Files in a folder, or Redis."""
    url = text(name)
    if not url:
        return {
            "BACKEND": "operations.stored_values.JsonFileCache",
            "LOCATION": str(folder),
            "OPTIONS": {"MAX_ENTRIES": 1000},
        }
    if not url.startswith(("redis://", "rediss://")):
        raise ImproperlyConfigured(f"{name} must begin with redis://. Leave it out to count in files.")
    if find_spec("redis") is None:
        raise ImproperlyConfigured(f"{name} names Redis, which needs a package: run .venv/bin/pip install redis.")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "OPTIONS": {"serializer": "operations.stored_values.RedisJsonSerializer"},
    }


def folder(name: str, default: Path) -> Path:
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}={path} cannot be created: {error.strerror}.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}={path} cannot be written to. Choose another folder.")
    return path


def secret(name: str, path: Path) -> str:
    """The variable if set, else the content of `path`, written with a new random value on first use."""
    value = text(name)
    if value:
        if len(value) < 50:
            raise ImproperlyConfigured(f"{name} is too short: use at least 50 random characters.")
        return value
    return kept_secret(path, secrets.token_urlsafe(64))
