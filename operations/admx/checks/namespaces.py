"""Whether the files that a template needs are there, and whether it clashes with one of them."""

from collections.abc import Mapping
from typing import Any

from operations.admx import known_namespaces
from operations.admx.checks.strictness import severity_of
from operations.admx.checks.wording import users
from operations.admx.dependencies import Dependency, DependencyKind, category_references, dependencies
from operations.admx.findings import FileFindings, quoted
from operations.admx.model import Definitions
from operations.admx.validation_context import Declared, ValidationContext


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
