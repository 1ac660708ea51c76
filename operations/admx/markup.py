"""What elements and attributes say, in Python's own types. Real files use four XML namespaces: none counts."""

from functools import lru_cache
from typing import TypeVar

from lxml import etree

from operations.admx.findings import FileFindings, quoted
from operations.admx.refusal import RefusedError
from operations.admx.rules import Severity

MAX_TEXT_LENGTH = 64 * 1024
MAX_UINT32 = 2**32 - 1
MAX_UINT64 = 2**64 - 1

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_NAMING = ("id", "refId", "name")

Default = TypeVar("Default", int, int | None)


@lru_cache(maxsize=1024)
def local_name(tag: str) -> str:
    """A tag without its XML namespace."""
    return tag.rpartition("}")[2]


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name."""
    return [child for child in element if local_name(child.tag) == name]


def first_child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this name, or None."""
    for child in element:
        if local_name(child.tag) == name:
            return child
    return None


def first_children(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        found.setdefault(local_name(child.tag), child)
    return found


def text_of(element: etree._Element | None) -> str:
    """The text inside an element exactly as written, without any markup; "" where there is no element."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    if len(text) > MAX_TEXT_LENGTH:
        reason = f"a text is longer than {MAX_TEXT_LENGTH:,} characters"
        raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
    return text


def flag(element: etree._Element, attribute: str, *, default: bool = False) -> bool:
    """An attribute that says yes or no, in any letter case; the default where it says neither."""
    written = element.get(attribute)
    return default if written is None else _FLAGS.get(written.strip().lower(), default)


def number(
    element: etree._Element, attribute: str, findings: FileFindings, *, default: Default, largest: int = MAX_UINT32
) -> Default | int:
    """A number from 0 to `largest`; the default, and a warning, where it is none."""
    written = element.get(attribute)
    if written is None:
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
    """Report an attribute that should be a number, naming the nearest element around it that has a name."""
    name = _nearest_name(element)
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


def _nearest_name(element: etree._Element) -> str:
    step: etree._Element | None = element
    while step is not None:
        for attribute in _NAMING:
            if name := step.get(attribute, "").strip():
                return name
        step = step.getparent()
    return ""
