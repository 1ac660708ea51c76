"""Whether the files that a template needs are there, and whether it clashes with one of them."""

from collections.abc import Mapping
from typing import Any

from operations.admx import known_namespaces
from operations.admx.checks.strictness import severity_of
from operations.admx.checks.wording import users
from operations.admx.findings import FileFindings, quoted
from operations.admx.model import Definitions
from operations.admx.needs import Need, NeedKind, category_references, needs
from operations.admx.surroundings import Declared, Surroundings


def check_namespaces(definitions: Definitions, findings: FileFindings, surroundings: Surroundings | None) -> None:
    """Note namespaces that are taken, missing or not needed; judged alone, only the latter can be known."""
    for using in definitions.using:
        for attribute, value in (("prefix", using.prefix), ("namespace", using.namespace)):
            if not value:
                words: dict[str, Any] = {"element": "using", "name": quoted(using.prefix or using.namespace)}
                findings.add("AttributeMissing", line=using.line, attribute=attribute, **words)
    if surroundings is None:
        for need in needs(definitions):
            if need.kind is NeedKind.UNUSED:
                _add("NamespaceUnused", need, findings)
        return
    declared: Mapping[str, Declared] = surroundings.declared
    if definitions.target_namespace and (other := declared.get(definitions.target_namespace)):
        namespace = quoted(definitions.target_namespace)
        findings.add("NamespaceInUse", item=definitions.target_namespace, namespace=namespace, file=other.file_name)
    for need in needs(definitions):
        _check_need(need, definitions, findings, surroundings)


def _check_need(need: Need, definitions: Definitions, findings: FileFindings, surroundings: Surroundings) -> None:
    is_there = need.namespace in surroundings.declared
    if need.kind is NeedKind.UNUSED:
        _add("NamespaceUnused" if is_there else "NamespaceUnusedMissing", need, findings, surroundings)
    elif is_there:
        return
    elif need.kind is NeedKind.SOFT:
        _add("NamespaceMissingSoft", need, findings, surroundings)
    else:
        findings.add(
            "NamespaceMissing",
            line=need.line,
            item=need.namespace,
            namespace=need.namespace,
            hint=_hint(need),
            users=users(
                (kind, name)
                for reference, kind, name, _ in category_references(definitions)
                if reference.namespace == need.namespace
            ),
        )


def _add(code: str, need: Need, findings: FileFindings, surroundings: Surroundings | None = None) -> None:
    words: dict[str, Any] = {"namespace": quoted(need.namespace), "hint": _hint(need)}
    severity = severity_of(code, surroundings)
    findings.add(code, line=need.line, item=need.namespace, severity=severity, **words)


def _hint(need: Need) -> str:
    sentence = known_namespaces.hint(need.namespace)
    return f"{sentence} " if sentence else ""
