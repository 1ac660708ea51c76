"""Names that refer to categories and to what policies are supported on, in this file and in others in force."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from operations.admx.check.dependencies import category_references, supported_on_references
from operations.admx.check.wording import NAMED, users
from operations.admx.model.definitions import Category, Definitions, Reference
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Group, Rule, Severity, declare
from operations.admx.model.validation_context import Declared, ValidationContext, declared_by

_error = partial(Rule, Group.REFERENCES, Severity.ERROR)
_warning = partial(Rule, Group.REFERENCES, Severity.WARNING)

declare(
    {
        "PrefixUndeclared": _error(
            "The prefix {prefix} is used by {users} but never declared with <using>.",
            'add <using prefix="…" namespace="…"/> to <policyNamespaces>, or ask the vendor for a repaired file.',
            "Without the declaration nothing says which file is meant. Where only “supported on” texts are affected "
            "it is a warning.",
        ),
        "PrefixDuplicate": _warning(
            "The prefix {prefix} stands for more than one namespace.",
            "give each namespace a prefix of its own.",
            "What uses the prefix could mean either; the first one counts.",
        ),
        "CategoryMissing": _warning(
            "The category {name} is not in {file}. It is asked for by {users}; what is in it is shown at the top "
            "instead.",
            "correct the name, or add the category.",
            "Letter case matters. Even some of Windows' own templates have such references.",
        ),
        "CategoryCycle": _error(
            "Categories contain each other in a circle: {circle}.",
            "take one of these categories out of the other.",
            "Neither these categories nor any policy in them has a place in the tree.",
        ),
        "SupportedOnMissing": _warning(
            "The “supported on” text {name} is not in {file}. It is asked for by {users}.",
            "correct the name, or add a definition with it.",
            "The policies can be used, but people are not told which systems they are for.",
        ),
    }
)


# Of whom refers to something: kind and name, and the line of the first.
_Uses = dict[str, tuple[int, list[tuple[str, str]]]]


def check_references(definitions: Definitions, findings: FileFindings, context: ValidationContext | None) -> None:
    """Note every prefix, category and “supported on” text that is referred to but not there."""
    others: Mapping[str, Declared] = context.declared if context else {}
    own = declared_by(definitions)
    _check_prefixes(definitions, findings)
    for code, references in (
        ("CategoryMissing", category_references(definitions)),
        ("SupportedOnMissing", supported_on_references(definitions)),
    ):
        used: defaultdict[str | None, _Uses] = defaultdict(dict)
        for reference, kind, name, line in references:
            _use(used[reference.namespace], reference.name, kind, name, line)
        for namespace, uses in used.items():
            if namespace is None:
                continue
            declared = own if namespace == definitions.target_namespace else others.get(namespace)
            if declared is not None:
                there = declared.categories if code == "CategoryMissing" else declared.supported_on
                _report(code, uses, there, declared.file_name, findings)
    _check_cycles(definitions, findings)


def _use(uses: _Uses, key: str, kind: str, name: str, line: int) -> None:
    known = uses.get(key)
    if known is None:
        uses[key] = (line, [(kind, name)])
    else:
        known[1].append((kind, name))


def _report(code: str, uses: _Uses, there: frozenset[str], file_name: str, findings: FileFindings) -> None:
    for name, (line, referring) in uses.items():
        if name not in there:
            words: dict[str, Any] = {"name": quoted(name), "file": file_name, "users": users(referring)}
            findings.add(code, line=line, item=name, **words)


def _check_prefixes(definitions: Definitions, findings: FileFindings) -> None:
    meanings = {definitions.target_prefix: definitions.target_namespace}
    for using in definitions.using:
        if using.prefix and meanings.setdefault(using.prefix, using.namespace) != using.namespace:
            findings.add("PrefixDuplicate", line=using.line, item=using.prefix, prefix=quoted(using.prefix))
    undeclared: _Uses = {}
    categories: set[str] = set()
    for prefix, kind, name, line in _undeclared(category_references(definitions)):
        categories.add(prefix)
        _use(undeclared, prefix, kind, name, line)
    for prefix, kind, name, line in _undeclared(supported_on_references(definitions)):
        _use(undeclared, prefix, kind, name, line)
    for prefix, (line, referring) in undeclared.items():
        severity = Severity.ERROR if prefix in categories else Severity.WARNING
        words: dict[str, Any] = {"prefix": quoted(prefix), "users": users(referring)}
        findings.add("PrefixUndeclared", line=line, item=prefix, severity=severity, **words)


def _undeclared(references: Iterator[tuple[Reference, str, str, int]]) -> Iterator[tuple[str, str, str, int]]:
    for reference, kind, name, line in references:
        if reference.namespace is None:
            yield reference.written.partition(":")[0], kind, name, line


def _check_cycles(definitions: Definitions, findings: FileFindings) -> None:
    """Each category is walked through once, however long the chains are."""
    named = {category.name: category for category in reversed(definitions.categories)}
    walked: set[str] = set()
    for start in definitions.categories:
        chain: dict[str, Category] = {}
        step: Category | None = start
        while step is not None and step.name not in walked:
            walked.add(step.name)
            chain[step.name] = step
            parent = step.parent_category
            is_local = parent is not None and parent.namespace == definitions.target_namespace
            step = named.get(parent.name) if parent is not None and is_local else None
        if step is not None and step.name in chain:
            names = list(chain)[list(chain).index(step.name) :]
            shown = [quoted(name) for name in names[: NAMED + 1]]
            circle = " → ".join([*shown, *(["…"] if len(names) > len(shown) else []), quoted(step.name)])
            findings.add("CategoryCycle", line=step.line, item=step.name, circle=circle)
