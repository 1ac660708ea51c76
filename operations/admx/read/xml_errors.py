"""What an XML parser's complaint means, in words for people who do not write XML."""

import re

from lxml import etree

from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import quoted

_TAG_MISMATCH = re.compile(r"mismatch: (\S+) line (\d+) and ([^\s,]+)")
_ESCAPED = "write & as &amp; and < as &lt; in texts"

_REASONS: dict[int, str] = {
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "the file ends too early, so part of it is missing",
    etree.ErrorTypes.ERR_DOCUMENT_END: "something follows after the end of the outermost element",
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "there is no element in it",
    etree.ErrorTypes.ERR_INVALID_CHAR: "it contains a control character that XML does not allow",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: (f"it uses a shorthand such as &nbsp; that XML does not know ({_ESCAPED})"),
    etree.ErrorTypes.ERR_NAME_REQUIRED: f"a single & or < stands where it is not allowed ({_ESCAPED})",
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: f"a single & stands where it is not allowed ({_ESCAPED})",
    etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: f"a < stands inside an attribute ({_ESCAPED})",
    etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "an element has the same attribute twice",
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_STARTED: "an attribute's value has no quotation marks",
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED: "the closing quotation mark of an attribute is missing",
    etree.ErrorTypes.ERR_SPACE_REQUIRED: "a space is missing between two attributes",
    etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED: "a comment is never closed with -->",
    etree.ErrorTypes.ERR_HYPHEN_IN_COMMENT: "a comment contains --, which is not allowed",
    etree.ErrorTypes.ERR_CDATA_NOT_FINISHED: "a CDATA section is never closed with ]]>",
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "a name has a prefix that was never declared with xmlns",
}

_LIMITS: set[int] = {etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NAME_TOO_LONG}


def refusal(error: etree.XMLSyntaxError) -> RefusedError:
    """Turn the parser's first complaint into a refusal; what follows it is usually a consequence."""
    line, column = error.lineno or None, error.offset
    if error.code in _LIMITS:
        return RefusedError("LimitExceeded", line=line, reason="elements too deep, or a name or text too long")
    return RefusedError("XmlInvalid", line=line, column=column, reason=_reason(error))


def _reason(error: etree.XMLSyntaxError) -> str:
    said = error.msg or "unknown"
    if mismatch := _TAG_MISMATCH.search(said):
        opened, line, closed = mismatch.groups()
        return f"<{opened}> from line {line} is not closed before {quoted(f'</{closed}>')}; {_ESCAPED}"
    return _REASONS.get(error.code) or f"the XML reader says {quoted(said.strip())}"
