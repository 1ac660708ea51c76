"""A good template broken at one place after the other: the right thing is said of the right line."""

import codecs
import gzip
import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from operations.admx import Reading
from tests.admx.full import (
    ADML,
    ADMX,
    attributes,
    found,
    line_of,
    lines_with,
    numbers,
    read_full,
    with_line,
)
from tests.admx.samples import told

Broken = Iterator[tuple[str, str, int, Reading]]

# What a missing attribute of the template is told as; "" where it may be missing.
ADMX_ATTRIBUTES = {
    "policyDefinitions revision": "RevisionMissing",
    "target prefix": "TargetMissing",
    "target namespace": "TargetMissing",
    "using prefix": "AttributeMissing",
    "using namespace": "AttributeMissing",
    "definition name": "AttributeMissing",
    "definition displayName": "AttributeMissing",
    "category name": "AttributeMissing",
    "category displayName": "AttributeMissing",
    "policy name": "AttributeMissing",
    "policy class": "AttributeMissing",
    "policy displayName": "AttributeMissing",
    "policy presentation": "PresentationNotNamed",
    "policy key": "AttributeMissing",
    "policy valueName": "ValueNameMissing",
    "decimal value": "AttributeMissing",
    "longDecimal value": "AttributeMissing",
    "item valueName": "ValueNameMissing",
    "item displayName": "AttributeMissing",
    **{
        f"{kind} id": "AttributeMissing"
        for kind in ["boolean", "decimal", "longDecimal", "text", "multiText", "enum", "list"]
    },
    **{
        f"{kind} valueName": "ValueNameMissing"
        for kind in ["boolean", "decimal", "longDecimal", "text", "multiText", "enum"]
    },
}
ADML_ATTRIBUTES = {
    "policyDefinitionResources revision": "RevisionMissing",
    "string id": "AttributeMissing",
    "presentation id": "AttributeMissing",
    **{
        f"{kind} refId": "RefIdMissing"
        for kind in [
            "checkBox",
            "decimalTextBox",
            "longDecimalTextBox",
            "textBox",
            "multiTextBox",
            "dropdownList",
            "listBox",
        ]
    },
}

