"""What a policy does to the registry when it is enabled or disabled (MS-GPREG 2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from operations.admx.model.definitions import (
    BooleanElement,
    DecimalElement,
    Element,
    EnumElement,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    Policy,
    TextElement,
    Value,
    ValueList,
)

State = Literal["enabled", "disabled"]
Action = Literal["set", "delete", "deleteAllValues"]

_USER, _MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"
_HIVES = {"User": (_USER,), "Machine": (_MACHINE,), "Both": (_USER, _MACHINE)}
_TYPES = {"decimal": "REG_DWORD", "longDecimal": "REG_QWORD", "string": "REG_SZ"}
_ONE, _ZERO, _NOTHING = Value("decimal", 1), Value("decimal", 0), Value("delete", None)


@dataclass(frozen=True, slots=True)
class Effect:
    """One change in the registry. `key` has no hive; what people enter stands as words in `data` or `value_name`.

    `choice` says when: an enum item's text as written, or `checked` or `unchecked`; "" is always.
    """

    state: State
    action: Action
    key: str
    value_name: str = ""
    type: str = ""
    data: str = ""
    element_id: str = ""
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Effects:
    """All that a policy changes, in the order in which it does."""

    enabled: tuple[Effect, ...]
    disabled: tuple[Effect, ...]

    def __iter__(self) -> Iterator[Effect]:
        yield from self.enabled
        yield from self.disabled


def hives(class_: str) -> tuple[str, ...]:
    """The hives a policy of this class writes to."""
    return _HIVES.get(class_, ())


def effects(policy: Policy) -> Effects:
    """What the policy changes, enabled and disabled."""
    enabled = list(_switched(policy, "enabled", policy.enabled_value or _ONE, policy.enabled_list))
    disabled = list(_switched(policy, "disabled", policy.disabled_value or _NOTHING, policy.disabled_list))
    for element in policy.elements:
        key = element.key or policy.key
        enabled += _enabling(element, key)
        disabled.append(_disabling(element, key))
    return Effects(tuple(enabled), tuple(disabled))


def value_text(value: Value | None) -> str:
    """A value's data as text; blank where it deletes."""
    return "" if value is None or value.data is None else str(value.data)


def _switched(policy: Policy, state: State, value: Value, several: ValueList | None) -> Iterator[Effect]:
    if policy.value_name:
        yield _written(state, policy.key, policy.value_name, value)
    yield from _listed(state, policy.key, several)


def _written(
    state: State, key: str, name: str | None, value: Value, element: Element | None = None, choice: str = ""
) -> Effect:
    element_id = "" if element is None else element.id
    if value.type == "delete":
        return Effect(state, "delete", key, name or "", element_id=element_id, choice=choice)
    kind = _TYPES.get(value.type, "")
    return Effect(state, "set", key, name or "", kind, value_text(value), element_id, choice)


def _listed(
    state: State, key: str, several: ValueList | None, element: Element | None = None, choice: str = ""
) -> Iterator[Effect]:
    for item in several.items if several else ():
        if item.value is not None:
            where = item.key or (several and several.default_key) or key
            yield _written(state, where, item.value_name, item.value, element, choice)


def _enabling(element: Element, key: str) -> Iterator[Effect]:
    match element:
        case BooleanElement():
            yield _written("enabled", key, element.value_name, element.true_value or _ONE, element, "checked")
            yield from _listed("enabled", key, element.true_list, element, "checked")
            yield _written("enabled", key, element.value_name, element.false_value or _ZERO, element, "unchecked")
            yield from _listed("enabled", key, element.false_list, element, "unchecked")
        case EnumElement():
            for item in element.items:
                if item.value is not None:
                    yield _written("enabled", key, element.value_name, item.value, element, item.display_name)
                yield from _listed("enabled", key, item.value_list, element, item.display_name)
        case ListElement():
            if not element.additive:
                yield Effect("enabled", "deleteAllValues", key, element_id=element.id)
            kind = "REG_EXPAND_SZ" if element.expandable else "REG_SZ"
            yield Effect("enabled", "set", key, _listed_names(element), kind, _listed_data(element), element.id)
        case _:
            kind, data = _entered(element)
            yield Effect("enabled", "set", key, element.value_name or "", kind, data, element.id)


def _disabling(element: Element, key: str) -> Effect:
    if not isinstance(element, ListElement):
        return Effect("disabled", "delete", key, element.value_name or "", element_id=element.id)
    if element.additive:
        return Effect("disabled", "delete", key, _listed_names(element), element_id=element.id)
    return Effect("disabled", "deleteAllValues", key, element_id=element.id)


def _entered(element: Element) -> tuple[str, str]:
    """The registry type, and what is entered in words."""
    match element:
        case DecimalElement():
            own = "REG_QWORD" if isinstance(element, LongDecimalElement) else "REG_DWORD"
            words = f"the number entered ({element.min_value} to {element.max_value})"
            return "REG_SZ" if element.store_as_text else own, words
        case TextElement():
            words = f"the text entered (up to {element.max_length} characters)"
            return "REG_EXPAND_SZ" if element.expandable else "REG_SZ", words
        case MultiTextElement():
            lines = f"up to {element.max_strings} of them, " if element.max_strings else ""
            return "REG_MULTI_SZ", f"the lines entered ({lines}up to {element.max_length} characters each)"
    return "", "what is entered"


def _listed_names(element: ListElement) -> str:
    if element.explicit_value:
        return "each name entered"
    if element.value_prefix is None:
        return "each text entered"
    return f"{element.value_prefix}1, {element.value_prefix}2 and so on"


def _listed_data(element: ListElement) -> str:
    if element.explicit_value:
        return "the value entered beside it"
    return "the same text" if element.value_prefix is None else "each text entered"
