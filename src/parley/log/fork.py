"""Evidence that one log signed two histories, checkable offline with the log's key alone. Pure.

Format ``parley/fork/1`` (docs/formats.md): two signed heads of one size with different roots; or a
smaller head, and a proof that the larger one grew from another root of that size.
"""

import base64
from dataclasses import dataclass

from parley.errors import BadForkEvidence, BadProof, NotCanonical, ParleyError
from parley.log.checkpoint import (
    Checkpoint,
    SignedNote,
    VerifierKey,
    note_base64,
    parse_checkpoint,
    verify_log_signature,
)
from parley.log.merkle import Hash, verify_consistency
from parley.record.canonical import Json, canonical, decode

FORMAT = "parley/fork/1"
MAX_EVIDENCE = 4_000_000


@dataclass(frozen=True, slots=True)
class ForkEvidence:
    """Two signed heads, the smaller one first; for unequal sizes what shows that they disagree.

    ``root`` is the root that the larger tree had at the smaller size, ``proof`` the consistency
    proof from there to the larger head.
    """

    smaller: SignedNote
    larger: SignedNote
    root: Hash | None = None
    proof: tuple[Hash, ...] = ()

    @property
    def origin(self) -> str:
        """The log that both heads are of."""
        return parse_checkpoint(self.smaller).origin

    def to_bytes(self) -> bytes:
        """Write the evidence in its one byte form, canonical JSON."""
        value: dict[str, Json] = {
            "format": FORMAT,
            "origin": self.origin,
            "heads": [note.format().decode() for note in (self.smaller, self.larger)],
            "proof": [base64.b64encode(value).decode() for value in self.proof],
        }
        if self.root is not None:
            value["root"] = base64.b64encode(self.root).decode()
        return canonical(value)

    @classmethod
    def parse(cls, data: bytes) -> "ForkEvidence":
        """Read evidence that writes back to itself; nothing is verified here."""
        if len(data) > MAX_EVIDENCE:
            raise BadForkEvidence(f"over {MAX_EVIDENCE} bytes")
        try:
            value = decode(data)
        except NotCanonical as error:
            raise BadForkEvidence(error.what) from None
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise BadForkEvidence(f"not of the format {FORMAT}")
        heads, proof, root = value.get("heads"), value.get("proof"), value.get("root")
        if not isinstance(heads, list) or len(heads) != 2 or not isinstance(proof, list):
            raise BadForkEvidence("two heads and a list of hashes are needed")
        try:
            smaller, larger = (SignedNote.parse(str(head).encode()) for head in heads)
            evidence = cls(
                smaller,
                larger,
                None if root is None else note_base64(str(root), where="root"),
                tuple(note_base64(str(item), where="proof") for item in proof),
            )
            if evidence.to_bytes() != data:
                raise BadForkEvidence("does not write back to itself")
        except (ParleyError, UnicodeEncodeError) as error:
            raise BadForkEvidence(f"unreadable: {error}") from None
        return evidence


@dataclass(frozen=True, slots=True)
class ForkProven:
    """What stands proven: this log signed both heads, and they cannot both be true."""

    smaller: Checkpoint
    larger: Checkpoint


def two_roots(one: SignedNote, other: SignedNote) -> ForkEvidence:
    """Make evidence of two heads of one size; the order does not depend on which came first."""
    first, second = sorted((one, other), key=SignedNote.format)
    return ForkEvidence(first, second)


def verify_fork(data: bytes, log_key: VerifierKey) -> ForkProven:
    """Check evidence offline; raises BadForkEvidence unless it proves that the log forked."""
    # (1) the file is of its one form
    evidence = ForkEvidence.parse(data)
    # (2) the log's key signed both heads
    try:
        smaller, larger = (parse_checkpoint(n) for n in (evidence.smaller, evidence.larger))
        verify_log_signature(evidence.smaller, smaller, log_key)
        verify_log_signature(evidence.larger, larger, log_key)
    except ParleyError as error:
        raise BadForkEvidence(f"not two signed heads: {error}", where=log_key.name) from None
    # (3) of one size: two roots are the proof
    if smaller.size == larger.size:
        if smaller.root == larger.root or evidence.proof or evidence.root is not None:
            raise BadForkEvidence("one head, or more than two heads prove", where=log_key.name)
        return ForkProven(smaller, larger)
    # (4) of two sizes: the larger tree grew from another root of the smaller size
    if not 0 < smaller.size < larger.size:
        raise BadForkEvidence("the smaller head comes first, and is not empty", where=log_key.name)
    if evidence.root is None or evidence.root == smaller.root:
        raise BadForkEvidence("nothing shows that the heads disagree", where=log_key.name)
    try:
        verify_consistency(smaller.size, evidence.root, larger.size, larger.root, evidence.proof)
    except BadProof as error:
        raise BadForkEvidence(f"{error.what}", where=log_key.name) from None
    return ForkProven(smaller, larger)