# A line's old and new part, what is told of it, and in which file: at that line, or nowhere in particular.
BROKEN_REFERENCES = [
    ("$(string.Recent)", "$(string.Gone)", "StringMissing", None),
    ("$(string.Main)", "$(string.Gone)", "StringMissing", None),
    ("$(string.Switch)", "$(string.switch)", "StringMissing", None),
    ("$(string.Help)", "$(string.Help )", "StringMissing", None),
    ("$(string.First)", "$(string.Gone)", "StringMissing", None),
    ("$(string.Switch)", "$(strings.Switch)", "LiteralText", 22),
    ("$(string.Switch)", "$(string.Switch", "LiteralText", 22),
    ("$(string.Inner)", "Inner", "LiteralText", 17),
    ("$(presentation.All)", "$(presentation.Gone)", "PresentationMissing", None),
    ("$(presentation.All)", "All", "PresentationMissing", None),
    ('ref="Inner"', 'ref="Gone"', "CategoryMissing", 22),
    ('ref="Main"', 'ref="main"', "CategoryMissing", 17),
    ('ref="Main"', 'ref="Inner"', "CategoryCycle", 17),
    ('ref="windows:Network"', 'ref="windows:Gone"', "CategoryMissing", 14),
    ('ref="windows:Network"', 'ref="Windows:Network"', "PrefixUndeclared", 14),
    ('ref="windows:Network"', 'ref="Inner"', "CategoryCycle", 14),
    ('ref="windows:W11"', 'ref="windows:W12"', "SupportedOnMissing", 22),
    ('ref="windows:W11"', 'ref="products:W11"', "PrefixUndeclared", 22),
    ('ref="Recent"', 'ref="Old"', "SupportedOnMissing", 36),
    ('namespace="Microsoft.Policies.Windows"', 'namespace="Nobody.Knows"', "NamespaceMissing", 5),
    ('namespace="Microsoft.Policies.Windows"', 'namespace="microsoft.policies.windows"', "NamespaceMissing", 5),
    ('namespace="Example.Policies"', 'namespace="Microsoft.Policies.Windows"', "NamespaceInUse", None),
    ('prefix="example"', 'prefix="windows"', "PrefixDuplicate", 5),
    ('class="Machine"', 'class="machine"', "ClassInvalid", 22),
    ('class="Both"', 'class="Computer"', "ClassInvalid", 36),
    ('policyDefinitions revision="1.0"', 'policyDefinitions revision="1.0.0"', "RevisionOdd", 2),
    ('minRequiredRevision="1.0"', 'minRequiredRevision="1.1"', "RevisionMismatch", None),
    ('key="Software\\Example" valueName', 'key="HKLM\\Software\\Example" valueName', "KeyWithHive", 22),
    ("<string>off</string>", f"<string>{'x' * 256}</string>", "StringTooLong", 29),
    ('minValue="1"', 'minValue="11"', "ValueOutOfRange", 41),
    ('maxValue="10"', 'maxValue="4"', "ValueOutOfRange", 20),
]
BROKEN_CONTROLS = [
    ('refId="Boolean"', 'refId="boolean"', "ControlWithoutElement", 19),
    ('refId="Boolean"', 'refId="boolean"', "ElementWithoutControl", 17),
    ('refId="Text"', 'refId="MultiText"', "ElementWithoutControl", 17),
    ("checkBox", "textBox", "ControlMismatch", 19),
    ("decimalTextBox refId", "checkBox refId", "XmlInvalid", 20),
    ("listBox", "dropdownList", "ControlMismatch", 25),
    ("dropdownList", "listBox", "ControlMismatch", 24),
    ("longDecimalTextBox", "decimalTextBox", "ControlMismatch", 21),
    ('defaultItem="1"', 'defaultItem="2"', "DefaultItemInvalid", 24),
    ('defaultValue="5"', 'defaultValue="11"', "ValueOutOfRange", 20),
    ("Switch it", "Switch <b>it</b>", "MarkupInText", 10),
    ("Switch it", "Switch & it", "XmlInvalid", 10),
    ("Switch it", "Switch < it", "XmlInvalid", 10),
    ("Switch it", "Switch &it; it", "XmlInvalid", 10),
    ("Switch it", "Switch \x01 it", "XmlInvalid", 10),
    ("Switch it</string>", "Switch it", "XmlInvalid", None),
    ('id="Switch"', 'id="Main"', "DuplicateId", 10),
    ('<presentation id="All">', '<presentation id="all">', "PresentationMissing", None),
    ('policyDefinitionResources revision="1.0"', 'policyDefinitionResources revision="9.0"', "RevisionMismatch", None),
    ('policyDefinitionResources revision="1.0"', 'policyDefinitionResources revision="x"', "RevisionOdd", 2),
]

# A word on a line of the template that is left out, and what is told then.
LINES_LEFT_OUT = [
    ("<target ", "TargetMissing"),
    ("<using ", "PrefixUndeclared"),
    ("<definition ", "SupportedOnMissing"),
    ("<text id", "ControlWithoutElement"),
    ("<boolean id", "ControlWithoutElement"),
    ("<list id", "ControlWithoutElement"),
    ('<parentCategory ref="Main"', ""),
    ("<resources min", ""),
]


def test_unbroken_it_has_nothing_said_about_it() -> None:
    reading = read_full()
    assert reading.findings == ()
    assert reading.template is not None


@pytest.mark.parametrize(
    ("name", "line", "text"),
    [pytest.param(f"{e} {a}", n, t, id=f"{e} {a} on {n}") for e, a, n, t in attributes(ADMX)],
)
def test_each_attribute_of_a_template_in_turn_is_missed_where_it_should_be(name: str, line: int, text: str) -> None:
    code = ADMX_ATTRIBUTES.get(name, "")
    assert ((code, line) in found(read_full(text))) if code else not found(read_full(text))


@pytest.mark.parametrize(
    ("name", "line", "text"),
    [pytest.param(f"{e} {a}", n, t, id=f"{e} {a} on {n}") for e, a, n, t in attributes(ADML)],
)
def test_each_attribute_of_a_language_file_in_turn_is_missed_too(name: str, line: int, text: str) -> None:
    code = ADML_ATTRIBUTES.get(name, "")
    assert ((code, line) in found(read_full(ADMX, text))) if code else not found(read_full(ADMX, text))


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1e3", "0x1", "٣", "99999999999999999999999", "1,000"])
def test_a_number_that_is_none_is_told_wherever_it_stands(value: str) -> None:
    for _, _, line, text in numbers(ADMX, value):
        assert ("NumberInvalid", line) in found(read_full(text)), line
    for _, _, line, text in numbers(ADML, value):
        assert ("NumberInvalid", line) in found(read_full(ADMX, text)), line


