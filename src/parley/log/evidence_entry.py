"""One entry of an evidence file: opened with its record and proof, checked in its own log."""

from dataclasses import dataclass

from parley.errors import EvidenceRefused
from parley.log.checkpoint import (
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    cosignature_time,
    parse_checkpoint,
)
from parley.log.evidence_record import read_proven
from parley.log.keys_file import EvidenceKeys
from parley.log.merkle import leaf_hash, verify_inclusion
from parley.log.proof import Proof
from parley.record.envelope import Entry, Record, open_entry
from parley.values.instants import Instant, instant


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry of the file with its record, its proof and the head the proof ends in.

    ``malformed`` says why the record's content is not well-formed; empty if it is.
    """

    entry: Entry
    record: Record
    proof: Proof
    note: SignedNote
    head: Checkpoint
    malformed: str

    @property
    def family(self) -> str:
        """The kind without its version."""
        return self.record.kind.partition("/")[0]


def open_member(entry: bytes, proof: bytes, where: str) -> Opened:
    """Open an entry and its proof; nothing is verified yet."""
    opened = open_entry(entry, where=f"{where}entry")
    record, malformed = read_proven(opened.payload)
    parsed = Proof.parse(proof)
    note = SignedNote.parse(parsed.note)
    head = parse_checkpoint(note)
    if head.origin != record.log:
        raise EvidenceRefused("the proof is of another log than the record", where=f"{where}proof")
    return Opened(opened, record, parsed, note, head, malformed)


def check_included(item: Opened) -> None:
    """Refuse an entry that is not under the root of its head at its index."""
    head = item.head
    verify_inclusion(
        leaf_hash(item.entry.raw), item.proof.index, head.size, item.proof.hashes, head.root
    )


def head_key(holder: str, note: SignedNote, keys: EvidenceKeys) -> VerifierKey:
    """Give the log key of a holder, good at the last index under a head, that signed it.

    Nothing is verified here. A holder may have two such keys for a while; one line is enough.
    """
    head = parse_checkpoint(note)
    for public in keys.good(holder, "log", head.origin, head.size - 1):
        key = VerifierKey(head.origin, LOG_KEY, public)
        if note.of(key) is not None:
            return key
    raise EvidenceRefused(
        f"no log key of {holder} that is good at size {head.size} signed this head", where="head"
    )


def cosigned_at(note: SignedNote, key: VerifierKey) -> Instant | None:
    """Give the time of a cosigner's line, None without one; refuse a line that does not verify."""
    seconds = cosignature_time(note, key)
    return None if seconds is None else instant(seconds * 1000, where=key.name)
