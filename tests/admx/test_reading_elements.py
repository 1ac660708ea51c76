"""What the settings of a policy and the values they write are read as."""

from typing import Any

import pytest

from operations.admx import Definitions, Severity
from operations.admx.model.definitions import (
    BooleanElement,
    DecimalElement,
    Element,
    EnumElement,
    EnumItem,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    Policy,
    TextElement,
    Value,
    ValueList,
    ValueListItem,
)
from tests.admx.samples import TARGET, admx, codes, policy, read_sample

SCHEMA = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
USING = '<using prefix="windows" namespace="Microsoft.Policies.Windows"/>'
ONE, ZERO = Value("decimal", 1), Value("decimal", 0)


def definitions_in(text: str) -> Definitions:
    definitions = read_sample(text).definitions
    assert definitions is not None
    return definitions


def policy_with(inside: str = "", **attributes: str) -> Policy:
    return definitions_in(admx(policy(inside=inside, **attributes))).policies[0]


def element_of(xml: str) -> Element:
    return policy_with(f"<elements>{xml}</elements>").elements[0]


def with_supported_on(xml: str) -> Definitions:
    text = admx(target=TARGET + USING)
    return definitions_in(text.replace("<categories>", f"<supportedOn>{xml}</supportedOn><categories>"))


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<decimal value="1"/>', ONE),
        ('<decimal value="4294967295"/>', Value("decimal", 4294967295)),
        ('<decimal value=" 007 "/>', Value("decimal", 7)),
        ('<longDecimal value="18446744073709551615"/>', Value("longDecimal", 18446744073709551615)),
        ("<string>some text</string>", Value("string", "some text")),
        ("<string> blanks stay </string>", Value("string", " blanks stay ")),
        ("<string/>", Value("string", "")),
        ("<string><![CDATA[<a & b>]]></string>", Value("string", "<a & b>")),
        ("<string>one<!-- no -->two</string>", Value("string", "onetwo")),
        ("<delete/>", Value("delete", None)),
        ("", None),
        ("<other/>", None),
    ],
)
def test_values(xml: str, value: Value | None) -> None:
    assert policy_with(f"<enabledValue>{xml}</enabledValue>").enabled_value == value
    assert policy_with(f"<disabledValue>{xml}</disabledValue>").disabled_value == value


@pytest.mark.parametrize(
    ("xml", "code", "kept"),
    [
        ('<decimal value="4294967296"/>', "NumberInvalid", "4294967296"),
        ('<decimal value="-1"/>', "NumberInvalid", "-1"),
        ('<decimal value="0x10"/>', "NumberInvalid", "0x10"),
        ('<decimal value="1.5"/>', "NumberInvalid", "1.5"),
        ('<decimal value="٣"/>', "NumberInvalid", "٣"),
        ('<decimal value=""/>', "NumberInvalid", ""),
        ("<decimal/>", "AttributeMissing", ""),
        ("<decimal>one</decimal>", "AttributeMissing", "one"),
        ('<longDecimal value="18446744073709551616"/>', "NumberInvalid", "18446744073709551616"),
        (f'<longDecimal value="{"9" * 4000}"/>', "NumberInvalid", "9" * 4000),
    ],
)
def test_a_value_that_should_be_a_number_and_is_none_is_an_error(xml: str, code: str, kept: str) -> None:
    text = admx(policy(inside=f"<enabledValue>{xml}</enabledValue>"))
    reading = read_sample(text)
    assert [finding.code for finding in reading.errors] == [code]
    assert "“Proxy”" in reading.errors[0].message
    assert reading.errors[0].line == 5
    found = definitions_in(text).policies[0].enabled_value
    assert found is not None
    assert found.data == kept


def test_a_number_between_the_tags_is_read_with_a_warning() -> None:
    text = admx(policy(inside="<enabledValue><decimal>1</decimal></enabledValue>"))
    assert definitions_in(text).policies[0].enabled_value == ONE
    found = next(finding for finding in read_sample(text).findings if finding.code == "AttributeMissing")
    assert found.severity is Severity.WARNING
    assert "“Proxy” has no value" in found.message


def test_lists_of_values() -> None:
    xml = (
        '<item valueName="A"><value><decimal value="0"/></value></item>'
        '<item key="Software\\Other" valueName="B"><value><string>b</string></value></item><item valueName="C"/>'
    )
    expected = ValueList(
        "Software\\Default",
        (
            ValueListItem(None, "A", ZERO, 5),
            ValueListItem("Software\\Other", "B", Value("string", "b"), 5),
            ValueListItem(None, "C", None, 5),
        ),
    )
    for name in ("enabledList", "disabledList"):
        found = policy_with(f'<{name} defaultKey="Software\\Default">{xml}</{name}>')
        assert (found.enabled_list or found.disabled_list) == expected
    assert policy_with("<enabledList/>").enabled_list == ValueList(None, ())


