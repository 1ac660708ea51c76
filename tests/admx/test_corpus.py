"""Real templates, against figures that were worked out independently of this code."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations.admx import Reading, Severity, SourceFile, read, target_namespace

# Which real uploads fail, and for what. Windows' own editor refuses or misshows both of them.
FAILING = {
    # Published without language files; thirteen policies have no registry key.
    "thunderbird-broken-esr140/thunderbird.admx": {"LanguageMissing", "AttributeMissing"},
    # The only category takes its name from a text that no language has.
    "thunderbird/mozilla.admx": {"StringMissing"},
}


@pytest.fixture(scope="module")
def expected(corpus: Path) -> dict[str, Any]:
    files: dict[str, Any] = json.loads((corpus / "expect.json").read_text())["files"]
    return files


def language_files(definition: Path) -> list[SourceFile]:
    found = [path for path in definition.parent.glob("*/*.adml") if path.stem.lower() == definition.stem.lower()]
    return [SourceFile(path.name, path.read_bytes(), path.parent.name) for path in sorted(found)]


def read_upload(definition: Path) -> Reading:
    source = SourceFile(definition.name, definition.read_bytes())
    return read(source, language_files(definition), default_language="en-US")


@pytest.fixture(scope="module")
def readings(corpus: Path, expected: dict[str, Any]) -> dict[str, Reading]:
    return {name: read_upload(corpus / name) for name in expected}


def test_every_real_template_is_expected(corpus: Path, expected: dict[str, Any]) -> None:
    assert {path.relative_to(corpus).as_posix() for path in corpus.glob("*/*.admx")} == set(expected)


def test_only_broken_templates_fail(readings: dict[str, Reading]) -> None:
    failing = {
        name: {finding.code for finding in reading.errors}
        for name, reading in readings.items()
        if reading.template is None
    }
    assert failing == FAILING


def test_all_figures_agree(readings: dict[str, Reading], expected: dict[str, Any]) -> None:
    for name, reading in readings.items():
        if reading.template is None:
            continue
        figures = expected[name]
        template = reading.template
        assert template.target_prefix == figures["target"]["prefix"], name
        assert template.target_namespace == figures["target"]["namespace"], name
        assert template.revision == figures["revision"], name
        assert template.policy_count == figures["policies"], name
        assert template.category_count == figures["categories"], name
        assert set(template.languages) == set(figures["languages"]), name


def test_the_quick_look_agrees(corpus: Path, expected: dict[str, Any]) -> None:
    for name, figures in expected.items():
        assert target_namespace((corpus / name).read_bytes()) == figures["target"]["namespace"], name


def test_missing_texts_and_revisions_agree(readings: dict[str, Reading], expected: dict[str, Any]) -> None:
    for name, reading in readings.items():
        for code, figures in expected[name]["languages"].items():
            own = [finding for finding in reading.findings if finding.language_code == code]
            absent = {finding.item for finding in own if finding.code == "StringMissing"}
            assert absent == set(figures["missing_strings"]), (name, code)
            assert any(finding.code == "RevisionMismatch" for finding in own) != figures["revision_ok"], (
                name,
                code,
            )


def test_misdeclared_files_are_read_with_a_warning(readings: dict[str, Reading]) -> None:
    misdeclared = [reading for name, reading in readings.items() if name.startswith("office2016-misdeclared/")]
    assert len(misdeclared) == 3
    for reading in misdeclared:
        assert reading.template is not None
        assert {finding.code for finding in reading.findings} == {"EncodingMismatch"}


def test_nothing_else_is_warned_about(readings: dict[str, Reading]) -> None:
    warned: dict[str, set[str]] = {}
    for name, reading in readings.items():
        for finding in reading.findings:
            if finding.severity is Severity.WARNING and not name.startswith("office2016-misdeclared/"):
                warned.setdefault(finding.code, set()).add(name)
    assert warned == {
        "EncodingMismatch": {"windows/Search.admx"},
        "XmlNamespaceInvalid": {"windows/WindowsDefender.admx"},
        "RevisionMismatch": {"thunderbird/mozilla.admx"},
        "RevisionOdd": {"thunderbird-broken-esr140/thunderbird.admx"},
        "StringMissing": {"samba/samba.admx", "thunderbird/mozilla.admx"},
    }


def test_a_person_can_follow_why_a_template_fails(readings: dict[str, Reading]) -> None:
    sentences = [finding.sentence for finding in readings["thunderbird-broken-esr140/thunderbird.admx"].findings]
    assert sentences[0] == (
        "thunderbird.admx: The template takes its texts from language files, but the one for “en-US” is not "
        "there. To fix: add the .adml file for “en-US”, which is the default language."
    )
    assert sentences[1] == (
        "thunderbird.admx, line 125: The policy “Authentication_Delegated” has no key. "
        'To fix: add key="…" to this <policy>, or ask the vendor for a repaired file.'
    )
    assert len(sentences) == 1 + 13 + 1
