"""What stands before the outermost element: declaration, comments, instructions and, refused, a DOCTYPE.

A parser told to load no DTD still accepts a DOCTYPE and silently drops its entities, so look first.
The scan is linear: one regular expression over comments and blanks needs minutes on some real files.
"""

import re

from operations.admx.refusal import RefusedError

_DECLARATION = re.compile(r"<\?xml\s[^<>]*\?>")
_DECLARATION_BYTES = re.compile(_DECLARATION.pattern.encode())
_VISIBLE = re.compile(rb"[^\n]")
_BLANKS = re.compile(r"\s*")
_NAME = re.compile(r"[^\s<>/\[]*")
_CLOSING = {"<!--": "-->", "<?": "?>"}
_DOCTYPE = "<!doctype"


def without_declaration(utf8: bytes) -> bytes:
    """Blank out the XML declaration: it must not contradict the decoder. Lines and columns stay the same."""
    match = _DECLARATION_BYTES.match(utf8)
    return utf8 if match is None else b"".join((_VISIBLE.sub(b" ", match[0]), memoryview(utf8)[match.end() :]))


def check_prolog(text: str) -> None:
    """Raise RefusedError for a DOCTYPE, a web page, or anything before the XML declaration."""
    position = _blanks_end(text, 0)
    if position and _DECLARATION.match(text, position):
        raise RefusedError("BlankBeforeDeclaration", line=_line(text, position))
    while opening := _opening(text, position):
        closing = _CLOSING[opening]
        # Past the whole opening: "<!-->" does not close itself, and taking it so would let a DOCTYPE hide.
        end = text.find(closing, position + len(opening))
        if end < 0:
            return  # never closed: the parser says so, with the line
        position = _blanks_end(text, end + len(closing))
    if text[position : position + len(_DOCTYPE)].lower() == _DOCTYPE:
        name = _name(text, _blanks_end(text, position + len(_DOCTYPE)))
        code = "HtmlInsteadOfXml" if name == "html" else "DtdProhibited"
        raise RefusedError(code, line=_line(text, position))
    if text.startswith("<", position) and _name(text, position + 1) == "html":
        raise RefusedError("HtmlInsteadOfXml", line=_line(text, position))


def _opening(text: str, position: int) -> str:
    """What opens a comment or instruction here; empty when neither begins here."""
    return next((opening for opening in _CLOSING if text.startswith(opening, position)), "")


def _blanks_end(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def _name(text: str, position: int) -> str:
    match = _NAME.match(text, position)
    return match[0].lower() if match else ""


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
