"""The ADMX: what it is called, its policies and categories, and the texts it needs."""

from dataclasses import dataclass

from lxml import etree

from operations.admx.document import DEFINITIONS, open_document
from operations.admx.findings import FileFindings, quoted
from operations.admx.identity import check_unique, missing
from operations.admx.references import StringReference, string_references
from operations.admx.revisions import numbers
from operations.admx.source import SourceFile

CLASSES = frozenset({"User", "Machine", "Both"})


@dataclass(frozen=True, slots=True)
class Definitions:
    """What one ADMX says. Fields are blank where the file lacks them; the findings say so."""

    file_name: str
    target_prefix: str
    target_namespace: str
    revision: str
    minimum_revision: str
    policy_count: int
    category_count: int
    references: tuple[StringReference, ...]


def read_definitions(source: SourceFile, findings: FileFindings) -> Definitions | None:
    """Read and check an ADMX; None when it cannot be read at all."""
    root = open_document(source, DEFINITIONS, findings)
    if root is None:
        return None
    prefix, namespace = _target(root, findings)
    categories = root.findall("{*}categories/{*}category")
    policies = root.findall("{*}policies/{*}policy")
    check_unique(categories, "name", findings)
    check_unique(policies, "name", findings)
    for policy in policies:
        _check_policy(policy, findings)
    resources = root.find("{*}resources")
    return Definitions(
        file_name=source.file_name,
        target_prefix=prefix,
        target_namespace=namespace,
        revision=_revision(root, findings),
        minimum_revision="" if resources is None else resources.get("minRequiredRevision", "").strip(),
        policy_count=len(policies),
        category_count=len(categories),
        references=string_references(root),
    )


def target_names(target: etree._Element) -> tuple[str, str]:
    """The prefix and namespace of a <target> element; blank where missing."""
    return target.get("prefix", "").strip(), target.get("namespace", "").strip()


def _target(root: etree._Element, findings: FileFindings) -> tuple[str, str]:
    target = root.find("{*}policyNamespaces/{*}target")
    if target is None:
        findings.add("TargetMissing", line=root.sourceline, reason="there is no <target> in <policyNamespaces>")
        return "", ""
    prefix, namespace = target_names(target)
    absent = [name for name, value in (("prefix", prefix), ("namespace", namespace)) if not value]
    if absent:
        findings.add("TargetMissing", line=target.sourceline, reason=f"<target> has no {' and no '.join(absent)}")
    return prefix, namespace


def _revision(root: etree._Element, findings: FileFindings) -> str:
    revision = root.get("revision", "").strip()
    if not revision:
        findings.add("RevisionMissing", line=root.sourceline, root=DEFINITIONS.root)
    elif numbers(revision) is None:
        findings.add("RevisionOdd", line=root.sourceline, item=revision, revision=quoted(revision))
    return revision


def _check_policy(policy: etree._Element, findings: FileFindings) -> None:
    for attribute in ("class", "key"):
        if not policy.get(attribute, "").strip():
            missing(policy, attribute, findings)
    value = policy.get("class", "")
    if value.strip() and value not in CLASSES:
        name = policy.get("name", "")
        findings.add("ClassInvalid", line=policy.sourceline, item=name, name=quoted(name), value=quoted(value))
