"""Judging a template that could be read: each module holds the checks of one subject."""

from collections.abc import Sequence

from operations.admx.check.intune import check_intune
from operations.admx.check.namespaces import check_namespaces
from operations.admx.check.presentations import check_presentations
from operations.admx.check.references import check_references
from operations.admx.check.structure import check_structure
from operations.admx.check.texts import check_default_language, check_texts
from operations.admx.check.versions import check_versions
from operations.admx.check.wording import Language
from operations.admx.model.definitions import Definitions
from operations.admx.model.findings import FileFindings
from operations.admx.model.validation_context import ValidationContext

__all__ = ["Language", "check", "check_default_language"]


def check(
    definitions: Definitions,
    findings: FileFindings,
    languages: Sequence[Language],
    context: ValidationContext | None,
) -> None:
    """Note everything wrong with a template; without context the file is judged alone."""
    check_structure(definitions, findings)
    check_references(definitions, findings, context)
    check_namespaces(definitions, findings, context)
    check_versions(definitions, findings, context)
    check_texts(definitions, findings, languages, context)
    check_presentations(definitions, findings, languages)
    check_intune(definitions, findings, languages, context)
