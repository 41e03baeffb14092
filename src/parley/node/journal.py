"""A local journal: entries that are only ever added to, under a head signed by a key of its own.

Canonical JSON (docs/formats.md, "Canonical form") in one SQLite file a journal; the tree is that of
RFC 6962 section 2.1, the head a checkpoint (c2sp.org/tlog-checkpoint) of the log
``journal.invalid/NAME``. Nothing of it is ever sent to anybody.

It shows whoever holds an older head that an entry was changed or taken out since. It cannot hinder
the owner of the folder, who also has the key, from writing another history: note the head elsewhere
(a relief of the watch does) where that matters.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

from parley.errors import BadNote, BadValue, JournalDamaged, NotCanonical
from parley.log.checkpoint import (
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    sign_checkpoint,
    verify_log_signature,
)
from parley.log.database import Database
from parley.log.merkle import Hash, consistency_proof, leaf_hash, new_nodes, root, root_of
from parley.node.entropy import Entropy
from parley.node.keyring import read_seed, sync_folder, write_private
from parley.record.canonical import Json, canonical, decode
from parley.record.signature import SeedSigner, Signer

MAX_ENTRY = 65_535
MOST_AT_ONCE = 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    note BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END;
CREATE TRIGGER IF NOT EXISTS entry_kept BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END;
"""
_SIZE = "SELECT coalesce(max(number), 0) FROM entry"
_INSERT = "INSERT INTO entry (number, hashes, data) VALUES (?, ?, ?)"
_HEAD = "INSERT INTO head (one, note) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET note = ?1"
_LIST = "SELECT number, data FROM entry WHERE number > ? ORDER BY number LIMIT ?"
_HASH = "SELECT substr(hashes, ?, 32) FROM entry WHERE number = ?"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry: its number, from 1 and without a gap, and what it says."""

    number: int
    data: Mapping[str, Json]


class _Tree:
    """The hashes of perfect subtrees, read through one connection; see ``merkle.HashReader``."""

    def __init__(self, db: sqlite3.Connection, where: str) -> None:
        self._db = db
        self._where = where

    def node(self, level: int, index: int) -> Hash:
        """Give the hash over leaves ``[index * 2^level, (index + 1) * 2^level)``."""
        completing = (index + 1) << level
        row = self._db.execute(_HASH, (32 * level + 1, completing)).fetchone()
        if row is None or len(row[0]) != 32:
            raise JournalDamaged(f"no hash at level {level}, index {index}", where=self._where)
        return cast("Hash", row[0])


class Journal:
    """One journal of a node; safe for threads and processes.

    When ``append`` returns, the entry and a head over it survive power loss.
    """

    def __init__(self, path: Path, name: str, signer: Signer) -> None:
        self.name = name
        self.origin = f"journal.invalid/{name}"
        self.key = VerifierKey(self.origin, LOG_KEY, signer.public)
        self._signer = signer
        self._file = Database(path, _SCHEMA)

    @classmethod
    def open(cls, folder: Path, name: str, entropy: Entropy) -> Self:
        """Open the journal of this name in a node's folder; the first time, make it and its key.

        The entries are in ``NAME.journal.db``, the key in ``keys/NAME.journal.key`` (mode 0600).
        """
        key = folder / "keys" / f"{name}.journal.key"
        try:
            write_private(key, entropy.draw(32).hex().encode() + b"\n")
            sync_folder(key.parent)
        except FileExistsError:
            pass  # another start made it
        return cls(folder / f"{name}.journal.db", name, SeedSigner(read_seed(key)))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def append(self, entry: Mapping[str, Json]) -> int:
        """Add an entry and sign a head over all; give its number.

        Raises NotCanonical for what has no place in signed JSON, BadValue over 65,535 bytes,
        JournalDamaged where the tree is not that of the last head, LogStopped when the disk failed.
        """
        data = canonical(dict(entry), where="entry")
        if len(data) > MAX_ENTRY:
            raise BadValue(f"{len(data)} bytes, {MAX_ENTRY} at most", where="entry")
        with self._file.writing() as db:
            (size,) = db.execute(_SIZE).fetchone()
            tree = _Tree(db, self.name)
            # Else the next head would make what somebody changed beside the door look right.
            self._check_head(db, tree, size)
            nodes = new_nodes(tree, size, [leaf_hash(data)])
            db.execute(_INSERT, (size + 1, b"".join(value for _, _, value in nodes), data))
            head = Checkpoint(self.origin, size + 1, root(tree, size + 1))
            note = SignedNote(head.body().decode(), (sign_checkpoint(head, self._signer),))
            db.execute(_HEAD, (note.format(),))
        return cast("int", size) + 1

    def entries(self, after: int = 0, limit: int = MOST_AT_ONCE) -> list[JournalEntry]:
        """Give entries after a number, oldest first, as many as ``limit`` (1000 at most)."""
        with self._file.reading() as db:
            rows = db.execute(_LIST, (after, min(limit, MOST_AT_ONCE))).fetchall()
        return [JournalEntry(number, self._read(number, data)) for number, data in rows]

    def size(self) -> int:
        """Count the entries."""
        with self._file.reading() as db:
            (size,) = db.execute(_SIZE).fetchone()
        return cast("int", size)

    def head(self) -> bytes | None:
        """Give the signed head over all entries, as a note; None while there are none."""
        with self._file.reading() as db:
            row = db.execute("SELECT note FROM head").fetchone()
        return None if row is None else cast("bytes", row[0])

    def consistency(self, old: int, new: int) -> list[Hash]:
        """Prove that the first ``old`` of ``new`` entries are unchanged (RFC 6962 section 2.1.2).

        For sizes ``0 <= old <= new <= size()``.
        """
        with self._file.reading() as db:
            return consistency_proof(_Tree(db, self.name), old, new)

    def verify(self) -> Checkpoint | None:
        """Read all again and give the head it stands under; None of an empty journal.

        Raises JournalDamaged where something was changed, taken out, or put in beside the door.
        """
        with self._file.reading() as db:
            db.execute("BEGIN")  # one moment of both tables, whoever appends meanwhile
            try:
                rows = db.execute("SELECT number, data FROM entry ORDER BY number").fetchall()
                note = db.execute("SELECT note FROM head").fetchone()
            finally:
                db.execute("COMMIT")
        # (1) no gap (2) every entry in its one form (3) a head (4) signed by our key (5) over these
        if [number for number, _ in rows] != list(range(1, len(rows) + 1)):
            raise JournalDamaged("the numbers have a gap", where=self.name)
        for number, data in rows:
            self._read(number, data)
        if note is None:
            if rows:
                raise JournalDamaged("no head over the entries", where=self.name)
            return None
        head = self._signed(note[0])
        if head.size != len(rows):
            what = f"{len(rows)} entries under a head over {head.size}"
            raise JournalDamaged(what, where=self.name)
        if root_of([leaf_hash(data) for _, data in rows]) != head.root:
            raise JournalDamaged("the entries are not those of the head", where=self.name)
        return head

    def _check_head(self, db: sqlite3.Connection, tree: _Tree, size: int) -> None:
        row = db.execute("SELECT note FROM head").fetchone()
        if row is None and size == 0:
            return
        head = None if row is None else self._signed(row[0])
        if head is None or head.size != size or head.root != root(tree, size):
            raise JournalDamaged(f"{size} entries that are not those of the head", where=self.name)

    def _signed(self, note: bytes) -> Checkpoint:
        try:
            parsed = SignedNote.parse(note)
            head = parse_checkpoint(parsed)
            verify_log_signature(parsed, head, self.key)
        except BadNote as error:
            raise JournalDamaged(f"the head: {error.what}", where=self.name) from None
        return head

    def _read(self, number: int, data: bytes) -> Mapping[str, Json]:
        where = f"{self.name} {number}"
        try:
            value = decode(data, where=where)
        except NotCanonical as error:
            raise JournalDamaged(error.what, where=where) from None
        if not isinstance(value, dict):
            raise JournalDamaged("no object", where=where)
        return value
