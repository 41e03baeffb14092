"""Ed25519 keys and signatures: *valid* means that libsodium (PyNaCl) accepts, nothing else.

A small-order key would let its owner deny everything ever signed with it; such keys are refused
when they are enrolled (docs/formats.md, section "Keys").
"""

import hashlib
from functools import lru_cache
from typing import Protocol

import nacl.bindings
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from parley.errors import BadSignature, WeakKey


class Signer(Protocol):
    """Something that holds one private key: a file today, a token tomorrow."""

    @property
    def public(self) -> bytes:
        """The 32-byte Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over ``message``."""
        ...


class SeedSigner:
    """A signer whose 32-byte seed (RFC 8032 private key) is held in memory."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.public = bytes(self._key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over ``message``."""
        return self._key.sign(message).signature


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether libsodium accepts ``signature`` over ``message`` under ``public``."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True


def enrol(public: bytes, *, where: str = "") -> bytes:
    """Return ``public`` if it is a full-order Ed25519 point; refuse it otherwise."""
    if len(public) != 32:
        raise WeakKey(f"an Ed25519 key has 32 bytes, this one {len(public)}", where=where)
    if not nacl.bindings.crypto_core_ed25519_is_valid_point(public):
        raise WeakKey("no valid Ed25519 point of full order", where=where)
    return public


@lru_cache(maxsize=1024)  # asked for each signature; a channel has few keys
def key_id(public: bytes) -> str:
    """Name a key: the lower-case hex SHA-256 of the raw public key (DSSE ``keyid``)."""
    return hashlib.sha256(public).hexdigest()


def prove_possession(signer: Signer, statement: bytes) -> bytes:
    """Sign ``statement`` to show that the holder of a public key also holds the private one."""
    return signer.sign(b"parley/possession/1\n" + statement)


def check_possession(public: bytes, statement: bytes, proof: bytes, *, where: str = "") -> None:
    """Refuse a key whose proof of possession over ``statement`` does not verify."""
    if not verifies(enrol(public, where=where), b"parley/possession/1\n" + statement, proof):
        raise BadSignature("the proof of possession does not verify", where=where)
