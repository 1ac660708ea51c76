"""How a language shows a policy's settings, as frozen values: presentations and their nine controls.

Attributes keep ADML's names in snake_case and its defaults (MS-GPREG 2.2). `line` is 1-based, 0 where unknown.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One part of a presentation; `ref_id` is the id of a policy's element, "" for plain text."""

    ref_id: str
    label: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine(Control):
    """Plain text between the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalTextBox(Control):
    """A number, with arrows if `spin`."""

    default_value: int = 1
    spin: bool = True
    spin_step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LongDecimalTextBox(DecimalTextBox):
    """A large number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox(Control):
    """One line of text."""

    default_value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiTextBox(Control):
    """Several lines of text."""

    show_as_dialog: bool = False
    default_height: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBox(Control):
    """On or off."""

    default_checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComboBox(Control):
    """One line of text with suggestions."""

    default_value: str = ""
    suggestions: tuple[str, ...] = ()
    no_sort: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DropdownList(Control):
    """One of an enum's items; `default_item` is an index into them."""

    default_item: int | None = None
    no_sort: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBox(Control):
    """A table of names or of names and values."""


# The element names of the file, and what they are read as.
CONTROL_NAMES: dict[type[Control], str] = {
    TextLine: "text",
    DecimalTextBox: "decimalTextBox",
    LongDecimalTextBox: "longDecimalTextBox",
    TextBox: "textBox",
    MultiTextBox: "multiTextBox",
    CheckBox: "checkBox",
    ComboBox: "comboBox",
    DropdownList: "dropdownList",
    ListBox: "listBox",
}


@dataclass(frozen=True, slots=True)
class Presentation:
    """How one language shows a policy's settings, in order."""

    id: str
    controls: tuple[Control, ...]
    line: int
