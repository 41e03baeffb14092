"""The durable log: entries, tree hashes, heads, cosignatures, forks; nearly all its SQL is here.

Bytes only: any entry up to 65,535 bytes is stored, whatever it means. The hashes of the tree stand
beside the entry that completes them, so that an append touches as few pages as can be.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from parley.errors import (
    DuplicateRecord,
    LogDamaged,
    ParleyError,
    RecordTooLarge,
    StaleAppend,
    UnknownLog,
)
from parley.log.database import Journal, silent
from parley.log.heads import HeadRows
from parley.log.merkle import EMPTY_ROOT, Hash, leaf_hash, new_nodes, root
from parley.log.schema import LOG_SCHEMA
from parley.record.envelope import MAX_ENTRY, Entry, open_entry

INDEX_BITS = 40
_MAX_INDEX = (1 << INDEX_BITS) - 1

_INSERT = "INSERT INTO entry (at, hashes, name, record_id, data) VALUES (?, ?, ?, ?, ?)"
_LAST = "SELECT max(at) FROM entry WHERE at BETWEEN ? AND ?"
_HASH = "SELECT substr(hashes, ?, 32) FROM entry WHERE at = ?"
_BY_ID = (
    "SELECT at FROM entry"
    " WHERE substr(record_id, 1, 8) = substr(?1, 1, 8) AND record_id = ?1 ORDER BY at LIMIT 1"
)
_BY_NAME = (
    "SELECT at FROM entry WHERE substr(name, 1, 8) = substr(?1, 1, 8) AND name = ?1 ORDER BY at"
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry on its way into a log: its bytes, and its record's name, id and log if known."""

    raw: bytes
    name: bytes | None = None
    record_id: bytes | None = None
    log: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries for one log, and the size at which they are expected to be appended."""

    origin: str
    leaves: Sequence[Leaf]
    after: int


@dataclass(frozen=True, slots=True)
class _Log:
    id: int
    origin: str
    own: bool

    @property
    def first(self) -> int:
        return self.id << INDEX_BITS

    @property
    def last(self) -> int:
        return self.first | _MAX_INDEX


def own_leaf(entry: Entry) -> Leaf:
    """Make a leaf of an entry for one of our own logs, to be found again by its record's id."""
    name, record_id, log = bytes.fromhex(entry.name), None, None
    with suppress(ValueError, KeyError, TypeError):
        value = json.loads(entry.payload.decode())
        record_id, log = bytes.fromhex(value["id"]), str(value["log"])
    return Leaf(entry.raw, name, record_id, log)


def foreign_leaf(raw: bytes) -> Leaf:
    """Make a leaf of any bytes; what is not a DSSE envelope of ours has no name."""
    try:
        return Leaf(raw, bytes.fromhex(open_entry(raw).name))
    except ParleyError:
        return Leaf(raw)


