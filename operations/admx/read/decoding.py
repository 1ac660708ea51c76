"""Bytes in any encoding to UTF-8, strictly and without guessing.

The declared encoding cannot be trusted: UTF-8 files that declare utf-16 are common, and parsers disagree
about them.
"""

import codecs
import re
from dataclasses import dataclass

from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import quoted, shortened
from operations.admx.model.source import MAX_FILE_BYTES

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ARCHIVES = (
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"MSCF", "CAB archive"),
    (b"%PDF", "PDF"),
)
_BEGINNING = re.compile(rb"\S.{0,39}", re.DOTALL)
_PIECE = 32 * 1024
_DECLARED = re.compile(rb"""<\?xml\s[^<>]{0,200}?\bencoding\s*=\s*["']([^"'<>]{1,100})["']""")

# Only these are looked up: Python's codec registry also holds transforms and codecs with quadratic cost,
# and it remembers every unknown name it is ever asked for.
_READABLE = re.compile(
    r"us-ascii|ascii|iso-8859-([1-9]|1[013456])|windows-125[0-8]"
    r"|shift_jis|euc-jp|euc-kr|gb2312|gbk|gb18030|big5|koi8-[ru]"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text in UTF-8, the encoding it was read with, and the one it declares (None: none)."""

    utf8: bytes
    used: str
    declared: str | None

    @property
    def is_misdeclared(self) -> bool:
        """The declaration names another encoding than the bytes have."""
        return self.declared is not None and self.declared != self.used


def decode(content: bytes) -> Decoded:
    """Decode a file; raise RefusedError when it is not text."""
    if not content:
        raise RefusedError("ContentEmpty")
    if len(content) > MAX_FILE_BYTES:
        raise RefusedError("SizeExceeded", size=f"{len(content):,}", limit=f"{MAX_FILE_BYTES:,}")
    for signature, kind in _ARCHIVES:
        if content.startswith(signature):
            raise RefusedError("NotXml", reason=f"it is a {kind}")
    utf8, used = _utf8(content)
    if b"\0" in utf8:
        line = utf8.count(b"\n", 0, utf8.index(b"\0")) + 1
        raise RefusedError("EncodingInvalid", line=line, encoding=used.upper(), reason="it contains NUL characters")
    beginning = _BEGINNING.search(utf8)
    if beginning is None:
        raise RefusedError("ContentEmpty")
    if not beginning[0].startswith(b"<"):
        raise RefusedError("NotXml", reason=f"it begins with {quoted(beginning[0].decode(errors='ignore'))}")
    return Decoded(utf8, _common_name(used), _declared(utf8))


def _utf8(content: bytes) -> tuple[bytes, str]:
    """The content in UTF-8, not copied unless it has to be, and the encoding it is in."""
    if content.startswith(codecs.BOM_UTF8):
        _check_utf8(content)
        return content.removeprefix(codecs.BOM_UTF8), "utf-8"
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strict(content, encoding, skip=len(mark)).encode(), encoding
    if content[:1] == b"\0":
        return _strict(content, "utf-16-be").encode(), "utf-16-be"
    if b"\0" in content[:4]:
        return _strict(content, "utf-16-le").encode(), "utf-16-le"
    declared = _declared(content[:400])
    if declared and _READABLE.fullmatch(declared):
        try:
            text = content.decode(declared)
        except UnicodeDecodeError:
            pass
        else:
            if text.startswith("<"):
                return text.encode(), declared
    _check_utf8(content)
    return content, "utf-8"


def _check_utf8(content: bytes) -> None:
    """Piece by piece: to have all the text at once would take longer than to parse it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        _strict(content, "utf-8")


def _strict(content: bytes, encoding: str, skip: int = 0) -> str:
    try:
        return content[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        offset = skip + error.start
        reason = f"byte {offset + 1} (hexadecimal {content[offset]:02X}) does not belong there"
        line = content.count(b"\n", 0, offset) + 1 if encoding == "utf-8" else None
        raise RefusedError("EncodingInvalid", line=line, encoding=encoding.upper(), reason=reason) from None


def _declared(content: bytes) -> str | None:
    match = _DECLARED.match(content)
    if match is None:
        return None
    return _common_name(shortened(match[1].decode("latin-1").strip().lower()))


def _common_name(encoding: str) -> str:
    """The name to compare and show: byte order is the byte order mark's business, not the declaration's."""
    if encoding == "utf8":
        return "utf-8"
    return "utf-16" if encoding.startswith("utf-16") else encoding