@pytest.mark.parametrize(("old", "new", "code", "line"), BROKEN_REFERENCES)
def test_each_broken_reference_and_value_is_told(old: str, new: str, code: str, line: int | None) -> None:
    assert old in ADMX
    assert (code, line) in found(read_full(ADMX.replace(old, new, 1)))


@pytest.mark.parametrize(("old", "new", "code", "line"), BROKEN_CONTROLS)
def test_each_broken_text_and_control_is_told(old: str, new: str, code: str, line: int | None) -> None:
    assert old in ADML
    text = "".join(
        one.replace(old, new) if number == min(lines_with(ADML, old)) else one
        for number, one in enumerate(ADML.splitlines(keepends=True), 1)
    )
    told_of = found(read_full(ADMX, text))
    assert (code, line) in told_of if line else code in {one for one, _ in told_of}


@pytest.mark.parametrize(("word", "code"), LINES_LEFT_OUT)
def test_a_line_left_out_is_missed_where_something_needs_it(word: str, code: str) -> None:
    reading = read_full(with_line(ADMX, lines_with(ADMX, word)[0], None))
    told_of = {one for one, _ in found(reading)}
    assert (code in told_of) if code else not told_of


@pytest.mark.parametrize("number", lines_with(ADML, "<string "))
def test_each_text_in_turn_is_missed(number: int) -> None:
    reading = read_full(ADMX, with_line(ADML, number, None))
    assert [finding.code for finding in told(reading)] == ["StringMissing"]


@pytest.mark.parametrize("number", lines_with(ADML, "refId"))
def test_each_control_in_turn_is_missed(number: int) -> None:
    assert found(read_full(ADMX, with_line(ADML, number, None))) == {("ElementWithoutControl", 17)}


@pytest.mark.parametrize(
    "number", [*lines_with(ADMX, "<using"), *lines_with(ADMX, " id="), *lines_with(ADMX, "<definition ")]
)
def test_each_thing_said_twice_is_told_or_does_no_harm(number: int) -> None:
    line = ADMX.splitlines()[number - 1]
    if not line.endswith("/>"):
        line = line.removesuffix(">") + "/>"
    doubled = with_line(ADMX, number, f"{line}\n{ADMX.splitlines()[number - 1]}")
    told_of = {code for code, _ in found(read_full(doubled))} - {"EnumWithoutItems"}
    assert told_of <= {"DuplicateElementId", "DuplicateId"}
    assert told_of or "<using" in line


@pytest.mark.parametrize("number", [*lines_with(ADML, "<string "), *lines_with(ADML, "<presentation ")])
def test_each_text_and_presentation_given_twice_is_told_at_the_second(number: int) -> None:
    line = ADML.splitlines()[number - 1]
    first = line if line.endswith("</string>") else line.removesuffix(">") + "/>"
    told_of = found(read_full(ADMX, with_line(ADML, number, f"{first}\n{line}")))
    assert ("DuplicateId", number + 1) in told_of


@pytest.mark.parametrize("number", lines_with(ADMX, "<")[1:])
def test_each_line_of_a_template_in_turn_may_be_lost_and_reading_ends_well(number: int) -> None:
    reading = read_full(with_line(ADMX, number, None))
    assert (reading.template is None) == bool(reading.errors)


