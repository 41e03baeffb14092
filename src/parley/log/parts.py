"""What lies beside the log, bound by digest: shared, sealed and personal parts.

A part is stored as the bytes that its digest is over. Whoever asks gets it only if the class and
the audience under which *we* stored it allow that; what a record claims does not count.

Anybody can list a digest that it has seen. So each part is held on the ground of an author who
brought its bytes, and an author lets go of its own ground only: the bytes stay while another's is
left.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from parley.errors import BadPart, LogBusy, PartErased, PartMissing
from parley.log.padding import unpad
from parley.log.store import Store
from parley.record.envelope import PartClass

MAX_PART = 64 * 1024 * 1024
"""Bytes in one part, as hashed."""

EVERYONE = "*"
"""Stands in the audience of parts that are for the whole channel."""

_GROUND = "FROM part_hold WHERE digest = ? AND channel = ? AND author = ?"
_OTHERS = "FROM part_hold WHERE digest = ? AND NOT (channel = ? AND author = ?)"
_READ = "SELECT class, size, opened, data FROM part WHERE digest = ?"


@dataclass(frozen=True, slots=True)
class PartState:
    """What is known of a part here: its class, its size as hashed, whether it is opened or gone."""

    part_class: PartClass
    size: int
    opened: bool
    erased: bool


class PartStore:
    """The parts that a node holds. Durable when ``put`` returns; erased for good by ``erase``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(
        self,
        channel: str,
        part_class: PartClass,
        data: bytes,
        *,
        audience: Sequence[str] = (),
        author: str = "",
    ) -> str:
        """Keep a part for a channel and return its digest (hex); repeating it adds readers only.

        ``data`` is what is hashed: for sealed and personal parts the result of ``pad``. ``author``
        listed it and brought it; empty while no record lists it, and then the class of the first
        record that does may still narrow it. Raises BadPart, and PartErased for what was erased
        here: it does not come back.
        """
        if len(data) > MAX_PART:
            raise BadPart(f"{len(data)} bytes, {MAX_PART} at most")
        if (part_class == "personal") != bool(audience):
            raise BadPart("a personal part, and no other, has an audience")
        if part_class != "shared":
            unpad(data)
        name = hashlib.sha256(data).digest()
        readers = audience if part_class == "personal" else (EVERYONE,)
        with self._store.writing() as db:
            row = db.execute(_READ, (name,)).fetchone()
            if row is None:
                db.execute(
                    "INSERT INTO part (digest, class, size, data) VALUES (?, ?, ?, ?)",
                    (name, part_class, len(data), data),
                )
            elif row[3] is None:
                raise PartErased("was erased here", where=name.hex())
            elif row[0] != part_class and not (author and _narrow(db, name, part_class)):
                raise BadPart(f"is held as {row[0]}, not {part_class}", where=name.hex())
            db.executemany(
                "INSERT OR IGNORE INTO part_hold (digest, channel, author, party)"
                " VALUES (?, ?, ?, ?)",
                [(name, channel, author, party) for party in readers],
            )
        return name.hex()

    def state(self, digest: str) -> PartState | None:
        """Tell what is known of a part, or None if it was never here."""
        query = "SELECT class, size, opened, data IS NULL FROM part WHERE digest = ?"
        with self._store.reading() as db:
            row = db.execute(query, (bytes.fromhex(digest),)).fetchone()
        if row is None:
            return None
        return PartState(cast("PartClass", row[0]), row[1], bool(row[2]), bool(row[3]))

    def has(self, digest: str) -> bool:
        """Tell whether the bytes of a part are held."""
        state = self.state(digest)
        return state is not None and not state.erased

    def shares(self, digest: str, channel: str) -> bool:
        """Tell whether a part is held as one that every member of a channel may have.

        Only this lets a part into what leaves the node for others: not that a record calls it so.
        """
        query = (
            "SELECT 1 FROM part JOIN part_hold USING (digest)"
            " WHERE digest = ? AND class = 'shared' AND data IS NOT NULL AND channel = ?"
        )
        with self._store.reading() as db:
            return db.execute(query, (bytes.fromhex(digest), channel)).fetchone() is not None

    def get(self, digest: str) -> bytes:
        """Give the hashed bytes of a part, for ourselves; never hand these on unasked."""
        with self._store.reading() as db:
            row = db.execute(_READ, (bytes.fromhex(digest),)).fetchone()
        return _bytes_of(row, digest)

    def content(self, digest: str) -> bytes:
        """Give the content of a part, for ourselves: without salt and padding."""
        data = self.get(digest)
        state = self.state(digest)
        return data if state is None or state.part_class == "shared" else unpad(data)

    def deliverable(self, digest: str, caller: str, channel: str, *, giver: str = "") -> bytes:
        """Give a part to a party of a channel (who it is, and that it is one, the caller checked).

        ``giver`` is our own name: a personal part is given out by its author alone. Raises
        PartMissing alike for what is not here and for what is not for this caller: a sealed part
        before it is opened, a personal part of another or outside its audience, a part of another
        channel.
        """
        query = (
            "SELECT 1 FROM part_hold WHERE digest = ? AND channel = ?"
            " AND (party = ? OR (party = ? AND author = ?))"
        )
        name = bytes.fromhex(digest)
        with self._store.reading() as db:
            row = db.execute(_READ, (name,)).fetchone()
            allowed = db.execute(query, (name, channel, EVERYONE, caller, giver)).fetchone()
        if row is None or allowed is None or (row[0] == "sealed" and not row[2]):
            raise PartMissing("no such part for this caller", where=digest)
        return _bytes_of(row, digest)

    def open_sealed(self, digest: str) -> None:
        """Let a sealed part out to its channel, for good: the author's explicit opening."""
        with self._store.writing() as db:
            done = db.execute(
                "UPDATE part SET opened = 1 WHERE digest = ? AND class = 'sealed'",
                (bytes.fromhex(digest),),
            )
            if done.rowcount != 1:
                raise BadPart("no sealed part of this digest is held", where=digest)

    def release(self, digest: str, channel: str, author: str) -> bool:
        """Let go of a personal part as far as an author erased it; tell whether its bytes are gone.

        They go with the last ground to hold them: what another author, or this one in another
        channel, listed and brought stays. Raises LogBusy like ``erase``, and is repeated like it.
        """
        name, ground = bytes.fromhex(digest), (bytes.fromhex(digest), channel, author)
        with self._store.writing() as db:
            row = db.execute(_READ, (name,)).fetchone()
            if row is None or row[0] != "personal":
                return False
            if row[3] is not None:
                if db.execute(f"SELECT 1 {_GROUND}", ground).fetchone() is None:
                    return False
                if db.execute(f"SELECT 1 {_OTHERS}", ground).fetchone() is not None:
                    db.execute(f"DELETE {_GROUND}", ground)
                    return False
                _wipe(db, name)
        self._forget(digest)
        return True

    def erase(self, digest: str) -> None:
        """Destroy the bytes of a personal or sealed part on any ground; the digest stays.

        Nothing of it is left in the files of the store; what the disk keeps of overwritten blocks
        is beyond us. Raises BadPart for shared parts: receipts say that they are held.
        """
        name = bytes.fromhex(digest)
        with self._store.writing() as db:
            row = db.execute(_READ, (name,)).fetchone()
            if row is None:
                raise PartMissing("no such part", where=digest)
            if row[0] == "shared":
                raise BadPart("a shared part is covered by receipts and stays", where=digest)
            _wipe(db, name)
        self._forget(digest)

    def _forget(self, digest: str) -> None:
        if not self._store.forget_overwritten():
            raise LogBusy("a reader kept the old bytes alive", where=digest, hint="erase it again")


def _wipe(db: sqlite3.Connection, name: bytes) -> None:
    db.execute("UPDATE part SET data = NULL WHERE digest = ?", (name,))


def _narrow(db: sqlite3.Connection, name: bytes, part_class: PartClass) -> bool:
    """Give what came as shared, ahead of any record, the class its author's record states."""
    listed = "SELECT 1 FROM part_hold WHERE digest = ? AND author != ''"
    if part_class == "shared" or db.execute(listed, (name,)).fetchone() is not None:
        return False
    done = db.execute(
        "UPDATE part SET class = ? WHERE digest = ? AND class = 'shared'", (part_class, name)
    )
    if done.rowcount != 1:
        return False
    db.execute("DELETE FROM part_hold WHERE digest = ?", (name,))
    return True


def _bytes_of(row: sqlite3.Row | tuple[str, int, int, bytes | None] | None, digest: str) -> bytes:
    if row is None:
        raise PartMissing("no such part", where=digest)
    if row[3] is None:
        raise PartErased("was erased here", where=digest)
    return bytes(row[3])
