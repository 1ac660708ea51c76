"""How large a template may be. Real ones have at most a third of this; what goes beyond was made to hurt.

Almost every file is cleared by looking at its text, which is many times quicker than walking its tree.
"""

from collections.abc import Iterator

from lxml import etree

from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import shortened
from operations.admx.read.prolog import declaration_end

MAX_DEPTH = 64
MAX_ELEMENTS = 60_000
MAX_ALL_ATTRIBUTES = 100_000
# lxml lists the attributes of one element in quadratic time: 100,000 of them take half a minute.
MAX_ATTRIBUTES = 64
MAX_ATTRIBUTE_LENGTH = 4 * 1024

# The shortest text with more than MAX_ATTRIBUTES attributes: each takes at least a space, a name, = and "".
_SHORTEST_EXCESS = 5 * MAX_ATTRIBUTES

_TOO_DEEP = etree.XPath("(" + "/*" * (MAX_DEPTH + 1) + ")[1]")
_INSTRUCTION = etree.XPath("(//processing-instruction())[1]")


def check_text(utf8: bytes) -> None:
    """Refuse what would make too large a tree: that takes some fifty times the memory of the tags it is made from."""
    tags = utf8.count(b"<")
    if tags > 2 * MAX_ELEMENTS or (tags > MAX_ELEMENTS and tags - utf8.count(b"</") > MAX_ELEMENTS):
        raise RefusedError("LimitExceeded", reason=f"there are more than {MAX_ELEMENTS:,} elements")
    if utf8.count(b"=") > MAX_ALL_ATTRIBUTES:
        raise RefusedError("LimitExceeded", reason=f"there are more than {MAX_ALL_ATTRIBUTES:,} attributes")


def check_tree(root: etree._Element, utf8: bytes) -> None:
    """Refuse elements nested too deeply, processing instructions, and too many or too long attributes."""
    for element in _TOO_DEEP(root):
        reason = f"elements are more than {MAX_DEPTH} levels deep"
        raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
    # A question mark is quicker to look for than an instruction.
    if utf8.find(b"?", declaration_end(utf8)) >= 0:
        for instruction in _INSTRUCTION(root):
            name = shortened(instruction.target)
            raise RefusedError("InstructionProhibited", line=instruction.sourceline, name=name)
    if _attributes_may_exceed(utf8):
        _check_attributes(root)


def _attributes_may_exceed(utf8: bytes) -> bool:
    return not all(_is_harmless(segment) for segment in _long_segments(utf8))


def _long_segments(utf8: bytes) -> Iterator[bytes]:
    """What stands between two < and is long enough to be looked at."""
    start = 0
    while start < len(utf8):
        last = utf8.rfind(b"<", start, start + _SHORTEST_EXCESS + 1)
        if last < 0:
            last = utf8.find(b"<", start)
            if last < 0:
                return  # what follows the last < is the end of the outermost element
            yield utf8[start:last]
        start = last + 1


def _is_harmless(segment: bytes) -> bool:
    """Whether what follows a < certainly is no tag, or a whole tag within the limits."""
    if segment.startswith((b"!", b"/")):
        return True
    # A > may stand inside an attribute, which would then have an odd quotation mark before it.
    tag = segment.partition(b">")[0]
    is_whole = b"'" not in tag and tag.count(b'"') % 2 == 0
    return is_whole and len(tag) <= MAX_ATTRIBUTE_LENGTH and tag.count(b"=") <= MAX_ATTRIBUTES


def _check_attributes(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        attributes = element.attrib
        if len(attributes) > MAX_ATTRIBUTES:
            reason = f"an element has more than {MAX_ATTRIBUTES} attributes"
            raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
        if attributes and max(map(len, element.values())) > MAX_ATTRIBUTE_LENGTH:
            reason = f"an attribute is longer than {MAX_ATTRIBUTE_LENGTH:,} characters"
            raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