@pytest.mark.parametrize("share", range(2, 100, 4))
def test_a_file_that_ends_too_early_is_not_well_formed(share: int) -> None:
    for text, other in ((ADMX, 0), (ADML, 1)):
        cut = text[: len(text) * share // 100]
        reading = read_full(ADMX, cut) if other else read_full(cut)
        assert reading.template is None
        (finding,) = reading.errors
        assert finding.code == "XmlInvalid"
        assert 1 <= (finding.line or 0) <= line_of(cut, len(cut))


@pytest.mark.parametrize("number", [number for number in lines_with(ADMX, "<") if number not in {1, 30, 31, 32}])
def test_a_stray_quotation_mark_or_ampersand_is_told_at_its_line(number: int) -> None:
    line = ADMX.splitlines()[number - 1]
    assert ("XmlInvalid", number) in found(read_full(with_line(ADMX, number, line.replace(">", " & >", 1))))


@pytest.mark.parametrize("word", ["<policies>", "<categories>", "<elements>", "<policyNamespaces>"])
def test_text_between_elements_is_told(word: str) -> None:
    number = lines_with(ADMX, word)[0]
    codes = {code for code, _ in found(read_full(with_line(ADMX, number, f'{word}">')))}
    assert codes == {"StrayText"}


def zipped(text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("example.admx", text)
    return held.getvalue()


GITHUB = (
    '\n\n\n\n\n\n<!DOCTYPE html>\n<html lang="en" data-color-mode="auto">\n<head><title>example.admx</title></head>'
)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        pytest.param(zipped(ADMX), "NotXml", None, id="zip"),
        pytest.param(gzip.compress(ADMX.encode()), "NotXml", None, id="gzip"),
        pytest.param(b"MSCF" + bytes(40), "NotXml", None, id="cabinet"),
        pytest.param(b"%PDF-1.7", "NotXml", None, id="pdf"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(8), "EncodingInvalid", 1, id="installer package"),
        pytest.param(ADMX.encode("cp500"), "EncodingInvalid", 1, id="EBCDIC"),
        pytest.param(ADMX.encode("utf-7"), "", None, id="utf-7 of plain characters"),
        pytest.param(ADMX.encode("utf-32"), "EncodingInvalid", None, id="utf-32"),
        pytest.param(codecs.BOM_UTF16_BE + ADMX.encode("utf-16-le"), "", None, id="wrong byte order mark"),
        pytest.param(ADMX.encode()[:-40] + b"\xff" + ADMX.encode()[-40:], "EncodingInvalid", 59, id="byte FF"),
        pytest.param(ADMX.encode().replace(b"Switch", b"Sw\0tch", 1), "EncodingInvalid", 22, id="NUL"),
        pytest.param(ADMX.replace("Example", "Ex\x08mple", 1), "XmlInvalid", 4, id="control character"),
        pytest.param(ADMX.replace("1.0", "1.1", 1), "", None, id="XML 1.1"),
        pytest.param("\n" + ADMX, "BlankBeforeDeclaration", 2, id="blank line first"),
        pytest.param(GITHUB, "HtmlInsteadOfXml", 7, id="page saved from GitHub"),
        pytest.param("<html><body/></html>", "HtmlInsteadOfXml", 1, id="page without a DOCTYPE"),
        pytest.param('{"message": "Not Found"}', "NotXml", None, id="JSON"),
        pytest.param("Windows Registry Editor Version 5.00", "NotXml", None, id="reg file"),
        pytest.param("CLASS MACHINE\nCATEGORY !!x", "NotXml", None, id="adm file"),
        pytest.param("version https://git-lfs.github.com/spec/v1\noid sha256:0", "NotXml", None, id="LFS pointer"),
        pytest.param("<<<<<<< HEAD\n" + ADMX, "XmlInvalid", 1, id="merge conflict"),
        pytest.param(ADMX + ADMX, "XmlInvalid", None, id="twice in one file"),
        pytest.param(ADMX + "<!-- end", "XmlInvalid", None, id="open comment at the end"),
        pytest.param(ADMX + "end", "XmlInvalid", None, id="text at the end"),
        pytest.param(ADML, "FilesSwapped", 2, id="a language file"),
        pytest.param("<policydefinitions/>", "WrongRoot", 1, id="another letter case"),
        pytest.param("<gpo:policyDefinitions/>", "XmlInvalid", 1, id="undeclared prefix"),
        pytest.param("<Configuration><Add/></Configuration>", "WrongRoot", 1, id="another kind of XML"),
        pytest.param('<plist version="1.0"/>', "WrongRoot", 1, id="property list"),
        pytest.param(b"", "ContentEmpty", None, id="nothing"),
        pytest.param(b"\r\n \t", "ContentEmpty", None, id="blanks"),
    ],
)
def test_what_is_no_template_is_told_for_what_it_is(content: str | bytes, code: str, line: int | None) -> None:
    reading = read_full(content)
    assert (reading.template is None) == bool(reading.errors)
    if code:
        (finding,) = [one for one in reading.errors if one.language_code is None]
        assert finding.code == code
        assert line is None or finding.line == line


def test_a_swapped_pair_is_told_on_both_sides() -> None:
    assert [finding.code for finding in read_full(ADML, ADMX).findings] == ["FilesSwapped"] * 2


def test_every_word_taken_out_leaves_something_that_can_be_read_to_its_end() -> None:
    for match in re.finditer(r"\w+", ADMX):
        reading = read_full(ADMX[: match.start()] + ADMX[match.end() :])
        assert (reading.template is None) == bool(reading.errors)
