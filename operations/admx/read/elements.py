"""The settings of a policy besides on and off: one function for each of the seven kinds."""

from collections.abc import Callable
from typing import TypedDict

from lxml import etree

from operations.admx.model.definitions import (
    BooleanElement,
    DecimalElement,
    Element,
    EnumElement,
    EnumItem,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    TextElement,
)
from operations.admx.model.findings import FileFindings
from operations.admx.read.identity import missing
from operations.admx.read.markup import children, first_child, first_children, flag, local_name
from operations.admx.read.values import read_value, read_value_list
from operations.admx.read.whole_numbers import MAX_UINT64, number


class Common(TypedDict):
    """What all seven kinds have."""

    id: str
    key: str | None
    value_name: str | None
    required: bool
    client_extension: str | None
    line: int


def read_elements(holder: etree._Element | None, findings: FileFindings) -> tuple[Element, ...]:
    """What is inside <elements>, in order."""
    if holder is None:
        return ()
    readers = ((_KINDS.get(local_name(element.tag)), element) for element in holder)
    return tuple(read(element, findings) for read, element in readers if read)


def _common(element: etree._Element, findings: FileFindings) -> Common:
    element_id = element.get("id", "")
    if not element_id.strip():
        missing(element, "id", findings)
    return {
        "id": element_id,
        "key": element.get("key"),
        "value_name": element.get("valueName"),
        "required": flag(element, "required"),
        "client_extension": element.get("clientExtension"),
        "line": element.sourceline or 0,
    }


def _boolean(element: etree._Element, findings: FileFindings) -> Element:
    parts = first_children(element)
    return BooleanElement(
        true_value=read_value(parts.get("trueValue"), findings),
        false_value=read_value(parts.get("falseValue"), findings),
        true_list=read_value_list(parts.get("trueList"), findings),
        false_list=read_value_list(parts.get("falseList"), findings),
        **_common(element, findings),
    )


def _decimal(element: etree._Element, findings: FileFindings) -> Element:
    return DecimalElement(
        min_value=number(element, "minValue", findings, default=0),
        max_value=number(element, "maxValue", findings, default=9999),
        store_as_text=flag(element, "storeAsText"),
        soft=flag(element, "soft"),
        **_common(element, findings),
    )


def _long_decimal(element: etree._Element, findings: FileFindings) -> Element:
    return LongDecimalElement(
        min_value=number(element, "minValue", findings, default=0, largest=MAX_UINT64),
        max_value=number(element, "maxValue", findings, default=9999, largest=MAX_UINT64),
        store_as_text=flag(element, "storeAsText"),
        soft=flag(element, "soft"),
        **_common(element, findings),
    )


def _text(element: etree._Element, findings: FileFindings) -> Element:
    return TextElement(
        max_length=number(element, "maxLength", findings, default=1023),
        expandable=flag(element, "expandable"),
        soft=flag(element, "soft"),
        **_common(element, findings),
    )


def _multi_text(element: etree._Element, findings: FileFindings) -> Element:
    return MultiTextElement(
        max_length=number(element, "maxLength", findings, default=1023),
        max_strings=number(element, "maxStrings", findings, default=0),
        soft=flag(element, "soft"),
        **_common(element, findings),
    )


def _enum(element: etree._Element, findings: FileFindings) -> Element:
    items = tuple(_enum_item(item, findings) for item in children(element, "item"))
    return EnumElement(items=items, **_common(element, findings))


def _enum_item(element: etree._Element, findings: FileFindings) -> EnumItem:
    display_name = element.get("displayName")
    if display_name is None:
        missing(element, "displayName", findings)
    value = read_value(first_child(element, "value"), findings)
    value_list = read_value_list(first_child(element, "valueList"), findings) if len(element) > 1 else None
    return EnumItem(display_name or "", value, value_list, element.sourceline or 0)


def _list(element: etree._Element, findings: FileFindings) -> Element:
    return ListElement(
        value_prefix=element.get("valuePrefix"),
        additive=flag(element, "additive"),
        expandable=flag(element, "expandable"),
        explicit_value=flag(element, "explicitValue"),
        **_common(element, findings),
    )


_KINDS: dict[str, Callable[[etree._Element, FileFindings], Element]] = {
    "boolean": _boolean,
    "decimal": _decimal,
    "longDecimal": _long_decimal,
    "text": _text,
    "multiText": _multi_text,
    "enum": _enum,
    "list": _list,
}
