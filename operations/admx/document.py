"""Text to an element tree, within limits on depth, size and what XML features may be used."""

from dataclasses import dataclass

from lxml import etree

from operations.admx.decoding import decode
from operations.admx.faults import refusal
from operations.admx.findings import FileFindings, quoted, shortened
from operations.admx.parsers import is_complete, safe_parser
from operations.admx.prolog import check_prolog, without_declaration
from operations.admx.refusal import RefusedError
from operations.admx.source import SourceFile

MAX_DEPTH = 64
MAX_NODES = 500_000
# lxml lists the attributes of one element in quadratic time: 100,000 of them take half a minute.
MAX_ATTRIBUTES = 64
MAX_ATTRIBUTE_LENGTH = 4 * 1024
MAX_TEXT_LENGTH = 64 * 1024

# XPath where it pays: a path of fixed depth is quick, conditions on every element are slower than Python.
_TOO_DEEP = etree.XPath("(" + "/*" * (MAX_DEPTH + 1) + ")[1]")
_INSTRUCTION = etree.XPath("(//processing-instruction())[1]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of file: its outermost element and what people call it."""

    root: str
    called: str


DEFINITIONS = Kind("policyDefinitions", "a template (.admx)")
RESOURCES = Kind("policyDefinitionResources", "a language file (.adml)")


def safe_text(content: bytes, findings: FileFindings) -> str:
    """Decode and refuse what must not reach a parser."""
    decoded = decode(content)
    if decoded.is_misdeclared:
        findings.add("EncodingMismatch", line=1, declared=decoded.declared, used=decoded.used)
    check_prolog(decoded.text)
    return without_declaration(decoded.text)


def open_document(source: SourceFile, kind: Kind, findings: FileFindings) -> etree._Element | None:
    """The outermost element of a file of this kind; None when it cannot be read, and findings say why."""
    try:
        root = _parse(safe_text(source.content, findings), findings)
        _check_limits(root)
        _check_kind(root, kind)
    except RefusedError as refused:
        findings.add(refused.code, line=refused.line, **refused.words)
        return None
    return root


def _parse(text: str, findings: FileFindings) -> etree._Element:
    # Counted before parsing: a tree takes some fifty times the memory of the tags it is made from.
    if text.count("<") - text.count("</") > MAX_NODES:
        raise RefusedError("LimitExceeded", reason=f"there are more than {MAX_NODES:,} elements")
    content = text.encode()
    parser = safe_parser()
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if not is_complete(parser):
            raise refusal(error) from None
        root = etree.fromstring(content, safe_parser(recover=True))
        findings.add("XmlNamespaceInvalid", line=error.lineno, namespace=quoted(etree.QName(root).namespace or ""))
    if root.getroottree().docinfo.doctype:
        raise RefusedError("DtdProhibited")
    return root


def _check_limits(root: etree._Element) -> None:
    for element in _TOO_DEEP(root):
        reason = f"elements are more than {MAX_DEPTH} levels deep"
        raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
    for instruction in _INSTRUCTION(root):
        name = shortened(instruction.target)
        raise RefusedError("InstructionProhibited", line=instruction.sourceline, name=name)
    for element in root.iter(etree.Element):
        if reason := _excess(element):
            raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)


def _excess(element: etree._Element) -> str:
    attributes = element.attrib
    if len(attributes) > MAX_ATTRIBUTES:
        return f"an element has more than {MAX_ATTRIBUTES} attributes"
    for value in element.values() if attributes else ():
        if len(value) > MAX_ATTRIBUTE_LENGTH:
            return f"an attribute is longer than {MAX_ATTRIBUTE_LENGTH:,} characters"
    if len(element.text or "") > MAX_TEXT_LENGTH or len(element.tail or "") > MAX_TEXT_LENGTH:
        return f"a text is longer than {MAX_TEXT_LENGTH:,} characters"
    return ""


def _check_kind(root: etree._Element, kind: Kind) -> None:
    name = etree.QName(root).localname
    if name == kind.root:
        return
    for other in (DEFINITIONS, RESOURCES):
        if name == other.root:
            raise RefusedError("FilesSwapped", line=root.sourceline, found=other.called, expected=kind.called)
    raise RefusedError("WrongRoot", line=root.sourceline, root=shortened(name), kind=kind.called, expected=kind.root)
