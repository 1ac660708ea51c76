"""The signing key and where checkpoints are kept, both outside the database."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.module_loading import import_string

from operations.audit.notes import Checkpoint, VerificationKey
from operations.secret_files import kept_secret


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note, where it was found, and the size it was kept under if that is known."""

    place: str
    size: int | None
    note: str


class Sink(Protocol):
    """Somewhere that checkpoints are kept; what was kept is never changed there. Made from PORTAL_CHECKPOINTS."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep it for good, or raise OSError; FileExistsError where another of this size is kept."""

    def notes(self) -> Iterator[KeptNote]:
        """Smallest size first. Raises OSError."""


class FileSink:
    """A folder with one read-only file per checkpoint, named by its size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, checkpoint: Checkpoint) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{checkpoint.size:012}.txt"
        # Linked into place when it is whole: half a checkpoint would be a false alarm for ever.
        with NamedTemporaryFile(dir=self.folder, prefix=".", suffix=".new") as file:
            file.write(checkpoint.note.encode())
            file.flush()
            os.fchmod(file.fileno(), 0o400)
            os.fsync(file.fileno())
            try:
                os.link(file.name, path)
            except FileExistsError:
                if path.read_bytes() != checkpoint.note.encode():
                    raise
        self._sync()

    def _sync(self) -> None:
        """A file survives a power cut once its folder was written too."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def notes(self) -> Iterator[KeptNote]:
        if not self.folder.exists():
            return
        for path in sorted(self.folder.glob("*.txt")):
            size = int(path.stem) if path.stem.isascii() and path.stem.isdigit() else None
            yield KeptNote(str(path), size, path.read_bytes().decode("utf-8", errors="replace"))


def sink() -> Sink:
    """The one that PORTAL_CHECKPOINT_SINK names. Raises ImportError when there is none of that name."""
    made: Sink = import_string(settings.PORTAL_CHECKPOINT_SINK)(settings.PORTAL_CHECKPOINTS)
    return made


def signing_key() -> Ed25519PrivateKey:
    """The portal's key, made on first use. Raises OSError or ValueError when it cannot be read."""
    path: Path = settings.PORTAL_AUDIT_KEY
    pem = path.read_text() if path.exists() else kept_secret(path, _new_key())
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key.")
    return key


@dataclass(frozen=True, slots=True)
class Signings:
    """How many checkpoints this machine's key signed here, and the size of the last."""

    count: int = 0
    size: int = 0


def remembered_signings() -> Signings:
    """What stands beside the key; nothing where nothing was signed yet. Raises OSError or ValueError."""
    path = _memory()
    if not path.exists():
        return Signings()
    try:
        found = json.loads(path.read_text())
        return Signings(int(found["count"]), int(found["size"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} cannot be read.") from error


def remember_signing(size: int) -> None:
    """Call it once the checkpoint is committed. Raises OSError."""
    path = _memory()
    known = remembered_signings()
    with NamedTemporaryFile("w", dir=path.parent, prefix=".", suffix=".new", delete=False) as file:
        file.write(json.dumps({"count": known.count + 1, "size": max(size, known.size)}))
    os.replace(file.name, path)


def _memory() -> Path:
    """With the key, away from the database and from the folder of checkpoints."""
    path: Path = settings.PORTAL_AUDIT_KEY
    return path.with_suffix(".signed.json")


def verification_key() -> VerificationKey:
    """What an auditor needs to check a checkpoint. Raises OSError or ValueError."""
    return VerificationKey(settings.PORTAL_NAME, signing_key().public_key().public_bytes_raw())


def _new_key() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )
