"""Text to an element tree, within limits on depth, size and what XML features may be used.

The parsers reach for nothing outside the bytes they are fed, and take those as UTF-8.
"""

from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import FileFindings, quoted, shortened
from operations.admx.model.limits import check_text, check_tree
from operations.admx.model.source import SourceFile
from operations.admx.read.decoding import decode
from operations.admx.read.markup import local_name, namespace_of
from operations.admx.read.prolog import check_prolog, without_declaration
from operations.admx.read.xml_errors import refusal


def safe_parser(*, drop_blanks: bool, recover: bool = False) -> "etree.XMLParser[etree._Element]":
    """A parser for a whole document, without the blanks between its elements if so wished."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_blank_text=drop_blanks,
        collect_ids=False,
        recover=recover,
    )


def safe_pull_parser() -> "etree.XMLPullParser[etree._Element]":
    """A parser for the beginning of a document: tells of each element as soon as it has begun."""
    return etree.XMLPullParser(
        ("start",),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        recover=True,
    )


def is_complete(parser: "etree.XMLParser[etree._Element]") -> bool:
    """Whether a parser that failed only disliked an xmlns address: the document is complete all the same.

    Windows 11 itself ships such a file (WindowsDefender.adml).
    """
    log = list(parser.error_log)
    return bool(log) and all(entry.type == etree.ErrorTypes.WAR_NS_URI for entry in log)


MAX_STRAY_TEXTS = 20


@dataclass(frozen=True)
class DocumentKind:
    """One of the two kinds of file.

    `containers` is how many levels of elements have no text of their own. Without the blanks between them a
    tree is a bucket smaller; an ADML keeps them, because its texts are to stay as they were written.
    """

    root: str
    called: str
    containers: int
    drop_blanks: bool

    @cached_property
    def stray_text(self) -> etree.XPath:
        """Finds texts between elements, the first MAX_STRAY_TEXTS of them."""
        text = "/text()[normalize-space()][../*]"
        levels = " | ".join("/*" * level + text for level in range(1, self.containers + 1))
        return etree.XPath(f"({levels})[position() <= {MAX_STRAY_TEXTS}]")


DEFINITIONS = DocumentKind("policyDefinitions", "a template (.admx)", containers=4, drop_blanks=True)
RESOURCES = DocumentKind("policyDefinitionResources", "a language file (.adml)", containers=3, drop_blanks=False)


def safe_utf8(content: bytes, findings: FileFindings) -> bytes:
    """Decode and refuse what must not reach a parser; the rest as UTF-8 that declares nothing else."""
    decoded = decode(content)
    if decoded.is_misdeclared:
        findings.add("EncodingMismatch", line=1, declared=decoded.declared, used=decoded.used)
    check_prolog(decoded.utf8)
    # A parser may believe a declaration more than it believes whoever calls it.
    return decoded.utf8 if decoded.declared in {None, "utf-8"} else without_declaration(decoded.utf8)


def open_document(source: SourceFile, kind: DocumentKind, findings: FileFindings) -> etree._Element | None:
    """The outermost element of a file of this kind; None when it cannot be read, and findings say why."""
    try:
        utf8 = safe_utf8(source.content, findings)
        check_text(utf8)
        root = _parse(utf8, kind, findings)
        check_tree(root, utf8)
        _check_kind(root, kind)
    except RefusedError as refused:
        findings.add(refused.code, line=refused.line, **refused.words)
        return None
    for stray in kind.stray_text(root):
        findings.add("StrayText", line=stray.getparent().sourceline, text=quoted(stray.strip()))
    return root


def _parse(utf8: bytes, kind: DocumentKind, findings: FileFindings) -> etree._Element:
    parser = safe_parser(drop_blanks=kind.drop_blanks)
    try:
        root = etree.fromstring(utf8, parser)
    except etree.XMLSyntaxError as error:
        if not is_complete(parser):
            raise refusal(error) from None
        root = etree.fromstring(utf8, safe_parser(drop_blanks=kind.drop_blanks, recover=True))
        findings.add("XmlNamespaceInvalid", line=error.lineno, namespace=quoted(namespace_of(root.tag)))
    if root.getroottree().docinfo.doctype:
        raise RefusedError("DtdProhibited")
    return root


def _check_kind(root: etree._Element, kind: DocumentKind) -> None:
    name = local_name(root.tag)
    if name == kind.root:
        return
    for other in (DEFINITIONS, RESOURCES):
        if name == other.root:
            raise RefusedError("FilesSwapped", line=root.sourceline, found=other.called, expected=kind.called)
    raise RefusedError("WrongRoot", line=root.sourceline, root=shortened(name), kind=kind.called, expected=kind.root)
