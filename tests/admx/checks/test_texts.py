"""Texts in the languages, and the languages themselves."""

from dataclasses import replace

import pytest

from operations.admx import Severity, check
from operations.admx.model.definitions import (
    EnumElement,
    Product,
    ProductVersion,
)
from operations.admx.model.findings import FileFindings
from tests.admx.by_hand import category, choice, element, number, supported
from tests.admx.checks.judging import a_policy, a_template, codes, english, the, without

GONE = "$(string.Gone)"


@pytest.mark.parametrize(
    ("template", "owner", "severity"),
    [
        (a_template(a_policy(display_name=GONE)), "policy Proxy", Severity.ERROR),
        (a_template(a_policy(explain_text=GONE)), "policy Proxy", Severity.WARNING),
        (a_template(categories=(category(display_name=GONE),)), "category Main", Severity.ERROR),
        (a_template(categories=(category(explain_text=GONE),)), "category Main", Severity.WARNING),
        (a_template(supported_on=(supported("S", GONE),)), "definition S", Severity.WARNING),
        (a_template(products=(Product("P", GONE, (), 5),)), "product P", Severity.WARNING),
        (
            a_template(products=(Product("P", "$(string.Main)", (ProductVersion("V", GONE, 1, ()),), 5),)),
            "product V",
            Severity.WARNING,
        ),
        (
            a_template(a_policy("Proxy", element(EnumElement, items=(choice(GONE, number(1)),)), presentation=None)),
            "item of policy Proxy",
            Severity.WARNING,
        ),
    ],
)
def test_a_missing_text_fails_only_where_it_is_a_name(template: object, owner: str, severity: Severity) -> None:
    finding = the("StringMissing", template)  # type: ignore[arg-type]
    assert (finding.severity, finding.item) == (severity, "Gone")
    assert f"for the “{owner}”" in finding.message


def test_other_languages_are_told_once_for_all_their_texts() -> None:
    finding = the("TextMissingInLanguage", without(a_template(), "de-DE", "Main", "Proxy", "Proxy_Help"))
    assert (finding.severity, finding.language_code) == (Severity.WARNING, "de-DE")
    assert "(3): “Proxy”, “Proxy_Help”, “Main”." in finding.message


def test_texts_that_nothing_uses_may_be_missing() -> None:
    assert codes(a_template(languages=(english(More="more"),))) == []


@pytest.mark.parametrize(
    ("written", "is_told"),
    [("Use a proxy", True), ("$(string.Proxy", True), ("$(String.Proxy)", True), ("", False), (" ", False)],
)
def test_a_text_written_into_the_template_is_told(written: str, is_told: bool) -> None:
    found = codes(a_template(a_policy(display_name=written)))
    assert found == (["LiteralText"] if is_told else [])


def test_all_literal_texts_are_told_at_once() -> None:
    template = a_template(*(a_policy(name, display_name="Text", line=number) for number, name in enumerate("ABCDE", 7)))
    finding = the("LiteralText", template)
    assert (finding.severity, finding.line, finding.item) == (Severity.WARNING, 7, "policy A")
    assert "(5): “policy A”, “policy B”, “policy C” and 2 more" in finding.message


@pytest.mark.parametrize(
    ("given", "is_told"),
    [([], True), (["de-DE"], True), (["EN-us", "de-DE"], False)],
)
def test_the_default_language_must_be_given_if_texts_are_taken_from_it(given: list[str], is_told: bool) -> None:
    findings = FileFindings("example.admx")
    check.check_default_language(a_template().definitions, findings, given, "en-US")
    assert [finding.code for finding in findings.most_severe_first()] == (["LanguageMissing"] if is_told else [])


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("Example.ADML", False), ("example.adml", False), ("other.adml", True), ("example.de.adml", True)],
)
def test_a_language_file_should_be_called_like_its_template(name: str, is_told: bool) -> None:
    template = a_template(languages=(replace(english(), file_name=name),))
    assert codes(template) == (["StemMismatch"] if is_told else [])


@pytest.mark.parametrize(("revision", "is_told"), [("1.0", False), ("1.7", False), ("2.0", True), ("odd", False)])
def test_a_language_file_of_another_revision_is_told(revision: str, is_told: bool) -> None:
    template = a_template(languages=(replace(english(), revision=revision),))
    assert codes(template) == (["RevisionMismatch"] if is_told else [])
