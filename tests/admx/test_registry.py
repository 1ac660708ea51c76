"""What enabling and disabling a policy does to the registry."""

from typing import Any

import pytest

from operations.admx.model.definitions import (
    BooleanElement,
    DecimalElement,
    Element,
    EnumElement,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    TextElement,
    Value,
)
from operations.admx.read.registry import Effect, effects, hives
from tests.admx.by_hand import KEY, choice, element, number, policy, several, text

DELETE = Value("delete", None)


def enabling(one: Element) -> tuple[Effect, ...]:
    return effects(policy(one)).enabled


def disabling(one: Element) -> tuple[Effect, ...]:
    return effects(policy(one)).disabled


def only(found: tuple[Effect, ...]) -> Effect:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("class_", "expected"),
    [
        ("User", ("HKEY_CURRENT_USER",)),
        ("Machine", ("HKEY_LOCAL_MACHINE",)),
        ("Both", ("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE")),
        ("Neither", ()),
    ],
)
def test_the_class_says_the_hives(class_: str, expected: tuple[str, ...]) -> None:
    assert hives(class_) == expected


def test_a_plain_policy_writes_one_and_deletes_it() -> None:
    found = effects(policy(value_name="On"))
    assert found.enabled == (Effect("enabled", "set", KEY, "On", "REG_DWORD", "1"),)
    assert found.disabled == (Effect("disabled", "delete", KEY, "On"),)
    assert list(found) == [*found.enabled, *found.disabled]


def test_values_of_its_own_come_first() -> None:
    found = effects(policy(value_name="On", enabled_value=text("yes"), disabled_value=Value("longDecimal", 2**63)))
    assert found.enabled == (Effect("enabled", "set", KEY, "On", "REG_SZ", "yes"),)
    assert found.disabled == (Effect("disabled", "set", KEY, "On", "REG_QWORD", "9223372036854775808"),)


def test_enabling_may_delete() -> None:
    assert only(effects(policy(value_name="On", enabled_value=DELETE)).enabled).action == "delete"


def test_a_policy_without_a_value_or_anything_else_changes_nothing() -> None:
    assert list(effects(policy())) == []


def test_a_list_is_written_under_its_items_key_or_its_own_or_the_policys() -> None:
    listed = policy(
        enabled_list=several(("Other", "A", number(1)), (None, "B", DELETE), default_key="Default"),
        disabled_list=several((None, "C", text("x")), (None, "Unreadable", None)),
    )
    found = effects(listed)
    assert found.enabled == (
        Effect("enabled", "set", "Other", "A", "REG_DWORD", "1"),
        Effect("enabled", "delete", "Default", "B"),
    )
    assert found.disabled == (Effect("disabled", "set", KEY, "C", "REG_SZ", "x"),)


def test_a_check_box_writes_one_or_zero() -> None:
    found = enabling(element(BooleanElement))
    assert [(one.choice, one.type, one.data) for one in found] == [
        ("checked", "REG_DWORD", "1"),
        ("unchecked", "REG_DWORD", "0"),
    ]


def test_a_check_box_writes_its_own_values_and_lists() -> None:
    found = enabling(
        element(
            BooleanElement,
            true_value=text("y"),
            true_list=several((None, "More", number(2))),
            false_value=DELETE,
            false_list=several((None, "Less", number(3))),
        )
    )
    assert [(one.choice, one.action, one.value_name, one.data) for one in found] == [
        ("checked", "set", "Setting", "y"),
        ("checked", "set", "More", "2"),
        ("unchecked", "delete", "Setting", ""),
        ("unchecked", "set", "Less", "3"),
    ]


