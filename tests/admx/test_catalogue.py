"""What people browse of a template."""

import sys
from dataclasses import asdict
from types import FrameType
from typing import Any

import orjson
import pytest

from operations.admx.model.controls import (
    CheckBox,
    ComboBox,
    Control,
    DecimalTextBox,
    DropdownList,
    ListBox,
    LongDecimalTextBox,
    MultiTextBox,
    TextBox,
    TextLine,
)
from operations.admx.model.definitions import (
    DecimalElement,
    Element,
    EnumElement,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    Policy,
    Product,
    ProductVersion,
    Reference,
    TextElement,
    Value,
)
from operations.admx.present.catalogue import catalogue
from operations.admx.present.records import PolicyRecord, PresentationRecord
from tests.admx.by_hand import (
    KEY,
    category,
    choice,
    control,
    element,
    language,
    number,
    policy,
    several,
    supported,
    template,
    text,
)

STRINGS = {"Proxy": "Use a proxy", "Proxy_Help": "Sends traffic through a proxy.", "Main": "Example"}
GERMAN = {"Proxy": "Proxyserver verwenden"}
LEVEL = element(
    EnumElement,
    "Level",
    value_name="Level",
    required=True,
    items=(
        choice("$(string.Low)", number(1), several((None, "Also", text("low")))),
        choice("$(string.High)", text("h")),
        choice("Off", Value("delete", None)),
    ),
)
LEVELS = {"Low": "Low", "High": "High"}


def recorded(one: Policy, *controls: Control, strings: dict[str, str] = STRINGS) -> PolicyRecord:
    return catalogue(template(language("en-US", strings, *controls), policies=(one,))).policies[0]


def presented(one: Control, *elements: Element) -> PresentationRecord:
    return recorded(policy(*elements), one).presentations[0]


def test_a_category_says_where_it_belongs_and_what_each_language_calls_it() -> None:
    parent = Reference("Other.Policies", "Top", "o:Top")
    own = category(parent_category=parent, explain_text="$(string.Main_Help)")
    languages = language("en-US", STRINGS), language("de-DE", {"Main": "Beispiel", "Main_Help": "Hilfe"})
    record = catalogue(template(*languages, categories=(category("First"), own))).categories[1]
    assert (record.name, record.position, record.parent) == ("Main", 1, parent)
    assert (record.display_name, record.explain_text) == ("Example", "$(string.Main_Help)")
    assert record.texts == {
        "en-US": {"display_name": "Example"},
        "de-DE": {"display_name": "Beispiel", "explain_text": "Hilfe"},
    }


def test_definitions_products_and_versions_can_be_supported_on() -> None:
    minor = ProductVersion("Example_10_1", "Example 10.1", 1, ())
    product = Product("Example", "$(string.Example)", (ProductVersion("Example_10", "Example 10", 0, (minor,)),), 5)
    records = catalogue(
        template(
            language("en-US", {"Win": "Windows 10", "Example": "Example product"}),
            language("fr-FR", {"Win": "Windows 10 (fr)"}),
            supported_on=(supported("Win", "$(string.Win)"), supported("Same", "Defined")),
            products=(product, Product("Same", "Produced", (), 6)),
        )
    ).supported_on
    assert [(one.name, one.position, one.display_name) for one in records] == [
        ("Win", 0, "Windows 10"),
        ("Same", 1, "Defined"),
        ("Example", 2, "Example product"),
        ("Example_10", 3, "Example 10"),
        ("Example_10_1", 4, "Example 10.1"),
    ]
    assert records[0].texts == {"en-US": "Windows 10", "fr-FR": "Windows 10 (fr)"}
    assert records[1].texts == {}


def test_texts_are_kept_only_where_a_language_has_them() -> None:
    languages = language("en-US", STRINGS), language("de-DE", GERMAN), language("fr-FR", {})
    record = catalogue(template(*languages, policies=(policy(),))).policies[0]
    assert (record.display_name, record.explain_text) == ("Use a proxy", "Sends traffic through a proxy.")
    assert record.texts == {
        "en-US": {"display_name": "Use a proxy", "explain_text": "Sends traffic through a proxy."},
        "de-DE": {"display_name": "Proxyserver verwenden"},
    }


def test_a_literal_is_shown_but_is_no_languages_text() -> None:
    record = recorded(policy(display_name="Proxy", explain_text=None))
    assert (record.display_name, record.explain_text, record.texts) == ("Proxy", "", {})


def test_a_template_without_languages_shows_what_is_written() -> None:
    record = catalogue(template(policies=(policy(LEVEL),))).policies[0]
    assert record.display_name == "$(string.Proxy)"
    assert (record.texts, record.details["presentations"], record.presentations) == ({}, {}, ())


