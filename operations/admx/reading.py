"""An upload as a whole: one ADMX with its ADMLs."""

from collections.abc import Sequence
from dataclasses import dataclass

from operations.admx.definitions import Definitions, read_definitions
from operations.admx.findings import FileFindings, Finding, by_severity, quoted
from operations.admx.resources import check_fit, read_resources
from operations.admx.rules import Severity
from operations.admx.source import SourceFile, check_language_code


@dataclass(frozen=True, slots=True)
class Template:
    """A good upload in a few figures."""

    target_prefix: str
    target_namespace: str
    revision: str
    policy_count: int
    category_count: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of an upload. There is a template exactly when no finding is an error."""

    template: Template | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make the upload fail."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def read(definition: SourceFile, languages: Sequence[SourceFile], *, default_language: str) -> Reading:
    """Read an ADMX with its ADMLs, most severe findings first."""
    definition_findings = FileFindings(definition.file_name)
    definitions = read_definitions(definition, definition_findings)
    default_key = default_language.lower()
    codes = [source.language_code or "" for source in languages]
    if definitions and definitions.references and default_key not in map(str.lower, codes):
        definition_findings.add("LanguageMissing", item=default_language, language=quoted(default_language))

    seen: set[str] = set()
    every = [definition_findings]
    for source, code in zip(languages, codes, strict=True):
        findings = FileFindings(source.file_name, code or None)
        every.append(findings)
        if check_language_code(code):
            findings.add("LanguageCodeInvalid", item=code, language=quoted(code) if code else "(none given)")
        elif code.lower() in seen:
            findings.add("LanguageDuplicate", item=code, language=code)
        seen.add(code.lower())
        severity = Severity.ERROR if code.lower() == default_key else Severity.WARNING
        resources = read_resources(source, findings, severity=severity)
        if resources and definitions:
            check_fit(resources, definitions, findings, severity=severity)

    found = by_severity(every)
    failed = definitions is None or any(finding.severity is Severity.ERROR for finding in found)
    return Reading(None if definitions is None or failed else _template(definitions, codes), found)


def _template(definitions: Definitions, languages: Sequence[str]) -> Template:
    return Template(
        target_prefix=definitions.target_prefix,
        target_namespace=definitions.target_namespace,
        revision=definitions.revision,
        policy_count=definitions.policy_count,
        category_count=definitions.category_count,
        languages=tuple(languages),
    )
