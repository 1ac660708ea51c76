"""What has one home has no second one: a constant typed twice is two rules that will disagree."""

import re

import pytest

from operations import admx
from operations.languages import LANGUAGE_CODE_LENGTH
from operations.models import DefinitionFile, Finding, LanguageFile, OperationFile, Version, VersionLanguageFile
from tests.conftest import REPOSITORY

CODE = [
    path
    for room in ("operations", "gpo_portal", "templates")
    for ending in ("py", "html", "js")
    for path in (REPOSITORY / room).rglob(f"*.{ending}")
    if "migrations" not in path.parts
]
# What is typed where it is not at home, and its home.
HOMES = {
    "the default language": (r"""["']en-US["']""", "operations/languages.py"),
    "the length of a language code": (r"length=(?:35|64)[^\n]*language|language_code[^\n]*length=\d", None),
    "the quarter of an hour": (r"minutes=15\b|[/*] *900\b|\b15 \* 60\b", "operations/time_buckets.py"),
    "in force": (r"version__isnull", "operations/models/definition_file.py"),
    "the largest file": (r"\b4 MiB|\b4 \* 1024 \* 1024|\b4194304\b", "operations/admx/model/source.py"),
}


@pytest.mark.parametrize("rule", HOMES)
def test_a_rule_is_typed_only_at_home(rule: str) -> None:
    typed, home = HOMES[rule]
    found = {str(path.relative_to(REPOSITORY)) for path in CODE if re.search(typed, path.read_text())}
    assert found == ({home} if home else set())


@pytest.mark.parametrize(
    "column",
    [
        DefinitionFile._meta.get_field("default_language_code"),
        Finding._meta.get_field("language_code"),
        LanguageFile._meta.get_field("language_code"),
        OperationFile._meta.get_field("language_code"),
        Version._meta.get_field("default_language_code"),
        VersionLanguageFile._meta.get_field("language_code"),
    ],
    ids=str,
)
def test_every_column_of_a_language_code_has_its_length(column: object) -> None:
    assert column.max_length == LANGUAGE_CODE_LENGTH  # type: ignore[attr-defined]


def test_a_language_code_may_be_as_long_as_its_columns_and_no_longer() -> None:
    longest = "ab" + "-12345678" * 3 + "-12345"
    assert len(longest) == LANGUAGE_CODE_LENGTH
    assert admx.check_language_code(longest) is None
    assert admx.check_language_code(longest + "5") is not None
