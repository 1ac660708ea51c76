"""Policies and their settings, each by itself."""

from typing import Any, cast

import pytest

from operations.admx import Severity
from operations.admx.model.controls import CheckBox, DecimalTextBox, DropdownList, ListBox
from operations.admx.model.definitions import BooleanElement, DecimalElement, EnumElement, ListElement, TextElement
from tests.admx import by_hand
from tests.admx.by_hand import choice, control, element, number, several, text
from tests.admx.checks.judging import a_policy, a_template, codes, english, judged, the


def enum(*items: Any, **changed: Any) -> Any:
    return element(EnumElement, items=items, **changed)


def with_choice(*items: Any, **changed: Any) -> Any:
    return a_template(
        a_policy("Proxy", enum(*items, **changed)), languages=(english(control(DropdownList), Yes="Yes"),)
    )


def test_a_template_without_a_flaw_has_nothing_said_about_it() -> None:
    assert codes(a_template()) == []


@pytest.mark.parametrize(
    ("key", "is_told"),
    [
        (r"HKLM\Software\Example", True),
        (r"HKEY_CURRENT_USER\Software\Example", True),
        (r"\hklm\Software", True),
        (r"HKLM:\Software", True),
        (r"HKLMSoftware\Example", False),
        (r"Software\HKLM\Example", False),
        (r"Hkl\Example", False),
    ],
)
def test_a_key_that_begins_with_a_hive_is_told(key: str, is_told: bool) -> None:
    assert codes(a_template(a_policy(key=key))) == (["KeyWithHive"] if is_told else [])


@pytest.mark.parametrize(
    ("changed", "is_told"),
    [
        ({}, True),
        ({"value_name": "On"}, False),
        ({"enabled_list": several((None, "On", number(1)))}, False),
        ({"disabled_list": several((None, "On", number(0)))}, False),
    ],
)
def test_a_policy_that_sets_nothing_is_told(changed: dict[str, Any], is_told: bool) -> None:
    policy = by_hand.policy(presentation=None, **changed)
    assert codes(a_template(policy)) == (["NothingToSet"] if is_told else [])


def test_two_settings_with_one_id_are_told_at_the_second() -> None:
    twice = (element(TextElement, line=9), element(TextElement, line=10))
    finding = the("DuplicateElementId", a_template(a_policy("Proxy", *twice)))
    assert (finding.severity, finding.line, finding.item) == (Severity.WARNING, 10, "Setting")


def test_the_same_id_in_two_policies_is_fine() -> None:
    assert codes(a_template(a_policy("A"), a_policy("B"))) == []


@pytest.mark.parametrize(
    ("kind", "changed", "is_told"),
    [
        (TextElement, {}, True),
        (DecimalElement, {}, True),
        (BooleanElement, {}, True),
        (BooleanElement, {"true_list": several((None, "On", number(1)))}, False),
        (EnumElement, {"items": (choice("$(string.Proxy)", number(1)),)}, True),
        (EnumElement, {"items": (choice("$(string.Proxy)", None, several((None, "On", number(1)))),)}, False),
        (ListElement, {}, False),
    ],
)
def test_a_setting_needs_a_value_name_unless_it_writes_only_lists(
    kind: Any, changed: dict[str, Any], is_told: bool
) -> None:
    template = a_template(a_policy("Proxy", element(kind, value_name=None, **changed)))
    assert ("ValueNameMissing" in codes(template)) == is_told


def test_an_item_of_a_list_needs_a_value_name_and_a_value() -> None:
    policy = a_policy(enabled_list=several((None, "", number(1)), (None, "On", None)))
    found = codes(a_template(policy))
    assert found == ["ValueNameMissing", "ValueMissing"]


def test_a_choice_without_anything_to_write_is_told() -> None:
    finding = the("ValueMissing", with_choice(choice("$(string.Yes)", None)))
    assert (finding.line, finding.item) == (12, "Setting")
    assert codes(with_choice(choice("$(string.Yes)", number(1)))) == []
    assert codes(with_choice(choice("$(string.Yes)", None, several((None, "On", number(1)))))) == []


@pytest.mark.parametrize(("length", "is_told"), [(255, False), (256, True)])
def test_a_value_may_be_a_text_of_up_to_255_characters(length: int, is_told: bool) -> None:
    long = text("x" * length)
    boolean = a_policy("Proxy", element(BooleanElement, true_value=long))
    for template in (
        a_template(a_policy(value_name="On", enabled_value=long)),
        a_template(a_policy(disabled_list=several((None, "On", long)))),
        a_template(boolean, languages=(english(control(CheckBox)),)),
        with_choice(choice("$(string.Yes)", long)),
        with_choice(choice("$(string.Yes)", None, several((None, "On", long)))),
    ):
        assert codes(template) == (["StringTooLong"] if is_told else [])


def test_a_drop_down_list_without_choices_is_told() -> None:
    finding = the("EnumWithoutItems", with_choice())
    assert (finding.severity, finding.line) == (Severity.WARNING, 9)


@pytest.mark.parametrize(("least", "most", "is_told"), [(0, 9, False), (9, 9, False), (10, 9, True)])
def test_the_smallest_number_must_not_be_above_the_largest(least: int, most: int, is_told: bool) -> None:
    policy = a_policy("Proxy", element(DecimalElement, min_value=least, max_value=most))
    template = a_template(policy, languages=(english(control(DecimalTextBox)),))
    assert codes(template) == (["ValueOutOfRange"] if is_told else [])


def test_odd_names_are_noted_once() -> None:
    template = a_template(a_policy("A b"), a_policy("C-d.e_1"), a_policy("É"), a_policy("f/g"))
    finding = the("NameCharacters", template)
    assert (finding.severity, finding.item) == (Severity.NOTE, "A b")
    assert "(2): “A b”, “f/g”" in finding.message


def test_a_list_writes_its_values_without_a_name() -> None:
    template = a_template(
        a_policy("Proxy", element(ListElement, value_name=None)), languages=(english(control(ListBox)),)
    )
    assert codes(template) == []


@pytest.mark.parametrize("state", ["enabled_value", "disabled_value"])
def test_a_value_for_on_or_off_needs_a_value_name(state: str) -> None:
    assert codes(a_template(a_policy(**cast(Any, {state: number(1)})))) == ["ValueNameMissing"]
    assert codes(a_template(a_policy(**cast(Any, {state: number(1), "value_name": "On"})))) == []


@pytest.mark.parametrize(
    ("name", "display_name", "expected"),
    [
        ("New", "$(string.Main)", []),
        ("", "$(string.Main)", ["AttributeMissing"]),
        ("New", "", ["AttributeMissing"]),
        ("Old", "$(string.Main)", ["DuplicateId"]),
    ],
)
def test_flaws_in_supported_on_texts_are_only_warnings(name: str, display_name: str, expected: list[str]) -> None:
    definitions = (by_hand.supported("Old", "$(string.Main)"), by_hand.supported(name, display_name))
    found = judged(a_template(supported_on=definitions))
    assert [finding.code for finding in found] == expected
    assert all((finding.severity, finding.line) == (Severity.WARNING, 5) for finding in found)
