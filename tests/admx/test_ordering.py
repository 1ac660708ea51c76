"""The order in which many templates are taken in."""

from dataclasses import replace

from operations.admx import Definitions, order
from operations.admx.model.definitions import Reference, Using
from tests.admx.by_hand import category, policy, template


def of(namespace: str, *needed: str, soft: tuple[str, ...] = ()) -> Definitions:
    parents = tuple(category(f"In{name}", parent_category=Reference(name, "Top", "Top")) for name in needed)
    supported = tuple(policy(name=name, parent_category=None, supported_on=Reference(name, "S", "S")) for name in soft)
    using = tuple(Using(f"p{name}", name, 1) for name in (*needed, *soft))
    return replace(
        template().definitions,
        target_namespace=namespace, file_name=namespace, using=using, categories=parents, policies=supported,
    )  # fmt: skip


def names(*given: Definitions) -> list[str]:
    return [one.target_namespace for one in order(given).in_order]


def test_without_needs_the_given_order_stays() -> None:
    assert names(of("c"), of("a"), of("b")) == ["c", "a", "b"]


def test_what_is_needed_stands_before_what_needs_it() -> None:
    assert names(of("c", "b"), of("b", "a"), of("a")) == ["a", "b", "c"]
    assert names(of("c", "b", "a"), of("b"), of("a")) == ["b", "a", "c"]


def test_what_is_not_among_them_is_not_waited_for() -> None:
    assert names(of("b", "elsewhere"), of("a", "a")) == ["b", "a"]


def test_mutual_use_for_supported_on_only_is_no_ring() -> None:
    ordering = order([of("windows", soft=("products",)), of("products", soft=("windows",))])
    assert ordering.circular == ()
    assert [one.target_namespace for one in ordering.in_order] == ["windows", "products"]


def test_rings_and_what_needs_them_stand_at_the_end() -> None:
    ordering = order([of("a", "b"), of("b", "a"), of("needs a", "a"), of("free"), of("x", "y"), of("y", "x")])
    assert [one.target_namespace for one in ordering.in_order] == ["free", "a", "b", "needs a", "x", "y"]
    assert [[one.target_namespace for one in cycle] for cycle in ordering.circular] == [["a", "b"], ["x", "y"]]


def test_of_equal_namespaces_the_first_is_needed_and_both_stay() -> None:
    first, second = replace(of("a"), file_name="first"), replace(of("a"), file_name="second")
    assert [one.file_name for one in order([of("b", "a"), first, second]).in_order] == ["first", "b", "second"]


def test_long_chains_and_rings_need_no_recursion() -> None:
    chain = [of(str(n), str(n + 1)) for n in range(5000)]
    assert [one.target_namespace for one in order(chain).in_order] == [str(n) for n in range(4999, -1, -1)]
    cycle = [of(str(n), str((n + 1) % 5000)) for n in range(5000)]
    assert len(order(cycle).circular[0]) == 5000
