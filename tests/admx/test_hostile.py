"""Input made to hurt, and input that was never a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.admx import Severity, SourceFile, target_namespace
from operations.admx.model.limits import MAX_ATTRIBUTE_LENGTH, MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS
from operations.admx.read.definitions import MAX_POLICIES, MAX_USING
from operations.admx.read.markup import MAX_TEXT_LENGTH
from tests.admx.samples import TARGET, adml, admx, codes, english, only, policy, read_sample

ENTITIES = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">'


def deep(levels: int) -> str:
    """Elements this deep inside each other, counting the outermost."""
    return admx(policy(), "<x>" * (levels - 2) + "</x>" * (levels - 2))


def with_attributes(count: int) -> str:
    return admx(policy(), "<x " + " ".join(f"a{number}=''" for number in range(count)) + "/>")


def with_keywords(text: str) -> str:
    return admx(policy(inside=f"<keywords>{text}</keywords>"))


def with_elements(count: int) -> str:
    """So many elements in all."""
    return admx(policy(), "<x/>" * (count - admx(policy()).count("<") + admx(policy()).count("</")))


def with_string(text: str) -> SourceFile:
    return english(adml(more=f'<string id="Long">{text}</string>'))


DOCTYPES = [
    pytest.param(f"<!DOCTYPE policyDefinitions [{ENTITIES}]>", id="billion laughs"),
    pytest.param('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', id="external entity"),
    pytest.param('<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]>', id="parameter entity"),
    pytest.param('<!DOCTYPE x SYSTEM "http://example.com/x.dtd">', id="external DTD"),
    pytest.param("<!DOCTYPE policyDefinitions>", id="bare"),
    pytest.param("<!-- a --><?b c?>\n<!-- <d> --><!DOCTYPE x>", id="after comments and instructions"),
    pytest.param('<?xml version="1.0"?>\n <!DOCTYPE x>', id="after the declaration"),
    pytest.param("<!--><?a --><!DOCTYPE x><!-- ?> -->", id="behind a comment that seems to close itself"),
    pytest.param("<!---><?a --><!DOCTYPE x><!-- ?> -->", id="behind another such comment"),
    pytest.param("<?><!-- ?><!DOCTYPE x><!-- -->", id="behind a nameless instruction"),
    pytest.param("<!doctype x>", id="in small letters"),
]


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_every_doctype_is_refused(doctype: str) -> None:
    finding = only(read_sample(doctype + admx()))
    assert finding.code == "DtdProhibited"
    assert target_namespace((doctype + admx()).encode()) is None


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_every_doctype_is_refused_in_a_language_file_and_in_utf_16(doctype: str) -> None:
    reading = read_sample(None, english((doctype + english().content.decode()).encode("utf-16")))
    assert [finding.code for finding in reading.errors] == ["DtdProhibited"]


@pytest.mark.parametrize(
    "page",
    [
        "\n\n\n\n\n\n<!DOCTYPE html>\n<html lang='en'><head>",
        "<!doctype html><html></html>",
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><html>',
        "<html><body>Sign in</body></html>",
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        "<!-- saved from url --><HTML>",
    ],
)
def test_a_saved_web_page_is_told_as_such(page: str) -> None:
    finding = only(read_sample(page))
    assert finding.code == "HtmlInsteadOfXml"
    assert "Raw" in finding.remedy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(deep(MAX_DEPTH + 1), "64 levels", id="65 levels"),
        pytest.param(deep(300), "too deep", id="300 levels"),
        pytest.param(deep(MAX_ELEMENTS - 100), "too deep", id="nearly 60,000 levels"),
        pytest.param(deep(100_000), "60,000 elements", id="100,000 levels"),
        pytest.param(admx(policy(key="k" * (MAX_ATTRIBUTE_LENGTH + 1))), "4,096 characters", id="a long attribute"),
        pytest.param(admx(policy(key=">" * (MAX_ATTRIBUTE_LENGTH + 1))), "4,096 characters", id="one with > inside"),
        pytest.param(admx(policy(key="'" * (MAX_ATTRIBUTE_LENGTH + 1))), "4,096 characters", id="one with ' inside"),
        pytest.param(with_attributes(MAX_ATTRIBUTES + 1), "64 attributes", id="65 attributes"),
        pytest.param(with_attributes(300_000), "100,000 attributes", id="300,000 attributes"),
        pytest.param(with_keywords("t" * (MAX_TEXT_LENGTH + 1)), "65,536 characters", id="a long text"),
        pytest.param(with_keywords("t" * MAX_TEXT_LENGTH + "<!-- -->t"), "65,536 characters", id="one in two parts"),
        pytest.param(admx(f"<{'n' * 200_000}/>"), "name or text too long", id="a long tag"),
        pytest.param(with_elements(MAX_ELEMENTS + 1), "60,000 elements", id="60,001 elements"),
        pytest.param("<!--" + "</" * 130_000 + "-->" + admx(), "60,000 elements", id="what only looks like tags"),
        pytest.param(admx("<policy/>" * (MAX_POLICIES + 1)), "20,000 policies", id="20,001 policies"),
        pytest.param(admx(categories="<category/>" * (MAX_POLICIES + 1)), "20,000 categories", id="20,001 categories"),
        pytest.param(
            admx(target=TARGET + '<using prefix="a" namespace="b"/>' * (MAX_USING + 1)),
            "1,000 namespaces",
            id="1,001 namespaces",
        ),
    ],
)
def test_what_no_template_needs_is_refused(text: str, words: str) -> None:
    finding = only(read_sample(text))
    assert finding.code == "LimitExceeded"
    assert words in finding.message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(admx(policy(key="k" * MAX_ATTRIBUTE_LENGTH)), id="a long attribute"),
        pytest.param(admx(policy(key=">'=" * (MAX_ATTRIBUTE_LENGTH // 3))), id="one that looks like several"),
        pytest.param(with_attributes(MAX_ATTRIBUTES), id="64 attributes"),
        pytest.param(with_keywords("t" * MAX_TEXT_LENGTH), id="a long text"),
        pytest.param(deep(MAX_DEPTH), id="64 levels"),
        pytest.param(with_elements(MAX_ELEMENTS), id="60,000 elements"),
    ],
)
def test_a_file_right_at_a_limit_is_read(text: str) -> None:
    assert read_sample(text).template is not None


def test_texts_are_limited_too() -> None:
    assert read_sample(None, with_string("t" * MAX_TEXT_LENGTH)).template is not None
    finding = only(read_sample(None, with_string("t" * (MAX_TEXT_LENGTH + 1))))
    assert (finding.code, finding.language_code) == ("LimitExceeded", "en-US")
    assert "65,536 characters" in finding.message


@pytest.mark.parametrize("place", ["before", "inside", "after"])
def test_processing_instructions_are_refused(place: str) -> None:
    instruction = '<?xml-stylesheet href="http://example.com/x.xsl"?>'
    text = {
        "before": instruction + admx(),
        "inside": admx(policy() + instruction),
        "after": admx() + instruction,
    }[place]
    finding = only(read_sample(text))
    assert finding.code == "InstructionProhibited"
    assert "xml-stylesheet" in finding.message


def test_an_xinclude_is_not_followed() -> None:
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    reading = read_sample(admx(policy() + include))
    assert reading.template is not None
    assert reading.template.policy_count == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!--" + "- <!-- " * 400_000, id="a comment that never ends"),
        pytest.param("<!-- a -->\n" * 50_000 + admx(), id="very many comments"),
        pytest.param("<?a " + "? " * 1_000_000, id="an instruction that never ends"),
        pytest.param('<?xml version="1.0" encoding' + " " * 3_000_000, id="a declaration that never ends"),
        pytest.param("<a " + " ".join(f'b{n}="1"' for n in range(99_000)) + "/>", id="99,000 attributes"),
        pytest.param("<a " + " ".join(f'xmlns:b{n}="u{n}"' for n in range(99_000)) + "/>", id="99,000 xmlns"),
        pytest.param(admx("<policy/>" * MAX_POLICIES), id="20,000 empty policies"),
        pytest.param(admx('<policy name="x"/>' * MAX_POLICIES), id="20,000 times the same policy"),
        pytest.param(admx(policy(inside="<elements>" + "<boolean/>" * 59_000 + "</elements>")), id="nameless settings"),
        pytest.param("<policyDefinitions>" + "<target>" * 59_000, id="targets within targets"),
    ],
)
def test_however_much_is_wrong_little_is_said(text: str) -> None:
    reading = read_sample(text)
    target_namespace(text.encode())
    assert len(reading.findings) <= 100


def test_nothing_from_a_file_reaches_a_message_with_control_characters_or_at_length() -> None:
    name = "x&#10;&#9;\u202e" + "y" * 3000
    findings = read_sample(admx(policy(name, without="key"))).findings
    assert all(finding.sentence.isprintable() and len(finding.sentence) < 600 for finding in findings)
    assert all(len(finding.item) <= 120 for finding in findings)


@given(st.binary(max_size=300) | st.text(alphabet="<>?!-[]& \"'=/axmlDOCTYPEhtml\n", max_size=80).map(str.encode))
def test_no_bytes_whatever_make_it_raise(content: bytes) -> None:
    reading = read_sample(content)
    assert reading.template is None
    assert any(finding.severity is Severity.ERROR for finding in reading.findings)
    assert target_namespace(content) is None


@pytest.mark.parametrize("name", [":policyDefinitions", "policyDefinitions:", "a::policyDefinitions", ":", "a:", "::"])
def test_a_root_whose_name_is_half_a_prefix_is_told_and_does_not_raise(name: str) -> None:
    for text in (admx().replace("<policyDefinitions", f"<{name}"), admx().replace("policyDefinitions", name)):
        reading = read_sample(text)
        assert reading.template is None
        assert reading.errors
        assert target_namespace(text.encode()) is None


@given(st.data())
def test_no_damage_to_a_good_file_makes_it_raise(data: st.DataObject) -> None:
    content = bytearray(admx().encode())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position : position + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=5))
    reading = read_sample(bytes(content))
    assert (reading.template is None) == bool(reading.errors)
    found = target_namespace(bytes(content))
    if reading.template is not None:
        assert found == reading.template.target_namespace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (admx(), "Example.Policies"),
        ('<?xml version="1.0" encoding="utf-16"?>' + admx(), "Example.Policies"),
        (admx().replace("<policyDefinitions", '<policyDefinitions xmlns="urn:x"', 1), "Example.Policies"),
        (admx().replace("<policyDefinitions", '<policyDefinitions xmlns="x y z"', 1), "Example.Policies"),
        (admx(target='<using prefix="a" namespace="Other"/>' + TARGET), "Example.Policies"),
        ("<!--" + "c" * 100_000 + "-->" + admx(), "Example.Policies"),
        (admx(target=""), None),
        (admx(target='<target prefix="x" namespace=" "/>'), None),
        (admx(target='<target prefix="x"/>'), None),
        ("<other>" + admx() + "</other>", None),
        (english().content.decode(), None),
    ],
)
def test_the_target_namespace_can_be_learned_without_reading_everything(text: str, expected: str | None) -> None:
    assert target_namespace(text.encode()) == expected


def test_a_quick_look_does_not_judge_the_rest_of_the_file() -> None:
    assert target_namespace((admx()[:-30] + "&").encode()) == "Example.Policies"


def test_a_hostile_language_file_does_not_hide_what_is_wrong_with_the_template() -> None:
    reading = read_sample(admx(revision=""), english("<!DOCTYPE html><html>"))
    assert codes(reading) == ["RevisionMissing", "HtmlInsteadOfXml"]
