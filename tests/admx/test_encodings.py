"""How bytes become text: every encoding seen in real templates, and what is refused."""

import codecs

import pytest

from operations.admx import MAX_FILE_BYTES
from tests.admx.samples import admx, codes, only, policy, read_sample

UMLAUT = admx(policy("Grüße"))


def declared(encoding: str, text: str = UMLAUT) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(UMLAUT.encode(), id="no declaration"),
        pytest.param(b'<?xml version="1.0"?>' + UMLAUT.encode(), id="no encoding"),
        pytest.param(declared("utf-8").encode(), id="utf-8"),
        pytest.param(declared("UTF8").encode(), id="utf8"),
        pytest.param(codecs.BOM_UTF8 + declared("utf-8").encode(), id="utf-8 with BOM"),
        pytest.param(codecs.BOM_UTF8 + UMLAUT.encode(), id="only a utf-8 BOM"),
        pytest.param(codecs.BOM_UTF16_LE + declared("utf-16").encode("utf-16-le"), id="utf-16 LE with BOM"),
        pytest.param(codecs.BOM_UTF16_BE + declared("UTF-16").encode("utf-16-be"), id="utf-16 BE with BOM"),
        pytest.param(codecs.BOM_UTF16_LE + UMLAUT.encode("utf-16-le"), id="utf-16 LE with BOM only"),
        pytest.param(declared("utf-16").encode("utf-16-le"), id="utf-16 LE without BOM"),
        pytest.param(declared("utf-16be").encode("utf-16-be"), id="utf-16 BE without BOM"),
        pytest.param(declared("windows-1252").encode("cp1252"), id="windows-1252"),
        pytest.param(declared("iso-8859-1").encode("latin-1"), id="iso-8859-1"),
        pytest.param(declared("gb18030").encode("gb18030"), id="gb18030"),
    ],
)
def test_a_properly_declared_encoding_is_read_without_a_word(content: bytes) -> None:
    reading = read_sample(content)
    assert reading.template is not None
    assert codes(reading) == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(declared("utf-16").encode(), id="utf-8 bytes declare utf-16"),
        pytest.param(declared("unicode").encode(), id="utf-8 bytes declare unicode"),
        pytest.param(codecs.BOM_UTF8 + declared("utf-16").encode(), id="utf-8 BOM declares utf-16"),
        pytest.param(codecs.BOM_UTF16_LE + declared("unicode").encode("utf-16-le"), id="utf-16 declares unicode"),
        pytest.param(codecs.BOM_UTF16_LE + declared("utf-8").encode("utf-16-le"), id="utf-16 declares utf-8"),
        pytest.param(declared("us-ascii").encode(), id="utf-8 bytes declare ascii"),
        pytest.param(declared("rot13").encode(), id="a codec that is no encoding"),
        pytest.param(declared("unicode_escape").encode(), id="a codec that is not for files"),
    ],
)
def test_a_wrong_declaration_is_a_warning_and_the_file_is_read(content: bytes) -> None:
    reading = read_sample(content)
    assert reading.template is not None
    assert reading.template.policy_count == 1
    assert only(reading).code == "EncodingMismatch"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "ContentEmpty", "empty"),
        (b" \r\n\t", "ContentEmpty", "empty"),
        (codecs.BOM_UTF8, "ContentEmpty", "empty"),
        (b"x" * (MAX_FILE_BYTES + 1), "SizeExceeded", "4,194,305 bytes"),
        (b"404: Not Found", "NotXml", "404: Not Found"),
        (b"PD94bWwgdmVyc2lvbj0iMS4wIj8+", "NotXml", "begins with"),
        (b"PK\x03\x04\x14\x00", "NotXml", "ZIP archive"),
        (b"\x1f\x8b\x08\x00", "NotXml", "gzip archive"),
        (declared("utf-8").encode("cp1252"), "EncodingInvalid", "hexadecimal FC"),
        (b"\x4c\x6f\xa7\x94\x93", "EncodingInvalid", "UTF-8"),
        (codecs.BOM_UTF16_LE + b"<\x00a", "EncodingInvalid", "UTF-16"),
        (codecs.BOM_UTF16_LE + b"<\x00\x00\xd8<\x00", "EncodingInvalid", "UTF-16"),
        (codecs.BOM_UTF32_LE + UMLAUT.encode("utf-32-le"), "EncodingInvalid", "NUL"),
        (UMLAUT.replace("Machine", "\0").encode() + b"\0", "EncodingInvalid", "NUL"),
    ],
)
def test_what_is_not_text_is_refused_with_a_reason(content: bytes, code: str, words: str) -> None:
    finding = only(read_sample(content))
    assert finding.code == code
    assert words in finding.message


def test_an_undecodable_byte_is_told_with_its_line() -> None:
    content = declared("utf-8").encode("cp1252")
    line = content[: content.index(b"\xfc")].count(b"\n") + 1
    assert only(read_sample(content)).line == line


def test_a_utf_7_file_is_read_as_utf_8_and_does_not_get_through() -> None:
    assert "XmlInvalid" in codes(read_sample('<?xml version="1.0" encoding="utf-7"?>+ADw-policyDefinitions/+AD4-'))


@pytest.mark.parametrize("declaration", ['<?xml version="1.0"?>\n', '<?xml\n version="1.0"\r\n ?>\n', ""])
def test_lines_stay_true_when_the_declaration_is_dropped(declaration: str) -> None:
    text = declaration + admx(policy(without="key"))
    expected = text[: text.index("<policy ")].count("\n") + 1
    assert only(read_sample(text)).line == expected
