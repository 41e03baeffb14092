"""The tree is that of RFC 6962; a proof leads to its root, and no other bytes do."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import BadProof
from parley.log.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    MAX_SIZE,
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    new_nodes,
    node_hash,
    root,
    root_of,
    subtree_consistency_proof,
    subtree_hash,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
)

LIMIT = 70
# The eight leaves that certificate-transparency implementations share, and the root of all eight.
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def leaves(count: int, salt: bytes = b"") -> list[bytes]:
    return [leaf_hash(salt + i.to_bytes(4, "big")) for i in range(count)]


# --- naive twins: the recursive definitions of RFC 6962 section 2.1 and of the subtree draft


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def half(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_root(row: Sequence[bytes]) -> bytes:
    if not row:
        return sha(b"")
    if len(row) == 1:
        return row[0]
    k = half(len(row))
    return sha(b"\x01" + naive_root(row[:k]) + naive_root(row[k:]))


def naive_path(m: int, row: Sequence[bytes]) -> list[bytes]:
    if len(row) == 1:
        return []
    k = half(len(row))
    if m < k:
        return [*naive_path(m, row[:k]), naive_root(row[k:])]
    return [*naive_path(m - k, row[k:]), naive_root(row[:k])]


def naive_consistency(m: int, row: Sequence[bytes], whole: bool = True) -> list[bytes]:
    n = len(row)
    if m == n:
        return [] if whole else [naive_root(row)]
    k = half(n)
    if m <= k:
        return [*naive_consistency(m, row[:k], whole), naive_root(row[k:])]
    return [*naive_consistency(m - k, row[k:], False), naive_root(row[:k])]


def naive_subtree_proof(
    start: int, end: int, row: Sequence[bytes], whole: bool = True
) -> list[bytes]:
    n = len(row)
    if (start, end) == (0, n):
        return [] if whole else [naive_root(row)]
    k = half(n)
    if end <= k:
        return [*naive_subtree_proof(start, end, row[:k], whole), naive_root(row[k:])]
    if k <= start:
        return [
            *naive_subtree_proof(start - k, end - k, row[k:], whole),
            naive_root(row[:k]),
        ]
    return [*naive_subtree_proof(0, end - k, row[k:], False), naive_root(row[:k])]


def naive_verifies_consistency(
    m: int, old: bytes, n: int, new: bytes, proof: Sequence[bytes]
) -> bool:
    """Verify step by step as RFC 9162 section 2.1.4.2 tells it, for 0 < m < n."""
    path = list(proof)
    if m & (m - 1) == 0:
        path.insert(0, old)
    if not path:
        return False
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha(b"\x01" + c + fr), sha(b"\x01" + c + sr)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha(b"\x01" + sr + c)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr, sn) == (old, new, 0)


def subtrees(size: int) -> list[tuple[int, int]]:
    """Every [start, end) that is a subtree of a tree of this size."""
    found = []
    for start in range(size):
        for end in range(start + 1, size + 1):
            span = 1
            while span < end - start:
                span *= 2
            if start % span == 0:
                found.append((start, end))
    return found


def accepts_consistency(m: int, old: bytes, n: int, new: bytes, proof: Sequence[bytes]) -> bool:
    try:
        verify_consistency(m, old, n, new, proof)
    except BadProof:
        return False
    return True


# --- the tree


def test_the_shared_vector_of_eight_leaves() -> None:
    """Our tree over the well-known leaves has the well-known root."""
    assert root_of([leaf_hash(bytes.fromhex(x)) for x in LEAVES]).hex() == ROOT_OF_EIGHT


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    """Size 0 is a tree, whoever computes it."""
    assert EMPTY_ROOT == root_of([]) == root(MemoryTree(), 0) == MemoryTree().root() == sha(b"")


def test_leaves_and_nodes_cannot_be_taken_for_each_other() -> None:
    """A node's two children, offered as an entry, hash to something else."""
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)


