"""aics-tlog, an independent implementation, accepts what we make and refuses tampered copies.

It is no dependency and in no lock: installed by hand where it is wanted, absent elsewhere.
"""

import pytest

from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    cosign,
    sign_checkpoint,
)
from parley.log.merkle import (
    EMPTY_ROOT,
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from parley.record.signature import SeedSigner

aics = pytest.importorskip("aics_tlog", reason="aics-tlog is not installed")

ORIGIN = "coalition/" + "c3" * 32 + "/main"
LOG = SeedSigner(b"L" * 32)
COSIGNERS = {
    "russia/witness": SeedSigner(b"W" * 32),
    "russia/receipt": SeedSigner(b"R" * 32),
    "mirror/receipt": SeedSigner(b"M" * 32),
}
ENTRIES = [b"record %d" % i for i in range(300)]
TREE = MemoryTree(leaf_hash(e) for e in ENTRIES)
HEAD = Checkpoint(ORIGIN, 300, TREE.root())
LOG_VKEY = VerifierKey(ORIGIN, LOG_KEY, LOG.public).format()
VKEYS = {n: VerifierKey(n, COSIGNER_KEY, s.public).format() for n, s in COSIGNERS.items()}


def note(*names: str) -> bytes:
    lines = [cosign(HEAD, n, COSIGNERS[n], 1_466_049_600 + i) for i, n in enumerate(names)]
    return SignedNote(HEAD.body().decode(), (sign_checkpoint(HEAD, LOG), *lines)).format()


def accepts(data: bytes, quorum: int) -> bool:
    """Tell whether aics-tlog accepts a head under our log key and so many of our cosigners."""
    try:
        parsed = aics.parse_note(data)
    except ValueError:
        return False
    keys = tuple(aics.parse_vkey(v) for v in VKEYS.values())
    policy = aics.WitnessPolicy(quorum, keys)
    result = aics.verify_checkpoint(
        parsed, aics.parse_vkey(LOG_VKEY), policy=policy, expected_origin=ORIGIN
    )
    return bool(result.ok)


def test_it_counts_our_cosignatures_against_a_quorum() -> None:
    """Log signature and type 0x04 lines verify; one too few is not enough."""
    names = list(COSIGNERS)
    for count in range(1, 4):
        data = note(*names[:count])
        for quorum in range(1, 4):
            assert accepts(data, quorum) == (quorum <= count)


def test_it_reads_the_times_we_state() -> None:
    """The times come out as they were signed."""
    result = aics.verify_checkpoint(
        aics.parse_note(note(*COSIGNERS)),
        aics.parse_vkey(LOG_VKEY),
        policy=aics.WitnessPolicy(3, tuple(aics.parse_vkey(v) for v in VKEYS.values())),
    )
    assert result.timestamps == {n: 1_466_049_600 + i for i, n in enumerate(COSIGNERS)}
    assert (result.origin, result.size, result.root) == (ORIGIN, 300, HEAD.root)


def test_it_refuses_every_flipped_byte_of_a_head() -> None:
    """With all three cosigners demanded no byte is free."""
    good = note(*COSIGNERS)
    assert accepts(good, 3)
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x01
        assert not accepts(bytes(bad), 3)


def test_it_verifies_our_inclusion_proofs() -> None:
    """Several places of several sizes; a flipped byte is refused."""
    for size in (1, 2, 3, 255, 256, 300):
        for index in {0, size // 2, size - 1}:
            proof = inclusion_proof(TREE, index, size)
            leaf, root = aics.leaf_hash(ENTRIES[index]), TREE.root(size)
            assert aics.verify_inclusion(leaf, index, size, proof, root)
            assert not aics.verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
            for i, value in enumerate(proof):
                bad = [*proof[:i], bytes([value[0] ^ 1]) + value[1:], *proof[i + 1 :]]
                assert not aics.verify_inclusion(leaf, index, size, bad, root)


def test_it_builds_the_trees_and_proofs_that_we_build() -> None:
    """Roots and both kinds of proof are equal, byte for byte, for every size to 40."""
    theirs = aics.MerkleTree(ENTRIES[:40])
    assert aics.EMPTY_HASH == EMPTY_ROOT
    for size in range(1, 41):
        assert theirs.root(size) == TREE.root(size)
        for m in range(size):
            assert theirs.inclusion_proof(m, size) == inclusion_proof(TREE, m, size)
            if m:
                assert theirs.consistency_proof(m, size) == consistency_proof(TREE, m, size)
