"""Signed requests between nodes: one strict profile of HTTP Message Signatures (RFC 9421).

Every request covers ``@method``, ``@target-uri`` and ``content-digest`` (RFC 9530, SHA-256, also of
an empty body) with one Ed25519 signature labelled ``parley``. Whether a signature is valid is
decided by ``parley.record.signature`` alone. The clock is not judged: a replayed nonce is refused,
and every message is harmless when it comes twice.
"""

import base64
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from parley.errors import BadRequestSignature
from parley.record.signature import Signer, key_id, verifies
from parley.values.instants import Instant

_COMPONENTS = '("@method" "@target-uri" "content-digest")'
_INPUT = re.compile(
    r'parley=(\("@method" "@target-uri" "content-digest"\);created=(0|[1-9][0-9]{0,11})'
    r';keyid="([0-9a-f]{64})";alg="ed25519";nonce="([0-9a-f]{32})")'
)
_SIGNATURE = re.compile(r"parley=:([A-Za-z0-9+/]{86}==):")
NONCES_KEPT = 4096


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a request's signature states: whose key, when it says it was made, its nonce."""

    keyid: str
    created: int
    nonce: str


def content_digest(body: bytes) -> str:
    """Give the ``Content-Digest`` field of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(method: str, target: str, digest: str, params: str) -> bytes:
    """Write the signature base of RFC 9421 section 2.5."""
    return (
        f'"@method": {method}\n"@target-uri": {target}\n"content-digest": {digest}\n'
        f'"@signature-params": {params}'
    ).encode()


def sign_request(
    method: str, target: str, body: bytes, *, signer: Signer, at: Instant, nonce: bytes
) -> dict[str, str]:
    """Give the header fields that sign one request; ``nonce`` is 16 fresh bytes."""
    digest = content_digest(body)
    params = (
        f'{_COMPONENTS};created={at // 1000};keyid="{key_id(signer.public)}"'
        f';alg="ed25519";nonce="{nonce.hex()}"'
    )
    signature = signer.sign(_base(method, target, digest, params))
    return {
        "Content-Digest": digest,
        "Signature-Input": f"parley={params}",
        "Signature": f"parley=:{base64.b64encode(signature).decode()}:",
    }


def verify_request(
    method: str, target: str, body: bytes, fields: Mapping[str, str], keys: Mapping[str, bytes]
) -> SignedRequest:
    """Check a request against the line keys known here (key id -> public key), in this order.

    (1) the fields are exactly our profile, (2) the digest is that of the body, (3) the key is
    known, (4) libsodium accepts the signature over method, target and digest.
    """
    stated = _INPUT.fullmatch(fields.get("signature-input", ""))
    carried = _SIGNATURE.fullmatch(fields.get("signature", ""))
    if stated is None or carried is None:
        raise BadRequestSignature("the request is not signed in the profile of Parley")
    params, created, keyid, nonce = stated.groups()
    signature = base64.b64decode(carried.group(1))
    if base64.b64encode(signature).decode() != carried.group(1):
        raise BadRequestSignature("base64 that does not re-encode to itself", where="signature")
    digest = content_digest(body)
    if fields.get("content-digest") != digest:
        raise BadRequestSignature("the digest is not that of the body", where="content-digest")
    if keyid not in keys:
        raise BadRequestSignature(f"no channel here knows the line key {keyid[:16]}")
    if not verifies(keys[keyid], _base(method, target, digest, params), signature):
        raise BadRequestSignature(
            "the signature does not verify", hint="is the endpoint the one the charter names?"
        )
    return SignedRequest(keyid, int(created), nonce)


class Nonces:
    """The last nonces of each caller; a nonce that is still remembered is refused."""

    def __init__(self, kept: int = NONCES_KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        self._seen: dict[str, OrderedDict[str, None]] = {}

    def take(self, request: SignedRequest) -> None:
        """Remember a verified request's nonce, or refuse it as a replay."""
        with self._lock:
            seen = self._seen.setdefault(request.keyid, OrderedDict())
            if request.nonce in seen:
                raise BadRequestSignature("the request was sent before", where="nonce")
            seen[request.nonce] = None
            if len(seen) > self._kept:
                seen.popitem(last=False)
