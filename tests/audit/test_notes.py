"""Checkpoints are C2SP signed notes; the format's own examples are read as they should be."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from operations.audit import notes
from operations.audit.notes import Checkpoint, NoteError, VerificationKey

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFICATION_KEY = VerificationKey("trail.example", KEY.public_key().public_bytes_raw())
AT = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
SIGNED = notes.sign(name="trail.example", size=7, root=b"r" * 32, at=AT, key=KEY)


def test_a_checkpoint_is_text_that_other_tools_read() -> None:
    """https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note."""
    body, _, signatures = SIGNED.note.rpartition("\n\n")
    root = base64.b64encode(b"r" * 32).decode()
    assert body.split("\n") == ["trail.example", "7", root, "time 2026-01-02T03:04:05.000006Z"]
    assert signatures.startswith("— trail.example ")
    signature = base64.b64decode(signatures.split()[-1])
    assert signature[:4] == VERIFICATION_KEY.id
    KEY.public_key().verify(signature[4:], f"{body}\n".encode())


def test_what_was_signed_is_read_back() -> None:
    assert Checkpoint.read(SIGNED.note, VERIFICATION_KEY) == SIGNED


def test_the_published_example_of_a_key_is_read() -> None:
    """From https://pkg.go.dev/golang.org/x/mod/sumdb/note, whose keys signed-note takes over."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = VerificationKey.read(text)
    assert (key.name, key.id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", text)
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    with pytest.raises(NoteError, match="no size and root"):
        Checkpoint.read(note, key)
    with pytest.raises(NoteError, match="signature is wrong"):
        Checkpoint.read(note.replace("answer", "anſwer"), key)


@pytest.mark.parametrize(
    "text",
    ["", "a+b", "a+b+c", "trail+00000000+" + "A" * 44, str(VERIFICATION_KEY)[:-4] + "AAA=", f"x{VERIFICATION_KEY}"],
)
def test_a_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerificationKey.read(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "nonsense",
        SIGNED.note.replace("\n7\n", "\n8\n"),
        SIGNED.note.replace("cnJy", "dnJy"),
        SIGNED.note.replace("2026", "2027"),
        SIGNED.note.replace("— trail", "- trail"),
        SIGNED.note.rstrip("\n"),
        SIGNED.note.rpartition("\n\n")[0] + "\n\n",
        SIGNED.note.replace("\n7\n", "\n07\n"),
    ],
)
def test_a_changed_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.read(note, VERIFICATION_KEY)


def test_a_note_that_others_signed_too_is_read() -> None:
    other = notes.sign(name="witness", size=7, root=b"r" * 32, at=AT, key=Ed25519PrivateKey.generate())
    note = SIGNED.note + other.note.rpartition("\n\n")[2]
    assert Checkpoint.read(note, VERIFICATION_KEY).size == 7


def test_a_checkpoint_of_another_trail_is_refused() -> None:
    body = SIGNED.note.replace("trail.example\n7", "other.example\n7").rpartition("\n\n")[0] + "\n"
    signature = base64.b64encode(VERIFICATION_KEY.id + KEY.sign(body.encode())).decode()
    with pytest.raises(NoteError, match="another trail"):
        Checkpoint.read(f"{body}\n— trail.example {signature}\n", VERIFICATION_KEY)
