"""The ADMX as a whole: what it is called, what it uses, and its policies and categories."""

from collections.abc import Mapping

from lxml import etree

from operations.admx.model.definitions import Definitions, Using
from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.source import SourceFile
from operations.admx.read.document import DEFINITIONS, open_document
from operations.admx.read.identity import check_unique
from operations.admx.read.markup import children, first_children
from operations.admx.read.policies import read_category, read_policy
from operations.admx.read.prefixes import Prefixes
from operations.admx.read.revisions import numbers
from operations.admx.read.supported_on import read_product, read_supported_on

MAX_POLICIES = 20_000
MAX_USING = 1_000
MAX_NAME_LENGTH = 255

Parts = Mapping[str, etree._Element]


def read_definitions(source: SourceFile, findings: FileFindings) -> Definitions | None:
    """Read an ADMX; None when it cannot be read at all."""
    root = open_document(source, DEFINITIONS, findings)
    if root is None:
        return None
    try:
        return _definitions(root, source, findings)
    except RefusedError as refused:
        findings.add(refused.code, line=refused.line, **refused.words)
        return None


def target_names(target: etree._Element) -> tuple[str, str]:
    """The prefix and namespace of a <target> or <using> element; blank where missing."""
    return target.get("prefix", "").strip(), target.get("namespace", "").strip()


def _definitions(root: etree._Element, source: SourceFile, findings: FileFindings) -> Definitions:
    parts = first_children(root)
    prefix, namespace = _target(root, parts, findings)
    declared = _limited(_inside(parts, "policyNamespaces", "using"), MAX_USING, "namespaces in use")
    using = tuple(Using(*target_names(one), one.sourceline or 0) for one in declared)
    prefixes = Prefixes(prefix, namespace, using)
    supported_on = parts.get("supportedOn")
    supported = {} if supported_on is None else first_children(supported_on)
    resources = parts.get("resources")
    return Definitions(
        file_name=source.file_name,
        size=len(source.content),
        target_prefix=prefix,
        target_namespace=namespace,
        revision=_revision(root, findings),
        schema_version=root.get("schemaVersion", "").strip(),
        minimum_revision="" if resources is None else resources.get("minRequiredRevision", "").strip(),
        fallback_culture=None if resources is None else resources.get("fallbackCulture"),
        using=using,
        superseded_adm=tuple(one.get("fileName", "") for one in children(root, "supersededAdm")),
        products=tuple(read_product(one, findings) for one in _inside(supported, "products", "product")),
        supported_on=tuple(
            read_supported_on(one, prefixes, findings) for one in _inside(supported, "definitions", "definition")
        ),
        categories=tuple(read_category(one, prefixes, findings) for one in _named(parts, "categories", findings)),
        policies=tuple(read_policy(one, prefixes, findings) for one in _named(parts, "policies", findings)),
    )


def _target(root: etree._Element, parts: Parts, findings: FileFindings) -> tuple[str, str]:
    target = next(iter(_inside(parts, "policyNamespaces", "target")), None)
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


_SINGULAR = {"categories": "category", "policies": "policy"}


def _named(parts: Parts, table: str, findings: FileFindings) -> list[etree._Element]:
    """The categories or policies, after a look at their names."""
    found = _limited(_inside(parts, table, _SINGULAR[table]), MAX_POLICIES, table)
    for name, element in check_unique(found, "name", findings).items():
        if len(name) > MAX_NAME_LENGTH:
            reason = f"a name is longer than {MAX_NAME_LENGTH} characters"
            raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
    return found


def _limited(found: list[etree._Element], limit: int, things: str) -> list[etree._Element]:
    if len(found) > limit:
        reason = f"there are more than {limit:,} {things}"
        raise RefusedError("LimitExceeded", line=found[limit].sourceline, reason=reason)
    return found


def _inside(parts: Parts, holder: str, name: str) -> list[etree._Element]:
    element = parts.get(holder)
    return [] if element is None else children(element, name)
