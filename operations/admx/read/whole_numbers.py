"""Attributes that hold whole numbers, within what the registry can hold."""

from typing import TypeVar

from lxml import etree

from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Severity
from operations.admx.read.identity import nearest_name
from operations.admx.read.markup import local_name

MAX_UINT32 = 2**32 - 1
MAX_UINT64 = 2**64 - 1

Default = TypeVar("Default", int, int | None)


def number(
    element: etree._Element, attribute: str, findings: FileFindings, *, default: Default, largest: int = MAX_UINT32
) -> Default | int:
    """A number from 0 to `largest`; the default where nothing is written, and with a warning where it is none."""
    written = element.get(attribute)
    if not written or written.isspace():
        return default
    found = whole_number(written, largest)
    if found is None:
        number_invalid(element, attribute, findings, largest=largest, severity=Severity.WARNING)
        return default
    return found


def whole_number(written: str, largest: int) -> int | None:
    """A number from 0 to `largest`, or None."""
    digits = written.strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(MAX_UINT64)):
        return None
    found = int(digits)
    return found if found <= largest else None


def number_invalid(
    element: etree._Element, attribute: str, findings: FileFindings, *, largest: int, severity: Severity
) -> None:
    """Report an attribute that should be a number."""
    if not findings.has_room("NumberInvalid", severity):
        findings.add("NumberInvalid", severity=severity)
        return
    name = nearest_name(element)
    findings.add(
        "NumberInvalid",
        line=element.sourceline,
        item=name,
        severity=severity,
        element=local_name(element.tag),
        name=quoted(name) if name else "here",
        attribute=attribute,
        value=quoted(element.get(attribute, "")),
        largest=f"{largest:,}",
    )
