"""Requests between nodes: one profile, refused when a byte is off, and readable by a stranger."""

import hashlib

import http_message_signatures as stranger
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parley.errors import BadRequestSignature
from parley.node.httpsig import Nonces, sign_request, verify_request
from parley.record.signature import SeedSigner, key_id
from parley.values.instants import Instant

TARGET = "https://node.example:8461/part/abc?channel=1"
BODY = b'{"a":1}'
SEED = bytes(range(32))
SIGNER = SeedSigner(SEED)
KEYS = {key_id(SIGNER.public): SIGNER.public}


def signed(method: str = "POST", target: str = TARGET, body: bytes = BODY) -> dict[str, str]:
    fields = sign_request(
        method, target, body, signer=SIGNER, at=Instant(1_466_000_000_123), nonce=bytes(16)
    )
    return {name.lower(): value for name, value in fields.items()}


def test_a_signed_request_names_its_key() -> None:
    """What was signed verifies, and says which key signed and when."""
    request = verify_request("POST", TARGET, BODY, signed(), KEYS)
    assert request.keyid == key_id(SIGNER.public)
    assert request.created == 1_466_000_000


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("PUT", TARGET, BODY),
        ("POST", TARGET.replace("8461", "8462"), BODY),
        ("POST", TARGET.replace("https", "http"), BODY),
        ("POST", TARGET + "0", BODY),
        ("POST", TARGET, BODY + b" "),
        ("POST", TARGET, b""),
    ],
)
def test_another_request_is_refused(method: str, target: str, body: bytes) -> None:
    """A signature holds for one method, one address and one body."""
    with pytest.raises(BadRequestSignature):
        verify_request(method, target, body, signed(), KEYS)


def test_every_changed_character_is_refused() -> None:
    """Whatever character of the three fields is changed, the request is refused."""
    fields = signed()
    for name in ("signature", "signature-input", "content-digest"):
        for i, old in enumerate(fields[name]):
            new = "B" if old != "B" else "C"
            changed = {**fields, name: fields[name][:i] + new + fields[name][i + 1 :]}
            with pytest.raises(BadRequestSignature):
                verify_request("POST", TARGET, BODY, changed, KEYS)


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
def test_a_missing_field_is_refused(name: str) -> None:
    """All three fields are needed."""
    fields = signed()
    del fields[name]
    with pytest.raises(BadRequestSignature):
        verify_request("POST", TARGET, BODY, fields, KEYS)


def test_an_unknown_key_is_refused() -> None:
    """Only line keys of a charter open the door."""
    with pytest.raises(BadRequestSignature):
        verify_request("POST", TARGET, BODY, signed(), {})


def test_a_weaker_profile_is_refused() -> None:
    """A signature that covers less, or under another name, is not ours."""
    fields = signed()
    weaker = fields["signature-input"].replace(' "content-digest"', "")
    with pytest.raises(BadRequestSignature):
        verify_request("POST", TARGET, BODY, {**fields, "signature-input": weaker}, KEYS)


def test_a_replayed_nonce_is_refused_while_remembered() -> None:
    """The same request twice is refused; the memory is bounded for each caller."""
    nonces = Nonces(kept=2)
    request = verify_request("POST", TARGET, BODY, signed(), KEYS)
    nonces.take(request)
    with pytest.raises(BadRequestSignature, match="before"):
        nonces.take(request)


class _Resolver(stranger.HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> object:
        return Ed25519PrivateKey.from_private_bytes(SEED).public_key()

    def resolve_private_key(self, key_id: str) -> object:
        return Ed25519PrivateKey.from_private_bytes(SEED)


def test_a_stranger_verifies_our_requests() -> None:
    """The library http-message-signatures, which shares no code with us, accepts ours."""
    prepared = requests.Request("POST", TARGET, data=BODY, headers=signed()).prepare()
    verifier = stranger.HTTPMessageVerifier(
        signature_algorithm=stranger.algorithms.ED25519, key_resolver=_Resolver()
    )
    results = verifier.verify(prepared, expect_tag=None, max_age=None)
    assert set(results[0].covered_components) == {
        '"@method"',
        '"@target-uri"',
        '"content-digest"',
        '"@signature-params"',
    }


def test_we_verify_a_strangers_request() -> None:
    """What that library signs with our components and order, we accept."""
    prepared = requests.Request("POST", TARGET, data=BODY).prepare()
    signer = stranger.HTTPMessageSigner(
        signature_algorithm=stranger.algorithms.ED25519, key_resolver=_Resolver()
    )
    signer.sign(
        prepared,
        body=BODY,
        key_id=hashlib.sha256(SIGNER.public).hexdigest(),
        nonce="0" * 32,
        label="parley",
        include_alg=True,
        covered_component_ids=("@method", "@target-uri", "content-digest"),
    )
    fields = {name.lower(): str(value) for name, value in prepared.headers.items()}
    assert verify_request("POST", TARGET, BODY, fields, KEYS).nonce == "0" * 32
