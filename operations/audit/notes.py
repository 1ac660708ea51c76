"""Checkpoints as signed notes: https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from operations.audit.entry import moment

_ED25519 = b"\x01"
_TIME = "time "


class NoteError(ValueError):
    """A note that cannot be read or was not signed by this key; says why."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A name and an Ed25519 public key, written `name+id+key`."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> "VerificationKey":
        """Raises NoteError."""
        try:
            name, key_id, encoded = text.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise NoteError("This is not a verification key (name+id+key).") from error
        found = cls(name, key[1:])
        if key[:1] != _ED25519 or len(key) != 33 or found.id.hex() != key_id:
            raise NoteError("The verification key is damaged, or not of the kind Ed25519.")
        return found

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of the tree at a size, as of a time, and the signed note that says so."""

    origin: str
    size: int
    root: bytes
    time: str
    note: str

    @classmethod
    def read(cls, note: str, key: VerificationKey) -> "Checkpoint":
        """Raises NoteError unless the key signed it."""
        body, separator, signatures = note.rpartition("\n\n")
        if not separator or not signatures.endswith("\n"):
            raise NoteError("It is not a signed note.")
        _check_signature(f"{body}\n", signatures, key)
        lines = body.split("\n")
        try:
            origin, size, root, *others = lines
            found = base64.b64decode(root, validate=True)
            if not size.isascii() or not size.isdigit() or str(int(size)) != size or len(found) != 32:
                raise ValueError
        except (ValueError, binascii.Error) as error:
            raise NoteError("It is signed, but has no size and root.") from error
        if origin != key.name:
            raise NoteError(f"It belongs to another trail: {origin}.")
        time = next((line.removeprefix(_TIME) for line in others if line.startswith(_TIME)), "")
        return cls(origin, int(size), found, time, note)


def sign(*, name: str, size: int, root: bytes, at: datetime, key: Ed25519PrivateKey) -> Checkpoint:
    encoded = base64.b64encode(root).decode()
    time = moment(at)
    body = f"{name}\n{size}\n{encoded}\n{_TIME}{time}\n"
    verification_key = VerificationKey(name, key.public_key().public_bytes_raw())
    signature = base64.b64encode(verification_key.id + key.sign(body.encode())).decode()
    return Checkpoint(name, size, root, time, f"{body}\n— {name} {signature}\n")


def _check_signature(body: str, signatures: str, key: VerificationKey) -> None:
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or name != key.name:
            continue
        try:
            signature = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
        if signature[:4] != key.id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], body.encode())
        except InvalidSignature as error:
            raise NoteError("Its signature is wrong.") from error
        return
    raise NoteError("It is not signed by the portal's key.")
