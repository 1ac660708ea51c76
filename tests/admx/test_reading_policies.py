"""What is read of an ADMX: every element and attribute of the schema, and what real files make of it."""

from typing import Any

import pytest

from operations.admx import Definitions, Severity
from operations.admx.model import (
    BooleanElement,
    Category,
    DecimalElement,
    Element,
    EnumElement,
    EnumItem,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    Policy,
    Product,
    ProductVersion,
    Reference,
    SupportedOnDefinition,
    SupportedProduct,
    TextElement,
    Using,
    Value,
    ValueList,
    ValueListItem,
)
from tests.admx.samples import CATEGORY, POLICY, TARGET, admx, codes, policy, read_sample

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
    "xmlns",
    [
        pytest.param("", id="none"),
        pytest.param(f' xmlns="{SCHEMA}"', id="the usual one"),
        pytest.param(' xmlns="http://www.microsoft.com/GroupPolicy/PolicyDefinitions"', id="the one of the schema"),
        pytest.param(f' xmlns="{SCHEMA.replace("http:", "https:")}"', id="https"),
        pytest.param(f' xmlns:p="{SCHEMA}"', id="with a prefix"),
    ],
)
def test_all_is_read_whatever_the_xml_namespace(xmlns: str) -> None:
    text = admx(policy(inside='<elements><text id="T" valueName="V"/></elements>'))
    if "xmlns:p" in xmlns:
        text = text.replace("</", "\0").replace("<", "<p:").replace("\0", "</p:")
    plain = definitions_in(admx(policy(inside='<elements><text id="T" valueName="V"/></elements>')))
    found = definitions_in(text.replace("policyDefinitions ", f"policyDefinitions{xmlns} ", 1))
    assert (found.policies, found.categories) == (plain.policies, plain.categories)
    assert found.target_namespace == "Example.Policies"


def test_the_file_as_a_whole() -> None:
    text = admx(target=TARGET + USING, revision='revision="2.3"', minimum="1.7")
    text = text.replace("<resources ", '<supersededAdm fileName="old.adm"/><supersededAdm/><resources ')
    text = text.replace('minRequiredRevision="1.7"', 'minRequiredRevision="1.7" fallbackCulture="de-DE"')
    definitions = definitions_in(text)
    assert definitions.file_name == "example.admx"
    assert definitions.size == len(text)
    assert (definitions.target_prefix, definitions.target_namespace) == ("example", "Example.Policies")
    assert (definitions.revision, definitions.minimum_revision, definitions.schema_version) == ("2.3", "1.7", "1.0")
    assert definitions.fallback_culture == "de-DE"
    assert definitions.superseded_adm == ("old.adm", "")
    assert definitions.using == (Using("windows", "Microsoft.Policies.Windows", 2),)


def test_a_file_may_hold_nothing_but_its_name() -> None:
    text = f'<policyDefinitions revision="1.0"><policyNamespaces>{TARGET}</policyNamespaces></policyDefinitions>'
    definitions = definitions_in(text)
    assert (definitions.policies, definitions.categories, definitions.products) == ((), (), ())
    assert (definitions.supported_on, definitions.using, definitions.superseded_adm) == ((), (), ())
    assert (definitions.minimum_revision, definitions.fallback_culture, definitions.schema_version) == ("", None, "")


def test_a_policy_with_everything() -> None:
    found = policy_with(
        '<seeAlso>First</seeAlso><seeAlso> Second </seeAlso><keywords> proxy, web </keywords><supportedOn ref="Vista"/>'
        '<enabledValue><decimal value="1"/></enabledValue><disabledValue><delete/></disabledValue>',
        presentation="$(presentation.Proxy)",
        clientExtension="{D02B1F72-3407-48ae-BA88-E8213C6761F1}",
    )
    assert found == Policy(
        name="Proxy",
        class_="User",
        display_name="$(string.Proxy)",
        explain_text="$(string.Proxy_Help)",
        presentation="$(presentation.Proxy)",
        key="Software\\Example",
        value_name="Proxy",
        client_extension="{D02B1F72-3407-48ae-BA88-E8213C6761F1}",
        parent_category=Reference("Example.Policies", "Main", "Main"),
        supported_on=Reference("Example.Policies", "Vista", "Vista"),
        see_also=("First", "Second"),
        keywords="proxy, web",
        enabled_value=ONE,
        disabled_value=Value("delete", None),
        enabled_list=None,
        disabled_list=None,
        elements=(),
        line=5,
    )


def test_what_a_policy_may_lack() -> None:
    text = admx('<policy name="A" class="Both" displayName="A" key="K"/>')
    found = definitions_in(text).policies[0]
    assert (found.explain_text, found.presentation, found.value_name, found.client_extension) == (None,) * 4
    assert (found.parent_category, found.supported_on, found.enabled_value, found.enabled_list) == (None,) * 4
    assert (found.see_also, found.keywords, found.elements) == ((), "", ())


@pytest.mark.parametrize("class_", ["User", "Machine", "Both"])
def test_all_three_classes(class_: str) -> None:
    assert policy_with(class_=class_).class_ == class_


