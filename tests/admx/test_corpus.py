"""Real templates, against figures that were worked out independently of this code."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations.admx import Reading, Severity, SourceFile, read, target_namespace
from operations.admx.check.intune import keys
from operations.admx.check.registry_areas import blocked_area
from tests.admx.samples import told

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
            missing = set(figures["missing_strings"])
            if code.lower() == "en-us":
                assert {finding.item for finding in own if finding.code == "StringMissing"} == missing, (name, code)
            else:
                told_at_once = [finding for finding in own if finding.code == "TextMissingInLanguage"]
                assert len(told_at_once) == bool(missing), (name, code)
                assert all(f"({len(missing)})" in finding.message for finding in told_at_once), (name, code)
            assert any(finding.code == "RevisionMismatch" for finding in own) != figures["revision_ok"], (
                name,
                code,
            )


def test_misdeclared_files_are_read_with_a_warning(readings: dict[str, Reading]) -> None:
    misdeclared = [reading for name, reading in readings.items() if name.startswith("office2016-misdeclared/")]
    assert len(misdeclared) == 3
    for reading in misdeclared:
        assert reading.template is not None
        # Microsoft's word16 also presets two numbers with nothing.
        assert {finding.code for finding in told(reading)} - {"NumberInvalid"} == {"EncodingMismatch"}


def test_nothing_else_is_warned_about(readings: dict[str, Reading]) -> None:
    seen_elsewhere = ("office2016-misdeclared/", "thunderbird-broken-esr140/")
    warned: dict[str, set[str]] = {}
    for name, reading in readings.items():
        for finding in told(reading):
            if finding.severity is Severity.WARNING and not name.startswith(seen_elsewhere):
                warned.setdefault(finding.code, set()).add(name)
    assert warned == {
        "CategoryMissing": {"windows/TerminalServer.admx", "windows/inetres.admx"},
        "DefaultItemInvalid": {"adobe-readerdc-nsa/ReaderDC.admx"},
        "EncodingMismatch": {"windows/Search.admx"},
        "PrefixUndeclared": {"windows/MicrosoftEdge.admx", "windows/Printing.admx", "windows/WindowsUpdate.admx"},
        "PresentationMissingInLanguage": {"samba/samba.admx"},
        "RevisionMismatch": {"thunderbird/mozilla.admx"},
        "StrayText": {
            "thunderbird/mozilla.admx",
            "thunderbird/thunderbird.admx",
            "windows/SecGuide.admx",
            "windows/WindowsDefender.admx",
            "windows/WindowsRemoteShell.admx",
        },
        "StringTooLong": {"security-admx/AdditionalNetworkHardening.admx"},
        "SupportedOnMissing": {
            "chrome/GoogleUpdate.admx",
            "mozilla__v5.12/firefox.admx",
            "powertoys/PowerToys.admx",
            "samba/samba.admx",
            "samba__2020-08/samba.admx",
            "security-admx/AdditionalNetworkHardening.admx",
            "windows/Windows.admx",
        },
        "TextMissingInLanguage": {"samba/samba.admx", "thunderbird/mozilla.admx"},
        "ValueOutOfRange": {
            "lithnet-idlelogoff/lithnet.idlelogoff.admx",
            "lithnet-idlelogoff__2022/lithnet.idlelogoff.admx",
            "samba/samba.admx",
            "samba__2020-08/samba.admx",
        },
        "XmlNamespaceInvalid": {"windows/WindowsDefender.admx"},
    }


def test_a_person_can_follow_why_a_template_fails(readings: dict[str, Reading]) -> None:
    sentences = [finding.sentence for finding in readings["thunderbird-broken-esr140/thunderbird.admx"].findings]
    assert sentences[0] == (
        "thunderbird.admx: The template takes its texts from language files, but the one for “en-US” is not "
        "there. To fix: add the .adml file for “en-US”, which is the default language."
    )
    assert (
        "thunderbird.admx, line 125: The policy “Authentication_Delegated” has no key. "
        'To fix: add key="…" to this <policy>, or ask the vendor for a repaired file.'
    ) in sentences
    assert len(sentences) == 50


def test_what_intune_would_refuse_agrees(readings: dict[str, Reading], expected: dict[str, Any]) -> None:
    for name, reading in readings.items():
        figures = expected[name]["intune"]
        told_of = {finding.code for finding in reading.findings}
        assert reading.definitions is not None
        policies = reading.definitions.policies
        blocked = sum(any(blocked_area(key) for key in keys(policy)) for policy in policies)
        assert blocked == figures["policies_in_blocked_keys"], name
        assert ("FileTooLargeForIntune" in told_of) == figures["over_1MB"], name
        if reading.template is not None:
            assert ("RegistryAreaBlocked" in told_of) == (blocked > 0), name
            assert ("ComboBoxUnsupported" in told_of) == (figures["comboBoxes_en"] > 0), name
            assert ("ExplainTextMissing" in told_of) == (figures["without_explainText"] > 0), name
            assert ("ParentCategoryMissing" in told_of) == (figures["without_parentCategory"] > 0), name


def test_references_that_lead_nowhere_agree(readings: dict[str, Reading], expected: dict[str, Any]) -> None:
    for name, reading in readings.items():
        if reading.template is not None:
            own = [finding for finding in reading.findings if finding.language_code is None]
            categories = {finding.item for finding in own if finding.code == "CategoryMissing"}
            assert categories == set(expected[name]["missing_local_categories"]), name
            supported_on = {finding.item for finding in own if finding.code == "SupportedOnMissing"}
            # The figures count policies only; Windows.admx also has definitions that name unknown products.
            assert supported_on >= set(expected[name]["missing_local_supportedOn"]), name
