"""What is written to the registry: single values, and lists of them."""

from collections.abc import Callable
from functools import lru_cache

from lxml import etree

from operations.admx.model.definitions import Value, ValueList, ValueListItem
from operations.admx.model.findings import FileFindings
from operations.admx.model.rules import Severity
from operations.admx.read.identity import missing
from operations.admx.read.markup import children, first_child, local_name, text_of
from operations.admx.read.whole_numbers import MAX_UINT32, MAX_UINT64, number_invalid, whole_number


def read_value(holder: etree._Element | None, findings: FileFindings) -> Value | None:
    """The value inside <value>, <enabledValue> and the like; None where there is none."""
    if holder is not None:
        for element in holder:
            if read := _KINDS.get(local_name(element.tag)):
                return read(element, findings)
    return None


def read_value_list(holder: etree._Element | None, findings: FileFindings) -> ValueList | None:
    """The values inside <valueList>, <enabledList> and the like; None where there is no such element."""
    if holder is None:
        return None
    items = tuple(_item(element, findings) for element in children(holder, "item"))
    return ValueList(holder.get("defaultKey"), items)


def _item(element: etree._Element, findings: FileFindings) -> ValueListItem:
    value_name = element.get("valueName")
    if value_name is None:
        missing(element, "valueName", findings)
    value = read_value(first_child(element, "value"), findings)
    return ValueListItem(element.get("key"), value_name or "", value, element.sourceline or 0)


def _decimal(element: etree._Element, findings: FileFindings) -> Value:
    return _known_decimal(element.get("value")) or _unusual(element, MAX_UINT32, findings)


def _long_decimal(element: etree._Element, findings: FileFindings) -> Value:
    return _known_long_decimal(element.get("value")) or _unusual(element, MAX_UINT64, findings)


# The same few numbers are written thousands of times.
@lru_cache(maxsize=1024)
def _known_decimal(written: str | None) -> Value | None:
    found = whole_number(written or "", MAX_UINT32)
    return None if found is None else Value("decimal", found)


@lru_cache(maxsize=1024)
def _known_long_decimal(written: str | None) -> Value | None:
    found = whole_number(written or "", MAX_UINT64)
    return None if found is None else Value("longDecimal", found)


def _unusual(element: etree._Element, largest: int, findings: FileFindings) -> Value:
    """A number that is none, or that stands between the tags instead of in the attribute `value`."""
    kind = local_name(element.tag)
    written = element.get("value")
    if written is not None:
        number_invalid(element, "value", findings, largest=largest, severity=Severity.ERROR)
        return Value(kind, written)
    inside = text_of(element)
    found = whole_number(inside, largest)
    missing(element, "value", findings, Severity.ERROR if found is None else Severity.WARNING)
    return Value(kind, inside if found is None else found)


def _string(element: etree._Element, findings: FileFindings) -> Value:
    return Value("string", text_of(element))


def _delete(element: etree._Element, findings: FileFindings) -> Value:
    return Value("delete", None)


_KINDS: dict[str, Callable[[etree._Element, FileFindings], Value]] = {
    "decimal": _decimal,
    "longDecimal": _long_decimal,
    "string": _string,
    "delete": _delete,
}
