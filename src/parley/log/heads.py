"""Signed heads, cosignatures and fork evidence as they are stored.

A note is kept in pieces and written anew, in its one form: the three lines follow from origin, size
and root. For another's log the heads above the size held are *pending*: seen, content to come.
"""

import hashlib
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from parley.errors import ForkDetected, HeadRefused
from parley.log.checkpoint import Checkpoint, NoteSignature, SignedNote, parse_checkpoint
from parley.log.database import Database
from parley.log.merkle import MAX_SIZE, Hash

_HEAD_AT = "SELECT size, root, key_hash, signature FROM head WHERE log = ? AND size = ?"
_HEAD_UP_TO = (
    "SELECT size, root, key_hash, signature FROM head"
    " WHERE log = ? AND size <= ? ORDER BY size DESC LIMIT 1"
)
_NEW_HEAD = (
    "INSERT OR IGNORE INTO head (log, size, root, key_hash, signature) VALUES (?, ?, ?, ?, ?)"
)
_FIRST_COSIGNED = (
    "SELECT cosigner, min(size) FROM cosignature"
    " WHERE log = ? AND size >= ? GROUP BY cosigner ORDER BY cosigner"
)
_LAST_COSIGNED = (
    "SELECT cosigner, max(size) FROM cosignature"
    " WHERE log = ? AND size >= ? GROUP BY cosigner ORDER BY cosigner"
)

_LARGEST_OF = "SELECT max(size) FROM cosignature WHERE log = ? AND cosigner = ?"


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A head with its log's signature line and the cosignature lines known for it."""

    origin: str
    size: int
    root: Hash
    line: NoteSignature
    cosignatures: tuple[NoteSignature, ...] = ()

    @property
    def checkpoint(self) -> Checkpoint:
        """The three lines that were signed."""
        return Checkpoint(self.origin, self.size, self.root)

    @property
    def note(self) -> bytes:
        """The signed note: the log's line first, then cosignatures by name."""
        text = self.checkpoint.body().decode()
        return SignedNote(text, (self.line, *self.cosignatures)).format()


@dataclass(frozen=True, slots=True)
class CosignedHead:
    """One cosigner's line, and the head that it stands under."""

    cosigner: str
    size: int
    line: NoteSignature
    head: StoredHead


