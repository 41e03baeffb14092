"""Offline proofs that an entry stands in a log: c2sp.org/tlog-proof@v1 (commit 5ba5ee83). Pure."""

import base64
from dataclasses import dataclass

from parley.errors import BadNote, BadProof
from parley.log.checkpoint import SignedNote, note_base64, parse_checkpoint, parse_decimal
from parley.log.merkle import HASH_SIZE, MAX_HASHES, MAX_SIZE, Hash, leaf_hash, verify_inclusion
from parley.log.policy import Policy, PolicyResult

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 1_100_000
MAX_EXTRA = 65_535


@dataclass(frozen=True, slots=True)
class Proof:
    """An index, the inclusion hashes (leaf side first), and a signed head, verbatim.

    ``extra`` is opaque and *not authenticated*: nothing may be concluded from it.
    """

    index: int
    hashes: tuple[Hash, ...]
    note: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse a proof that would not be read back."""
        if not 0 <= self.index <= MAX_SIZE:
            raise BadProof("an index beyond 63 bits", where="index")
        if len(self.hashes) > MAX_HASHES or any(len(h) != HASH_SIZE for h in self.hashes):
            raise BadProof(f"at most {MAX_HASHES} hashes of {HASH_SIZE} bytes", where="hashes")
        if self.extra is not None and not 1 <= len(self.extra) <= MAX_EXTRA:
            raise BadProof(f"extra data have 1 to {MAX_EXTRA} bytes", where="extra")
        try:
            parse_checkpoint(SignedNote.parse(self.note))
        except BadNote as error:
            raise BadProof(error.what, where=f"checkpoint {error.where}".strip()) from None

    def format(self) -> bytes:
        """Write the proof in its one byte form."""
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append(f"extra {_encode(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [_encode(value) for value in self.hashes]
        return "\n".join([*lines, "", ""]).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> "Proof":
        """Read a proof; nothing is verified here."""
        if len(data) > MAX_PROOF:
            raise BadProof(f"over {MAX_PROOF} bytes")
        head, blank, note = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise BadProof(f"not ASCII at byte {error.start}") from None
        if not blank or lines.pop(0) != FIRST_LINE:
            raise BadProof(f"not a {FIRST_LINE}", where="line 1")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = _decode(lines.pop(0)[6:], "extra")
        if not lines or not lines[0].startswith("index "):
            raise BadProof("the index is missing", where="index")
        index = _number(lines.pop(0)[6:])
        hashes = tuple(_decode(line, f"hash {i}") for i, line in enumerate(lines))
        return cls(index, hashes, note, extra)

    def head(self) -> SignedNote:
        """Give the signed head, unverified."""
        return SignedNote.parse(self.note)


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows: the entry is at ``index`` of the log under a head the policy accepts."""

    index: int
    policy: PolicyResult


def verify_proof(entry: bytes, proof: Proof, policy: Policy) -> Proven:
    """Verify that an entry stands in a log of the policy, under enough cosignatures.

    Raises BadProof, BadNote (also BadCosignature) or PolicyUnmet. ``extra`` is not looked at.
    """
    # (1) the leaf is the hash of the entry itself
    leaf = leaf_hash(entry)
    # (2) and (3) the log's signature and every known cosignature verify; the quorum is reached
    result = policy.evaluate(proof.head())
    # (4) the leaf is under the root that was signed
    head = result.checkpoint
    verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root)
    return Proven(proof.index, result)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str, where: str) -> bytes:
    try:
        return note_base64(text, where=where)
    except BadNote as error:
        raise BadProof(error.what, where=where) from None


def _number(text: str) -> int:
    try:
        return parse_decimal(text, where="index")
    except BadNote as error:
        raise BadProof(error.what, where="index") from None