def test_every_root_is_that_of_the_definition() -> None:
    """Three ways to a root agree for every size."""
    row = leaves(LIMIT)
    tree = MemoryTree(row)
    for n in range(LIMIT + 1):
        assert naive_root(row[:n]) == root_of(row[:n]) == tree.root(n)


@given(st.lists(st.integers(0, 9), max_size=12))
def test_batches_complete_the_same_nodes_as_single_leaves(batches: list[int]) -> None:
    """However leaves are grouped, the perfect nodes are the same, each given once."""
    row = leaves(sum(batches))
    given_nodes: dict[tuple[int, int], bytes] = {}
    tree, at = MemoryTree(), 0
    for count in batches:
        batch = row[at : at + count]
        for level, index, value in new_nodes(tree, at, batch):
            assert (level, index) not in given_nodes
            given_nodes[level, index] = value
        tree.extend(batch)
        at += count
    expected = {
        (level, index): naive_root(row[index << level : (index + 1) << level])
        for level in range(8)
        for index in range(len(row) >> level)
    }
    assert given_nodes == expected


def test_one_by_one_is_the_same_as_at_once() -> None:
    """Appending leaf by leaf gives the tree of all leaves."""
    row, tree = leaves(33), MemoryTree()
    for value in row:
        tree.append(value)
    assert tree.size == 33
    assert tree.root() == naive_root(row)


# --- inclusion


def test_every_inclusion_proof_is_that_of_the_definition() -> None:
    """For every leaf of every size the proof is the defined one, and verifies."""
    row = leaves(LIMIT)
    tree = MemoryTree(row)
    for n in range(1, LIMIT + 1):
        for m in range(n):
            proof = inclusion_proof(tree, m, n)
            assert proof == naive_path(m, row[:n])
            verify_inclusion(row[m], m, n, proof, tree.root(n))


def test_no_proof_serves_another_place() -> None:
    """A proof verifies at its own index only."""
    row = leaves(20)
    tree = MemoryTree(row)
    for n in range(1, 21):
        for m in range(n):
            proof = inclusion_proof(tree, m, n)
            for other in range(n):
                if other != m:
                    with pytest.raises(BadProof):
                        verify_inclusion(row[m], other, n, proof, tree.root(n))


@given(st.integers(1, 5000), st.data())
@settings(max_examples=40)
def test_flipping_any_byte_of_an_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    """Leaf, proof, root: no byte can be changed, no hash added, dropped or swapped."""
    row = leaves(size)
    tree = MemoryTree(row)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(tree, index, size)
    verify_inclusion(row[index], index, size, proof, tree.root())
    flat = row[index] + tree.root() + b"".join(proof)
    bit = data.draw(st.integers(1, 255))
    for at in range(len(flat)):
        bad = bytearray(flat)
        bad[at] ^= bit
        leaf, top, *rest = (bytes(bad[i : i + 32]) for i in range(0, len(bad), 32))
        with pytest.raises(BadProof):
            verify_inclusion(leaf, index, size, rest, top)
    for wrong in ([*proof, proof[-1] if proof else row[0]], proof[:-1], proof[1:], proof[::-1]):
        if wrong != proof:
            with pytest.raises(BadProof):
                verify_inclusion(row[index], index, size, wrong, tree.root())


@pytest.mark.parametrize(
    ("index", "size"), [(-1, 1), (0, 0), (1, 1), (5, 3), (0, MAX_SIZE + 1), (MAX_SIZE, MAX_SIZE)]
)
def test_a_leaf_outside_the_tree_is_refused(index: int, size: int) -> None:
    """No proof is looked at when there is no such leaf."""
    with pytest.raises(BadProof):
        verify_inclusion(bytes(32), index, size, [], bytes(32))


