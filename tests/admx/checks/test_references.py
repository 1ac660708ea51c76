"""Prefixes, categories and “supported on” texts that are referred to."""

from itertools import pairwise

import pytest

from operations.admx import Severity, ValidationContext
from operations.admx.model.definitions import Product, ProductVersion, SupportedOnDefinition, SupportedProduct, Using
from tests.admx.by_hand import category, supported
from tests.admx.checks.judging import WINDOWS, a_policy, a_template, codes, declared, refer, the

USING = (Using("windows", WINDOWS, 3),)


def test_an_unknown_category_is_told_once_with_those_who_ask_for_it() -> None:
    policies = [a_policy(name, parent_category=refer("Gone")) for name in "ABCDE"]
    finding = the("CategoryMissing", a_template(*policies))
    assert (finding.severity, finding.line, finding.item) == (Severity.WARNING, 7, "Gone")
    assert "example.admx. It is asked for by policy “A”, policy “B”, policy “C” and 2 more" in finding.message


def test_letter_case_matters_in_names() -> None:
    assert codes(a_template(a_policy(parent_category=refer("main")))) == ["CategoryMissing"]


def test_a_category_may_lie_in_an_unknown_one_too() -> None:
    lost = category("Main", parent_category=refer("Gone"))
    assert "category “Main”" in the("CategoryMissing", a_template(categories=(lost,))).message


def test_a_category_of_another_file_is_looked_for_there() -> None:
    template = a_template(a_policy(parent_category=refer("Network", WINDOWS, "windows")), using=USING)
    assert codes(template) == []
    assert codes(template, ValidationContext(declared=declared(categories={"Network"}))) == []
    finding = the("CategoryMissing", template, ValidationContext(declared=declared(categories={"network"})))
    assert "is not in Windows.admx" in finding.message


def test_a_supported_on_text_is_looked_for_here_and_there() -> None:
    own = a_template(a_policy(supported_on=refer("New")), supported_on=(supported("Old", "$(string.Proxy)"),))
    finding = the("SupportedOnMissing", own)
    assert (finding.severity, finding.line, finding.item) == (Severity.WARNING, 7, "New")
    other = a_template(a_policy(supported_on=refer("W11", WINDOWS, "windows")), using=USING)
    assert codes(other) == []
    assert codes(other, ValidationContext(declared=declared(supported_on={"W11"}))) == []
    assert codes(other, ValidationContext(declared=declared())) == ["SupportedOnMissing"]


@pytest.mark.parametrize("name", ["Condition", "Editor", "Editor9", "Editor9_1"])
def test_a_definition_a_product_or_a_version_of_one_will_do(name: str) -> None:
    minor = ProductVersion("Editor9_1", "$(string.Proxy)", 1, ())
    major = ProductVersion("Editor9", "$(string.Proxy)", 9, (minor,))
    template = a_template(
        a_policy(supported_on=refer(name)),
        supported_on=(supported("Condition", "$(string.Proxy)"),),
        products=(Product("Editor", "$(string.Proxy)", (major,), 5),),
    )
    assert codes(template) == []


def test_a_definition_may_name_an_unknown_product() -> None:
    definition = SupportedOnDefinition("New", "$(string.Proxy)", "or", (SupportedProduct(refer("Gone")),), 6)
    finding = the("SupportedOnMissing", a_template(supported_on=(definition,)))
    assert (finding.line, finding.item) == (6, "Gone")
    assert "definition “New”" in finding.message


def test_an_undeclared_prefix_is_an_error_for_a_category() -> None:
    template = a_template(a_policy(parent_category=refer("Network", None, "windows")))
    finding = the("PrefixUndeclared", template)
    assert (finding.severity, finding.line, finding.item) == (Severity.ERROR, 7, "windows")
    assert codes(template) == ["PrefixUndeclared"]


def test_an_undeclared_prefix_is_a_warning_for_a_supported_on_text() -> None:
    template = a_template(a_policy(supported_on=refer("W11", None, "windows")))
    assert the("PrefixUndeclared", template).severity is Severity.WARNING


def test_one_finding_stands_for_all_uses_of_a_prefix() -> None:
    both = a_policy(parent_category=refer("A", None, "x"), supported_on=refer("B", None, "x"))
    assert the("PrefixUndeclared", a_template(both, a_policy("C", parent_category=refer("A", None, "x"))))


@pytest.mark.parametrize(
    ("using", "is_told"),
    [
        ((Using("a", "X", 3), Using("a", "Y", 4)), True),
        ((Using("example", "X", 4),), True),
        ((Using("a", "X", 3), Using("a", "X", 4)), False),
        ((Using("a", "X", 3), Using("b", "X", 4)), False),
    ],
)
def test_a_prefix_must_not_mean_two_namespaces(using: tuple[Using, ...], is_told: bool) -> None:
    assert ("PrefixDuplicate" in codes(a_template(using=using))) == is_told


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"A": "A"}, "“A” → “A”"),
        ({"A": "B", "B": "A"}, "“A” → “B” → “A”"),
        ({"X": "A", "A": "B", "B": "C", "C": "A"}, "“A” → “B” → “C” → “A”"),
        ({name: chr(ord(name) + 1) for name in "ABCDEFG"} | {"H": "A"}, "“A” → “B” → “C” → “D” → … → “A”"),
    ],
)
def test_categories_in_a_circle_are_an_error(parents: dict[str, str], circle: str) -> None:
    strings = tuple(
        category(name, display_name="$(string.Main)", parent_category=refer(up)) for name, up in parents.items()
    )
    finding = the("CategoryCycle", a_template(categories=(category(), *strings)))
    assert finding.severity is Severity.ERROR
    assert f": {circle}." in finding.message


def test_two_circles_are_two_errors_and_a_long_chain_is_none() -> None:
    def chain(names: str) -> tuple[object, ...]:
        return tuple(
            category(one, display_name="$(string.Main)", parent_category=refer(up)) for one, up in pairwise(names)
        )

    assert codes(a_template(categories=(category(), *chain("ABA"), *chain("CDC")))) == ["CategoryCycle"] * 2
    assert (
        codes(a_template(categories=(category(), category("Z", display_name="$(string.Main)"), *chain("ABCDEFZ"))))
        == []
    )


def test_the_same_name_in_another_file_closes_no_circle() -> None:
    there = category("Main", parent_category=refer("Main", WINDOWS, "windows"))
    assert codes(a_template(categories=(there,), using=USING)) == []
