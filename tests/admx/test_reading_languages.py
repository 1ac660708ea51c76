"""What is read of an ADML: texts exactly as written, and every kind of control."""

from typing import Any

import pytest

from operations.admx import Resources, Severity
from operations.admx.model.controls import (
    CheckBox,
    ComboBox,
    Control,
    DecimalTextBox,
    DropdownList,
    ListBox,
    LongDecimalTextBox,
    MultiTextBox,
    Presentation,
    TextBox,
    TextLine,
)
from operations.admx.model.definitions import Template
from tests.admx.samples import adml, codes, english, language, only, read_sample

SCHEMA = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"


def resources_in(text: str) -> Resources:
    return read_sample(None, english(text)).resources[0]


def with_presentations(xml: str) -> str:
    return adml().replace("</resources>", f"<presentationTable>{xml}</presentationTable></resources>")


def controls_in(xml: str) -> tuple[Control, ...]:
    return resources_in(with_presentations(f'<presentation id="P">{xml}</presentation>')).presentations["P"].controls


@pytest.mark.parametrize(
    "xmlns",
    [
        "",
        f' xmlns="{SCHEMA}"',
        ' xmlns="http://www.microsoft.com/GroupPolicy/PolicyDefinitions"',
        f' xmlns="{SCHEMA.replace("http:", "https:")}"',
    ],
)
def test_all_is_read_whatever_the_xml_namespace(xmlns: str) -> None:
    text = with_presentations('<presentation id="P"><text>T</text></presentation>')
    found = resources_in(text.replace("policyDefinitionResources ", f"policyDefinitionResources{xmlns} ", 1))
    assert (found.strings, found.presentations) == (resources_in(text).strings, resources_in(text).presentations)
    assert found.presentations["P"].controls == (TextLine(ref_id="", label="T", line=3),)


def test_the_file_as_a_whole() -> None:
    text = adml(revision='revision="2.3"').replace(
        "<displayName/>", "<displayName>enter display name here</displayName>"
    )
    found = resources_in(text)
    assert (found.file_name, found.size, found.language_code) == ("example.adml", len(text), "en-US")
    assert (found.revision, found.schema_version) == ("2.3", "1.0")
    assert (found.display_name, found.description) == ("enter display name here", "")


def test_a_language_file_may_hold_nothing() -> None:
    found = resources_in('<policyDefinitionResources revision="1.0"/>')
    assert (found.strings, found.presentations) == ({}, {})
    assert (found.display_name, found.description, found.schema_version) == ("", "", "")


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("  blanks \n and lines\t ", "  blanks \n and lines\t "),
        ("one&#xA;two &lt;b&gt; &amp; &quot;", 'one\ntwo <b> & "'),
        ("<![CDATA[a < b]]>", "a < b"),
        ("  <![CDATA[ a ]]> ", "   a  "),
        ("before<!-- hidden -->after", "beforeafter"),
        (" <!-- hidden --> after", "  after"),
        ("Ümläut €  \U0001f600", "Ümläut €  \U0001f600"),
    ],
)
def test_texts_are_kept_exactly_as_written(xml: str, text: str) -> None:
    assert resources_in(adml(more=f'<string id="S">{xml}</string>')).strings["S"] == text


@pytest.mark.parametrize("string_id", ["With.dot", "With-hyphen", "With space", "1", "Ümlaut"])
def test_ids_may_be_unusual(string_id: str) -> None:
    assert resources_in(adml(more=f'<string id="{string_id}">x</string>')).strings[string_id] == "x"


def test_of_texts_defined_twice_the_first_counts() -> None:
    reading = read_sample(None, english(), language(adml(more='<string id="Main">Again</string>'), "de-DE"))
    assert reading.resources[1].strings["Main"] == "Example"
    assert only(reading).code == "DuplicateId"


