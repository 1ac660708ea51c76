"""Input made to hurt, and input that was never a template."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.admx import Severity, target_namespace
from tests.admx.samples import TARGET, admx, codes, english, only, policy, read_sample

MANY_ATTRIBUTES = "<x " + " ".join(f'a{number}=""' for number in range(300_000)) + "/>"
ENTITIES = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">'


def deep(levels: int) -> str:
    return admx(policy(), "<elements>" * levels + "</elements>" * levels)


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
        pytest.param(deep(70), "64 levels", id="70 levels"),
        pytest.param(deep(300), "too deep", id="300 levels"),
        pytest.param(deep(100_000), "too deep", id="100,000 levels"),
        pytest.param(admx(policy(key="k" * 4097)), "4,096 characters", id="attribute"),
        pytest.param(admx(MANY_ATTRIBUTES), "64 attributes", id="attributes"),
        pytest.param(admx(f"<policy>{'t' * 65_537}</policy>"), "65,536 characters", id="text"),
        pytest.param(admx(f"<{'n' * 200_000}/>"), "name or text too long", id="name"),
        pytest.param(admx("<x/>" * 500_000), "500,000 elements", id="nodes"),
    ],
)
def test_what_no_template_needs_is_refused_quickly(text: str, words: str) -> None:
    started = time.perf_counter()
    finding = only(read_sample(text))
    assert finding.code == "LimitExceeded"
    assert words in finding.message
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        admx(policy(key="k" * 4096)),
        admx(f"{policy()}<x>{'t' * 65_536}</x>"),
        admx(policy(), "<x>" * 62 + "</x>" * 62),
    ],
)
def test_a_file_right_at_a_limit_is_read(text: str) -> None:
    assert read_sample(text).template is not None


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
        pytest.param("<!-- a -->\n" * 300_000 + admx(), id="very many comments"),
        pytest.param("<?a " + "? " * 1_000_000, id="an instruction that never ends"),
        pytest.param('<?xml version="1.0" encoding' + " " * 3_000_000, id="a declaration that never ends"),
        pytest.param("<a " + " ".join(f'b{n}="1"' for n in range(100_000)) + "/>", id="100,000 attributes"),
        pytest.param("<a " + " ".join(f'xmlns:b{n}="u{n}"' for n in range(100_000)) + "/>", id="100,000 xmlns"),
        pytest.param(admx("<policy/>" * 300_000), id="300,000 empty policies"),
        pytest.param(admx(policy("x") * 50_000), id="50,000 times the same policy"),
        pytest.param("<policyDefinitions>" + "<target>" * 200_000, id="targets within targets"),
    ],
)
def test_patience_is_not_to_be_exhausted(text: str) -> None:
    started = time.perf_counter()
    reading = read_sample(text)
    target_namespace(text.encode())
    assert time.perf_counter() - started < 10
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
