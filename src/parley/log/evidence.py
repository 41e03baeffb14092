"""Write an evidence file: one record, its proof, and all a stranger needs to check it offline.

What is written is checked by the same procedure that a reader uses (``evidence_check``), before a
byte leaves (docs/formats.md, section "Evidence file").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parley.errors import EvidenceRefused
from parley.log.archive import write_archive
from parley.log.checkpoint import SignedNote, VerifierKey, cosignature_time
from parley.log.evidence_check import check_members, policy_text, related_order
from parley.log.evidence_entry import head_key
from parley.log.evidence_record import read_proven
from parley.log.evidence_words import readme
from parley.log.keys_file import Cosigner, EvidenceKeys, keys_of_channel
from parley.log.proof import Proof
from parley.record.envelope import Entry, Record, open_entry

Claim = tuple[str, str]
"""A holder and "witness" (head seen) or "receipt" (stored)."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as it stands in a log: exact bytes, index, inclusion hashes, and the signed head.

    ``head`` is a signed note (checkpoint, log signature, any cosignature lines) whose size is over
    ``index``; ``hashes`` prove the entry under its root, leaf side first.
    """

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]
    head: bytes


@dataclass(frozen=True, slots=True)
class EvidenceInput:
    """What goes into an evidence file.

    ``related`` holds the first charter's record of every party (index 0 of either lane), and as
    wanted: answers, a withdrawal, accounts of calls, changes of keys, and ``head`` records that the
    author had logged before, in the same log and under the same head as ``record``. ``parts`` maps
    SHA-256 (hex) to the bytes of shared parts that the record names. ``claims`` None claims every
    line of a known foreign cosigner that the head of ``record`` carries.
    """

    record: Logged
    related: tuple[Logged, ...]
    parts: Mapping[str, bytes] = field(default_factory=dict)
    claims: tuple[Claim, ...] | None = None


def write_evidence(source: EvidenceInput) -> bytes:
    """Write the evidence file; refuse whatever would not verify."""
    return pack(evidence_members(source))


def pack(members: Mapping[str, bytes]) -> bytes:
    """Add README.txt to the other members, after checking them, and write the archive."""
    report = check_members(members)
    return write_archive({**members, "README.txt": readme(report)})


def evidence_members(source: EvidenceInput) -> dict[str, bytes]:
    """Give every member but README.txt; see ``docs/formats.md`` for each one's form."""
    record = _read(source.record)[1]
    related = sorted(
        ((item, *_read(item)) for item in source.related),
        key=lambda found: related_order(found[2], found[0].index),
    )
    keys = keys_of_channel([(said, entry, item.index) for item, entry, said in related])
    note = SignedNote.parse(source.record.head)
    log = head_key(record.author, note, keys)
    claimed = _claimed(note, keys, record.author, source.claims)
    members = {
        "entry": source.record.entry,
        "proof": _proof(source.record, log, claimed),
        "policy": policy_text(log, claimed),
        "keys.json": keys.to_bytes(),
    }
    for n, (item, _, said) in enumerate(related, 1):
        folder = f"related/{n}-{said.kind.partition('/')[0]}"
        log = head_key(said.author, SignedNote.parse(item.head), keys)
        members[f"{folder}/entry"] = item.entry
        members[f"{folder}/proof"] = _proof(item, log, ())
    return members | {f"parts/{digest}": data for digest, data in source.parts.items()}


def _read(item: Logged) -> tuple[Entry, Record]:
    entry = open_entry(item.entry)
    return entry, read_proven(entry.payload)[0]


def _claimed(
    note: SignedNote, keys: EvidenceKeys, author: str, claims: tuple[Claim, ...] | None
) -> tuple[Cosigner, ...]:
    """Give the cosigners whose valid line is claimed, in order; refuse a claim without a line."""
    present = {
        (c.holder, c.role): c
        for c in keys.cosigners()
        if c.holder != author and cosignature_time(note, c.key) is not None
    }
    for holder, role in claims or ():
        if (holder, role) not in present:
            raise EvidenceRefused(f"the head carries no {role} line of {holder}", where="claims")
    return tuple(c for claim, c in present.items() if claims is None or claim in claims)


def _proof(item: Logged, log: VerifierKey, claimed: tuple[Cosigner, ...]) -> bytes:
    """Write the proof under a head with the log's line and the claimed ones, and no other."""
    note = SignedNote.parse(item.head)
    lines = tuple(line for key in (log, *(c.key for c in claimed)) if (line := note.of(key)))
    return Proof(item.index, item.hashes, SignedNote(note.text, lines).format()).format()