def peaks(size: int) -> list[tuple[int, int]]:
    """Name the perfect subtrees (level, index) that a tree of ``size`` leaves is made of."""
    return [(level, (size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1]


class StoredTree:
    """The tree of one stored log, as ``merkle.HashReader``: hashes of perfect subtrees."""

    def __init__(self, store: "Store", log: _Log, known: Mapping[tuple[int, int], Hash]) -> None:
        self._store = store
        self._log = log
        self._known = known

    def node(self, level: int, index: int) -> Hash:
        """Give the hash over leaves ``[index * 2^level, (index + 1) * 2^level)``."""
        found = self._known.get((level, index))
        return found if found is not None else self._store.node(self._log, level, index)


class Store(HeadRows):
    """All logs that a node holds, its own and the others'. Safe for threads and processes."""

    def __init__(self, path: Path, *, journal: Journal = silent) -> None:
        super().__init__(path, LOG_SCHEMA, journal=journal)
        self._logs: dict[str, _Log] = {}
        # The peaks of the tree at the size last written here: spares reading them at each append.
        self._peaks: dict[str, tuple[int, Mapping[tuple[int, int], Hash]]] = {}

    # --- logs

    def open_log(self, origin: str, *, own: bool) -> None:
        """Begin to hold a log, empty at first; opening it again changes nothing."""
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO log (origin, own) VALUES (?, ?)", (origin, own))
        if self._log(origin).own != own:
            raise LogDamaged("held as ours and as another's", where=origin)

    def origins(self, *, own: bool | None = None) -> list[str]:
        """Name the logs held, sorted; only our own, or only the others', if asked."""
        with self.reading() as db:
            rows = db.execute("SELECT origin, own FROM log ORDER BY origin").fetchall()
        return [origin for origin, mine in rows if own is None or own == bool(mine)]

    def is_own(self, origin: str) -> bool:
        """Tell whether the log is one of ours."""
        return self._log(origin).own

    def _log(self, origin: str) -> _Log:
        log = self._logs.get(origin)
        if log is None:
            with self.reading() as db:
                row = db.execute("SELECT id, own FROM log WHERE origin = ?", (origin,)).fetchone()
            if row is None:
                raise UnknownLog("no such log is held here", where=origin)
            log = self._logs[origin] = _Log(row[0], origin, bool(row[1]))
        return log

    def log_id(self, origin: str) -> int:
        """Give the row of the log in this file; raises UnknownLog."""
        return self._log(origin).id

    # --- entries

    def size(self, origin: str) -> int:
        """Count the entries held."""
        log = self._log(origin)
        with self.reading() as db:
            return _size(db, log)

    def append(self, origin: str, entries: Iterable[bytes | Leaf], *, after: int) -> int:
        """Append entries to a log expected to hold ``after``; return its new size.

        When this returns, the entries survive power loss. Raises StaleAppend when the log holds
        another number, DuplicateRecord when a record's id already stands in a log of ours,
        RecordTooLarge, LogStopped.
        """
        leaves = [e if isinstance(e, Leaf) else foreign_leaf(e) for e in entries]
        return self.append_many([Batch(origin, leaves, after)])[0]

    def append_many(self, batches: Sequence[Batch]) -> list[int]:
        """Append to several logs in one durable transaction, all or nothing; see ``append``."""
        logs = [self._log(batch.origin) for batch in batches]
        # Hashed before the transaction, from the prefix that ``after`` names, which cannot change.
        made = [self._hash(log, batch) for log, batch in zip(logs, batches, strict=True)]
        with self.writing() as db:
            for log, batch, (rows, _) in zip(logs, batches, made, strict=True):
                size = _size(db, log)
                if size != batch.after:
                    raise StaleAppend(f"holds {size}, expected {batch.after}", where=log.origin)
                self._refuse_known_ids(db, batch)
                db.executemany(_INSERT, rows)
            saved = self.write_unsaved_heads(db)
        self.journal("entries durable")
        self.forget_unsaved_heads(saved)
        for log, (rows, known) in zip(logs, made, strict=True):
            if rows:
                self._peaks[log.origin] = ((rows[-1][0] & _MAX_INDEX) + 1, known)
        return [batch.after + len(batch.leaves) for batch in batches]

    def _hash(self, log: _Log, batch: Batch) -> "tuple[list[_Row], dict[tuple[int, int], Hash]]":
        for number, leaf in enumerate(batch.leaves, batch.after):
            if len(leaf.raw) > MAX_ENTRY:
                raise RecordTooLarge(
                    f"{len(leaf.raw)} bytes, {MAX_ENTRY} at most", where=f"{log.origin} {number}"
                )
        hashes = [leaf_hash(leaf.raw) for leaf in batch.leaves]
        tree = self._tree(log, batch.after)
        try:
            nodes = new_nodes(tree, batch.after, hashes)
        except LogDamaged as error:
            raise StaleAppend(f"fewer than {batch.after} entries", where=log.origin) from error
        completed: dict[int, list[tuple[int, Hash]]] = {}
        known: dict[tuple[int, int], Hash] = {}
        for level, index, value in nodes:
            completed.setdefault(((index + 1) << level) - 1, []).append((level, value))
            known[level, index] = value
        rows: list[_Row] = []
        for number, leaf in enumerate(batch.leaves, batch.after):
            beside = b"".join(value for _, value in sorted(completed[number]))
            rows.append((log.first | number, beside, leaf.name, leaf.record_id, leaf.raw))
        after = peaks(batch.after + len(rows))
        return rows, {at: known[at] if at in known else tree.node(*at) for at in after}

    def _refuse_known_ids(self, db: sqlite3.Connection, batch: Batch) -> None:
        for leaf in batch.leaves:
            if leaf.record_id is None:
                continue
            row = db.execute(_BY_ID, (leaf.record_id,)).fetchone()
            if row is not None:
                origin, index = self._place(row[0])
                raise DuplicateRecord(
                    "this record's id was logged before",
                    where=f"{origin} {index}",
                    origin=origin,
                    index=index,
                )

    def entries(self, origin: str, start: int = 0, end: int | None = None) -> list[bytes]:
        """Give the entries ``[start, end)`` that are held, as many as there are."""
        log = self._log(origin)
        stop = log.last if end is None else log.first + min(end, _MAX_INDEX) - 1
        query = "SELECT data FROM entry WHERE at BETWEEN ? AND ? ORDER BY at"
        with self.reading() as db:
            return [row[0] for row in db.execute(query, (log.first + start, stop))]

    def where(self, record_name: str) -> list[tuple[str, int]]:
        """Find a record by the hex SHA-256 of its payload: (origin, index), sorted."""
        with self.reading() as db:
            rows = db.execute(_BY_NAME, (bytes.fromhex(record_name),)).fetchall()
        return sorted(self._place(at) for (at,) in rows)

    def find_id(self, record_id: str) -> tuple[str, int] | None:
        """Find a record of ours by its id (32 hex digits): where it was logged, or None."""
        with self.reading() as db:
            row = db.execute(_BY_ID, (bytes.fromhex(record_id),)).fetchone()
        return None if row is None else self._place(row[0])

    def names(self, origin: str) -> list[str | None]:
        """Give the name of every entry in order; None where it is no envelope of ours."""
        log = self._log(origin)
        query = "SELECT name FROM entry WHERE at BETWEEN ? AND ? ORDER BY at"
        with self.reading() as db:
            rows = db.execute(query, (log.first, log.last)).fetchall()
        return [None if name is None else name.hex() for (name,) in rows]

    def _place(self, at: int) -> tuple[str, int]:
        number = at >> INDEX_BITS
        for log in self._logs.values():
            if log.id == number:
                return log.origin, at & _MAX_INDEX
        with self.reading() as db:
            row = db.execute("SELECT origin FROM log WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise LogDamaged(f"an entry of log number {number}, which is not held")
        return self._log(row[0]).origin, at & _MAX_INDEX

    # --- the tree

    def reader(self, origin: str) -> StoredTree:
        """Give the log's tree; a reader serves every size up to the one held."""
        log = self._log(origin)
        return self._tree(log, self._peaks.get(origin, (0, {}))[0])

    def root(self, origin: str, size: int) -> Hash:
        """Compute the root over the first ``size`` entries."""
        log = self._log(origin)
        return EMPTY_ROOT if size == 0 else root(self._tree(log, size), size)

    def node(self, log: _Log, level: int, index: int) -> Hash:
        """Read one hash; raises LogDamaged where there is none."""
        completing = ((index + 1) << level) - 1
        with self.reading() as db:
            row = db.execute(_HASH, (32 * level + 1, log.first + completing)).fetchone()
        if row is None or len(row[0]) != 32:
            raise LogDamaged(f"no hash at level {level}, index {index}", where=log.origin)
        value: bytes = row[0]
        return value

    def node_rows(self, origin: str) -> list[bytes]:
        """Give, for every entry in order, the hashes stored beside it: for ``fsck``."""
        log = self._log(origin)
        query = "SELECT hashes FROM entry WHERE at BETWEEN ? AND ? ORDER BY at"
        with self.reading() as db:
            return [row[0] for row in db.execute(query, (log.first, log.last))]

    def leaf_hashes(self, origin: str, start: int, end: int) -> list[Hash]:
        """Give the leaf hashes of ``[start, end)``, as many as there are."""
        log = self._log(origin)
        query = "SELECT substr(hashes, 1, 32) FROM entry WHERE at BETWEEN ? AND ? ORDER BY at"
        with self.reading() as db:
            rows = db.execute(query, (log.first + start, log.first + end - 1))
            return [row[0] for row in rows]

    def _known(self, log: _Log, size: int) -> Mapping[tuple[int, int], Hash]:
        cached = self._peaks.get(log.origin)
        return cached[1] if cached is not None and cached[0] == size else {}

    def _tree(self, log: _Log, size: int) -> StoredTree:
        return StoredTree(self, log, self._known(log, size))


_Row = tuple[int, bytes, bytes | None, bytes | None, bytes]


def _size(db: sqlite3.Connection, log: _Log) -> int:
    (last,) = db.execute(_LAST, (log.first, log.last)).fetchone()
    return 0 if last is None else (last & _MAX_INDEX) + 1
