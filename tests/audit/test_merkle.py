"""The tree of RFC 9162, checked against published roots and proofs and against the definition itself."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.audit import merkle
from operations.audit.merkle import CompactRange, consistency_proof, includes, inclusion_proof, is_consistent, leaf_hash

# github.com/transparency-dev/merkle, testonly: the eight leaves of the reference tests of Certificate Transparency,
# the roots of the trees over the first n of them, and proofs.
LEAVES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSION = [
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (3, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        2,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
]
CONSISTENCY = [
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


def subtree_of(leaves: list[bytes]) -> merkle.Subtree:
    return lambda level, index: defined_root(leaves[index << level : (index + 1) << level])


def grown(leaves: list[bytes]) -> CompactRange:
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    return tree


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size]
    assert merkle.root_of(0, size, subtree_of(LEAVES)).hex() == ROOTS[size]


@pytest.mark.parametrize(("number", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(number: int, size: int, path: tuple[str, ...]) -> None:
    made = inclusion_proof(number - 1, size, subtree_of(LEAVES))
    assert [step.hex() for step in made] == list(path)
    assert includes(leaf_hash(LEAVES[number - 1]), number - 1, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: tuple[str, ...]) -> None:
    made = consistency_proof(old, new, subtree_of(LEAVES))
    assert [step.hex() for step in made] == list(path)
    assert is_consistent(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), made)


@given(st.integers(1, 70), st.data())
def test_every_leaf_of_every_tree_has_a_proof_that_holds_for_it_alone(size: int, data: st.DataObject) -> None:
    leaves = [bytes([number]) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    root, path = defined_root(leaves), inclusion_proof(index, size, subtree_of(leaves))
    assert grown(leaves).root() == root
    assert includes(leaf_hash(leaves[index]), index, size, path, root)
    assert not includes(leaf_hash(b"forged"), index, size, path, root)
    assert not includes(leaf_hash(leaves[index]), index, size, [*path, root], root)
    if size > 1:
        assert not includes(leaf_hash(leaves[index]), (index + 1) % size, size, path, root)
        assert not includes(leaf_hash(leaves[index]), index, size, path[1:], root)


@given(st.integers(1, 70), st.data())
def test_a_tree_is_consistent_with_each_of_its_beginnings_and_no_other(new: int, data: st.DataObject) -> None:
    leaves = [bytes([number]) for number in range(new)]
    old = data.draw(st.integers(1, new))
    path = consistency_proof(old, new, subtree_of(leaves))
    roots = defined_root(leaves[:old]), defined_root(leaves)
    assert is_consistent(old, new, *roots, path)
    assert not is_consistent(old, new, defined_root([*leaves[: old - 1], b"forged"]), roots[1], path)
    assert not is_consistent(old, new, roots[0], defined_root([b"forged", *leaves[1:]]) if new > 1 else b"", path)
    assert not is_consistent(old, new, *roots, [*path, roots[0]])


@given(st.integers(0, 300))
def test_a_tree_can_be_kept_and_taken_up_again(size: int) -> None:
    tree = grown([bytes([number % 251]) for number in range(size)])
    assert CompactRange.load(size, tree.dump()).root() == tree.root()
    assert len(tree.peaks) == size.bit_count()
    with pytest.raises(ValueError, match="peaks"):
        CompactRange.load(size + 1 if size.bit_count() != (size + 1).bit_count() else size + 3, tree.dump() + b"x")


def test_each_full_subtree_is_told_once() -> None:
    tree, told = CompactRange(), {}
    for leaf in LEAVES:
        for level, index, root in tree.append(leaf_hash(leaf)):
            assert (level, index) not in told
            told[level, index] = root
    assert told == {
        (level, index): subtree_of(LEAVES)(level, index) for level in range(4) for index in range(8 >> level)
    }


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, subtree_of(LEAVES))
    assert not includes(leaf_hash(LEAVES[0]), index, size, [], bytes.fromhex(ROOTS[1]))
