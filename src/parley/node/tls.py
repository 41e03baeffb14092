"""TLS 1.3 between nodes, both sides pinned: the certificate in the charter is the only anchor.

No name, no issuer and no date of a certificate is believed. After the handshake, which proves the
private key, the certificate is compared byte for byte with those the charters name.
"""

import ssl
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from parley.node.entropy import Entropy

Pins = Callable[[], Collection[bytes]]
"""Gives the certificates (DER) that may stand at the other end, asked at every handshake."""


def make_certificate(name: str, entropy: Entropy) -> tuple[bytes, bytes, bytes]:
    """Make a P-256 key and its self-signed certificate: key PEM, certificate PEM, certificate DER.

    A pinned certificate does not expire; the charter decides how long it holds.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    secret = int.from_bytes(entropy.draw(48), "big") % (order - 1) + 1
    key = ec.derive_private_key(secret, ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(entropy.draw(16), "big") >> 1 | 1)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        # RFC 6979: nothing but what was drawn above decides the bytes
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    return private, certificate.public_bytes(pem), der


def line_context(certificate: str, key: str, pins: Pins, *, server: bool) -> ssl.SSLContext:
    """Make a context that presents our certificate and accepts only the pinned ones."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificate, key)
    trust(context, pins())

    def compare(side: ssl.SSLObject | ssl.SSLSocket) -> None:
        shown = side.getpeercert(binary_form=True)
        if shown is None or shown not in pins():
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "not the certificate that the charter pins")

    class PinnedObject(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            compare(self)

    class PinnedSocket(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            compare(self)

    context.sslobject_class = PinnedObject
    context.sslsocket_class = PinnedSocket
    return context


def trust(context: ssl.SSLContext, certificates: Collection[bytes]) -> None:
    """Let the handshake accept these certificates; the comparison above still decides."""
    for der in certificates:
        context.load_verify_locations(cadata=der)


def server_factory(context: ssl.SSLContext) -> Callable[[Any, Any], ssl.SSLContext]:
    """Hand the context to uvicorn, which asks for a factory."""
    return lambda _config, _default: context
