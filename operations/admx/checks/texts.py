"""Texts: whether every language has those that the template needs, and the languages themselves."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from operations.admx.checks.language import Language
from operations.admx.checks.wording import named
from operations.admx.findings import FileFindings, quoted
from operations.admx.model import Definitions, EnumElement, Policy, string_id_of
from operations.admx.revisions import check_minimum
from operations.admx.rules import Severity
from operations.admx.validation_context import ValidationContext

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
