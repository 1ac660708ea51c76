"""Revisions, and what a new version must not change."""

from functools import partial
from typing import Any

from operations.admx.check.wording import counted, named
from operations.admx.model.definitions import Definitions
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Group, Rule, Severity, declare
from operations.admx.model.validation_context import ValidationContext, declared_by

_error = partial(Rule, Group.VERSIONS, Severity.ERROR)
_warning = partial(Rule, Group.VERSIONS, Severity.WARNING)

declare(
    {
        "RevisionMissing": _error(
            "The <{root}> element has no revision.",
            'add a revision such as revision="1.0" to that element.',
            "Windows requires one. In a language file it is only a warning.",
        ),
        "RevisionOdd": _warning(
            "The revision {revision} is not two numbers with a point between them.",
            "use a revision such as 1.0; Windows and Intune may refuse the file as it is.",
            "The first number has up to four digits, the second up to five.",
        ),
        "RevisionMismatch": _warning(
            "The language file has revision {revision}; the template asks for {minimum} or a later {major}.x.",
            "use the language file that was published together with this template.",
            "Texts may be missing or describe another version. Windows' editor shows none of them.",
        ),
        "NamespaceChanged": _error(
            "The new version has the namespace {namespace}; the one before has {previous}.",
            "upload it as a template of its own, and remove the old one when nothing uses it any more.",
            "The namespace is a template's identity: with another one it is another template.",
        ),
        "BreaksDependents": _error(
            "The new version no longer has {things} that {file} uses: {names}.",
            "update {file} first, or ask the vendor for a version that keeps them.",
            "The other file's policies would lose their place in the tree. For “supported on” texts it is a warning.",
        ),
    }
)


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