class HeadRows(Database, ABC):
    """Heads by size, cosignatures by cosigner and size, forks by digest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Our own heads wait here for the next write: what the sign-state holds can be signed anew.
        self._unsaved: dict[tuple[str, int], StoredHead] = {}

    @abstractmethod
    def log_id(self, origin: str) -> int:
        """Give the row of the log in this file; raises UnknownLog."""

    @abstractmethod
    def size(self, origin: str) -> int:
        """Count the entries held."""

    # --- heads

    def save_head(self, origin: str, note: bytes, size: int, root: Hash) -> None:
        """Keep the log's own line of a note, durably; verified by the caller.

        Raises ForkDetected when another root is kept for this size, HeadRefused when the note does
        not carry this head under a line of its log.
        """
        parsed = SignedNote.parse(note)
        line = next((s for s in parsed.signatures if s.name == origin), None)
        if line is None or parse_checkpoint(parsed) != Checkpoint(origin, size, root):
            raise HeadRefused("the note is not this log's head", where=origin)
        self.save_line(StoredHead(origin, size, root, line))

    def save_line(self, head: StoredHead, *, synced: bool = True) -> None:
        """Keep a head and its cosignatures, durably; see ``save_head``.

        Without ``synced`` they are written now, and durable with whatever is next (``sync``).
        """
        with self.writing(synced=synced) as db:
            self._insert_head(db, head)
            self._insert_cosignatures(db, head)

    def remember_own_head(self, head: StoredHead) -> None:
        """Show a head of our own now and write it with the next append.

        Only for heads that are in the sign-state: what is lost there can be signed again.
        """
        self._unsaved[head.origin, head.size] = head

    def write_unsaved_heads(self, db: sqlite3.Connection) -> list[tuple[str, int]]:
        """Write remembered heads; the caller forgets them once the transaction is durable."""
        waiting = list(self._unsaved.items())
        for _, head in waiting:
            self._insert_head(db, head)
        return [place for place, _ in waiting]

    def forget_unsaved_heads(self, places: Iterable[tuple[str, int]]) -> None:
        """Drop remembered heads that are durable by now."""
        for place in places:
            self._unsaved.pop(place, None)

    def close(self) -> None:
        """Write what waits, then let go of the file."""
        if self._unsaved and not self.stopped:
            with self.writing() as db:
                places = self.write_unsaved_heads(db)
            self.forget_unsaved_heads(places)
        super().close()

    def head(self, origin: str) -> bytes | None:
        """Give the note of the largest head whose entries are all held, with its cosignatures."""
        found = self.stored_head(origin)
        return None if found is None else found.note

    def head_at(self, origin: str, size: int) -> bytes | None:
        """Give the note of the head of exactly this size, held or pending."""
        found = self.stored_head_at(origin, size)
        return None if found is None else found.note

    def pending_head(self, origin: str) -> bytes | None:
        """Give the note of the largest head seen, if it lies above the entries held."""
        found = self.largest_head(origin)
        return None if found is None or found.size <= self.size(origin) else found.note

    def stored_head(self, origin: str) -> StoredHead | None:
        """Give the largest head whose entries are all held."""
        return self._find(_HEAD_UP_TO, origin, self.size(origin))

    def stored_head_at(self, origin: str, size: int) -> StoredHead | None:
        """Give the head of exactly this size, held or pending."""
        return self._find(_HEAD_AT, origin, size)

    def largest_head(self, origin: str, *, up_to: int = MAX_SIZE) -> StoredHead | None:
        """Give the largest head seen, held or pending, of at most ``up_to`` entries."""
        return self._find(_HEAD_UP_TO, origin, up_to)

    def heads(self, origin: str) -> list[StoredHead]:
        """Give every head kept, by size, with its cosignatures."""
        number = self.log_id(origin)
        with self.reading() as db:
            query = "SELECT size FROM head WHERE log = ?"
            sizes = {row[0] for row in db.execute(query, (number,))}
        sizes |= {size for name, size in list(self._unsaved) if name == origin}
        found = [self.stored_head_at(origin, size) for size in sorted(sizes)]
        return [head for head in found if head is not None]

    def _find(self, query: str, origin: str, size: int) -> StoredHead | None:
        number = self.log_id(origin)
        with self.reading() as db:
            row = db.execute(query, (number, size)).fetchone()
        best = max(
            (
                head
                for (name, at), head in list(self._unsaved.items())
                if name == origin and (at == size if query is _HEAD_AT else at <= size)
            ),
            key=lambda head: head.size,
            default=None,
        )
        if row is not None and (best is None or row[0] >= best.size):
            best = StoredHead(origin, row[0], row[1], NoteSignature(origin, row[2], row[3]))
        return None if best is None else replace(best, cosignatures=self._lines(number, best.size))

    def _insert_head(self, db: sqlite3.Connection, head: StoredHead) -> None:
        number = self.log_id(head.origin)
        values = (number, head.size, head.root, head.line.key_hash, head.line.signature)
        if db.execute(_NEW_HEAD, values).rowcount == 1:
            return
        query = "SELECT root FROM head WHERE log = ? AND size = ?"
        if db.execute(query, (number, head.size)).fetchone()[0] != head.root:
            raise ForkDetected("another root is kept for this size", where=head.origin)

    # --- cosignatures

    def add_cosignature(
        self, origin: str, size: int, root: Hash, line: NoteSignature, *, synced: bool = True
    ) -> None:
        """Keep one verified line under a head that is kept; of two, the first one stays."""
        head = self.stored_head_at(origin, size)
        if head is None or head.root != root:
            raise HeadRefused("no such head is kept", where=f"{origin} {size}")
        self.save_line(StoredHead(origin, size, root, head.line, (line,)), synced=synced)

    def cosigned_size(self, origin: str, cosigner: str) -> int:
        """Give the size of the largest head that a cosigner's line is kept for; 0 without one."""
        with self.reading() as db:
            row = db.execute(_LARGEST_OF, (self.log_id(origin), cosigner)).fetchone()
        return row[0] or 0

    def cosignatures(
        self, origin: str, at_least_size: int = 0, *, earliest: bool = False
    ) -> list[CosignedHead]:
        """Give each cosigner's line over the largest head, or the smallest one that is enough."""
        number = self.log_id(origin)
        query = _FIRST_COSIGNED if earliest else _LAST_COSIGNED
        with self.reading() as db:
            rows = db.execute(query, (number, at_least_size)).fetchall()
        result = []
        for cosigner, size in rows:
            head = self.stored_head_at(origin, size)
            if head is not None:
                lines = [line for line in head.cosignatures if line.name == cosigner]
                result += [CosignedHead(cosigner, size, line, head) for line in lines]
        return result

    def _lines(self, number: int, size: int) -> tuple[NoteSignature, ...]:
        query = (
            "SELECT cosigner, key_hash, signature FROM cosignature"
            " WHERE log = ? AND size = ? ORDER BY cosigner, key_hash"
        )
        with self.reading() as db:
            return tuple(NoteSignature(*row) for row in db.execute(query, (number, size)))

    def _insert_cosignatures(self, db: sqlite3.Connection, head: StoredHead) -> None:
        number = self.log_id(head.origin)
        db.executemany(
            "INSERT OR IGNORE INTO cosignature (log, cosigner, size, key_hash, signature)"
            " VALUES (?, ?, ?, ?, ?)",
            [(number, s.name, head.size, s.key_hash, s.signature) for s in head.cosignatures],
        )

    # --- forks

    def add_fork(self, origin: str, evidence: bytes) -> None:
        """Keep fork evidence, once."""
        row = (self.log_id(origin), hashlib.sha256(evidence).digest(), evidence)
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO fork (log, digest, evidence) VALUES (?, ?, ?)", row)

    def forks(self, origin: str) -> list[bytes]:
        """Give the fork evidence kept about a log, in the order it came."""
        query = "SELECT evidence FROM fork WHERE log = ? ORDER BY rowid"
        with self.reading() as db:
            return [row[0] for row in db.execute(query, (self.log_id(origin),))]
