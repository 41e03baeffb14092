"""An authenticator in software: makes passkeys and signs with them, as a telephone would.

W3C Web Authentication level 2, sections 6.1 (authenticator data) and 6.5.1 (attested credential
data); COSE keys as in RFC 9053 section 7.1.1; no attestation (section 8.7).
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftPasskey:
    """One passkey; what it says of itself may be changed, to see whether anybody looks."""

    id: bytes
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    count: int = 0
    flags: int = PRESENT | VERIFIED

    def make(self, options: dict[str, Any], origin: str, **changes: Any) -> dict[str, Any]:
        """Answer creation options, as ``PublicKeyCredential.toJSON()`` gives it."""
        numbers = self.key.public_key().public_numbers()
        cose = {
            1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")
        }  # fmt: skip
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        rp_id = changes.get("rp_id", options["rp"]["id"])
        data = self._data(rp_id, self.flags | ATTESTED) + attested
        told = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"], origin)
        return self._credential(
            {"clientDataJSON": encode(client), "attestationObject": encode(told)}
        )

    def sign(self, options: dict[str, Any], origin: str, **changes: Any) -> dict[str, Any]:
        """Answer request options, as ``PublicKeyCredential.toJSON()`` gives it."""
        self.count += 1
        data = self._data(changes.get("rp_id", options["rpId"]), self.flags)
        client = self._client(changes.get("type", "webauthn.get"), options["challenge"], origin)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": encode(client),
                "authenticatorData": encode(data),
                "signature": encode(signature),
            }
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        return (
            hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        )

    def _client(self, sort: str, challenge: str, origin: str) -> bytes:
        told = {"type": sort, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        return {
            "id": encode(self.id),
            "rawId": encode(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }
