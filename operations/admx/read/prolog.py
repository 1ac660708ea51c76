"""What stands before the outermost element: declaration, comments, instructions and, refused, a DOCTYPE.

A parser told to load no DTD still accepts a DOCTYPE and silently drops its entities, so look first.
The scan is linear: one regular expression over comments and blanks needs minutes on some real files.
"""

import re

from operations.admx.model.exceptions import RefusedError

_DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
_VISIBLE = re.compile(rb"[^\n]")
_BLANKS = re.compile(rb"\s*")
_NAME = re.compile(rb"[^\s<>/\[]*")
_CLOSING = {b"<!--": b"-->", b"<?": b"?>"}
_DOCTYPE = b"<!doctype"


def declaration_end(utf8: bytes) -> int:
    """Where the XML declaration ends; 0 where there is none."""
    match = _DECLARATION.match(utf8)
    return match.end() if match else 0


def without_declaration(utf8: bytes) -> bytes:
    """Blank out the XML declaration. Lines and columns stay the same."""
    end = declaration_end(utf8)
    return b"".join((_VISIBLE.sub(b" ", utf8[:end]), memoryview(utf8)[end:]))


def check_prolog(utf8: bytes) -> None:
    """Raise RefusedError for a DOCTYPE, a web page, or anything before the XML declaration."""
    position = _blanks_end(utf8, 0)
    if position and _DECLARATION.match(utf8, position):
        raise RefusedError("BlankBeforeDeclaration", line=_line(utf8, position))
    while opening := _opening(utf8, position):
        closing = _CLOSING[opening]
        # Past the whole opening: "<!-->" does not close itself, and taking it so would let a DOCTYPE hide.
        end = utf8.find(closing, position + len(opening))
        if end < 0:
            return  # never closed: the parser says so, with the line
        position = _blanks_end(utf8, end + len(closing))
    if utf8[position : position + len(_DOCTYPE)].lower() == _DOCTYPE:
        name = _name(utf8, _blanks_end(utf8, position + len(_DOCTYPE)))
        code = "HtmlInsteadOfXml" if name == b"html" else "DtdProhibited"
        raise RefusedError(code, line=_line(utf8, position))
    if utf8.startswith(b"<", position) and _name(utf8, position + 1) == b"html":
        raise RefusedError("HtmlInsteadOfXml", line=_line(utf8, position))


def _opening(utf8: bytes, position: int) -> bytes:
    """What opens a comment or instruction here; empty when neither begins here."""
    return next((opening for opening in _CLOSING if utf8.startswith(opening, position)), b"")


def _blanks_end(utf8: bytes, position: int) -> int:
    match = _BLANKS.match(utf8, position)
    return match.end() if match else position


def _name(utf8: bytes, position: int) -> bytes:
    match = _NAME.match(utf8, position)
    return match[0].lower() if match else b""


def _line(utf8: bytes, position: int) -> int:
    return utf8.count(b"\n", 0, position) + 1
