"""Presentations: whether each setting of a policy is shown, and by a part that fits it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from operations.admx.check.wording import Language, counted, named
from operations.admx.model.controls import (
    CONTROL_NAMES,
    CheckBox,
    ComboBox,
    Control,
    DecimalTextBox,
    DropdownList,
    ListBox,
    LongDecimalTextBox,
    MultiTextBox,
    Presentation,
    TextBox,
    TextLine,
)
from operations.admx.model.definitions import (
    ELEMENT_NAMES,
    BooleanElement,
    DecimalElement,
    Definitions,
    Element,
    EnumElement,
    ListElement,
    LongDecimalElement,
    MultiTextElement,
    Policy,
    TextElement,
    presentation_id_of,
)
from operations.admx.model.findings import MAX_FINDINGS_PER_FILE, FileFindings, quoted
from operations.admx.model.rules import Group, Rule, Severity, declare

_error = partial(Rule, Group.PRESENTATION, Severity.ERROR)
_warning = partial(Rule, Group.PRESENTATION, Severity.WARNING)

declare(
    {
        "PresentationMissing": _error(
            "The presentation {name} is missing in {language}; {template} needs it on line {line_used} for the policy "
            "{policy}.",
            'add <presentation id="…"> with this id, or use the language file that belongs to this template.',
            "It says how the policy's settings are shown. For a policy without settings it is a warning.",
        ),
        "PresentationMissingInLanguage": _warning(
            "Presentations are missing in {language} ({count}): {names}. The default language's are shown instead.",
            "use the language file that was published together with this template.",
            "A translation is often one version behind the template.",
        ),
        "PresentationNotNamed": _warning(
            "The policy {policy} has {settings}, but names no presentation to show them with.",
            'add presentation="$(presentation.…)" to the policy, or ask the vendor for a repaired file.',
            "People could switch the policy on, but not enter anything.",
        ),
        "RefIdMissing": _warning(
            "A {control} in the presentation {presentation} does not say which setting it is for.",
            'add refId="…" with the id of the setting.',
            "It can be shown, but what is entered goes nowhere.",
        ),
        "ControlWithoutElement": _error(
            "The {control} in the presentation {presentation} is for the setting {name}, which the policy {policy} "
            "does not have.",
            "correct the refId or remove the {control}; letter case matters.",
            "Windows' editor refuses to open such a policy.",
        ),
        "ElementWithoutControl": _warning(
            "The setting {name} of the policy {policy} is not shown by the presentation {presentation}.",
            'add a part with refId="…" for this setting to the presentation.',
            "People cannot enter this setting, even if it is required.",
        ),
        "ControlMismatch": _warning(
            "The setting {name} of the policy {policy} is a kind of {element}, but shown as {control}, not {expected}.",
            "replace the <{control}> by a <{expected}>.",
            "What people would enter there does not fit what is written to the registry.",
        ),
        "DefaultItemInvalid": _warning(
            "The drop-down list {name} of the policy {policy} presets item {index}, but its items are {items}.",
            "correct the defaultItem; the first item is 0.",
            "Nothing is preset instead.",
        ),
    }
)


# Which controls show which element; the first is the one to use.
FITTING: dict[type[Element], tuple[type[Control], ...]] = {
    BooleanElement: (CheckBox,),
    DecimalElement: (DecimalTextBox, TextBox),
    LongDecimalElement: (LongDecimalTextBox, TextBox),
    TextElement: (TextBox, ComboBox),
    MultiTextElement: (MultiTextBox,),
    EnumElement: (DropdownList,),
    ListElement: (ListBox,),
}


def check_presentations(definitions: Definitions, findings: FileFindings, languages: Sequence[Language]) -> None:
    """Note settings that cannot be shown, or are shown by a part that does not fit them."""
    for policy in definitions.policies:
        if policy.elements and not policy.presentation:
            words: dict[str, Any] = {
                "policy": quoted(policy.name),
                "settings": counted(len(policy.elements), "setting"),
            }
            findings.add("PresentationNotNamed", line=policy.line, item=policy.name, **words)
    said: set[tuple[str, str, str]] = set()
    for language in sorted(languages, key=lambda one: not one.is_default):
        _LanguageCheck(definitions, language, said).run()


class _LanguageCheck:
    """The presentations of one language. `said` keeps translations from repeating the default language's flaws."""

    def __init__(self, definitions: Definitions, language: Language, said: set[tuple[str, str, str]]) -> None:
        self._definitions = definitions
        self._resources = language.resources
        self._findings = language.findings
        self._is_default = language.is_default
        self._said = said
        self._controls: dict[str, dict[str, Control]] = {}
        self._left = MAX_FINDINGS_PER_FILE

    def run(self) -> None:
        missing: list[str] = []
        for policy in self._definitions.policies:
            if policy.presentation:
                presentation = self._resources.presentation(policy.presentation)
                if presentation is not None:
                    self._check(policy, presentation)
                elif self._is_default:
                    self._missing(policy)
                else:
                    missing.append(presentation_id_of(policy.presentation) or policy.presentation)
        for presentation in self._resources.presentations.values():
            self._check_references(presentation)
        if missing:
            several = list(dict.fromkeys(missing))
            words: dict[str, Any] = {"count": f"{len(several):,}", "names": named(several)}
            language = self._resources.language_code
            self._findings.add("PresentationMissingInLanguage", item=several[0], language=language, **words)

    def _missing(self, policy: Policy) -> None:
        name = presentation_id_of(policy.presentation) or policy.presentation or ""
        self._findings.add(
            "PresentationMissing",
            item=name,
            severity=Severity.ERROR if policy.elements else Severity.WARNING,
            name=quoted(name),
            language=self._resources.language_code,
            template=self._definitions.file_name,
            line_used=policy.line,
            policy=quoted(policy.name),
        )

    def _check(self, policy: Policy, presentation: Presentation) -> None:
        controls = self._controls.get(presentation.id)
        if controls is None:
            controls = {control.ref_id: control for control in reversed(presentation.controls) if control.ref_id}
            self._controls[presentation.id] = controls
        shown = set()
        for element in policy.elements:
            control = controls.get(element.id)
            if control is not None:
                shown.add(element.id)
                self._check_fit(policy, element, control)
            elif element.id:
                words: dict[str, Any] = {"presentation": quoted(presentation.id)}
                self._add("ElementWithoutControl", policy, element.id, presentation.line, **words)
        # One presentation may serve very many policies: look for what is too much only while it can be told.
        if len(shown) < len(controls) and self._left > 0:
            for ref_id, control in controls.items():
                if ref_id not in shown:
                    self._too_much(policy, presentation, control)

    def _too_much(self, policy: Policy, presentation: Presentation, control: Control) -> None:
        self._left -= 1
        self._add(
            "ControlWithoutElement",
            policy,
            control.ref_id,
            control.line,
            severity=None if self._is_default else Severity.WARNING,
            control=CONTROL_NAMES[type(control)],
            presentation=quoted(presentation.id),
        )

    def _check_fit(self, policy: Policy, element: Element, control: Control) -> None:
        fitting = FITTING[type(element)]
        if type(control) not in fitting:
            words: dict[str, Any] = {"element": ELEMENT_NAMES[type(element)], "control": CONTROL_NAMES[type(control)]}
            expected = CONTROL_NAMES[fitting[0]]
            self._add("ControlMismatch", policy, element.id, control.line, expected=expected, **words)
        elif isinstance(control, DropdownList) and isinstance(element, EnumElement):
            index = control.default_item
            if index is not None and not 0 <= index < len(element.items) and element.items:
                items = f"0 to {len(element.items) - 1}"
                self._add("DefaultItemInvalid", policy, element.id, control.line, index=index, items=items)
        elif isinstance(control, DecimalTextBox) and isinstance(element, DecimalElement):
            self._check_preset(policy, element, control)

    def _check_preset(self, policy: Policy, element: DecimalElement, control: DecimalTextBox) -> None:
        """A preset of 1 is what a file without one has, so it says nothing."""
        preset = control.default_value
        if preset != 1 and element.min_value <= element.max_value < preset:
            reason = f"the preset number ({preset:,}) is larger than the largest ({element.max_value:,})"
        elif preset != 1 and preset < element.min_value <= element.max_value:
            reason = f"the preset number ({preset:,}) is smaller than the smallest ({element.min_value:,})"
        else:
            return
        self._add("ValueOutOfRange", policy, element.id, control.line, reason=reason)

    def _check_references(self, presentation: Presentation) -> None:
        for control in presentation.controls:
            if not control.ref_id and type(control) is not TextLine:
                words: dict[str, Any] = {
                    "control": CONTROL_NAMES[type(control)],
                    "presentation": quoted(presentation.id),
                }
                self._findings.add("RefIdMissing", line=control.line, item=presentation.id, **words)

    def _add(
        self, code: str, policy: Policy, name: str, line: int, severity: Severity | None = None, **words: Any
    ) -> None:
        flaw = (code, policy.name, name)
        if flaw not in self._said:
            self._said.add(flaw)
            words = {"policy": quoted(policy.name), "name": quoted(name), **words}
            self._findings.add(code, line=line, item=name, severity=severity, **words)
