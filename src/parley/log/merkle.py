"""The append-only Merkle tree of RFC 6962 section 2.1 over SHA-256, and its proofs. Pure.

Subtrees and their consistency proofs follow draft-ietf-plants-merkle-tree-certs-02 section 4, as
c2sp.org/tlog-mirror asks for. A *perfect* node (level, index) is the hash of the leaves
``[index * 2**level, (index + 1) * 2**level)``; it never changes once those leaves are there.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

from parley.errors import BadProof

Hash = bytes
"""A SHA-256 digest: 32 bytes."""

HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
"""The largest tree: what other implementations can count in a signed 64-bit integer."""
MAX_HASHES = 63
EMPTY_ROOT: Hash = hashlib.sha256(b"").digest()


class HashReader(Protocol):
    """Where the perfect nodes of one tree are read from."""

    def node(self, level: int, index: int) -> Hash:
        """Return the hash of the leaves ``[index * 2**level, (index + 1) * 2**level)``."""
        ...


def leaf_hash(entry: bytes) -> Hash:
    """Hash an entry as a leaf: SHA-256 of a zero byte and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Hash two neighbours into their parent: SHA-256 of a byte 1, left and right."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[Hash]) -> Hash:
    """Compute the root of a whole tree from its leaf hashes."""
    row = list(leaf_hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        paired = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        # a last node without neighbour rises unchanged
        row = paired + row[len(paired) * 2 :]
    return row[0]


def new_nodes(
    reader: HashReader, size: int, leaf_hashes: Sequence[Hash]
) -> list[tuple[int, int, Hash]]:
    """Give (level, index, hash) of each perfect node that leaves appended at ``size`` complete.

    ``reader`` is asked for older nodes only. The list goes up level by level, the leaves first.
    """
    nodes: list[tuple[int, int, Hash]] = []
    level, first, row = 0, size, list(leaf_hashes)
    while row:
        nodes += [(level, first + i, value) for i, value in enumerate(row)]
        end = first + len(row)
        if first % 2:
            row.insert(0, reader.node(level, first - 1))
        level, first = level + 1, first // 2
        row = [node_hash(row[i], row[i + 1]) for i in range(0, 2 * (end // 2 - first), 2)]
    return nodes


def root(reader: HashReader, size: int) -> Hash:
    """Compute the root of the first ``size`` leaves."""
    return subtree_hash(reader, 0, size) if size else EMPTY_ROOT


def subtree_hash(reader: HashReader, start: int, end: int) -> Hash:
    """Compute the hash of a subtree: ``start`` is a multiple of the power of two that spans it."""
    _check_subtree(start, end, end)
    perfect: list[Hash] = []
    while start < end:
        level = (end - start).bit_length() - 1
        perfect.append(reader.node(level, start >> level))
        start += 1 << level
    result = perfect.pop()
    while perfect:
        result = node_hash(perfect.pop(), result)
    return result


def inclusion_proof(reader: HashReader, index: int, size: int) -> list[Hash]:
    """Prove that leaf ``index`` is under the root of ``size`` leaves: siblings, leaf side first."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return subtree_consistency_proof(reader, index, index + 1, size)


def consistency_proof(reader: HashReader, old: int, new: int) -> list[Hash]:
    """Prove that the first ``old`` of ``new`` leaves are unchanged; empty for ``old`` 0."""
    if not 0 <= old <= new:
        raise ValueError(f"no tree of {old} in a tree of {new}")
    return subtree_consistency_proof(reader, 0, old, new) if old else []


def subtree_consistency_proof(reader: HashReader, start: int, end: int, size: int) -> list[Hash]:
    """Prove that the subtree ``[start, end)`` is part of the tree of ``size`` leaves."""
    _check_subtree(start, end, size)
    proof: list[Hash] = []
    low, high, known = 0, size, True
    # descend from the root, noting at each fork the side that is not followed
    while (start, end) != (low, high):
        fork = low + _split(high - low)
        if end <= fork:
            proof.append(subtree_hash(reader, fork, high))
            high = fork
        elif fork <= start:
            proof.append(subtree_hash(reader, low, fork))
            low = fork
        else:
            # only a subtree that begins where this node begins can cross the fork
            proof.append(subtree_hash(reader, low, fork))
            low = start = fork
            known = False
    if not known:
        proof.append(subtree_hash(reader, low, high))
    proof.reverse()
    return proof


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> None:
    """Refuse unless ``leaf`` (a leaf hash) is at ``index`` under ``root`` of ``size`` leaves."""
    if not 0 <= index < size <= MAX_SIZE:
        raise BadProof(f"no leaf {index} in a tree of {size}", where="index")
    _check_hashes((leaf, root, *proof))
    steps = iter(proof)
    value, place, last = leaf, index, size - 1
    while last:
        # the last node of a level has no neighbour if it is a left one: it rises unchanged
        if place % 2 or place < last:
            sibling = next(steps, None)
            if sibling is None:
                raise BadProof("hashes are missing", where="inclusion proof")
            value = node_hash(sibling, value) if place % 2 else node_hash(value, sibling)
        place, last = place // 2, last // 2
    if next(steps, None) is not None:
        raise BadProof("more hashes than the tree has levels", where="inclusion proof")
    if value != root:
        raise BadProof("the proof does not lead to the root", where="inclusion proof")


def verify_consistency(
    old: int, old_root: Hash, new: int, new_root: Hash, proof: Sequence[Hash]
) -> None:
    """Refuse unless the tree of ``new`` leaves extends that of ``old`` leaves.

    Size 0 has the empty root and is extended by every tree, with an empty proof; so is a size by
    itself, with equal roots.
    """
    if not 0 <= old <= new <= MAX_SIZE:
        raise BadProof(f"a tree of {new} cannot extend one of {old}", where="size")
    _check_hashes((old_root, new_root, *proof))
    for size, value in ((old, old_root), (new, new_root)):
        if size == 0 and value != EMPTY_ROOT:
            raise BadProof("a tree without leaves has the empty root", where="root")
    if old == 0:
        if proof:
            raise BadProof("nothing is to be proven from size 0", where="consistency proof")
        return
    verify_subtree_consistency(0, old, old_root, new, new_root, proof)


def old_root_shown(old: int, new: int, new_root: Hash, proof: Sequence[Hash]) -> Hash | None:
    """Give the root of the first ``old`` leaves that a consistency proof to ``new_root`` shows.

    None when the proof does not lead to ``new_root``, or shows no old root by itself: it leaves it
    out where ``old`` is a power of two.
    """
    if not 0 < old < new <= MAX_SIZE or not old & (old - 1):
        return None
    rest = list(proof)
    try:
        _check_hashes((new_root, *rest))
        shown, got_root = _climb(0, old, new, None, rest)
    except BadProof:
        return None
    return shown if got_root == new_root and not rest else None


def verify_subtree_consistency(
    start: int, end: int, subtree: Hash, size: int, root: Hash, proof: Sequence[Hash]
) -> None:
    """Refuse unless ``subtree`` is the hash of leaves ``[start, end)`` under ``root``."""
    if not 0 <= start < end <= size <= MAX_SIZE or start % _span(end - start):
        raise BadProof(f"[{start}, {end}) is no subtree of {size} leaves", where="size")
    _check_hashes((subtree, root, *proof))
    rest = list(proof)
    got_subtree, got_root = _climb(start, end, size, subtree, rest)
    if rest:
        raise BadProof("more hashes than the tree has levels", where="consistency proof")
    if got_subtree != subtree or got_root != root:
        raise BadProof("the proof does not lead from the one root to the other", where="root")


class MemoryTree:
    """A tree held in memory, for short-lived uses and tests."""

    def __init__(self, leaf_hashes: Iterable[Hash] = ()) -> None:
        self._rows: list[list[Hash]] = [[]]
        self.extend(list(leaf_hashes))

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._rows[0])

    def node(self, level: int, index: int) -> Hash:
        """Return the hash of a perfect node that the tree holds."""
        return self._rows[level][index]

    def append(self, leaf: Hash) -> None:
        """Add one leaf hash."""
        self.extend([leaf])

    def extend(self, leaf_hashes: Sequence[Hash]) -> None:
        """Add leaf hashes in order."""
        for level, _, value in new_nodes(self, self.size, leaf_hashes):
            if level == len(self._rows):
                self._rows.append([])
            self._rows[level].append(value)

    def root(self, size: int | None = None) -> Hash:
        """Give the root of the first ``size`` leaves, of all by default."""
        return root(self, self.size if size is None else size)


def _climb(
    start: int, end: int, size: int, known: Hash | None, proof: list[Hash]
) -> tuple[Hash, Hash]:
    """Give the subtree's hash and the tree's root; ``known`` is the subtree's hash if trusted."""
    if (start, end) == (0, size):
        value = known if known is not None else _take(proof)
        return value, value
    fork, sibling = _split(size), _take(proof)
    if end <= fork:
        part, whole = _climb(start, end, fork, known, proof)
        return part, node_hash(whole, sibling)
    if fork <= start:
        part, whole = _climb(start - fork, end - fork, size - fork, known, proof)
        return part, node_hash(sibling, whole)
    # the subtree covers the left side whole, so both hashes rest on it; nothing is taken on trust
    part, whole = _climb(0, end - fork, size - fork, None, proof)
    return node_hash(sibling, part), node_hash(sibling, whole)


def _take(proof: list[Hash]) -> Hash:
    if not proof:
        raise BadProof("hashes are missing", where="consistency proof")
    return proof.pop()


def _split(size: int) -> int:
    """Give the largest power of two below ``size``: where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(size: int) -> int:
    """Give the smallest power of two that is not below ``size``."""
    return 1 << (size - 1).bit_length()


def _check_subtree(start: int, end: int, size: int) -> None:
    if not 0 <= start < end <= size or start % _span(end - start):
        raise ValueError(f"[{start}, {end}) is no subtree of {size} leaves")


def _check_hashes(hashes: Sequence[Hash]) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise BadProof(f"a hash has {HASH_SIZE} bytes", where="hashes")
    if len(hashes) > MAX_HASHES + 2:
        raise BadProof(f"over {MAX_HASHES} hashes", where="hashes")