@pytest.mark.parametrize(
    ("class_", "expected"),
    [("User", ("user",)), ("Machine", ("machine",)), ("Both", ("user", "machine")), ("Odd", ())],
)
def test_a_policy_for_both_counts_for_each(class_: str, expected: tuple[str, ...]) -> None:
    assert recorded(policy(class_=class_)).class_types == expected


def test_a_policy_keeps_its_references_and_registry_place() -> None:
    windows = Reference("Microsoft.Policies.Windows", "SUPPORTED_Win10", "windows:SUPPORTED_Win10")
    record = recorded(policy(supported_on=windows, value_name="On"))
    assert record.category == Reference("Example.Policies", "Main", "Main")
    assert (record.supported_on, record.key, record.value_name, record.class_) == (windows, KEY, "On", "Machine")
    assert recorded(policy()).value_name == ""


def test_a_policy_is_found_by_any_of_its_names_and_texts() -> None:
    sites = element(ListElement, "Sites", key="Software\\Sites", value_name=None, value_prefix="Site")
    one = policy(LEVEL, sites, value_name="On", enabled_list=several(("Software\\Else", "Listed", number(1))))
    record = catalogue(template(language("en-US", STRINGS), language("de-DE", GERMAN), policies=(one,))).policies[0]
    lines = record.searchable.split("\n")
    assert lines[0] == "proxy"
    assert len(lines) == len(set(lines))
    expected = ["software\\example", "on", "level", "also", "software\\sites", "site", "software\\else", "listed"]
    assert {*expected, "use a proxy", "sends traffic through a proxy.", "proxyserver verwenden"} < set(lines)
    assert "and so on" not in record.searchable


def test_details_tell_the_effects_with_the_choices_as_people_read_them() -> None:
    details = recorded(policy(LEVEL), strings={**STRINGS, **LEVELS}).details
    assert details["effects"][0] == {
        "state": "enabled",
        "action": "set",
        "key": KEY,
        "value_name": "Level",
        "type": "REG_DWORD",
        "data": "1",
        "element_id": "Level",
        "choice": "Low",
    }
    assert [one["choice"] for one in details["effects"]] == ["Low", "Low", "High", "Off", ""]


def test_details_tell_an_element_with_its_limits_and_items() -> None:
    amount = element(DecimalElement, "Amount", max_value=5, key="Software\\Own", client_extension="{1}")
    level, told = recorded(policy(LEVEL, amount), strings=LEVELS).details["elements"]
    assert level["items"] == [
        {"display_name": "Low", "value": "1", "type": "decimal"},
        {"display_name": "High", "value": "h", "type": "string"},
        {"display_name": "Off", "value": "", "type": "delete"},
    ]
    assert told == {
        "type": "decimal",
        "id": "Amount",
        "key": "Software\\Own",
        "value_name": "Setting",
        "required": False,
        "client_extension": "{1}",
        "line": 9,
        "min_value": 0,
        "max_value": 5,
        "store_as_text": False,
        "soft": False,
    }


def test_details_tell_the_rest_of_a_policy() -> None:
    details = recorded(
        policy(see_also=("$(string.Main)", "KB1"), keywords="web", client_extension="{2}"),
    ).details
    expected = {"see_also": ["Example", "KB1"], "keywords": "web", "client_extension": "{2}", "line": 7}
    assert {name: details[name] for name in expected} == expected


def test_each_language_draws_its_own_controls() -> None:
    english = language("en-US", LEVELS, control(DropdownList, "Level", "Level:", default_item=1))
    german = language(
        "de-DE", {"Low": "Niedrig"}, control(TextLine, "", "Hinweis"), control(DropdownList, "Level", "Stufe:")
    )
    record = catalogue(template(english, german, language("fr-FR", {}), policies=(policy(LEVEL),))).policies[0]
    assert set(record.details["presentations"]) == {"en-US", "de-DE"}
    hint, drawn = record.details["presentations"]["de-DE"]
    assert hint == {"identity": "text:1", "type": "text", "ref_id": "", "label": "Hinweis"}
    assert drawn == {
        "identity": "Level",
        "type": "dropdownList",
        "ref_id": "Level",
        "label": "Stufe:",
        "default_item": None,
        "items": [
            {"display_name": "Niedrig", "value": "1"},
            {"display_name": "High", "value": "h"},
            {"display_name": "Off", "value": ""},
        ],
        "required": True,
        "no_sort": False,
    }
    assert [one.label for one in record.presentations] == ["Level:"]


