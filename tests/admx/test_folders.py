"""Which ADML belongs to which ADMX."""

import pytest

from operations.admx.read.folders import Grouped, group


def languages(grouped: Grouped) -> dict[str, dict[str, str]]:
    return {
        bundle.definition_path: {language.language_code: language.path for language in bundle.languages}
        for bundle in grouped.bundles
    }


def test_language_folders_beside_the_admx_hold_its_adml_whatever_the_letter_case() -> None:
    grouped = group(["P/Fire.admx", "P/en-us/fire.ADML", "P/de/FIRE.adml", "P/base.admx", "P/en-us/base.adml", "x.pdf"])
    assert languages(grouped) == {
        "P/Fire.admx": {"en-us": "P/en-us/fire.ADML", "de": "P/de/FIRE.adml"},
        "P/base.admx": {"en-us": "P/en-us/base.adml"},
    }
    assert grouped.left_over == ()


@pytest.mark.parametrize(
    ("path", "code"),
    [("a.adml", "sv-SE"), ("A.de-DE.adml", "de-DE"), ("a_fr.adml", "fr"), ("a-zh-Hans.adml", "zh-Hans")],
)
def test_an_adml_right_beside_has_its_language_in_its_name_or_the_default_one(path: str, code: str) -> None:
    assert languages(group(["a.admx", path], "sv-SE")) == {"a.admx": {code: path}}


def test_a_folder_that_looks_like_a_language_but_holds_the_admx_is_none() -> None:
    assert languages(group(["wsl/WSL.admx", "wsl/WSL.adml"])) == {"wsl/WSL.admx": {"en-US": "wsl/WSL.adml"}}


def test_names_that_differ_in_case_only_keep_their_own_language_files() -> None:
    found = languages(group(["a.admx", "A.admx", "en-US/a.adml", "en-US/A.adml"]))
    assert found == {"a.admx": {"en-US": "en-US/a.adml"}, "A.admx": {"en-US": "en-US/A.adml"}}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("en-US/orphan.adml", "There is no orphan.admx that it could belong to."),
        ("texts and more/a.adml", "its folder texts and more is not a language"),
        ("en-us/a.adml", "a.admx has an ADML for en-us already: en-US/a.adml."),
    ],
)
def test_what_belongs_nowhere_is_left_over_with_the_reason(path: str, reason: str) -> None:
    (left,) = group(["a.admx", "en-US/a.adml", path]).left_over
    assert left.path == path
    assert reason in left.reason


def test_what_macos_and_hidden_folders_leave_behind_is_passed_over() -> None:
    assert group(["__MACOSX/a.admx", "._a.admx", ".git/a.admx"]) == Grouped((), ())
