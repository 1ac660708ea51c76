"""The ADML: one language's texts, and how it shows the settings of policies."""

from collections.abc import Mapping

from lxml import etree

from operations.admx.model.controls import Presentation
from operations.admx.model.definitions import Resources
from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import FileFindings, quoted, shortened
from operations.admx.model.rules import Severity
from operations.admx.model.source import SourceFile
from operations.admx.read.document import RESOURCES, open_document
from operations.admx.read.identity import check_unique
from operations.admx.read.markup import children, first_children, local_name, text_of
from operations.admx.read.presentations import read_presentation
from operations.admx.read.revisions import numbers


def read_resources(source: SourceFile, findings: FileFindings, *, severity: Severity) -> Resources | None:
    """Read an ADML, None when it cannot be read at all; `severity` is how much a flaw in its texts matters."""
    root = open_document(source, RESOURCES, findings)
    if root is None:
        return None
    try:
        return _resources(root, source, findings, severity)
    except RefusedError as refused:
        findings.add(refused.code, line=refused.line, **refused.words)
        return None


def _resources(root: etree._Element, source: SourceFile, findings: FileFindings, severity: Severity) -> Resources:
    parts = first_children(root)
    tables = {} if (resources := parts.get("resources")) is None else first_children(resources)
    return Resources(
        file_name=source.file_name,
        size=len(source.content),
        language_code=source.language_code or "",
        revision=_revision(root, findings),
        schema_version=root.get("schemaVersion", "").strip(),
        display_name=text_of(parts.get("displayName")),
        description=text_of(parts.get("description")),
        strings=_strings(tables.get("stringTable"), findings, severity),
        presentations=_presentations(tables.get("presentationTable"), findings, severity),
    )


def _strings(table: etree._Element | None, findings: FileFindings, severity: Severity) -> Mapping[str, str]:
    elements = [] if table is None else children(table, "string")
    named = check_unique(elements, "id", findings, severity)
    for element in named.values():
        if len(element):
            _markup_found(element, findings, severity)
    return {string_id: text_of(element) for string_id, element in named.items()}


def _markup_found(string: etree._Element, findings: FileFindings, severity: Severity) -> None:
    string_id = string.get("id", "")
    markup = shortened(local_name(string[0].tag))
    line = string[0].sourceline
    findings.add("MarkupInText", line=line, item=string_id, severity=severity, name=quoted(string_id), markup=markup)


def _presentations(
    table: etree._Element | None, findings: FileFindings, severity: Severity
) -> Mapping[str, Presentation]:
    elements = [] if table is None else children(table, "presentation")
    named = check_unique(elements, "id", findings, severity)
    return {presentation_id: read_presentation(element, findings) for presentation_id, element in named.items()}


def _revision(root: etree._Element, findings: FileFindings) -> str:
    """Only compared and shown, so unlike in an ADMX it may be missing."""
    revision = root.get("revision", "").strip()
    if not revision:
        findings.add("RevisionMissing", line=root.sourceline, root=RESOURCES.root, severity=Severity.WARNING)
    elif numbers(revision) is None:
        findings.add("RevisionOdd", line=root.sourceline, item=revision, revision=quoted(revision))
    return revision
