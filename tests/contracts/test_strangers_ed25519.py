"""The rule for keys and signatures as docs/formats.md words it is what libsodium does.

A second implementation, in integers, follows the numbered rule of the section "Keys and
signatures"; it must accept what libsodium accepts and nothing else.
"""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import WeakKey
from parley.record.signature import SeedSigner, enrol, verifies

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int]  # affine; None is never needed, the identity is (0, 1)
IDENTITY = (0, 1)


def add(a: Point, b: Point) -> Point:
    """Add two points by the complete law of the twisted Edwards curve."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P


def times(n: int, a: Point) -> Point:
    """Multiply in projective coordinates; inversion only at the end."""
    result, base = (0, 1, 1), (*a, 1)
    while n:
        if n & 1:
            result = _add(result, base)
        base, n = _add(base, base), n >> 1
    x, y, z = result
    inverse = pow(z, P - 2, P)
    return x * inverse % P, y * inverse % P


def _add(a: tuple[int, int, int], b: tuple[int, int, int]) -> tuple[int, int, int]:
    (x1, y1, z1), (x2, y2, z2) = a, b
    zz = z1 * z2 % P
    z4, xx, yy = zz * zz % P, x1 * x2 % P, y1 * y2 % P
    e = D * xx * yy % P
    f, g = (z4 - e) % P, (z4 + e) % P
    return zz * f * (x1 * y2 + x2 * y1) % P, zz * g * (yy + xx) % P, f * g % P


def encode(a: Point) -> bytes:
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """Decode a point; None where the number y is over the field or there is no such x."""
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or IDENTITY
# A point of order eight: L times a point outside the prime-order subgroup.
TORSION = next(
    t
    for y in range(2, 99)
    if (p := decode(y.to_bytes(32, "little"))) and times(4, t := times(L, p)) != IDENTITY
)
SMALL_Y = {times(i, TORSION)[1] for i in range(8)}


def small_order(data: bytes) -> bool:
    """Tell whether the number y, sign bit aside and reduced or not, is that of a small point."""
    return (int.from_bytes(data, "little") & (1 << 255) - 1) % P in SMALL_Y


def rule_accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    """Follow the numbered rule of docs/formats.md."""
    if len(public) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L or small_order(r) or small_order(public):
        return False
    a = decode(public)
    if a is None:
        return False
    h = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    minus_a = (P - a[0]) % P, a[1]
    return encode(add(times(s, BASE), times(h, minus_a))) == r


def rule_enrols(public: bytes) -> bool:
    """Follow the rule for enrolment."""
    a = decode(public)
    return a is not None and not small_order(public) and times(L, a) == IDENTITY


def enrolled(public: bytes) -> bool:
    try:
        enrol(public)
    except WeakKey:
        return False
    return True


def test_the_rule_judges_the_edge_vectors_as_libsodium(shared_data: Path) -> None:
    """All 914 signatures and keys of C2SP/CCTV: 43 signatures are valid."""
    vectors = json.loads((shared_data / "vectors" / "ed25519vectors.json").read_text())
    accepted = 0
    for v in vectors:
        key, message, sig = bytes.fromhex(v["key"]), v["msg"].encode(), bytes.fromhex(v["sig"])
        assert rule_accepts(key, message, sig) == verifies(key, message, sig), v["number"]
        accepted += verifies(key, message, sig)
    for key in {bytes.fromhex(v["key"]) for v in vectors}:
        assert rule_enrols(key) == enrolled(key)
    assert (accepted, len(vectors)) == (43, 914)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(0, 511))
@settings(max_examples=30)
def test_the_rule_judges_signatures_and_flipped_bits_as_libsodium(
    seed: bytes, message: bytes, bit: int
) -> None:
    """A good signature, the same with one bit flipped, and with the order added to S."""
    signer = SeedSigner(seed)
    good = signer.sign(message)
    number = int.from_bytes(good, "little")
    flipped = (number ^ 1 << bit).to_bytes(64, "little")
    s = int.from_bytes(good[32:], "little") + L
    over = good[:32] + s.to_bytes(32, "little")
    for signature, expected in ((good, True), (flipped, False), (over, False)):
        assert verifies(signer.public, message, signature) is expected
        assert rule_accepts(signer.public, message, signature) is expected


@pytest.mark.parametrize("small", range(8))
def test_a_key_with_a_small_component_cannot_be_enrolled(small: int) -> None:
    """Only points of the prime-order subgroup, the identity excluded, name a key."""
    main = decode(SeedSigner(b"k" * 32).public)
    assert main is not None
    mixed = encode(add(main, times(small, TORSION)))
    alone = encode(times(small, TORSION))
    assert enrolled(mixed) == rule_enrols(mixed) == (small == 0)
    assert not enrolled(alone)
    assert not rule_enrols(alone)


@pytest.mark.parametrize("small", range(8))
def test_a_signature_whose_commitment_is_small_is_invalid(small: int) -> None:
    """R of small order is refused though the equation holds: S = h * a."""
    seed, message = b"q" * 32, b"any message"
    signer = SeedSigner(seed)
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0], digest[31] = digest[0] & 248, digest[31] & 127 | 64
    a = int.from_bytes(digest, "little")
    r = encode(times(small, TORSION))
    h = int.from_bytes(hashlib.sha512(r + signer.public + message).digest(), "little")
    signature = r + (h * a % L).to_bytes(32, "little")
    assert not verifies(signer.public, message, signature)
    assert not rule_accepts(signer.public, message, signature)


@pytest.mark.parametrize("small", range(1, 8))
def test_the_equation_is_without_cofactor(small: int) -> None:
    """A small component in R, which a cofactored equation forgives, makes a signature invalid."""
    seed, message, nonce = b"q" * 32, b"any message", 12345
    signer = SeedSigner(seed)
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0], digest[31] = digest[0] & 248, digest[31] & 127 | 64
    a = int.from_bytes(digest, "little")

    def sign(commitment: Point) -> bytes:
        r = encode(commitment)
        h = int.from_bytes(hashlib.sha512(r + signer.public + message).digest(), "little")
        return r + ((nonce + h * a) % L).to_bytes(32, "little")

    plain, mixed = sign(times(nonce, BASE)), sign(add(times(nonce, BASE), times(small, TORSION)))
    assert verifies(signer.public, message, plain)
    assert not verifies(signer.public, message, mixed)
    assert not rule_accepts(signer.public, message, mixed)
