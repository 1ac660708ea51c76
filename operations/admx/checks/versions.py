"""Revisions, and what a new version must not change."""

from typing import Any

from operations.admx.checks.wording import counted, named
from operations.admx.findings import FileFindings, quoted
from operations.admx.model import Definitions
from operations.admx.rules import Severity
from operations.admx.validation_context import ValidationContext, declared_by


def check_versions(definitions: Definitions, findings: FileFindings, context: ValidationContext | None) -> None:
    """Note what a new version would break; nothing for a template that replaces none."""
    if context is None or context.previous_namespace is None:
        return
    previous, namespace = context.previous_namespace, definitions.target_namespace
    if namespace != previous:
        findings.add("NamespaceChanged", item=namespace, namespace=quoted(namespace), previous=quoted(previous))
        return
    own = declared_by(definitions)
    for dependent in context.dependents:
        for used, there, one, several, severity in (
            (dependent.categories, own.categories, "category", "categories", Severity.ERROR),
            (dependent.supported_on, own.supported_on, "“supported on” text", "", Severity.WARNING),
        ):
            if gone := sorted(used - there):
                things = counted(len(gone), one, several)
                words: dict[str, Any] = {"things": things, "file": dependent.file_name, "names": named(gone)}
                findings.add("BreaksDependents", item=gone[0], severity=severity, **words)
