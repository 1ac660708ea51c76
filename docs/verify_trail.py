#!/usr/bin/env python3
"""Check an exported audit trail of GPO Portal, or a proof, without the portal: Python's standard library is enough.

    python3 verify_trail.py --key 'gpo-portal+0a1b2c3d+AbC…' trail.jsonl checkpoints/
    python3 verify_trail.py --key 'gpo-portal+0a1b2c3d+AbC…' proof.json

Files that end in .jsonl are parts of one export, in their order, from the first event on; .json are proofs; every
other file, and every file of a folder, is a checkpoint. Exits with 0 if all is intact, 1 if not, 2 if it could not be
checked. The key is the one that you were given when you first met the portal, not one that comes with the export.

The format is described in docs/audit.md. Ed25519 is checked by the package `cryptography` where it is installed, else
by the slow and plain arithmetic of RFC 8032 below.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from pathlib import Path

INTACT, DAMAGED, NOT_CHECKED, SIGNED_LATE = 0, 1, 2, 4
# A trail that grew longer before anything was signed could have been written again from its beginning.
LONGEST_BEFORE_FIRST_CHECKPOINT = 10_000


class Damaged(Exception):
    """The message says what is wrong."""


class NotChecked(Exception):
    """The message says what is missing."""


# --- Ed25519 (RFC 8032 section 5.1) ---------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, P - 2, P) % P


def x_of(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point(encoded):
    """Extended coordinates, or None for 32 bytes that are no point."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def added(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, found):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = added(result, found)
        found = added(found, found)
        number >>= 1
    return result


