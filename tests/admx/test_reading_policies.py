"""What is read of an ADMX: every element and attribute of the schema, and what real files make of it."""

import pytest

from operations.admx import Definitions, Severity
from operations.admx.model.definitions import (
    Category,
    Element,
    Policy,
    Product,
    ProductVersion,
    Reference,
    SupportedOnDefinition,
    SupportedProduct,
    Using,
    Value,
)
from tests.admx.samples import CATEGORY, POLICY, TARGET, admx, policy, read_sample

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