@pytest.mark.parametrize(("language_code", "severity"), [("en-US", Severity.ERROR), ("de-DE", Severity.WARNING)])
def test_of_presentations_defined_twice_the_first_counts(language_code: str, severity: Severity) -> None:
    twice = '<presentation id="P"><text>first</text></presentation><presentation id="P"/>'
    files = [english(), language(adml(), "de-DE")]
    files = [
        language(with_presentations(twice), language_code) if file.language_code == language_code else file
        for file in files
    ]
    reading = read_sample(None, *files)
    duplicate = next(finding for finding in reading.findings if finding.code == "DuplicateId")
    assert (duplicate.severity, duplicate.item) == (severity, "P")
    found = next(one for one in reading.resources if one.language_code == language_code)
    assert [control.label for control in found.presentations["P"].controls] == ["first"]


@pytest.mark.parametrize(("language_code", "severity"), [("en-US", Severity.ERROR), ("de-DE", Severity.WARNING)])
def test_markup_in_a_text_is_told_and_the_words_are_kept(language_code: str, severity: Severity) -> None:
    text = adml(more='<string id="S">Use <b>this</b> plug-in</string>')
    files = [english(), language(adml(), "de-DE")]
    files = [language(text, language_code) if file.language_code == language_code else file for file in files]
    reading = read_sample(None, *files)
    finding = next(finding for finding in reading.findings if finding.code == "MarkupInText")
    assert (finding.severity, finding.item, finding.line) == (severity, "S", 3)
    assert "<b>" in finding.message
    found = next(one for one in reading.resources if one.language_code == language_code)
    assert found.strings["S"] == "Use this plug-in"


def test_stray_text_between_texts_is_a_warning_with_its_line() -> None:
    reading = read_sample(None, english(adml(more='\n<string id="S">x</string>">\n<string id="T">y</string>')))
    finding = next(finding for finding in reading.findings if finding.code == "StrayText")
    assert (finding.severity, finding.line, finding.language_code) == (Severity.WARNING, 4, "en-US")
    assert reading.resources[0].strings["T"] == "y"


COMMON: dict[str, Any] = {"ref_id": "R", "label": "L", "line": 3}


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<text>L</text>", TextLine(ref_id="", label="L", line=3)),
        (
            '<decimalTextBox refId="R">L</decimalTextBox>',
            DecimalTextBox(**COMMON, default_value=1, spin=True, spin_step=1),
        ),
        (
            '<decimalTextBox refId="R" defaultValue="60" spin="false" spinStep="10">L</decimalTextBox>',
            DecimalTextBox(**COMMON, default_value=60, spin=False, spin_step=10),
        ),
        (
            '<longDecimalTextBox refId="R" defaultValue="18446744073709551615">L</longDecimalTextBox>',
            LongDecimalTextBox(**COMMON, default_value=18446744073709551615, spin=True, spin_step=1),
        ),
        ('<decimalTextBox refId="R" defaultValue="">L</decimalTextBox>', DecimalTextBox(**COMMON)),
        ('<textBox refId="R"><label>L</label></textBox>', TextBox(**COMMON, default_value="")),
        (
            '<textBox refId="R"><label>L</label><defaultValue>D</defaultValue></textBox>',
            TextBox(**COMMON, default_value="D"),
        ),
        ('<multiTextBox refId="R">L</multiTextBox>', MultiTextBox(**COMMON, show_as_dialog=False, default_height=3)),
        (
            '<multiTextBox refId="R" showAsDialog="true" defaultHeight="8">L</multiTextBox>',
            MultiTextBox(**COMMON, show_as_dialog=True, default_height=8),
        ),
        ('<checkBox refId="R">L</checkBox>', CheckBox(**COMMON, default_checked=False)),
        ('<checkBox refId="R" defaultChecked="true">L</checkBox>', CheckBox(**COMMON, default_checked=True)),
        (
            '<comboBox refId="R"><label>L</label></comboBox>',
            ComboBox(**COMMON, default_value="", suggestions=(), no_sort=False),
        ),
        (
            '<comboBox refId="R" noSort="true"><label>L</label><default>D</default><suggestion>1</suggestion>'
            "<suggestion>2</suggestion></comboBox>",
            ComboBox(**COMMON, default_value="D", suggestions=("1", "2"), no_sort=True),
        ),
        ('<dropdownList refId="R">L</dropdownList>', DropdownList(**COMMON, default_item=None, no_sort=False)),
        (
            '<dropdownList refId="R" noSort="true" defaultItem="0">L</dropdownList>',
            DropdownList(**COMMON, default_item=0, no_sort=True),
        ),
        ('<listBox refId="R">L</listBox>', ListBox(**COMMON)),
        ('<listBox refId="R" required="true">\n  L\n</listBox>', ListBox(**COMMON)),
        ('<checkBox refId="R" defaultItem="1" noSort="true">L</checkBox>', CheckBox(**COMMON)),
        ('<dropdownList refId="R" noSoret="true" oSort="true">L</dropdownList>', DropdownList(**COMMON)),
    ],
)
def test_every_kind_of_control(xml: str, expected: Control) -> None:
    assert controls_in(xml) == (expected,)