TEXTS = {"default_value": "d", "max_length": 40, "required": True}
NUMBERS = {"default_value": 3, "min_value": 2, "max_value": 8, "required": False, "spin": False, "spin_step": 4}
PROPERTIES: list[tuple[Control, Element | None, str, dict[str, Any]]] = [
    (control(TextLine, ""), None, "text", {}),
    (control(CheckBox, default_checked=True), None, "checkBox", {"default_checked": True}),
    (
        control(TextBox, default_value="d"),
        element(TextElement, max_length=40, required=True),
        "textBox",
        TEXTS,
    ),
    (
        control(ComboBox, default_value="d", suggestions=("a", "b")),
        element(TextElement, max_length=40, required=True),
        "comboBox",
        {**TEXTS, "suggestions": ["a", "b"]},
    ),
    (
        control(DecimalTextBox, default_value=3, spin=False, spin_step=4),
        element(DecimalElement, min_value=2, max_value=8),
        "decimalTextBox",
        NUMBERS,
    ),
    (
        control(LongDecimalTextBox, default_value=3, spin=False, spin_step=4),
        element(LongDecimalElement, min_value=2, max_value=8),
        "longDecimalTextBox",
        NUMBERS,
    ),
    (
        control(MultiTextBox),
        element(MultiTextElement, max_strings=6),
        "multiTextBox",
        {"max_length": 1023, "max_strings": 6, "required": False},
    ),
    (
        control(ListBox),
        element(ListElement, value_prefix="Site"),
        "listBox",
        {"explicit_value": False, "value_prefix": "Site"},
    ),
]


@pytest.mark.parametrize(("shown", "stands_for", "type_", "expected"), PROPERTIES)
def test_a_presentation_has_exactly_what_graphs_type_has(
    shown: Control, stands_for: Element | None, type_: str, expected: dict[str, Any]
) -> None:
    record = presented(shown, *([stands_for] if stands_for else []))
    assert (record.type, record.position, record.label) == (type_, 0, type_)
    assert record.properties == expected


def test_a_drop_down_list_names_its_default() -> None:
    shown = recorded(policy(LEVEL), control(DropdownList, "Level", default_item=1), strings=LEVELS).presentations[0]
    assert set(shown.properties) == {"default_item", "items", "required"}
    assert shown.properties["default_item"] == {"display_name": "High", "value": "h"}


@pytest.mark.parametrize("index", [-1, 3, 10**30])
def test_a_default_that_is_no_item_is_none(index: int) -> None:
    assert presented(control(DropdownList, "Level", default_item=index), LEVEL).properties["default_item"] is None


@pytest.mark.parametrize("kind", [DecimalTextBox, TextBox, ComboBox, MultiTextBox, DropdownList, ListBox])
def test_a_control_without_an_element_has_graphs_defaults(kind: type[Control]) -> None:
    properties = presented(control(kind, "Nowhere")).properties
    defaults = {
        "min_value": 0,
        "max_value": 9999,
        "max_length": 1023,
        "max_strings": 0,
        "required": False,
        "items": [],
        "value_prefix": None,
    }
    graphs = {name: value for name, value in defaults.items() if name in properties}
    assert graphs
    assert {name: properties[name] for name in graphs} == graphs


def test_numbers_beyond_int64_become_the_nearest_there_is() -> None:
    huge = element(LongDecimalElement, min_value=-(10**40), max_value=10**40)
    shown = control(LongDecimalTextBox, default_value=2**64)
    record = recorded(policy(huge, value_name="On", enabled_value=number(10**40)), shown)
    properties = record.presentations[0].properties
    assert (properties["default_value"], properties["min_value"]) == (2**63 - 1, -(2**63))
    assert record.details["elements"][0]["max_value"] == "1" + "0" * 40
    assert record.details["effects"][0]["data"] == "1" + "0" * 40
    orjson.dumps(asdict(record))


def test_every_presentation_has_an_identity_of_its_own() -> None:
    controls = [
        control(TextLine, ""),
        control(TextBox, "Server"),
        control(TextLine, ""),
        control(TextBox, "Server"),
        control(TextBox, "Server#2"),
        control(TextBox, "Server"),
        control(CheckBox, ""),
        control(TextBox, "text:1"),
    ]
    assert [one.identity for one in recorded(policy(), *controls).presentations] == [
        "text:1",
        "Server",
        "text:2",
        "Server#2",
        "Server#2#2",
        "Server#3",
        "checkBox:1",
        "text:1#2",
    ]


def test_of_elements_with_the_same_id_the_first_counts() -> None:
    first, second = element(TextElement, max_length=1), element(TextElement, max_length=2)
    assert presented(control(TextBox), first, second).properties["max_length"] == 1


def calls_made_for(policies: int) -> int:
    """How many calls the catalogue of so many policies takes, in four languages: a measure without a clock."""
    many = tuple(policy(LEVEL, name=f"Policy{index}") for index in range(policies))
    languages = [language(f"l{index}", {**STRINGS, **LEVELS}, control(DropdownList, "Level")) for index in range(4)]
    large = template(*languages, policies=many)
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        made = catalogue(large)
    finally:
        sys.setprofile(before)
    assert len(made.policies) == policies
    return calls


def test_the_work_grows_with_the_template_and_not_faster() -> None:
    assert calls_made_for(1000) < 11 * calls_made_for(100)
