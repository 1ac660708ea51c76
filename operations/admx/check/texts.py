"""Texts: whether every language has those that the template needs, and the languages themselves."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from operations.admx.check.wording import Language, named
from operations.admx.model.definitions import Definitions, EnumElement, Policy, string_id_of
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Group, Rule, Severity, declare
from operations.admx.model.validation_context import ValidationContext
from operations.admx.read.revisions import check_minimum

_error = partial(Rule, Group.TEXTS, Severity.ERROR)
_warning = partial(Rule, Group.TEXTS, Severity.WARNING)
_note = partial(Rule, Group.TEXTS, Severity.NOTE)

declare(
    {
        "LanguageMissing": _error(
            "The template takes its texts from language files, but the one for {language} is not there.",
            "add the .adml file for {language}, which is the default language.",
            "Where a language lacks a text, the default language's is shown; so that one must be there.",
        ),
        "LanguageCodeInvalid": _error(
            "The language code {language} is not valid.",
            "give the language of this file as a code such as en-US, de-DE or zh-Hans.",
            "A language file does not say itself which language it is in.",
        ),
        "LanguageDuplicate": _error(
            "There is already a file for the language {language}.",
            "keep one file for each language.",
            "Letter case makes no difference: en-us and en-US are one language.",
        ),
        "LanguageExists": _error(
            "{name} already has the language {language}.",
            "update this language instead of adding it.",
            "Adding never replaces what is there.",
        ),
        "LanguageNotFound": _error(
            "{name} does not have the language {language}.",
            "add this language instead, or choose one that the template has.",
            "Only what is there can be updated or removed.",
        ),
        "DefaultLanguageRequired": _error(
            "The language {language} is the default of {name} and cannot be removed.",
            "keep this language, or remove the whole template.",
            "Where another language lacks a text, this one's is shown.",
        ),
        "StringMissing": _error(
            "The text {name} is missing in {language}; {template} needs it on line {line_used} for the {owner}.",
            'add <string id="…"> with this id, or use the language file that belongs to this template.',
            "The default language must have the names of all policies and categories. Any other text that is missing "
            "is a warning.",
        ),
        "MarkupInText": _error(
            "The text {name} contains the element <{markup}>, but a text must not contain any.",
            "write < as &lt; in this text, or ask the vendor for a repaired file.",
            "Part of the text would be lost. In other languages than the default one it is a warning.",
        ),
        "TextMissingInLanguage": _warning(
            "Texts are missing in {language} ({count}): {names}. The default language's are shown instead.",
            "use the language file that was published together with this template.",
            "A translation is often one version behind the template.",
        ),
        "LanguageStale": _warning(
            "The language {language} was kept from the version before and lacks texts of this one ({count}): {names}.",
            "update this language with the file that belongs to the new version.",
            "The default language's texts are shown in their place.",
        ),
        "LiteralText": _warning(
            "Texts are written into the template itself instead of its language files ({count}): {names}.",
            "move the text to the .adml files and write $(string.…) with its id here.",
            "It is shown as it stands, in every language. Windows refuses such a template.",
        ),
        "StemMismatch": _note(
            "The language file is called {name}, the template {template}.",
            "make sure that the two belong together; on Windows they must be called alike.",
            "Nothing but the name says which template a language file belongs to.",
        ),
    }
)


# Of each text that is used: the line, what uses it, and whether as the name of a policy or category.
_Used = dict[str, tuple[int, str, str, bool]]


def check_texts(
    definitions: Definitions,
    findings: FileFindings,
    languages: Sequence[Language],
    context: ValidationContext | None,
) -> None:
    """Note texts that are missing, not translated or written into the template, and files that fit badly."""
    used: _Used = {}
    literal: dict[str, int] = {}
    for written, line, kind, name, is_title in _texts(definitions):
        string_id = string_id_of(written)
        if string_id is None:
            if written.strip():
                literal.setdefault(f"{kind} {name}".strip(), line)
        elif string_id not in used or (is_title and not used[string_id][3]):
            used[string_id] = (line, kind, name, is_title)
    if literal:
        first, line = next(iter(literal.items()))
        findings.add("LiteralText", line=line, item=first, count=f"{len(literal):,}", names=named(literal))
    kept = {code.lower() for code in context.kept_languages} if context else set()
    for language in languages:
        check_minimum(language.resources.revision, definitions.minimum_revision, language.findings)
        _check_stem(definitions, language)
        _check_language(definitions, language, used, is_kept=language.resources.language_code.lower() in kept)


def check_default_language(
    definitions: Definitions, findings: FileFindings, given: Collection[str], default_language: str
) -> None:
    """Note that the default language was not handed in although the template takes texts from it."""
    if default_language.lower() in {code.lower() for code in given}:
        return
    if any(string_id_of(written) is not None for written, *_ in _texts(definitions)):
        findings.add("LanguageMissing", item=default_language, language=quoted(default_language))


def _check_language(definitions: Definitions, language: Language, used: _Used, *, is_kept: bool) -> None:
    missing = used.keys() - language.resources.strings.keys()
    if not missing:
        return
    ordered = [string_id for string_id in used if string_id in missing]
    code = language.resources.language_code
    if not language.is_default:
        words: dict[str, Any] = {"count": f"{len(ordered):,}", "language": code, "names": named(ordered)}
        language.findings.add("LanguageStale" if is_kept else "TextMissingInLanguage", item=ordered[0], **words)
        return
    for string_id in ordered:
        line, kind, name, is_title = used[string_id]
        language.findings.add(
            "StringMissing",
            item=string_id,
            severity=Severity.ERROR if is_title else Severity.WARNING,
            name=quoted(string_id),
            language=code,
            template=definitions.file_name,
            line_used=line,
            owner=quoted(f"{kind} {name}".strip()),
        )


def _check_stem(definitions: Definitions, language: Language) -> None:
    name, template = language.resources.file_name, definitions.file_name
    if PurePath(name).stem.lower() != PurePath(template).stem.lower():
        language.findings.add("StemMismatch", name=quoted(name), template=quoted(template))


def _texts(definitions: Definitions) -> Iterator[tuple[str, int, str, str, bool]]:
    """Every text as written, with its line, what it belongs to, and whether it is a name of its own."""
    for policy in definitions.policies:
        yield policy.display_name, policy.line, "policy", policy.name, True
        if policy.explain_text:
            yield policy.explain_text, policy.line, "policy", policy.name, False
        if policy.elements:
            yield from _choices(policy)
    for category in definitions.categories:
        yield category.display_name, category.line, "category", category.name, True
        if category.explain_text:
            yield category.explain_text, category.line, "category", category.name, False
    for definition in definitions.supported_on:
        yield definition.display_name, definition.line, "definition", definition.name, False
    for product in definitions.products:
        yield product.display_name, product.line, "product", product.name, False
        for major in product.major_versions:
            yield major.display_name, product.line, "product", major.name, False
            for minor in major.minor_versions:
                yield minor.display_name, product.line, "product", minor.name, False


def _choices(policy: Policy) -> Iterator[tuple[str, int, str, str, bool]]:
    for element in policy.elements:
        if isinstance(element, EnumElement):
            for item in element.items:
                yield item.display_name, item.line, "item of policy", policy.name, False
