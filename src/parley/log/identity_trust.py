"""What the reader of an evidence file trusts: identities of holders, or the charter's fingerprint.

Keys inside a file prove nobody's identity. They are established by something that reached the
reader by another road. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from parley.errors import BadEvidence, EvidenceRefused, ParleyError
from parley.log.evidence_words import Report
from parley.log.keys_file import ALL_ROLES, ROLES
from parley.record.canonical import Json, canonical, decode_lenient
from parley.record.envelope import strict_base64
from parley.record.signature import check_possession

_SEPARATORS = re.compile(r"[\s:.\-]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HOLDER = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_STATUSES = ("actual", "exercise", "test")
FORMAT = "parley/identity/1"
MAX_IDENTITY = 65_535


@dataclass(frozen=True, slots=True)
class TrustedIdentity:
    """What evidence needs of an identity file: whose it is, of which status, and its keys."""

    name: str
    status: str
    keys: Mapping[str, frozenset[bytes]]


@dataclass(frozen=True, slots=True)
class Trust:
    """Fingerprints of charters, and for each holder its identity."""

    channels: frozenset[str] = frozenset()
    identities: Mapping[str, TrustedIdentity] = field(default_factory=dict)


NO_TRUST = Trust()


def fingerprint(text: str) -> str:
    """Read a charter's fingerprint: 64 hex digits, in groups and either case as spoken."""
    digits = _SEPARATORS.sub("", text).lower()
    if not _DIGEST.fullmatch(digits):
        raise BadEvidence(
            f"{text[:80]!r} is neither a file nor a fingerprint",
            where="--trust",
            hint="give an identity.json, or the 64 hex digits of the charter",
        )
    return digits


def read_trusted_identity(data: bytes) -> TrustedIdentity:
    """Read an identity file as far as evidence needs it (docs/formats.md, section "Trust").

    Name, status and keys with their proofs of possession; what its node is called for people and
    where it answers proves nothing here. Raises BadEvidence, which is bad input.
    """
    try:
        value = decode_lenient(data)
        if len(data) > MAX_IDENTITY or not isinstance(value, dict):
            raise BadEvidence(f"no object of at most {MAX_IDENTITY} bytes")
        name, status, keys = value.get("name"), value.get("status"), value.get("keys")
        if value.get("format") != FORMAT:
            raise BadEvidence(f"not an identity ({FORMAT})", where="format")
        if not isinstance(name, str) or not _HOLDER.fullmatch(name) or status not in _STATUSES:
            raise BadEvidence("a holder and a status are needed", where="name")
        if not isinstance(keys, dict) or not set(keys) <= set(ALL_ROLES):
            raise BadEvidence("keys are an object from role to key", where="keys")
        read = {role: _held(key, name, role, str(status)) for role, key in keys.items()}
    except ParleyError as error:
        raise BadEvidence(error.what, where=error.where or "identity") from None
    return TrustedIdentity(name, str(status), read)


def _held(key: Json, name: str, role: str, status: str) -> frozenset[bytes]:
    """Give a public key that may be enrolled and proves possession."""
    if not isinstance(key, dict):
        raise BadEvidence("a key has public and possession", where=f"keys.{role}")
    public = strict_base64(key.get("public"), where=f"keys.{role}.public")
    proof = strict_base64(key.get("possession"), where=f"keys.{role}.possession")
    statement = canonical({"name": name, "role": role, "status": status})
    check_possession(public, statement, proof, where=f"keys.{role}")
    return frozenset([public])


def established(report: Report, trust: Trust) -> tuple[str, ...]:
    """Name the holders whose keys are established; refuse a trust that contradicts the file.

    A charter's fingerprint binds every key in it. An identity establishes its holder only if the
    charter gives that holder exactly those keys: one key more could be anybody's.
    """
    keys = report.keys
    if trust.channels - {keys.channel}:
        raise EvidenceRefused(
            "the fingerprint you trust is of another charter",
            where="--trust",
            hint=f"this file's charter is {keys.channel}",
        )
    for holder, identity in sorted(trust.identities.items()):
        if holder not in keys.holders():
            raise EvidenceRefused(f"no {holder} in this charter", where="--trust")
        if identity.status != keys.status:
            raise EvidenceRefused(
                f"the identity of {holder} has status {identity.status}, the file {keys.status}",
                where="--trust",
            )
        for role in ROLES:
            if frozenset(keys.enrolled(holder, role)) != identity.keys.get(role, frozenset()):
                raise EvidenceRefused(
                    f"the {role} keys of {holder} are not those you trust", where="--trust"
                )
    if trust.channels:
        return keys.holders()
    return tuple(sorted(trust.identities))
