"""Intune's own limits: what it would refuse, and what its devices would not do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from operations.admx.check.registry_areas import blocked_area
from operations.admx.check.wording import Language, named
from operations.admx.model.controls import ComboBox
from operations.admx.model.definitions import (
    BooleanElement,
    Definitions,
    EnumElement,
    MultiTextElement,
    Policy,
    TextElement,
    ValueList,
)
from operations.admx.model.findings import FileFindings
from operations.admx.model.rules import Group, Rule, Severity, declare
from operations.admx.model.validation_context import ValidationContext, severity_of

_ignored = partial(Rule, Group.INTUNE, Severity.WARNING)
_refused = partial(Rule, Group.INTUNE, Severity.WARNING, intune_refuses=True)

declare(
    {
        "FileTooLargeForIntune": _refused(
            "The file is {size} bytes; Intune takes up to {limit}.",
            "ask the vendor for a smaller template, or set these policies with Windows' own group policy.",
            "Intune's documentation says 1 MB for each file.",
        ),
        "TooManyFiles": _refused(
            "With this one there are {count} templates; Intune takes up to {limit}.",
            "remove templates that are no longer used.",
            "Intune's documentation limits how many templates an organisation can import.",
        ),
        "TooManyLanguages": _refused(
            "The template has {count} languages; Intune takes exactly one.",
            "in Intune, import the template with its en-US language only.",
            "Intune's documentation allows one language file for each template.",
        ),
        "LanguageNotEnglish": _refused(
            "The template does not have the language en-US, the only one that Intune takes.",
            "add the .adml file for en-US.",
            "Intune's documentation names en-US as the only language.",
        ),
        "ComboBoxUnsupported": _refused(
            "Settings are shown as text boxes with suggestions, which Intune does not support ({count}): {names}.",
            "replace each <comboBox> by a <textBox>.",
            "A single one makes Intune refuse the whole template.",
        ),
        "ExplainTextMissing": _refused(
            "Policies have no explanation ({count}): {names}.",
            'add explainText="$(string.…)" to each, even if the text is short.',
            "Intune then only says “Object reference not set to an instance of an object.”",
        ),
        "ParentCategoryMissing": _refused(
            "Policies have no category ({count}): {names}.",
            'add <parentCategory ref="…"/> to each.',
            "Windows shows them at the top; Intune refuses the template.",
        ),
        "MaxLengthTooLarge": _refused(
            "Text settings allow more than {limit} characters ({count}): {names}.",
            'set maxLength="{limit}" or less.',
            "Intune has answered such templates with an internal error.",
        ),
        "NamespaceUnusedMissing": _refused(
            "No file in force declares {namespace}. {hint}The template says that it uses it, but needs nothing of it.",
            "remove this <using> from the template.",
            "Intune insists on every namespace a template declares, needed or not.",
        ),
        "RegistryAreaBlocked": _ignored(
            "Policies write to {area}, where devices managed by Intune refuse imported ones ({count}): {names}.",
            "set these policies with Windows' own group policy, or look for them in Intune's settings catalogue.",
            "The import succeeds, but the device reports an error. A few places there are open, such as Office's.",
        ),
    }
)


MAX_BYTES = 1_000_000
MAX_FILES = 20
MAX_TEXT_SETTING = 32_767
LANGUAGE = "en-us"

_Add = Callable[..., None]


def check_intune(
    definitions: Definitions,
    findings: FileFindings,
    languages: Sequence[Language],
    context: ValidationContext | None,
) -> None:
    """Note what would keep the template from being imported, or its policies from working, in Intune."""

    def add(code: str, to: FileFindings, **words: Any) -> None:
        to.add(code, severity=severity_of(code, context), **words)

    _check_size(definitions.size, findings, add)
    if context and context.file_count > MAX_FILES:
        add("TooManyFiles", findings, count=context.file_count, limit=MAX_FILES)
    _check_languages(findings, languages, add)
    _check_policies(definitions.policies, findings, add)
    _check_areas(definitions.policies, findings, add)
    for language in languages:
        _check_size(language.resources.size, language.findings, add)
        _check_combo_boxes(language, add)


def _check_size(size: int, findings: FileFindings, add: _Add) -> None:
    if size > MAX_BYTES:
        add("FileTooLargeForIntune", findings, size=f"{size:,}", limit=f"{MAX_BYTES:,}")


def _check_languages(findings: FileFindings, languages: Sequence[Language], add: _Add) -> None:
    codes = [language.resources.language_code for language in languages]
    if len(codes) > 1:
        add("TooManyLanguages", findings, count=len(codes))
    if codes and LANGUAGE not in map(str.lower, codes):
        add("LanguageNotEnglish", findings)


def _check_combo_boxes(language: Language, add: _Add) -> None:
    boxes = [
        control
        for presentation in language.resources.presentations.values()
        for control in presentation.controls
        if type(control) is ComboBox
    ]
    if boxes:
        names = [box.ref_id for box in boxes]
        _add_several("ComboBoxUnsupported", language.findings, boxes[0].line, names, add)


def _check_policies(policies: Sequence[Policy], findings: FileFindings, add: _Add) -> None:
    for code, lacking in (
        ("ExplainTextMissing", [policy for policy in policies if not policy.explain_text]),
        ("ParentCategoryMissing", [policy for policy in policies if policy.parent_category is None]),
    ):
        if lacking:
            _add_several(code, findings, lacking[0].line, [policy.name for policy in lacking], add)
    long = [
        element
        for policy in policies
        for element in policy.elements
        if isinstance(element, TextElement | MultiTextElement) and element.max_length > MAX_TEXT_SETTING
    ]
    if long:
        ids = [element.id for element in long]
        _add_several("MaxLengthTooLarge", findings, long[0].line, ids, add, limit=MAX_TEXT_SETTING)


def _check_areas(policies: Sequence[Policy], findings: FileFindings, add: _Add) -> None:
    known: dict[str, str | None] = {}
    blocked: dict[str, list[Policy]] = {}
    for policy in policies:
        for area in dict.fromkeys(_areas(keys(policy), known)):
            blocked.setdefault(area, []).append(policy)
    for area, inside in blocked.items():
        names = [policy.name for policy in inside]
        _add_several("RegistryAreaBlocked", findings, inside[0].line, names, add, area=area)


def _areas(written: Iterable[str], known: dict[str, str | None]) -> Iterator[str]:
    for key in written:
        if key not in known:
            known[key] = blocked_area(key)
        if area := known[key]:
            yield area


def keys(policy: Policy) -> Iterator[str]:
    """Every key that a policy names."""
    yield policy.key
    for listed in (policy.enabled_list, policy.disabled_list):
        yield from _listed(listed)
    for element in policy.elements:
        if element.key:
            yield element.key
        if isinstance(element, BooleanElement):
            yield from _listed(element.true_list)
            yield from _listed(element.false_list)
        elif isinstance(element, EnumElement):
            for item in element.items:
                yield from _listed(item.value_list)


def _listed(listed: ValueList | None) -> Iterator[str]:
    if listed is None:
        return
    if listed.default_key:
        yield listed.default_key
    for item in listed.items:
        if item.key:
            yield item.key


def _add_several(code: str, findings: FileFindings, line: int, names: Sequence[str], add: _Add, **words: Any) -> None:
    """One finding for all: hundreds of the same kind would hide the rest."""
    add(code, findings, line=line, item=names[0], count=f"{len(names):,}", names=named(names), **words)