COMMON: dict[str, Any] = {
    "id": "E",
    "key": None,
    "value_name": None,
    "required": False,
    "client_extension": None,
    "line": 5,
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("boolean", BooleanElement(**COMMON)),
        ("decimal", DecimalElement(**COMMON, min_value=0, max_value=9999, store_as_text=False, soft=False)),
        ("longDecimal", LongDecimalElement(**COMMON, min_value=0, max_value=9999, store_as_text=False, soft=False)),
        ("text", TextElement(**COMMON, max_length=1023, expandable=False, soft=False)),
        ("multiText", MultiTextElement(**COMMON, max_length=1023, max_strings=0, soft=False)),
        ("enum", EnumElement(**COMMON, items=())),
        ("list", ListElement(**COMMON, value_prefix=None, additive=False, expandable=False, explicit_value=False)),
    ],
)
def test_the_defaults_of_each_kind_of_setting(name: str, expected: Element) -> None:
    assert element_of(f'<{name} id="E"/>') == expected


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (
            '<decimal minValue="1" maxValue="4294967295" storeAsText="true" soft="true"/>',
            {"min_value": 1, "max_value": 4294967295, "store_as_text": True, "soft": True},
        ),
        (
            '<longDecimal minValue="1" maxValue="18446744073709551615" storeAsText="true" soft="true"/>',
            {"min_value": 1, "max_value": 18446744073709551615, "store_as_text": True, "soft": True},
        ),
        (
            '<text maxLength="5" expandable="true" soft="true"/>',
            {"max_length": 5, "expandable": True, "soft": True},
        ),
        (
            '<multiText maxLength="5" maxStrings="7" soft="true"/>',
            {"max_length": 5, "max_strings": 7, "soft": True},
        ),
        (
            '<list valuePrefix="" additive="true" expandable="true" explicitValue="true"/>',
            {"value_prefix": "", "additive": True, "expandable": True, "explicit_value": True},
        ),
        ('<list valuePrefix="P"/>', {"value_prefix": "P"}),
        ('<decimal minValue="" maxValue=" "/>', {"min_value": 0, "max_value": 9999}),
        (
            '<text id="T" key="Software\\Own" valueName="V" required="true" clientExtension="{0}"/>',
            {"id": "T", "key": "Software\\Own", "value_name": "V", "required": True, "client_extension": "{0}"},
        ),
        ('<boolean required="true"/>', {"required": True}),
        ('<text noSoret="true" maxvalue="3" Key="x" xml:space="preserve"/>', {"key": None, "max_length": 1023}),
    ],
)
def test_the_attributes_of_settings(xml: str, expected: dict[str, Any]) -> None:
    element = element_of(xml)
    assert {name: getattr(element, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("1", True),
        (" true ", True),
        ("false", False),
        ("False", False),
        ("0", False),
        ("", False),
        ("yes", False),
    ],
)
def test_yes_and_no_in_every_spelling(written: str, meant: bool) -> None:
    assert element_of(f'<text required="{written}"/>').required is meant


@pytest.mark.parametrize(
    ("xml", "attribute", "kept"),
    [
        ('<decimal id="E" valueName="V" minValue="-1"/>', "min_value", 0),
        ('<decimal id="E" valueName="V" maxValue="4294967296"/>', "max_value", 9999),
        ('<text id="E" valueName="V" maxLength="many"/>', "max_length", 1023),
        ('<multiText id="E" valueName="V" maxStrings="1,000"/>', "max_strings", 0),
    ],
)
def test_a_limit_that_is_no_number_is_a_warning_and_the_default_holds(xml: str, attribute: str, kept: int) -> None:
    reading = read_sample(admx(policy(inside=f"<elements>{xml}</elements>")))
    found = [finding for finding in reading.findings if finding.code == "NumberInvalid"]
    assert [finding.severity for finding in found] == [Severity.WARNING]
    assert "“E”" in found[0].message
    assert getattr(element_of(xml), attribute) == kept


def test_both_values_and_both_lists_of_a_check_box() -> None:
    item = '<item valueName="A"><value><delete/></value></item>'
    found = element_of(
        '<boolean id="E"><trueValue><decimal value="1"/></trueValue><falseValue><decimal value="0"/></falseValue>'
        f"<trueList>{item}</trueList><falseList/></boolean>"
    )
    assert isinstance(found, BooleanElement)
    assert (found.true_value, found.false_value) == (ONE, ZERO)
    assert found.true_list == ValueList(None, (ValueListItem(None, "A", Value("delete", None), 5),))
    assert found.false_list == ValueList(None, ())


def test_the_items_of_a_drop_down_list() -> None:
    found = element_of(
        '<enum id="E" required="true"><item displayName="$(string.One)"><value><decimal value="1"/></value></item>'
        '<item displayName="Two"><value><string>2</string></value><valueList defaultKey="K"/></item>'
        '<item displayName="Three"/></enum>'
    )
    assert isinstance(found, EnumElement)
    assert found.required
    assert found.items == (
        EnumItem("$(string.One)", ONE, None, 5),
        EnumItem("Two", Value("string", "2"), ValueList("K", ()), 5),
        EnumItem("Three", None, None, 5),
    )


def test_settings_stay_in_order_and_unknown_ones_are_passed_over() -> None:
    found = policy_with('<elements><text id="A"/><future id="B"/><boolean id="C"/><text id="A"/></elements>')
    assert [element.id for element in found.elements] == ["A", "C", "A"]


@pytest.mark.parametrize(
    "xml",
    [
        '<elements><text valueName="V"/></elements>',
        '<elements><enum id="E" valueName="V"><item><value><delete/></value></item></enum></elements>',
        "<enabledList><item><value><delete/></value></item></enabledList>",
    ],
)
def test_what_a_setting_or_an_item_must_have_is_missed(xml: str) -> None:
    assert "AttributeMissing" in codes(read_sample(admx(policy(inside=xml))))