def test_the_largest_tree_can_be_proven() -> None:
    """The last of 2^63-1 leaves needs no more hashes than a proof may carry."""
    leaf, proof = bytes(32), [bytes([i]) * 32 for i in range(62)]
    value = leaf
    for sibling in proof:
        value = node_hash(sibling, value)
    verify_inclusion(leaf, MAX_SIZE - 1, MAX_SIZE, proof, value)


# --- consistency


def test_every_consistency_proof_is_that_of_the_definition() -> None:
    """For every pair of sizes the proof is the defined one, and verifies."""
    row = leaves(LIMIT)
    tree = MemoryTree(row)
    for n in range(1, LIMIT + 1):
        for m in range(1, n + 1):
            proof = consistency_proof(tree, m, n)
            assert proof == naive_consistency(m, row[:n])
            verify_consistency(m, tree.root(m), n, tree.root(n), proof)


def test_from_size_zero_nothing_is_to_be_proven() -> None:
    """Old size 0 is accepted with an empty proof, as tlog-witness demands; 0 to 0 too."""
    tree = MemoryTree(leaves(5))
    assert consistency_proof(tree, 0, 5) == []
    verify_consistency(0, EMPTY_ROOT, 5, tree.root(), [])
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    for args in [
        (0, EMPTY_ROOT, 5, tree.root(), [bytes(32)]),  # something proven from nothing
        (0, bytes(32), 5, tree.root(), []),  # a size 0 that is not empty
        (0, EMPTY_ROOT, 0, tree.root(), []),
        (0, EMPTY_ROOT, 0, EMPTY_ROOT, [bytes(32)]),
    ]:
        with pytest.raises(BadProof):
            verify_consistency(*args)


def test_a_tree_extends_itself_only_with_an_equal_root() -> None:
    """Equal sizes: equal roots and an empty proof, nothing else."""
    tree, other = MemoryTree(leaves(6)), MemoryTree(leaves(6, b"x"))
    verify_consistency(6, tree.root(), 6, tree.root(), [])
    for args in [
        (6, tree.root(), 6, other.root(), []),
        (6, tree.root(), 6, tree.root(), [bytes(32)]),
    ]:
        with pytest.raises(BadProof):
            verify_consistency(*args)


def test_a_shrinking_tree_is_refused() -> None:
    """A log never gets shorter."""
    tree = MemoryTree(leaves(6))
    with pytest.raises(BadProof):
        verify_consistency(6, tree.root(), 5, tree.root(5), consistency_proof(tree, 5, 6))


def test_a_rewritten_log_has_no_proof() -> None:
    """Where one old leaf differs, neither log's own proof joins the two roots."""
    for n in range(2, 24):
        for m in range(1, n):
            honest = leaves(n)
            forked = list(honest)
            forked[m - 1] = leaf_hash(b"rewritten")
            mine, theirs = MemoryTree(honest), MemoryTree(forked)
            for proof in (consistency_proof(mine, m, n), consistency_proof(theirs, m, n)):
                assert not accepts_consistency(m, mine.root(m), n, theirs.root(), proof)


@given(st.integers(2, 3000), st.data())
@settings(max_examples=40)
def test_flipping_any_byte_of_a_consistency_proof_is_refused(
    size: int, data: st.DataObject
) -> None:
    """Both roots and every hash are bound; ours and the RFC's own procedure agree on it."""
    tree = MemoryTree(leaves(size))
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(tree, old, size)
    flat = tree.root(old) + tree.root() + b"".join(proof)
    assert naive_verifies_consistency(old, tree.root(old), size, tree.root(), proof)
    bit = data.draw(st.integers(1, 255))
    for at in range(len(flat)):
        bad = bytearray(flat)
        bad[at] ^= bit
        first, second, *rest = (bytes(bad[i : i + 32]) for i in range(0, len(bad), 32))
        assert not accepts_consistency(old, first, size, second, rest)
        assert not naive_verifies_consistency(old, first, size, second, rest)


