"""Whether the files that a template needs are there, and whether it clashes with one of them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from operations.admx.check import known_namespaces
from operations.admx.check.dependencies import Dependency, DependencyKind, category_references, dependencies
from operations.admx.check.wording import users
from operations.admx.model.definitions import Definitions
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Group, Rule, Severity, declare
from operations.admx.model.validation_context import Declared, ValidationContext, severity_of

_error = partial(Rule, Group.NAMESPACES, Severity.ERROR)
_warning = partial(Rule, Group.NAMESPACES, Severity.WARNING)
_note = partial(Rule, Group.NAMESPACES, Severity.NOTE)

declare(
    {
        "NamespaceInUse": _error(
            "The namespace {namespace} is already in use by {file}.",
            "if this is a newer {file}, upload it there as a new version; otherwise remove {file} first.",
            "Other files refer to a template by its namespace, so there can be only one with it.",
        ),
        "NamespaceMissing": _error(
            "ADMX file referenced not found NamespaceMissing:{namespace}. Please upload it first. {hint}"
            "Its categories are needed by {users}.",
            "upload the file that declares {namespace} first, then this one again.",
            "Without that file, these policies and categories have no place in the tree.",
        ),
        "NamespaceMissingSoft": _warning(
            "No file in force declares {namespace}. {hint}The template uses it for “supported on” texts only.",
            "upload the file that declares {namespace} to see these texts.",
            "All policies can be used. Intune itself would refuse the file until that other file is there.",
            intune_refuses=True,
        ),
        "NamespaceUnused": _note(
            "The template declares that it uses {namespace}, but nothing in it does.",
            "remove this <using> if you maintain the template; otherwise there is nothing to do.",
            "Such a line is left over; Intune insists on the other file all the same.",
        ),
        "LoadOrderCircular": _error(
            "These files need each other's categories, so none of them can be the first: {files}.",
            "ask the vendor for repaired files; categories may be shared in one direction only.",
            "A file can be put in force only after the files whose categories it uses.",
        ),
        "InUseByFile": _error(
            "{name} cannot be removed, because its categories are needed by {files}.",
            "remove these first: {files}.",
            "Their policies would lose their place in the tree.",
        ),
    }
)


def check_namespaces(definitions: Definitions, findings: FileFindings, context: ValidationContext | None) -> None:
    """Note namespaces that are taken, missing or not needed; judged alone, only the latter can be known."""
    for using in definitions.using:
        for attribute, value in (("prefix", using.prefix), ("namespace", using.namespace)):
            if not value:
                words: dict[str, Any] = {"element": "using", "name": quoted(using.prefix or using.namespace)}
                findings.add("AttributeMissing", line=using.line, attribute=attribute, **words)
    if context is None:
        for dependency in dependencies(definitions):
            if dependency.kind is DependencyKind.UNUSED:
                _add("NamespaceUnused", dependency, findings)
        return
    declared: Mapping[str, Declared] = context.declared
    if definitions.target_namespace and (other := declared.get(definitions.target_namespace)):
        namespace = quoted(definitions.target_namespace)
        findings.add("NamespaceInUse", item=definitions.target_namespace, namespace=namespace, file=other.file_name)
    for dependency in dependencies(definitions):
        _check_dependency(dependency, definitions, findings, context)


def _check_dependency(
    dependency: Dependency, definitions: Definitions, findings: FileFindings, context: ValidationContext
) -> None:
    is_there = dependency.namespace in context.declared
    if dependency.kind is DependencyKind.UNUSED:
        _add("NamespaceUnused" if is_there else "NamespaceUnusedMissing", dependency, findings, context)
    elif is_there:
        return
    elif dependency.kind is DependencyKind.SOFT:
        _add("NamespaceMissingSoft", dependency, findings, context)
    else:
        findings.add(
            "NamespaceMissing",
            line=dependency.line,
            item=dependency.namespace,
            namespace=dependency.namespace,
            hint=_hint(dependency),
            users=users(
                (kind, name)
                for reference, kind, name, _ in category_references(definitions)
                if reference.namespace == dependency.namespace
            ),
        )


def _add(code: str, dependency: Dependency, findings: FileFindings, context: ValidationContext | None = None) -> None:
    words: dict[str, Any] = {"namespace": quoted(dependency.namespace), "hint": _hint(dependency)}
    severity = severity_of(code, context)
    findings.add(code, line=dependency.line, item=dependency.namespace, severity=severity, **words)


def _hint(dependency: Dependency) -> str:
    sentence = known_namespaces.hint(dependency.namespace)
    return f"{sentence} " if sentence else ""
