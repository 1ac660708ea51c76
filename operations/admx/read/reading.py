"""An upload as a whole: one ADMX with its ADMLs."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from operations.admx import check
from operations.admx.model.definitions import Definitions, Resources, Template
from operations.admx.model.findings import FileFindings, Finding, by_severity, quoted
from operations.admx.model.rules import Severity
from operations.admx.model.source import SourceFile, check_language_code
from operations.admx.model.validation_context import ValidationContext
from operations.admx.read.definitions import read_definitions
from operations.admx.read.resources import read_resources

_lock = Lock()
_pausing = 0
_was_enabled = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """Stop Python's search for garbage while any thread is in here: a model is thousands of objects and no garbage."""
    global _pausing, _was_enabled
    with _lock:
        if not _pausing:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pausing += 1
    try:
        yield
    finally:
        with _lock:
            _pausing -= 1
            if not _pausing and _was_enabled:
                gc.enable()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of an upload. There is a template exactly when no finding is an error.

    `definitions` and `resources`, the default language first, hold what could be read even so.
    """

    template: Template | None
    findings: tuple[Finding, ...]
    definitions: Definitions | None
    resources: tuple[Resources, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make the upload fail."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def read(
    definition: SourceFile,
    languages: Sequence[SourceFile],
    *,
    default_language: str,
    context: ValidationContext | None = None,
) -> Reading:
    """Read and check an ADMX with its ADMLs, most severe findings first; without context by itself."""
    with collector_paused():
        return _read(definition, languages, default_language, context)


def _read(
    definition: SourceFile,
    languages: Sequence[SourceFile],
    default_language: str,
    context: ValidationContext | None,
) -> Reading:
    definition_findings = FileFindings(definition.file_name)
    definitions = read_definitions(definition, definition_findings)
    every = [definition_findings]
    readable: list[check.Language] = []
    seen: set[str] = set()
    for source in languages:
        findings = FileFindings(source.file_name, source.language_code or None)
        every.append(findings)
        code = source.language_code or ""
        _check_code(code, seen, findings)
        is_default = code.lower() == default_language.lower()
        severity = Severity.ERROR if is_default else Severity.WARNING
        if resources := read_resources(source, findings, severity=severity):
            readable.append(check.Language(resources, findings, is_default))

    readable.sort(key=lambda language: not language.is_default)
    if definitions:
        given = [source.language_code or "" for source in languages]
        check.check_default_language(definitions, definition_findings, given, default_language)
        check.check(definitions, definition_findings, readable, context)
    return _reading(definitions, [language.resources for language in readable], by_severity(every))


def _reading(definitions: Definitions | None, resources: Sequence[Resources], findings: tuple[Finding, ...]) -> Reading:
    failed = definitions is None or any(finding.severity is Severity.ERROR for finding in findings)
    template = None if definitions is None or failed else Template(definitions, tuple(resources))
    return Reading(template, findings, definitions, tuple(resources))


def _check_code(code: str, seen: set[str], findings: FileFindings) -> None:
    if check_language_code(code):
        findings.add("LanguageCodeInvalid", item=code, language=quoted(code) if code else "(none given)")
    elif code.lower() in seen:
        findings.add("LanguageDuplicate", item=code, language=code)
    seen.add(code.lower())
