"""The ADML: one language's texts, and how they fit the ADMX."""

from dataclasses import dataclass

from lxml import etree

from operations.admx.definitions import Definitions
from operations.admx.document import RESOURCES, open_document
from operations.admx.findings import FileFindings, quoted
from operations.admx.identity import check_unique
from operations.admx.revisions import check_minimum, numbers
from operations.admx.rules import Severity
from operations.admx.source import SourceFile


@dataclass(frozen=True, slots=True)
class Resources:
    """What one ADML holds."""

    language_code: str
    revision: str
    string_ids: frozenset[str]


def read_resources(source: SourceFile, findings: FileFindings, *, severity: Severity) -> Resources | None:
    """Read and check an ADML; `severity` is how much a flaw in its texts matters."""
    root = open_document(source, RESOURCES, findings)
    if root is None:
        return None
    strings = root.findall("{*}resources/{*}stringTable/{*}string")
    string_ids = frozenset(check_unique(strings, "id", findings, severity))
    return Resources(source.language_code or "", _revision(root, findings), string_ids)


def check_fit(resources: Resources, definitions: Definitions, findings: FileFindings, *, severity: Severity) -> None:
    """Compare an ADML with the ADMX it belongs to; only a missing title can be worse than a warning."""
    check_minimum(resources.revision, definitions.minimum_revision, findings)
    for reference in definitions.references:
        if reference.string_id not in resources.string_ids:
            findings.add(
                "StringMissing",
                item=reference.string_id,
                severity=severity if reference.is_title else Severity.WARNING,
                name=quoted(reference.string_id),
                language=resources.language_code,
                template=definitions.file_name,
                line_used=reference.line,
                owner=quoted(reference.owner),
            )


def _revision(root: etree._Element, findings: FileFindings) -> str:
    """Only compared and shown, so unlike in an ADMX it may be missing."""
    revision = root.get("revision", "").strip()
    if not revision:
        findings.add("RevisionMissing", line=root.sourceline, root=RESOURCES.root, severity=Severity.WARNING)
    elif numbers(revision) is None:
        findings.add("RevisionOdd", line=root.sourceline, item=revision, revision=quoted(revision))
    return revision
