"""The other files that a template needs or clashes with."""

import pytest

from operations.admx import DependencyKind, Severity, ValidationContext, dependencies
from operations.admx.check.known_namespaces import KNOWN_NAMESPACES, hint
from operations.admx.model.definitions import Using
from tests.admx.by_hand import category
from tests.admx.checks.judging import OWN, WINDOWS, a_policy, a_template, codes, declared, refer, the

ALONE = None
NOBODY = ValidationContext()
STRICT = ValidationContext(intune_fails=True)
USING = (Using("windows", WINDOWS, 3),)

HARD = a_template(a_policy(parent_category=refer("Network", WINDOWS, "windows")), using=USING)
SOFT = a_template(a_policy(supported_on=refer("W11", WINDOWS, "windows")), using=USING)
UNUSED = a_template(using=USING)
THERE = ValidationContext(declared=declared(categories={"Network"}, supported_on={"W11"}))


def test_a_namespace_already_in_use_fails_and_names_the_file() -> None:
    finding = the("NamespaceInUse", a_template(), ValidationContext(declared=declared(OWN, "other.admx")))
    assert finding.severity is Severity.ERROR
    assert "already in use by other.admx" in finding.message
    assert "as a new version" in finding.remedy


def test_a_missing_namespace_with_its_categories_fails_in_intunes_words_and_more() -> None:
    finding = the("NamespaceMissing", HARD, NOBODY)
    assert (finding.severity, finding.line, finding.item) == (Severity.ERROR, 3, WINDOWS)
    assert finding.message == (
        "ADMX file referenced not found NamespaceMissing:Microsoft.Policies.Windows. Please upload it first. "
        r"It is declared by Windows.admx (part of every Windows, in C:\Windows\PolicyDefinitions). "
        "Its categories are needed by policy “Proxy”."
    )


def test_a_missing_namespace_that_nobody_knows_is_told_without_a_hint() -> None:
    using = (Using("x", "Nobody.Knows", 3),)
    template = a_template(categories=(category(parent_category=refer("A", "Nobody.Knows", "x")),), using=using)
    assert the("NamespaceMissing", template, NOBODY).message.endswith(
        "Please upload it first. Its categories are needed by category “Main”."
    )


@pytest.mark.parametrize(
    ("template", "code", "usual"),
    [
        (SOFT, "NamespaceMissingSoft", Severity.WARNING),
        (UNUSED, "NamespaceUnusedMissing", Severity.WARNING),
    ],
)
def test_what_only_intune_insists_on_fails_only_where_its_limits_are_kept(
    template: object, code: str, usual: Severity
) -> None:
    assert the(code, template, NOBODY).severity is usual  # type: ignore[arg-type]
    assert the(code, template, STRICT).severity is Severity.ERROR  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "context", "expected"),
    [
        (HARD, ALONE, []),
        (HARD, THERE, []),
        (SOFT, ALONE, []),
        (SOFT, THERE, []),
        (UNUSED, ALONE, ["NamespaceUnused"]),
        (UNUSED, THERE, ["NamespaceUnused"]),
        (a_template(), NOBODY, []),
        (a_template(using=(Using("example", OWN, 3),)), NOBODY, []),
    ],
)
def test_what_is_there_or_cannot_be_known_is_not_missing(
    template: object, context: ValidationContext | None, expected: list[str]
) -> None:
    assert codes(template, context) == expected  # type: ignore[arg-type]


def test_needs_are_hard_soft_or_unused_and_list_the_names() -> None:
    policies = (
        a_policy("A", parent_category=refer("C1", "Both", "b"), supported_on=refer("S1", "Both", "b")),
        a_policy("B", parent_category=refer("C2", "Both", "b"), supported_on=refer("S2", "Soft", "s")),
    )
    using = (Using("b", "Both", 2), Using("s", "Soft", 3), Using("u", "Unused", 4), Using("again", "Both", 5))
    found = dependencies(a_template(*policies, using=using).definitions)
    assert [(dependency.namespace, dependency.prefix, dependency.kind, dependency.line) for dependency in found] == [
        ("Both", "b", DependencyKind.HARD, 2),
        ("Soft", "s", DependencyKind.SOFT, 3),
        ("Unused", "u", DependencyKind.UNUSED, 4),
    ]
    assert (found[0].categories, found[0].supported_on) == (frozenset({"C1", "C2"}), frozenset({"S1"}))
    assert (found[1].categories, found[1].supported_on) == (frozenset(), frozenset({"S2"}))


def test_a_known_namespace_names_its_file_even_when_written_in_another_case() -> None:
    assert hint("Google.Policies") == (
        "It is declared by google.admx (published by Google with the templates for Chrome)."
    )
    assert "It may mean Google.Policies" in hint("google.policies")
    assert hint("Nobody.Knows") == ""
    assert KNOWN_NAMESPACES["Microsoft.Policies.Products"].file_name == "WindowsProducts.admx"


@pytest.mark.parametrize(
    ("using", "words"),
    [
        (Using("x", "", 3), "“x” has no namespace"),
        (Using("", WINDOWS, 3), "“Microsoft.Policies.Windows” has no prefix"),
    ],
)
def test_a_using_must_have_both_a_prefix_and_a_namespace(using: Using, words: str) -> None:
    finding = the("AttributeMissing", a_template(using=(using,)))
    assert (finding.severity, finding.line) == (Severity.ERROR, 3)
    assert words in finding.message
