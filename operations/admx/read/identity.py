"""Checks for things that have a name: that it is there, and that it is there once."""

from collections.abc import Iterable

from lxml import etree

from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Severity
from operations.admx.read.markup import local_name

_NAMING = ("id", "refId", "name")


def check_unique(
    elements: Iterable[etree._Element],
    attribute: str,
    findings: FileFindings,
    severity: Severity = Severity.ERROR,
) -> dict[str, etree._Element]:
    """Report missing and repeated names; return each name with the element that has it first."""
    first: dict[str, etree._Element] = {}
    for element in elements:
        name = element.get(attribute, "")
        if name in first:
            _repeated(element, name, first[name], findings, severity)
        elif not name or name.isspace():
            missing(element, attribute, findings, severity)
        else:
            first[name] = element
    return first


def missing(
    element: etree._Element, attribute: str, findings: FileFindings, severity: Severity = Severity.ERROR
) -> None:
    """Report an attribute that is not there or blank."""
    if not findings.has_room("AttributeMissing", severity):
        findings.add("AttributeMissing", severity=severity)
        return
    name = nearest_name(element)
    findings.add(
        "AttributeMissing",
        line=element.sourceline,
        item=name,
        severity=severity,
        element=local_name(element.tag),
        name=quoted(name) if name else "here",
        attribute=attribute,
    )


def nearest_name(element: etree._Element) -> str:
    """The name of this element, else of the nearest one around it; "" where none has one."""
    step: etree._Element | None = element
    while step is not None:
        for attribute in _NAMING:
            if name := step.get(attribute, "").strip():
                return name
        step = step.getparent()
    return ""


def _repeated(
    element: etree._Element, name: str, first: etree._Element, findings: FileFindings, severity: Severity
) -> None:
    if not findings.has_room("DuplicateId", severity):
        findings.add("DuplicateId", severity=severity)
        return
    findings.add(
        "DuplicateId",
        line=element.sourceline,
        item=name,
        severity=severity,
        element=local_name(element.tag),
        name=quoted(name),
        first=first.sourceline,
    )
