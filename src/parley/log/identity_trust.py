"""What the reader of an evidence file trusts: identities of holders, or the charter's fingerprint.

Keys inside a file prove nobody's identity. They are established by something that reached the
reader by another road. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from parley.errors import BadEvidence, EvidenceRefused
from parley.log.evidence_words import Report
from parley.log.keys_file import ROLES

_SEPARATORS = re.compile(r"[\s:.\-]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Trust:
    """Fingerprints of charters, and for each holder all its keys by role."""

    channels: frozenset[str] = frozenset()
    keys: Mapping[str, Mapping[str, frozenset[bytes]]] = field(default_factory=dict)


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
    for holder, roles in sorted(trust.keys.items()):
        if holder not in keys.holders():
            raise EvidenceRefused(f"no {holder} in this charter", where="--trust")
        for role in ROLES:
            if frozenset(keys.enrolled(holder, role)) != roles.get(role, frozenset()):
                raise EvidenceRefused(
                    f"the {role} keys of {holder} are not those you trust", where="--trust"
                )
    if trust.channels:
        return keys.holders()
    return tuple(sorted(trust.keys))
