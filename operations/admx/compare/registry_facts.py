"""What a policy states about the registry; what it leaves out counts as the default that Windows takes."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from operations.admx.compare.parts import Choice, Choices, Fact, Facts, Stated, numbered
from operations.admx.compare.side import Languages, texts_in
from operations.admx.model.definitions import ELEMENT_NAMES, BooleanElement, EnumElement, Policy, Value, ValueList

_ONE, _ZERO, _NOTHING = Value("decimal", 1), Value("decimal", 0), Value("delete", None)


def attributes(kind: type[Any], without: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The fields of a kind of value, and what the file calls them."""
    return tuple((field.name, camel_case(field.name)) for field in fields(kind) if field.name not in without)


def camel_case(name: str) -> str:
    """max_length as maxLength."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


_ATTRIBUTES = {kind: attributes(kind, frozenset({"id", "key", "line", "items"})) for kind in ELEMENT_NAMES}


def policy_facts(policy: Policy) -> Facts:
    """The policy's own attributes."""
    facts: Facts = {"key": policy.key, "valueName": policy.value_name, "clientExtension": policy.client_extension}
    if policy.value_name:
        facts["enabledValue"] = value_text(policy.enabled_value or _ONE)
        facts["disabledValue"] = value_text(policy.disabled_value or _NOTHING)
    facts["enabledList"] = _list(policy.enabled_list, policy.key)
    facts["disabledList"] = _list(policy.disabled_list, policy.key)
    return facts


def element_facts(policy: Policy, languages: Languages) -> Iterator[tuple[str, Facts]]:
    """The id of each element, and its attributes."""
    for element_id, element in zip(numbered(one.id for one in policy.elements), policy.elements, strict=True):
        key = element.key or policy.key
        relative = "" if key.casefold() == policy.key.casefold() else key
        facts: Facts = {"type": ELEMENT_NAMES[type(element)], "key": Stated(key, relative)}
        for name, attribute in _ATTRIBUTES[type(element)]:
            facts[attribute] = _fact(getattr(element, name), key)
        if isinstance(element, BooleanElement):
            facts["trueValue"] = value_text(element.true_value or _ONE)
            facts["falseValue"] = value_text(element.false_value or _ZERO)
        elif isinstance(element, EnumElement):
            facts["items"] = choices(element, key, languages)
        yield element_id, facts


def choices(element: EnumElement, key: str, languages: Languages) -> Choices:
    """The items of a drop-down list."""
    return Choices(
        tuple(
            Choice(_written(item.value, _list(item.value_list, key)), texts_in(languages, item.display_name))
            for item in element.items
        )
    )


def plain(value: bool | int | str) -> str:
    """A value as the file writes it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def value_text(value: Value) -> str:
    """A value with its type."""
    if value.data is None:
        return value.type
    return f'{value.type} "{value.data}"' if value.type == "string" else f"{value.type} {value.data}"


def _fact(value: bool | int | str | Value | ValueList | None, key: str) -> Fact:
    if value is None or isinstance(value, ValueList):
        return _list(value, key)
    return value_text(value) if isinstance(value, Value) else plain(value)


def _list(several: ValueList | None, key: str) -> Stated | None:
    """Values written together, whatever their order; those without a value write nothing."""
    full, relative = [], []
    for item in several.items if several else ():
        if item.value is not None:
            where = item.key or (several and several.default_key) or key
            what = f"{item.value_name} = {value_text(item.value)}"
            full.append(f"{where}\\{what}")
            relative.append(what if where.casefold() == key.casefold() else full[-1])
    return Stated("; ".join(sorted(full)), "; ".join(sorted(relative))) if full else None


def _written(value: Value | None, several: Stated | None) -> Stated:
    alone = "nothing" if value is None else value_text(value)
    return Stated(f"{alone}; {several.full}", f"{alone}; {several.relative}") if several else Stated(alone, alone)
