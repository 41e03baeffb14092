"""Valid means libsodium accepts; keys that fit any message cannot be enrolled."""

import json
from pathlib import Path

import pytest

from parley.errors import BadSignature, WeakKey
from parley.record.signature import (
    SeedSigner,
    check_possession,
    enrol,
    key_id,
    prove_possession,
    verifies,
)

# the eight points of small order, in every encoding that lax decoders take (RFC 8032 facts)
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("key", SMALL_ORDER)
def test_a_small_order_key_cannot_be_enrolled(key: str) -> None:
    """Under such a key a signature could fit any message, so its owner could deny them all."""
    with pytest.raises(WeakKey):
        enrol(bytes.fromhex(key))


def test_the_smallest_forgery_is_refused() -> None:
    """The identity point and a null scalar "sign" every message for a lax verifier."""
    key = bytes([1]) + bytes(31)
    assert not verifies(key, b"any message", key + bytes(32))


def test_a_key_of_another_length_is_refused() -> None:
    """An Ed25519 key has 32 bytes, a signature 64."""
    with pytest.raises(WeakKey):
        enrol(b"short")
    assert not verifies(b"short", b"", bytes(64))


def test_possession_is_bound_to_its_statement() -> None:
    """A proof for one statement does not serve another, nor another key."""
    mine, other = SeedSigner(b"m" * 32), SeedSigner(b"o" * 32)
    proof = prove_possession(mine, b"russia author")
    check_possession(mine.public, b"russia author", proof)
    for public, statement in [(mine.public, b"russia log"), (other.public, b"russia author")]:
        with pytest.raises(BadSignature):
            check_possession(public, statement, proof)


def test_a_key_is_named_by_its_digest() -> None:
    """The DSSE keyid is the hex SHA-256 of the raw public key."""
    assert len(key_id(SeedSigner(b"m" * 32).public)) == 64


def test_edge_vectors_are_judged_as_published(shared_data: Path) -> None:
    """Of the 914 edge vectors of C2SP/CCTV libsodium accepts 43."""
    vectors = json.loads((shared_data / "vectors" / "ed25519vectors.json").read_text())
    accepted = [
        v["number"]
        for v in vectors
        if verifies(bytes.fromhex(v["key"]), v["msg"].encode(), bytes.fromhex(v["sig"]))
    ]
    assert (len(accepted), len(vectors)) == (43, 914)
