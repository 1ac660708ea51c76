"""Which file names and language codes are acceptable."""

import pytest

from operations.admx import check_file_name, check_language_code


@pytest.mark.parametrize(
    "name", ["chrome.admx", "Dell Command Update.admx", "BaseALT.ADMX", "grüße.admx", "a.b-c.admx"]
)
def test_real_file_names_are_fine(name: str) -> None:
    assert check_file_name(name) is None


def test_the_extension_is_the_callers() -> None:
    assert check_file_name("chrome.adml", ".adml") is None
    assert check_file_name("chrome.admx", ".adml") == "The file name must end in .adml, such as example.adml."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "must end in .admx"),
        (".admx", "must end in .admx"),
        ("..admx", "must end in .admx"),
        ("chrome.xml", "must end in .admx"),
        ("chrome.admx.exe", "must end in .admx"),
        ("../chrome.admx", "folder"),
        ("C:\\x\\chrome.admx", "folder"),
        ("a|b.admx", "folder"),
        ("chrome\n.admx", "control"),
        ("chrome\0.admx", "control"),
        ("chrome\u202excod.admx", "invisible"),
        (" chrome.admx", "space"),
        ("x" * 251 + ".admx", "255"),
    ],
)
def test_a_bad_file_name_is_told_in_plain_words(name: str, words: str) -> None:
    message = check_file_name(name)
    assert message is not None
    assert words in message


@pytest.mark.parametrize(
    "code",
    ["en-US", "en-us", "de", "pt-BR", "zh-CN", "zh-Hans", "sr-Latn-RS", "ca-ES-valencia", "es-419", "fil"],
)
def test_real_language_codes_are_fine(code: str) -> None:
    assert check_language_code(code) is None


@pytest.mark.parametrize(
    "code",
    [
        "",
        "e",
        "english",
        "en_US",
        "en-",
        "-US",
        "en--US",
        "en-US\n",
        "en US",
        "../en",
        "e1",
        "en-" + "a-" * 20,
    ],
)
def test_a_bad_language_code_is_told_in_plain_words(code: str) -> None:
    message = check_language_code(code)
    assert message is not None
    assert "en-US" in message
