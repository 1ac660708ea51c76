"""Intune's own limits."""

from dataclasses import replace
from typing import Any

import pytest

from operations.admx import RULES, Severity, Template, ValidationContext
from operations.admx.check.registry_areas import blocked_area
from operations.admx.model.controls import ComboBox
from operations.admx.model.definitions import BooleanElement, EnumElement, MultiTextElement, TextElement
from operations.admx.model.rules import Group
from tests.admx.by_hand import choice, control, element, language, number, several
from tests.admx.checks.judging import a_policy, a_template, codes, english, judged, the
from tests.admx.samples import STRINGS

BLOCKED = r"System\Example"


def test_a_file_beyond_a_million_bytes_is_told_of_each_file() -> None:
    assert codes(a_template(size=1_000_000)) == []
    assert "1,000,001 bytes" in the("FileTooLargeForIntune", a_template(size=1_000_001)).message
    large = the("FileTooLargeForIntune", a_template(languages=(replace(english(), size=2_000_000),)))
    assert large.language_code == "en-US"


@pytest.mark.parametrize(("count", "is_told"), [(1, False), (20, False), (21, True)])
def test_more_than_twenty_templates_are_told(count: int, is_told: bool) -> None:
    assert codes(a_template(), ValidationContext(file_count=count)) == (["TooManyFiles"] if is_told else [])


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["en-US"], []),
        (["EN-us"], []),
        (["de-DE"], ["LanguageNotEnglish"]),
        (["en-US", "de-DE"], ["TooManyLanguages"]),
        (["en-GB", "de-DE"], ["TooManyLanguages", "LanguageNotEnglish"]),
    ],
)
def test_intune_takes_american_english_and_nothing_else(languages: list[str], expected: list[str]) -> None:
    given = [replace(english(), language_code=code) for code in languages]
    assert codes(a_template(languages=given)) == expected


def test_combo_boxes_are_told_once_for_each_language() -> None:
    settings = [element(TextElement, "A"), element(TextElement, "B")]
    boxes = english(control(ComboBox, "A"), control(ComboBox, "B"))
    finding = the("ComboBoxUnsupported", a_template(a_policy("Proxy", *settings), languages=(boxes,)))
    assert (finding.line, finding.item, finding.language_code) == (3, "A", "en-US")
    assert "(2): “A”, “B”" in finding.message


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("ExplainTextMissing", {"explain_text": None}),
        ("ExplainTextMissing", {"explain_text": ""}),
        ("ParentCategoryMissing", {"parent_category": None}),
    ],
)
def test_a_policy_without_an_explanation_or_category_is_told(code: str, changed: dict[str, Any]) -> None:
    template = a_template(a_policy("A"), a_policy("B", **changed), a_policy("C", **changed, line=8))
    finding = the(code, template)
    assert (finding.line, finding.item) == (7, "B")
    assert "(2): “B”, “C”" in finding.message


@pytest.mark.parametrize("kind", [TextElement, MultiTextElement])
def test_a_text_setting_may_allow_up_to_32767_characters(kind: Any) -> None:
    template = a_template(a_policy("Proxy", element(kind, max_length=32_767)))
    assert "MaxLengthTooLarge" not in codes(template)
    template = a_template(a_policy("Proxy", element(kind, max_length=32_768)))
    assert the("MaxLengthTooLarge", template).item == "Setting"


@pytest.mark.parametrize(
    ("key", "area"),
    [
        (r"System\CurrentControlSet", "System"),
        ("SYSTEM", "System"),
        (r"\system\x", "System"),
        (r"Systems\x", None),
        (r"Software\Microsoft\Windows NT", r"Software\Microsoft"),
        (r"Software\Policies\Microsoft\Edge", r"Software\Policies\Microsoft"),
        (r"SOFTWARE\POLICIES\MICROSOFT", r"Software\Policies\Microsoft"),
        (r"Software\Policies\Microsoft Office", None),
        (r"Software\Policies\Google\Chrome", None),
        (r"Software\Policies/Microsoft\x", None),
        (r"Software\Policies\Microsoft\Office\16.0", None),
        (r"Software\Policies\Microsoft\Office", None),
        (r"software\policies\microsoft\officex", r"Software\Policies\Microsoft"),
        (r"Software\Policies\Microsoft\VBA\Security", None),
        (r"Software\Policies\Microsoft\VBA", r"Software\Policies\Microsoft"),
        (r"Software\Microsoft\Edge\x", None),
        (r"Software\Microsoft\EdgeUpdate", None),
        (r"Software\Microsoft\Internet Explorer\Main", None),
        (r"Software\Microsoft\Windows\CurrentVersion\Explorer\x\y\z", None),
        (r"Software\Microsoft\Windows\CurrentVersion\Run", r"Software\Microsoft"),
        ("", None),
    ],
)
def test_a_key_is_blocked_or_open_by_whole_segments(key: str, area: str | None) -> None:
    assert blocked_area(key) == area


@pytest.mark.parametrize(
    "policy",
    [
        a_policy(key=BLOCKED),
        a_policy("Proxy", element(TextElement, key=BLOCKED)),
        a_policy(enabled_list=several((BLOCKED, "V", number(1)))),
        a_policy(disabled_list=several((None, "V", number(1)), default_key=BLOCKED)),
        a_policy("Proxy", element(BooleanElement, true_list=several((BLOCKED, "V", number(1))))),
        a_policy("Proxy", element(BooleanElement, false_list=several((None, "V", number(1)), default_key=BLOCKED))),
        a_policy(
            "Proxy",
            element(EnumElement, items=(choice("$(string.Main)", None, several((BLOCKED, "V", number(1)))),)),
        ),
    ],
)
def test_every_key_of_a_policy_is_looked_at(policy: Any) -> None:
    assert the("RegistryAreaBlocked", a_template(policy)).item == "Proxy"


def test_very_many_blocked_policies_are_one_finding_for_each_area() -> None:
    policies = [a_policy(f"P{number}", key=BLOCKED, line=number) for number in range(10, 949)]
    policies.append(a_policy("Q", key=r"Software\Microsoft\x"))
    found = [finding for finding in judged(a_template(*policies)) if finding.code == "RegistryAreaBlocked"]
    assert [finding.line for finding in found] == [7, 10]
    assert "(939): “P10”, “P11”, “P12” and 936 more" in found[1].message


def flawed() -> Template:
    """One template with everything that Intune minds."""
    setting = element(TextElement, max_length=40_000)
    policy = a_policy("Proxy", setting, explain_text=None, parent_category=None, key=BLOCKED)
    other = language("de-DE", STRINGS, control(ComboBox))
    return a_template(policy, size=2_000_000, languages=(other, replace(other, language_code="fr-FR")))


def test_a_setting_decides_whether_what_intune_refuses_fails() -> None:
    for is_strict in (False, True):
        context = ValidationContext(file_count=21, intune_fails=is_strict)
        found = [finding for finding in judged(flawed(), context) if finding.group is Group.INTUNE]
        assert {finding.code for finding in found} == {
            code for code, rule in RULES.items() if rule.group is Group.INTUNE
        } - {"NamespaceUnusedMissing"}
        failing = {finding.code for finding in found if finding.severity is Severity.ERROR}
        assert failing == ({finding.code for finding in found} - {"RegistryAreaBlocked"} if is_strict else set())


def test_what_is_wrong_for_everyone_comes_before_what_concerns_intune() -> None:
    template = a_template(a_policy(explain_text=None, line=2), a_policy("Q", key=r"HKLM\x", line=9))
    assert codes(template) == ["KeyWithHive", "ExplainTextMissing"]
