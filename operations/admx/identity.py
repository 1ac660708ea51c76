"""Checks for things that have a name: that it is there, and that it is there once."""

from collections.abc import Iterable

from lxml import etree

from operations.admx.findings import FileFindings, quoted
from operations.admx.rules import Severity


def check_unique(
    elements: Iterable[etree._Element],
    attribute: str,
    findings: FileFindings,
    severity: Severity = Severity.ERROR,
) -> dict[str, int]:
    """Report missing and repeated names; return each name with the line that defines it first."""
    first: dict[str, int] = {}
    for element in elements:
        kind = etree.QName(element).localname
        name = element.get(attribute, "")
        line = element.sourceline or 0
        if not name.strip():
            missing(element, attribute, findings, severity)
        elif name in first:
            words = {"element": kind, "name": quoted(name), "first": first[name]}
            findings.add("DuplicateId", line=line, item=name, severity=severity, **words)
        else:
            first[name] = line
    return first


def missing(
    element: etree._Element, attribute: str, findings: FileFindings, severity: Severity = Severity.ERROR
) -> None:
    """Report an attribute that is not there or blank."""
    kind = etree.QName(element).localname
    name = element.get("name", "")
    words = {"element": kind, "name": quoted(name) if name.strip() else "here", "attribute": attribute}
    findings.add("AttributeMissing", line=element.sourceline, item=name, severity=severity, **words)
