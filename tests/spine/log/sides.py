"""Sides for the tests of the log: real stores in a folder, throw-away keys, a clock that is set."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from parley.log.appender import Appender
from parley.log.checkpoint import (
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    sign_checkpoint,
)
from parley.log.fsck import Checked, fsck
from parley.log.keyring import KeyRing
from parley.log.merkle import MemoryTree, consistency_proof, leaf_hash, root_of
from parley.log.parts import PartStore
from parley.log.replica import Replica
from parley.log.signstate import SignState
from parley.log.store import Store
from parley.log.witness import Cosigner
from parley.record.envelope import Entry, Part, Record, seal
from parley.record.signature import SeedSigner
from parley.values.instants import Instant

CHANNEL = "5a" * 32
NAMES = ("coalition", "russia", "mirror")


def signer(name: str, role: str) -> SeedSigner:
    return SeedSigner(hashlib.sha256(f"{name} {role}".encode()).digest())


def origin(name: str, lane: str = "main") -> str:
    return f"{name}/{CHANNEL}/{lane}"


def log_key(name: str, lane: str = "main") -> VerifierKey:
    return VerifierKey(origin(name, lane), LOG_KEY, signer(name, "log").public)


def cosigner_key(name: str, role: str) -> VerifierKey:
    return VerifierKey(f"{name}/{role}", 0x04, signer(name, role).public)


KEYS = KeyRing(
    {origin(name, lane): log_key(name, lane) for name in NAMES for lane in ("main", "urgent")},
    tuple(cosigner_key(name, role) for name in NAMES for role in ("witness", "receipt")),
)


def record(
    name: str,
    number: int,
    *,
    lane: str = "main",
    text: str = "",
    parts: Sequence[Part] = (),
    record_id: str | None = None,
) -> Entry:
    """Seal a record of a kind that the log does not know; the number gives its id."""
    made = Record(
        channel=CHANNEL,
        log=origin(name, lane),
        id=record_id or hashlib.sha256(f"{name} {lane} {number}".encode()).hexdigest()[:32],
        author=name,
        kind="note/1",
        status="actual",
        priority="urgent" if lane == "urgent" else "routine",
        issued=Instant(1_466_049_600_000 + number),
        body={"number": number, "text": text},
        parts=tuple(parts),
    )
    return seal(made.payload(), [signer(name, "author")])


def shared(data: bytes) -> Part:
    digest = hashlib.sha256(data).hexdigest()
    return Part("map.png", digest, len(data), "image/png", "shared")


def signed_head(name: str, entries: Sequence[bytes], lane: str = "main") -> bytes:
    """Sign the head over these entries with the log's key, as a forger with the key could."""
    root = root_of([leaf_hash(entry) for entry in entries])
    head = Checkpoint(origin(name, lane), len(entries), root)
    line = sign_checkpoint(head, signer(name, "log"))
    return SignedNote(head.body().decode(), (line,)).format()


def head_of(note: bytes) -> Checkpoint:
    return parse_checkpoint(SignedNote.parse(note))


def proof_between(entries: Sequence[bytes], old: int, new: int) -> list[bytes]:
    tree = MemoryTree([leaf_hash(entry) for entry in entries])
    return consistency_proof(tree, old, new)


class Side:
    """One node's log layer in a folder: its own logs, its copies of the others', its cosigners."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder
        self.time_s = 1_466_049_600
        self.events: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        journal = self.events.append
        self.store = Store(folder / "parley.db", journal=journal)
        self.state = SignState(folder / "sign-state.db", journal=journal)
        self.appender = Appender(self.store, self.state, signer(name, "log"), journal=journal)
        self.parts = PartStore(self.store)
        self.witness = Cosigner(
            f"{name}/witness", signer(name, "witness"), self.state, journal=journal
        )
        self.receipt = Cosigner(
            f"{name}/receipt", signer(name, "receipt"), self.state, journal=journal
        )
        self.replica = Replica(
            self.store,
            self.parts,
            witness=self.witness,
            receipt=self.receipt,
            clock_s=lambda: self.time_s,
        )

    @property
    def own(self) -> str:
        return origin(self.name)

    def add(self, count: int, *, lane: str = "main") -> None:
        """Append records to our own log, numbered from its size."""
        log = origin(self.name, lane)
        self.appender.open_log(log)
        start = self.store.size(log)
        entries = [record(self.name, n, lane=lane) for n in range(start, start + count)]
        self.appender.append_all(log, entries)

    def follow(self, *names: str) -> None:
        for name in names:
            self.store.open_log(origin(name), own=False)

    def note(self, log: str | None = None) -> bytes:
        note = self.store.head(log or self.own)
        assert note is not None
        return note

    def check(self) -> Checked:
        return fsck(
            self.store,
            self.state,
            KEYS,
            witness=self.witness.name,
            receipt=self.receipt.name,
        )

    def close(self) -> None:
        self.store.close()
        self.state.close()


@contextmanager
def side(folder: Path, name: str) -> Iterator[Side]:
    """Open a side; check everything it stores when the test is done with it."""
    opened = Side(folder, name)
    try:
        yield opened
        if not opened.store.stopped:
            opened.check()
    finally:
        opened.close()