@pytest.mark.parametrize("key", ["Software\\DES 56/56", "%%Software", "Software\\Trailing\\", "Software/Forward"])
def test_a_key_is_kept_as_written(key: str) -> None:
    assert policy_with(key=key).key == key


@pytest.mark.parametrize(
    ("written", "namespace", "name"),
    [
        ("Main", "Example.Policies", "Main"),
        ("example:Main", "Example.Policies", "Main"),
        ("windows:System", "Microsoft.Policies.Windows", "System"),
        ("Windows:System", None, "System"),
        ("products:System", None, "System"),
        (" windows:System ", "Microsoft.Policies.Windows", "System"),
        (":System", None, "System"),
        ("windows:A:B", "Microsoft.Policies.Windows", "A:B"),
    ],
)
def test_prefixes_mean_what_the_file_says(written: str, namespace: str | None, name: str) -> None:
    text = admx(POLICY.replace('ref="Main"', f'ref="{written}"'), target=TARGET + USING)
    found = definitions_in(text).policies[0].parent_category
    assert found == Reference(namespace, name, written)


def test_the_same_prefix_means_something_else_in_another_file() -> None:
    reference = POLICY.replace('ref="Main"', 'ref="windows:System"')
    text = admx(reference, target=TARGET + '<using prefix="windows" namespace="Other"/>')
    assert definitions_in(text).policies[0].parent_category == Reference("Other", "System", "windows:System")


def test_the_own_prefix_wins_over_the_same_prefix_in_use() -> None:
    text = admx(POLICY.replace("Main", "example:Main"), target=TARGET + '<using prefix="example" namespace="Other"/>')
    found = definitions_in(text).policies[0].parent_category
    assert found is not None
    assert found.namespace == "Example.Policies"


@pytest.mark.parametrize("reference", ["<parentCategory/>", '<parentCategory ref=""/>', '<parentCategory ref=" "/>'])
def test_a_reference_to_nothing_is_none(reference: str) -> None:
    text = admx(POLICY.replace('<parentCategory ref="Main"/>', reference))
    assert definitions_in(text).policies[0].parent_category is None


def test_categories() -> None:
    child = (
        '<category name="Child" displayName="$(string.Main)" explainText="$(string.Main)"><parentCategory ref="Main"/>'
        "<seeAlso>More</seeAlso><keywords>word</keywords></category>"
    )
    found = definitions_in(admx(categories=CATEGORY + child)).categories
    parent = Reference("Example.Policies", "Main", "Main")
    assert found == (
        Category("Main", "$(string.Main)", None, None, (), "", 4),
        Category("Child", "$(string.Main)", "$(string.Main)", parent, ("More",), "word", 4),
    )


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


def test_products_and_their_versions() -> None:
    found = with_supported_on(
        '<products><product name="Windows" displayName="$(string.Main)">'
        '<majorVersion name="Seven" displayName="Seven" versionIndex="7">'
        '<minorVersion name="One" displayName="One" versionIndex="1"/></majorVersion>'
        '<majorVersion name="Eight" displayName="Eight" versionIndex="8"/></product></products>'
    )
    seven = ProductVersion("Seven", "Seven", 7, (ProductVersion("One", "One", 1, ()),))
    eight = ProductVersion("Eight", "Eight", 8, ())
    assert found.products == (Product("Windows", "$(string.Main)", (seven, eight), 4),)


@pytest.mark.parametrize("operator", ["or", "and"])
def test_conditions_on_products(operator: str) -> None:
    found = with_supported_on(
        f'<definitions><definition name="D" displayName="$(string.Main)"><{operator}><reference ref="Own"/>'
        '<range ref="windows:Seven" minVersionIndex="3" maxVersionIndex="5"/><range ref="X"/>'
        f"</{operator}></definition>"
        '<definition name="Text" displayName="Only a text"/></definitions>'
    )
    own = Reference("Example.Policies", "Own", "Own")
    seven = Reference("Microsoft.Policies.Windows", "Seven", "windows:Seven")
    products = (
        SupportedProduct(own),
        SupportedProduct(seven, is_range=True, min_version_index=3, max_version_index=5),
        SupportedProduct(Reference("Example.Policies", "X", "X"), is_range=True),
    )
    assert found.supported_on == (
        SupportedOnDefinition("D", "$(string.Main)", operator, products, 4),
        SupportedOnDefinition("Text", "Only a text", "", (), 4),
    )


def test_stray_text_is_a_warning_with_its_line() -> None:
    text = admx(policy(inside='\n">'), policy("Second"))
    found = [finding for finding in read_sample(text).findings if finding.code == "StrayText"]
    assert [(finding.severity, finding.line) for finding in found] == [(Severity.WARNING, 5)]
    assert '“">”' in found[0].message


def test_a_broken_template_is_there_to_be_looked_at() -> None:
    reading = read_sample(admx(policy(without="key"), policy("Second")))
    assert reading.template is None
    assert reading.definitions is not None
    assert [one.name for one in reading.definitions.policies] == ["Proxy", "Second"]
    assert [one.language_code for one in reading.resources] == ["en-US"]


def test_nothing_is_there_of_what_cannot_be_read() -> None:
    reading = read_sample("<a>")
    assert (reading.template, reading.definitions) == (None, None)
    assert [one.language_code for one in reading.resources] == ["en-US"]