def plain_ed25519(public, signature, message):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = point(public), point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left = times(scalar, (x_of(BASE_Y, 0), BASE_Y, 1, x_of(BASE_Y, 0) * BASE_Y % P))
    right = added(commitment, times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    ARITHMETIC = "the arithmetic of this file"
    is_signed = plain_ed25519
else:
    ARITHMETIC = "the package cryptography"

    def is_signed(public, signature, message):
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


# --- Checkpoints: C2SP signed-note and tlog-checkpoint --------------------------------------------------------------


def decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_key(text):
    """Name, id and public key of `name+id+key`."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = decoded(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if len(key) != 33 or key[0] != 1 or expected.hex() != key_id:
        raise NotChecked("The verification key is damaged, or not of the kind Ed25519.")
    return name, expected, key[1:]


def read_checkpoint(note, key, place):
    """Size and root, once the signature is checked."""
    name, key_id, public = key
    body, separator, signatures = note.rpartition("\n\n")
    body += "\n"
    for line in signatures.splitlines() if separator else ():
        signature = decoded(line.removeprefix(f"— {name} ")) if line.startswith(f"— {name} ") else b""
        if signature[:4] == key_id and is_signed(public, signature[4:], body.encode()):
            break
    else:
        raise Damaged(f"{place}: it is not signed by this key.")
    lines = body.split("\n")
    if len(lines) < 4 or lines[0] != name or not (lines[1].isascii() and lines[1].isdigit()):
        raise Damaged(f"{place}: it is signed, but is no checkpoint of this trail.")
    root = decoded(lines[2])
    if len(root) != 32 or str(int(lines[1])) != lines[1]:
        raise Damaged(f"{place}: it is signed, but says no size and root.")
    return int(lines[1]), root


# --- The Merkle tree: RFC 9162 section 2.1 --------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(peaks, size, leaf):
    while size & 1:
        leaf = node_hash(peaks.pop(), leaf)
        size >>= 1
    peaks.append(leaf)


def root_of(peaks):
    if not peaks:
        return hashlib.sha256(b"").digest()
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def includes(leaf, index, size, path, root):
    if not 0 <= index < size:
        return False
    here, last = index, size - 1
    for step in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node_hash(step, leaf)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            leaf = node_hash(leaf, step)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def is_consistent(old, new, old_root, new_root, path):
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else path
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# --- An export, and proofs ------------------------------------------------------------------------------------------


def entries(paths):
    """Sequence, schema and bytes of every line."""
    for path in paths:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                place = f"{path}, line {number}"
                if not line.endswith(b"\n"):
                    raise Damaged(f"{place}: the line is cut off.")
                entry = line[:-1]
                try:
                    event = json.loads(entry)
                    sequence, schema = event["sequence"], event["schema"]
                except (ValueError, KeyError, TypeError) as error:
                    raise Damaged(f"{place}: it is no event.") from error
                if type(sequence) is not int or type(schema) is not int:
                    raise Damaged(f"{place}: it is no event.")
                yield place, sequence, schema, entry


def check_export(paths, checkpoints):
    peaks, size, last, fitted = [], 0, 0, 0
    pre_chain = compared = first_fitted = 0
    for place, sequence, schema, entry in entries(paths):
        if last == 0 and sequence != 1:
            raise NotChecked(f"{place}: the export begins with event {sequence}. Give all its parts, in their order.")
        if sequence != last + 1:
            raise Damaged(f"{place}: after event {last} comes {sequence}.")
        last = sequence
        if schema == 0 and size == 0:
            pre_chain += 1
            continue
        append(peaks, size, leaf_hash(entry))
        size += 1
        for found, root in checkpoints.get(size, ()):
            compared += 1
            if root != root_of(peaks):
                first = pre_chain + fitted + 1
                raise Damaged(f"Events {first} to {sequence} are not what the checkpoint {found} signed.")
            fitted, first_fitted = size, first_fitted or size
    if beyond := [known for known in checkpoints if known > size]:
        raise Damaged(f"A checkpoint signed {max(beyond)} events and the export has {size}: its end is missing.")
    if not compared:
        raise NotChecked("No checkpoint was given for this export, and without one anybody could have written it.")
    print(f"Covered: {fitted} of {last} events. {compared} checkpoint(s) fit, the last at {fitted}.")
    print_what_is_open(pre_chain, size - fitted)
    if first_fitted > LONGEST_BEFORE_FIRST_CHECKPOINT:
        print(f"The first checkpoint signed {first_fitted} events at once: they could have been rewritten before.")
        return SIGNED_LATE
    return INTACT


def print_what_is_open(pre_chain, uncovered):
    if pre_chain:
        print(f"The first {pre_chain} events are older than the tree and are not proved.")
    if uncovered:
        print(f"The last {uncovered} event(s) are not covered by a checkpoint yet.")


def check_proof(path, key):
    try:
        proof = json.loads(Path(path).read_text(encoding="utf-8"))
        steps = [decoded(step) for step in proof["path"]]
        if proof["kind"] == "inclusion":
            size, root = read_checkpoint(proof["checkpoint"], key, path)
            entry, index = proof["entry"].encode(), proof["leafIndex"]
            if not includes(leaf_hash(entry), index, size, steps, root):
                raise Damaged(f"{path}: the event is not in the tree that the checkpoint at {size} signed.")
            print(f"{path}: the event {json.loads(entry)['sequence']} is in the trail of {size} events.")
        elif proof["kind"] == "consistency":
            old, old_root = read_checkpoint(proof["older"], key, path)
            new, new_root = read_checkpoint(proof["newer"], key, path)
            if not is_consistent(old, new, old_root, new_root, steps):
                raise Damaged(f"{path}: the trail of {new} events does not begin with that of {old}.")
            print(f"{path}: the trail of {new} events begins with that of {old}, unchanged.")
        else:
            raise NotChecked(f"{path}: this kind of proof is not known here.")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotChecked(f"{path}: it is no proof that can be read.") from error


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--key", required=True, help="the verification key, name+id+key")
    parser.add_argument("paths", nargs="+", help="exports (.jsonl), proofs (.json), checkpoints and folders of them")
    arguments = parser.parse_args()
    try:
        key = read_key(arguments.key)
        exports = [path for path in arguments.paths if path.endswith(".jsonl")]
        proofs = [path for path in arguments.paths if path.endswith(".json")]
        checkpoints = {}
        for path in arguments.paths:
            if path in exports or path in proofs:
                continue
            for place in sorted(Path(path).iterdir()) if Path(path).is_dir() else [Path(path)]:
                size, root = read_checkpoint(place.read_text(encoding="utf-8", errors="replace"), key, place)
                checkpoints.setdefault(size, []).append((place, root))
        status = INTACT
        for path in proofs:
            check_proof(path, key)
        if exports:
            status = check_export(exports, checkpoints)
        elif not proofs:
            raise NotChecked("Give an export (.jsonl) or a proof (.json).")
    except Damaged as damage:
        print(f"DAMAGED: {damage}")
        return DAMAGED
    except (NotChecked, OSError) as error:
        print(f"Could not be checked: {error}", file=sys.stderr)
        return NOT_CHECKED
    conclusion = "Checkpoints begin late." if status == SIGNED_LATE else "Intact, as far as that covers it."
    print(f"{conclusion} (Signatures were checked by {ARITHMETIC}.)")
    return status


if __name__ == "__main__":
    sys.exit(main())
