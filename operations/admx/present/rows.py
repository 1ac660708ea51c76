"""Controls joined with the elements they stand for, as plain values that can be stored as JSON."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from operations.admx.model.controls import (
    CONTROL_NAMES,
    CheckBox,
    ComboBox,
    Control,
    DecimalTextBox,
    DropdownList,
    ListBox,
    MultiTextBox,
    Presentation,
    TextBox,
)
from operations.admx.model.definitions import ELEMENT_NAMES, Element, EnumElement, Policy
from operations.admx.read.registry import value_text

# Looks a text up in one language.
Say = Callable[[str | None], str]

_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_LIMITS = (
    "min_value", "max_value", "max_length", "max_strings", "store_as_text", "soft",
    "expandable", "value_prefix", "additive", "explicit_value",
)  # fmt: skip
_LOOKS = ("no_sort", "show_as_dialog", "default_height")


def identities(controls: Sequence[Control]) -> list[str]:
    """A name for each control: its refId, else its type and a number; repeated ones get a suffix."""
    names: list[str] = []
    nameless: Counter[str] = Counter()
    repeated: Counter[str] = Counter()
    taken: set[str] = set()
    for control in controls:
        name = control.ref_id
        if not name:
            kind = CONTROL_NAMES[type(control)]
            nameless[kind] += 1
            name = f"{kind}:{nameless[kind]}"
        unique = name
        while unique in taken:
            repeated[name] += 1
            unique = f"{name}#{repeated[name] + 1}"
        taken.add(unique)
        names.append(unique)
    return names


def drawn(presentation: Presentation, elements: dict[str, Element], say: Say) -> list[dict[str, Any]]:
    """All that it takes to draw a presentation as Windows' own editor does, in order."""
    controls = presentation.controls
    return [
        {
            "identity": identity,
            "type": CONTROL_NAMES[type(control)],
            "ref_id": control.ref_id,
            "label": control.label,
            **properties(control, elements.get(control.ref_id), say),
            **_held(control, _LOOKS),
        }
        for identity, control in zip(identities(controls), controls, strict=True)
    ]


def properties(control: Control, element: Element | None, say: Say) -> dict[str, Any]:
    """What Microsoft Graph's subtype for this control has, with Graph's defaults where the element does not say."""
    required = {"required": element is not None and element.required}
    match control:
        case DecimalTextBox():
            return {
                "default_value": _int64(control.default_value),
                "min_value": _limit(element, "min_value", 0),
                "max_value": _limit(element, "max_value", 9999),
                **required,
                "spin": control.spin,
                "spin_step": _int64(control.spin_step),
            }
        case ComboBox():
            text = {"default_value": control.default_value, "max_length": _limit(element, "max_length", 1023)}
            return {**text, **required, "suggestions": list(control.suggestions)}
        case TextBox():
            text = {"default_value": control.default_value, "max_length": _limit(element, "max_length", 1023)}
            return {**text, **required}
        case MultiTextBox():
            limits = {
                "max_length": _limit(element, "max_length", 1023),
                "max_strings": _limit(element, "max_strings", 0),
            }
            return {**limits, **required}
        case CheckBox():
            return {"default_checked": control.default_checked}
        case DropdownList():
            items = _items(element, say)
            index = control.default_item
            default = items[index] if index is not None and 0 <= index < len(items) else None
            return {"default_item": default, "items": items, **required}
        case ListBox():
            return {
                "explicit_value": bool(getattr(element, "explicit_value", False)),
                "value_prefix": getattr(element, "value_prefix", None),
            }
    return {}


def described(element: Element, policy: Policy, say: Say) -> dict[str, Any]:
    """One element with its limits; an enum's items have their texts and what kind of value they write."""
    told = {
        "type": ELEMENT_NAMES[type(element)],
        "id": element.id,
        "key": element.key or policy.key,
        "value_name": element.value_name or "",
        "required": element.required,
        "client_extension": element.client_extension or "",
        "line": element.line,
        **_held(element, _LIMITS),
    }
    if isinstance(element, EnumElement):
        told["items"] = [
            {**shown, "type": "" if item.value is None else item.value.type}
            for shown, item in zip(_items(element, say), element.items, strict=True)
        ]
    return told


def _items(element: Element | None, say: Say) -> list[dict[str, str]]:
    items = element.items if isinstance(element, EnumElement) else ()
    return [{"display_name": say(item.display_name), "value": value_text(item.value)} for item in items]


def _held(thing: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: _exact(getattr(thing, name)) for name in names if hasattr(thing, name)}


def _exact(value: Any) -> Any:
    """A number too large for a database's or a browser's integers as its digits."""
    return str(value) if isinstance(value, int) and not _INT64_MIN <= value <= _INT64_MAX else value


def _limit(element: Element | None, name: str, default: int) -> int:
    return _int64(getattr(element, name, default))


def _int64(number: int) -> int:
    """Graph's numbers are Int64: the nearest one there is."""
    return max(_INT64_MIN, min(number, _INT64_MAX))
