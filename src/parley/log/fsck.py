"""Checking everything that a node stores about its logs against everything else in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from parley.errors import LogDamaged, ParleyError
from parley.log.checkpoint import (
    SignedNote,
    VerifierKey,
    cosignature_time,
    verify_log_signature,
)
from parley.log.heads import StoredHead
from parley.log.keyring import KeyRing
from parley.log.merkle import (
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from parley.log.signstate import LOG_SIGNER, Signed, SignState
from parley.log.store import Store, foreign_leaf


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked, and found to fit together."""

    logs: int
    entries: int
    heads: int
    cosignatures: int


def fsck(
    store: Store, state: SignState, keys: KeyRing, *, witness: str = "", receipt: str = ""
) -> Checked:
    """Check every log; raises LogDamaged with the place of the first thing that does not fit.

    ``keys``: logs whose key is not in it have their signatures left unchecked. ``witness``
    and ``receipt``: the names of our own cosigners, whose sign-state is compared.
    """
    entries = heads = cosignatures = 0
    origins = store.origins()
    for origin in origins:
        # (1) every hash and name in the store is what the entries give, from the first one on
        tree = _rebuilt(store, origin)
        # (2) heads are signed, and those that we hold are roots of this very tree
        kept = store.heads(origin)
        for head in kept:
            cosignatures += _check_head(head, tree, keys)
        # (3) what was proven can be proven again
        _check_proofs(tree, [head for head in kept if head.size <= tree.size])
        # (4) nothing was signed that is not held
        for signer in (LOG_SIGNER, receipt, witness):
            signed = state.last(signer, origin)
            if signed is not None:
                _check_signed(signer, signed, store, origin, tree, ahead=signer == witness)
        entries += tree.size
        heads += len(kept)
    return Checked(len(origins), entries, heads, cosignatures)


def _rebuilt(store: Store, origin: str) -> MemoryTree:
    raws = store.entries(origin)
    if len(raws) != store.size(origin):
        raise LogDamaged("entries are missing", where=origin)
    tree = MemoryTree([leaf_hash(raw) for raw in raws])
    beside, names = store.node_rows(origin), store.names(origin)
    for index, raw in enumerate(raws):
        place = f"{origin} {index}"
        completed = 0
        while (index + 1) % (1 << completed) == 0:
            completed += 1
        nodes = [tree.node(level, ((index + 1) >> level) - 1) for level in range(completed)]
        if b"".join(nodes) != beside[index]:
            raise LogDamaged("a stored hash is not that of the entries", where=place)
        name = foreign_leaf(raw).name
        if (None if name is None else name.hex()) != names[index]:
            raise LogDamaged("the stored name is not that of the record", where=place)
    if store.root(origin, tree.size) != tree.root():
        raise LogDamaged("the stored root is not that of the entries", where=origin)
    return tree


def _check_head(head: StoredHead, tree: MemoryTree, keys: KeyRing) -> int:
    place = f"{head.origin} {head.size}"
    if head.size <= tree.size and tree.root(head.size) != head.root:
        raise LogDamaged("a kept head is not the root of the entries", where=place)
    note = SignedNote.parse(head.note)
    found = 0
    try:
        key = keys.logs.get(head.origin)
        if key is not None:
            verify_log_signature(note, head.checkpoint, key)
        known: tuple[VerifierKey, ...] = keys.cosigners
        found = sum(cosignature_time(note, cosigner) is not None for cosigner in known)
    except ParleyError as error:
        raise LogDamaged(f"a kept line does not verify: {error}", where=place) from None
    return found


def _check_proofs(tree: MemoryTree, heads: Sequence[StoredHead]) -> None:
    for older, newer in pairwise(heads):
        proof = consistency_proof(tree, older.size, newer.size)
        verify_consistency(older.size, older.root, newer.size, newer.root, proof)
    if heads and heads[-1].size:
        last = heads[-1]
        for index in {0, last.size // 2, last.size - 1}:
            proof = inclusion_proof(tree, index, last.size)
            verify_inclusion(tree.node(0, index), index, last.size, proof, last.root)


def _check_signed(
    signer: str, signed: Signed, store: Store, origin: str, tree: MemoryTree, *, ahead: bool
) -> None:
    place = f"{origin} {signed.size}"
    if signed.size <= tree.size:
        root = tree.root(signed.size)
    elif ahead:
        # A witness signs heads whose entries are still to come. A crash right after that leaves
        # its state without the head, which is then offered again.
        head = store.stored_head_at(origin, signed.size)
        root = signed.root if head is None else head.root
    else:
        raise LogDamaged(f"{signer} signed more than is held", where=place)
    if root != signed.root:
        raise LogDamaged(f"{signer} signed another root", where=place)