def test_two_verifiers_never_disagree_on_a_proof() -> None:
    """Proofs for other sizes, cut, lengthened and swapped: ours accepts what the RFC's accepts."""
    tree = MemoryTree(leaves(13))
    proofs = [consistency_proof(tree, m, n) for n in range(2, 14) for m in range(1, n)]
    proofs += [p[:-1] for p in proofs] + [p[::-1] for p in proofs] + [[*p, p[0]] for p in proofs]
    accepted = 0
    for n in range(2, 14):
        for m in range(1, n):
            for proof in proofs:
                args = (m, tree.root(m), n, tree.root(n), proof)
                assert accepts_consistency(*args) == naive_verifies_consistency(*args)
                accepted += accepts_consistency(*args)
    assert accepted >= 78


# --- subtrees


def test_every_subtree_of_every_small_tree() -> None:
    """The subtree proof is the defined one and verifies, for every subtree."""
    row = leaves(34)
    tree = MemoryTree(row)
    for n in range(1, 35):
        for start, end in subtrees(n):
            proof = subtree_consistency_proof(tree, start, end, n)
            part = subtree_hash(tree, start, end)
            assert part == naive_root(row[start:end])
            assert proof == naive_subtree_proof(start, end, row[:n])
            verify_subtree_consistency(start, end, part, n, tree.root(n), proof)


@given(st.integers(0, 3), st.integers(1, 256), st.integers(0, 900), st.data())
@settings(max_examples=25)
def test_flipping_any_byte_of_a_package_is_refused(
    package: int, width: int, more: int, data: st.DataObject
) -> None:
    """Subtrees that start at multiples of 256, as add-entries sends them, are bound whole."""
    start = package * 256
    end = start + width
    size = end + more
    tree = MemoryTree(leaves(size))
    proof = subtree_consistency_proof(tree, start, end, size)
    flat = subtree_hash(tree, start, end) + tree.root() + b"".join(proof)
    verify_subtree_consistency(start, end, flat[:32], size, tree.root(), proof)
    bit = data.draw(st.integers(1, 255))
    for at in range(len(flat)):
        bad = bytearray(flat)
        bad[at] ^= bit
        part, top, *rest = (bytes(bad[i : i + 32]) for i in range(0, len(bad), 32))
        with pytest.raises(BadProof):
            verify_subtree_consistency(start, end, part, size, top, rest)


@pytest.mark.parametrize(
    ("start", "end", "size"),
    [(1, 3, 8), (2, 5, 8), (4, 4, 8), (6, 9, 8), (-1, 1, 8), (256, 600, 900)],
)
def test_what_is_no_subtree_is_refused(start: int, end: int, size: int) -> None:
    """A range that a tree does not hash as one node is neither proven nor accepted."""
    tree = MemoryTree(leaves(size))
    with pytest.raises(ValueError, match="no subtree"):
        subtree_consistency_proof(tree, start, end, size)
    with pytest.raises(BadProof):
        verify_subtree_consistency(start, end, bytes(32), size, tree.root(), [])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_is_refused(length: int) -> None:
    """A "hash" that is longer or shorter could hide a boundary between two."""
    bad = bytes(length)
    for call in (
        lambda: verify_inclusion(bytes(32), 0, 2, [bad], bytes(32)),
        lambda: verify_consistency(1, bytes(32), 2, bytes(32), [bad]),
        lambda: verify_subtree_consistency(0, 1, bad, 2, bytes(32), [bytes(32)]),
    ):
        with pytest.raises(BadProof, match=str(HASH_SIZE)):
            call()


@pytest.mark.soak
def test_all_sizes_to_three_hundred() -> None:
    """Every inclusion and consistency proof of every size to 300."""
    row = leaves(300)
    tree = MemoryTree(row)
    for n in range(1, 301):
        for m in range(n):
            verify_inclusion(row[m], m, n, inclusion_proof(tree, m, n), tree.root(n))
            proof = consistency_proof(tree, m, n)
            verify_consistency(m, tree.root(m), n, tree.root(n), proof)