def test_a_presentation_keeps_its_controls_in_order_and_passes_over_unknown_ones() -> None:
    xml = '<text>A</text><listBox refId="B"/><future refId="C"/><text>D</text><listBox refId="B"/>'
    found = resources_in(with_presentations(f'\n<presentation id="P">{xml}</presentation>')).presentations
    assert [(type(one), one.ref_id, one.label) for one in found["P"].controls] == [
        (TextLine, "", "A"),
        (ListBox, "B", ""),
        (TextLine, "", "D"),
        (ListBox, "B", ""),
    ]
    assert (found["P"].id, found["P"].line) == ("P", 4)


def test_a_presentation_may_be_empty() -> None:
    assert resources_in(with_presentations('<presentation id="P"/>')).presentations == {"P": Presentation("P", (), 3)}


@pytest.mark.parametrize(
    ("xml", "attribute", "kept"),
    [
        ('<decimalTextBox refId="R" defaultValue="-1"/>', "default_value", 1),
        ('<decimalTextBox refId="R" defaultValue="4294967296"/>', "default_value", 1),
        ('<decimalTextBox refId="R" spinStep="x"/>', "spin_step", 1),
        ('<dropdownList refId="R" defaultItem="first"/>', "default_item", None),
        ('<multiTextBox refId="R" defaultHeight="tall"/>', "default_height", 3),
    ],
)
def test_a_preset_that_is_no_number_is_a_warning_and_the_default_holds(
    xml: str, attribute: str, kept: int | None
) -> None:
    text = with_presentations(f'<presentation id="P">{xml}</presentation>')
    reading = read_sample(None, english(text))
    found = [finding for finding in reading.findings if finding.code == "NumberInvalid"]
    assert [finding.severity for finding in found] == [Severity.WARNING]
    assert "“R”" in found[0].message
    assert getattr(controls_in(xml)[0], attribute) == kept


def template_of(*languages: tuple[str, str]) -> Template:
    reading = read_sample(None, *(language(text, code) for code, text in languages))
    assert reading.template is not None
    return reading.template


def test_the_default_language_comes_first_and_the_others_as_given() -> None:
    template = template_of(("fr", adml()), ("de-DE", adml()), ("EN-us", adml()), ("cs", adml()))
    assert template.languages == ("EN-us", "fr", "de-DE", "cs")


def test_a_text_comes_in_the_language_asked_for_else_in_the_default_one() -> None:
    template = template_of(("de-DE", adml({"Main": "Beispiel"})), ("en-US", adml()))
    assert template.text("$(string.Main)", "de-de") == "Beispiel"
    assert template.text("$(string.Proxy)", "de-DE") == "Use a proxy"
    assert template.text("$(string.Main)", "fr") == "Example"
    assert template.text("$(string.Nothing)") == "$(string.Nothing)"
    assert template.text("A literal", "de-DE") == "A literal"


def test_a_language_that_cannot_be_read_leaves_the_others() -> None:
    reading = read_sample(None, english(), language("<a>", "fr"), language(adml(), "de"))
    assert codes(reading) == ["XmlInvalid"]
    assert reading.template is None
    assert [one.language_code for one in reading.resources] == ["en-US", "de"]