@pytest.mark.parametrize(
    ("kind", "attributes", "type_", "data"),
    [
        (DecimalElement, {}, "REG_DWORD", "the number entered (0 to 9999)"),
        (DecimalElement, {"store_as_text": True, "min_value": 5}, "REG_SZ", "the number entered (5 to 9999)"),
        (
            LongDecimalElement,
            {"max_value": 2**64 - 1},
            "REG_QWORD",
            "the number entered (0 to 18446744073709551615)",
        ),
        (LongDecimalElement, {"store_as_text": True}, "REG_SZ", "the number entered (0 to 9999)"),
        (TextElement, {"max_length": 80}, "REG_SZ", "the text entered (up to 80 characters)"),
        (TextElement, {"expandable": True}, "REG_EXPAND_SZ", "the text entered (up to 1023 characters)"),
        (MultiTextElement, {}, "REG_MULTI_SZ", "the lines entered (up to 1023 characters each)"),
        (
            MultiTextElement,
            {"max_strings": 9},
            "REG_MULTI_SZ",
            "the lines entered (up to 9 of them, up to 1023 characters each)",
        ),
    ],
)
def test_what_is_entered_is_told_in_words(
    kind: type[Element], attributes: dict[str, Any], type_: str, data: str
) -> None:
    expected = Effect("enabled", "set", KEY, "Setting", type_, data, "Setting")
    assert only(enabling(element(kind, **attributes))) == expected


def test_an_element_may_have_a_key_of_its_own() -> None:
    own = element(TextElement, key="Software\\Own")
    assert only(enabling(own)).key == only(disabling(own)).key == "Software\\Own"


def test_each_choice_writes_its_value_and_its_list() -> None:
    found = enabling(
        element(
            EnumElement,
            key="Software\\Own",
            items=(
                choice("$(string.Low)", number(1), several((None, "More", text("low")))),
                choice("$(string.None)", DELETE),
                choice("$(string.Odd)", None),
            ),
        )
    )
    assert found == (
        Effect("enabled", "set", "Software\\Own", "Setting", "REG_DWORD", "1", "Setting", "$(string.Low)"),
        Effect("enabled", "set", "Software\\Own", "More", "REG_SZ", "low", "Setting", "$(string.Low)"),
        Effect("enabled", "delete", "Software\\Own", "Setting", "", "", "Setting", "$(string.None)"),
    )


@pytest.mark.parametrize(
    ("attributes", "name", "data"),
    [
        ({}, "each text entered", "the same text"),
        ({"value_prefix": ""}, "1, 2 and so on", "each text entered"),
        ({"value_prefix": "Site"}, "Site1, Site2 and so on", "each text entered"),
        ({"explicit_value": True}, "each name entered", "the value entered beside it"),
    ],
)
def test_a_list_tells_how_its_values_are_named(attributes: dict[str, Any], name: str, data: str) -> None:
    cleared, written = enabling(element(ListElement, value_name=None, **attributes))
    assert cleared == Effect("enabled", "deleteAllValues", KEY, element_id="Setting")
    assert (written.value_name, written.data, written.type) == (name, data, "REG_SZ")


def test_an_additive_list_keeps_what_is_there() -> None:
    additive = element(ListElement, additive=True, expandable=True, value_prefix="Site")
    assert only(enabling(additive)).type == "REG_EXPAND_SZ"
    gone = only(disabling(additive))
    assert (gone.action, gone.value_name) == ("delete", "Site1, Site2 and so on")


@pytest.mark.parametrize(
    "kind", [BooleanElement, DecimalElement, LongDecimalElement, TextElement, MultiTextElement, EnumElement]
)
def test_disabling_deletes_what_elements_write(kind: type[Element]) -> None:
    assert only(disabling(element(kind))) == Effect("disabled", "delete", KEY, "Setting", element_id="Setting")


def test_disabling_deletes_all_values_of_a_list() -> None:
    gone = only(disabling(element(ListElement)))
    assert gone == Effect("disabled", "deleteAllValues", KEY, element_id="Setting")


def test_a_number_that_is_none_is_shown_as_it_was_written() -> None:
    assert only(effects(policy(value_name="On", enabled_value=Value("decimal", "ten"))).enabled).data == "ten"
