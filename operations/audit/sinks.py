"""Where signed checkpoints go away from this machine, so that anyone who owns it cannot unmake them all.

PORTAL_AUDIT_SINKS names them by URL. A sink sends what is given to it or raises; some can be read again.
"""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils import timezone

from operations.audit.checkpoint_store import FileSink, KeptNote
from operations.audit.notes import Checkpoint

# A sink that does not answer must not hold up the worker for longer.
SECONDS = 10
OBJECT_LOCK_DAYS = 365 * 7
# Objects, each a request: the newest, which vouch for all before them.
READ_AGAIN = 100


class AwaySink(Protocol):
    """Somewhere else."""

    # Whether it wants every checkpoint, or the newest alone: each vouches for all before it.
    wants_every_one: bool

    def send(self, checkpoint: Checkpoint) -> None:
        """Raises whatever the way there raises."""

    def notes(self) -> Iterator[KeptNote] | None:
        """What verification can read there again; None where nothing can be. Raises like `send`."""


@dataclass(frozen=True, slots=True)
class FolderSink:
    """`file:///mnt/other/checkpoints`: a folder on another mount. It must exist: what is not mounted is not filled."""

    folder: Path
    wants_every_one = True

    def send(self, checkpoint: Checkpoint) -> None:
        self._there().keep(checkpoint)

    def notes(self) -> Iterator[KeptNote]:
        return self._there().notes()

    def _there(self) -> FileSink:
        if not self.folder.is_dir():
            raise FileNotFoundError(f"{self.folder} is not there. Mount it, or make the folder.")
        return FileSink(self.folder)


@dataclass(frozen=True, slots=True)
class SyslogSink:
    """`syslog://host:514`, or `syslog+tcp://host:514`: one line with the whole note, its line ends as `|`."""

    host: str
    port: int
    is_stream: bool
    wants_every_one = False

    def send(self, checkpoint: Checkpoint) -> None:
        # https://datatracker.ietf.org/doc/html/rfc5424#section-6 with facility authpriv, severity informational.
        head = f"<86>1 {timezone.now().isoformat()} {socket.gethostname()} gpo-portal - checkpoint -"
        line = f"{head} {'|'.join(checkpoint.note.splitlines())}\n".encode()
        if self.is_stream:
            with socket.create_connection((self.host, self.port), timeout=SECONDS) as connection:
                connection.sendall(line)
            return
        family, kind, protocol, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as sender:
            sender.sendto(line, address)

    def notes(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class ObjectSink:
    """`s3://bucket/prefix?endpoint=https://…&days=2555`: an object each, locked against everybody for so long.

    Needs a bucket with object lock, and the package boto3, which finds credentials as it does everywhere.
    """

    bucket: str
    prefix: str
    endpoint: str
    days: int
    wants_every_one = True

    def send(self, checkpoint: Checkpoint) -> None:
        self._client().put_object(
            Bucket=self.bucket,
            Key=f"{self.prefix}{checkpoint.size:012}.txt",
            Body=checkpoint.note.encode(),
            ContentType="text/plain; charset=utf-8",
            ChecksumAlgorithm="SHA256",
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=timezone.now() + timedelta(days=self.days),
        )

    def notes(self) -> Iterator[KeptNote]:
        client = self._client()
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        keys = sorted(found["Key"] for page in pages for found in page.get("Contents", ()))
        for key in keys[-READ_AGAIN:]:
            stem = key.removeprefix(self.prefix).removesuffix(".txt")
            note = client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            size = int(stem) if stem.isascii() and stem.isdigit() else None
            yield KeptNote(f"s3://{self.bucket}/{key}", size, note.decode("utf-8", errors="replace"))

    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        limits = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"max_attempts": 1})
        return boto3.client("s3", endpoint_url=self.endpoint or None, config=limits)


@dataclass(frozen=True, slots=True)
class MailSink:
    """`mailto:auditors@example.com`: the note as text, by PORTAL_EMAIL_URL."""

    address: str
    wants_every_one = False

    def send(self, checkpoint: Checkpoint) -> None:
        text = f"Keep this: it proves what the audit trail of {settings.PORTAL_NAME} was until now.\n\n"
        subject = f"Audit checkpoint of {settings.PORTAL_NAME} at {checkpoint.size}"
        EmailMessage(subject, text + checkpoint.note, to=[self.address]).send()

    def notes(self) -> None:
        return None


def sinks() -> dict[str, AwaySink]:
    """By their URLs. Raises ImproperlyConfigured for one that cannot be read."""
    return {url: sink_of(url) for url in settings.PORTAL_AUDIT_SINKS}


def sink_of(url: str) -> AwaySink:
    """Raises ImproperlyConfigured naming what can be written."""
    try:
        parts = urlsplit(url)
        return _KINDS[parts.scheme](parts)
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured(
            f"PORTAL_AUDIT_SINKS: {url!r} cannot be read. Write file:///folder, syslog://host:514, "
            "syslog+tcp://host:514, s3://bucket/prefix or mailto:somebody@example.com."
        ) from error


def leaves_this_machine() -> bool:
    """Whether a sink is named, or the folder of checkpoints lies on another mount than the data."""
    if settings.PORTAL_AUDIT_SINKS:
        return True
    try:
        return settings.PORTAL_CHECKPOINTS.stat().st_dev != settings.PORTAL_DATA_DIR.stat().st_dev
    except OSError:
        return False


def _folder(parts: SplitResult) -> AwaySink:
    if parts.netloc or not parts.path.startswith("/"):
        raise ValueError
    return FolderSink(Path(unquote(parts.path)))


def _syslog(parts: SplitResult) -> AwaySink:
    if not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError
    return SyslogSink(parts.hostname, parts.port or 514, parts.scheme.endswith("tcp"))


def _object(parts: SplitResult) -> AwaySink:
    options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if not parts.netloc or options.keys() - {"endpoint", "days"}:
        raise ValueError
    if find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "PORTAL_AUDIT_SINKS names S3, which needs a package: run .venv/bin/pip install boto3."
        )
    prefix = parts.path.strip("/")
    days = int(options.get("days", [str(OBJECT_LOCK_DAYS)])[0])
    return ObjectSink(parts.netloc, f"{prefix}/" if prefix else "", options.get("endpoint", [""])[0], days)


def _mail(parts: SplitResult) -> AwaySink:
    if "@" not in parts.path or parts.query:
        raise ValueError
    return MailSink(unquote(parts.path))


_KINDS: dict[str, Callable[[SplitResult], AwaySink]] = {
    "file": _folder,
    "syslog": _syslog,
    "syslog+tcp": _syslog,
    "s3": _object,
    "mailto": _mail,
}
