"""How one language shows a policy's settings: one function for each of the nine kinds of control."""

from collections.abc import Callable

from lxml import etree

from operations.admx.model.controls import (
    CheckBox,
    ComboBox,
    Control,
    DecimalTextBox,
    DropdownList,
    ListBox,
    LongDecimalTextBox,
    MultiTextBox,
    Presentation,
    TextBox,
    TextLine,
)
from operations.admx.model.findings import FileFindings
from operations.admx.read.markup import children, first_children, flag, local_name, text_of
from operations.admx.read.whole_numbers import MAX_UINT64, number


def read_presentation(element: etree._Element, findings: FileFindings) -> Presentation:
    """One presentation with its controls."""
    controls: list[Control] = []
    for child in element:
        if read := _KINDS.get(local_name(child.tag)):
            controls.append(read(child, child.get("refId", ""), child.sourceline or 0, findings))
    return Presentation(element.get("id", ""), tuple(controls), element.sourceline or 0)


def _text(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    return TextLine(ref_id="", label=text_of(element).strip(), line=line)


def _decimal(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    return DecimalTextBox(
        ref_id=ref_id,
        label=text_of(element).strip(),
        line=line,
        default_value=number(element, "defaultValue", findings, default=1),
        spin=flag(element, "spin", default=True),
        spin_step=number(element, "spinStep", findings, default=1),
    )


def _long_decimal(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    return LongDecimalTextBox(
        ref_id=ref_id,
        label=text_of(element).strip(),
        line=line,
        default_value=number(element, "defaultValue", findings, default=1, largest=MAX_UINT64),
        spin=flag(element, "spin", default=True),
        spin_step=number(element, "spinStep", findings, default=1),
    )


def _text_box(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    parts = first_children(element)
    return TextBox(
        ref_id=ref_id,
        label=text_of(parts.get("label")).strip(),
        line=line,
        default_value=text_of(parts.get("defaultValue")).strip(),
    )


def _multi_text_box(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    return MultiTextBox(
        ref_id=ref_id,
        label=text_of(element).strip(),
        line=line,
        show_as_dialog=flag(element, "showAsDialog"),
        default_height=number(element, "defaultHeight", findings, default=3),
    )


def _check_box(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    label = text_of(element).strip()
    return CheckBox(ref_id=ref_id, label=label, line=line, default_checked=flag(element, "defaultChecked"))


def _combo_box(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    parts = first_children(element)
    return ComboBox(
        ref_id=ref_id,
        label=text_of(parts.get("label")).strip(),
        line=line,
        default_value=text_of(parts.get("default")).strip(),
        suggestions=tuple(text_of(one).strip() for one in children(element, "suggestion")),
        no_sort=flag(element, "noSort"),
    )


def _dropdown_list(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    return DropdownList(
        ref_id=ref_id,
        label=text_of(element).strip(),
        line=line,
        default_item=number(element, "defaultItem", findings, default=None),
        no_sort=flag(element, "noSort"),
    )


def _list_box(element: etree._Element, ref_id: str, line: int, findings: FileFindings) -> Control:
    return ListBox(ref_id=ref_id, label=text_of(element).strip(), line=line)


_KINDS: dict[str, Callable[[etree._Element, str, int, FileFindings], Control]] = {
    "text": _text,
    "decimalTextBox": _decimal,
    "longDecimalTextBox": _long_decimal,
    "textBox": _text_box,
    "multiTextBox": _multi_text_box,
    "checkBox": _check_box,
    "comboBox": _combo_box,
    "dropdownList": _dropdown_list,
    "listBox": _list_box,
}
