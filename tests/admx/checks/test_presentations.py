"""Whether each setting of a policy is shown, and by a part that fits it."""

from typing import Any

import pytest

from operations.admx import Severity, Template
from operations.admx.check.presentations import FITTING
from operations.admx.model.controls import CONTROL_NAMES, CheckBox, DecimalTextBox, DropdownList, TextBox, TextLine
from operations.admx.model.definitions import ELEMENT_NAMES, DecimalElement, EnumElement, TextElement
from tests.admx import by_hand
from tests.admx.by_hand import choice, control, element, number
from tests.admx.checks.judging import a_policy, a_template, codes, english, the
from tests.admx.samples import STRINGS


def shown(setting: Any, *controls: Any, **changed: Any) -> Template:
    return a_template(a_policy("Proxy", setting, **changed), languages=(english(*controls),))


def in_german(template: Template, *controls: Any, presentation: str = "Proxy") -> Template:
    german = by_hand.language("de-DE", STRINGS, *controls, presentation=presentation)
    return Template(template.definitions, (*template.resources, german))


def told(template: Template) -> list[str]:
    """Without what concerns Intune alone."""
    return [code for code in codes(template) if code not in {"TooManyLanguages", "ComboBoxUnsupported"}]


def test_a_missing_presentation_fails_if_there_are_settings_to_show() -> None:
    finding = the("PresentationMissing", a_template(a_policy(presentation="$(presentation.Gone)")))
    assert (finding.severity, finding.item, finding.language_code) == (Severity.ERROR, "Gone", "en-US")
    assert "on line 7 for the policy “Proxy”" in finding.message


def test_a_missing_presentation_of_a_policy_without_settings_is_a_warning() -> None:
    policy = by_hand.policy(presentation="$(presentation.Gone)", value_name="On")
    assert the("PresentationMissing", a_template(policy)).severity is Severity.WARNING


def test_a_presentation_missing_in_another_language_is_a_warning_for_all_at_once() -> None:
    template = a_template(a_policy("A"), a_policy("B"))
    finding = the("PresentationMissingInLanguage", in_german(template))
    assert (finding.severity, finding.language_code) == (Severity.WARNING, "de-DE")
    assert "(1): “Proxy”" in finding.message


@pytest.mark.parametrize("written", [None, ""])
def test_settings_without_a_presentation_are_told(written: str | None) -> None:
    finding = the("PresentationNotNamed", a_template(a_policy(presentation=written)))
    assert (finding.severity, finding.line) == (Severity.WARNING, 7)
    assert "has 1 setting, but" in finding.message


def test_a_control_for_a_setting_that_is_not_there_fails_in_the_default_language() -> None:
    template = shown(element(TextElement), control(TextBox), control(TextBox, "setting"))
    finding = the("ControlWithoutElement", template)
    assert (finding.severity, finding.line, finding.item) == (Severity.ERROR, 3, "setting")
    translated = in_german(shown(element(TextElement), control(TextBox)), control(TextBox), control(TextBox, "x"))
    assert the("ControlWithoutElement", translated).severity is Severity.WARNING


def test_a_setting_that_is_not_shown_is_a_warning() -> None:
    finding = the("ElementWithoutControl", shown(element(TextElement), control(TextLine, "")))
    assert (finding.severity, finding.item) == (Severity.WARNING, "Setting")


def test_translations_do_not_repeat_what_was_said_of_the_default_language() -> None:
    template = in_german(shown(element(TextElement), control(TextLine, "")), control(TextLine, ""))
    assert told(template) == ["ElementWithoutControl"]


def test_plain_text_needs_no_setting_but_any_other_control_does() -> None:
    assert codes(shown(element(TextElement), control(TextBox), control(TextLine, ""))) == []
    finding = the("RefIdMissing", shown(element(TextElement), control(TextBox), control(DecimalTextBox, "")))
    assert (finding.severity, finding.line, finding.item) == (Severity.WARNING, 3, "Proxy")


@pytest.mark.parametrize("kind", [kind for kind in CONTROL_NAMES if kind is not TextLine])
@pytest.mark.parametrize("setting", ELEMENT_NAMES)
def test_each_kind_of_setting_is_shown_by_some_controls_and_not_by_others(setting: Any, kind: Any) -> None:
    extra: dict[str, Any] = {"items": (choice("$(string.Main)", number(1)),)} if setting is EnumElement else {}
    found = told(shown(element(setting, **extra), control(kind)))
    assert found == ([] if kind in FITTING[setting] else ["ControlMismatch"])


def test_a_mismatch_says_what_would_fit() -> None:
    finding = the("ControlMismatch", shown(element(DecimalElement), control(CheckBox)))
    assert "is a kind of decimal, but shown as checkBox, not decimalTextBox" in finding.message


@pytest.mark.parametrize(("index", "is_told"), [(None, False), (0, False), (1, False), (2, True)])
def test_a_preset_item_must_be_one_of_the_list(index: int | None, is_told: bool) -> None:
    items = (choice("$(string.Main)", number(0)), choice("$(string.Proxy)", number(1)))
    template = shown(element(EnumElement, items=items), control(DropdownList, default_item=index))
    assert codes(template) == (["DefaultItemInvalid"] if is_told else [])


@pytest.mark.parametrize(
    ("preset", "is_told"),
    [(4, True), (5, False), (10, False), (11, True), (1, False)],
)
def test_a_preset_number_must_be_within_its_limits(preset: int, is_told: bool) -> None:
    template = shown(element(DecimalElement, min_value=5, max_value=10), control(DecimalTextBox, default_value=preset))
    assert codes(template) == (["ValueOutOfRange"] if is_told else [])


def test_one_large_presentation_for_very_many_policies_is_judged_in_good_time() -> None:
    controls = [control(TextBox, f"C{number}") for number in range(2_000)]
    policies = [a_policy(f"P{number}") for number in range(2_000)]
    template = a_template(*policies, languages=(english(*controls),))
    assert "ControlWithoutElement" in codes(template)
