"""The words of the logs in one SQLite file with FTS5: made from the logs, and made again at will.

It is derived and holds nothing that the logs do not: it may be thrown away at any time, and is, as
soon as it does not fit the logs, this version or itself.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.errors import LogStopped
from parley.log.database import Database
from parley.node.channels import Channel
from parley.node.reading import Reading
from parley.node.search.query import MOST_NAMES, Match, Query
from parley.node.search.words import in_latin, words_of
from parley.projection.fold import Opened
from parley.projection.numbers import check_code
from parley.record.canonical import digest
from parley.record.claims.actors import Named
from parley.record.kind import Kinds

FILE = "search.db"
VERSION = 1
AT_ONCE = 2_000

# said.rowid and the two at are log << 40 | index, as in parley.log.schema. A contentless table: the
# words are in the logs, and what is shown of a record is read from there.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS made (version TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    leaf BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS alias (
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS alias_key ON alias (key);
CREATE TABLE IF NOT EXISTS ending (of BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS ending_of ON ending (of);
CREATE VIRTUAL TABLE IF NOT EXISTS said USING fts5(
    number, kind, written, latin, heard,
    content='', columnsize=0, prefix='3', tokenize="unicode61 remove_diacritics 0"
);
"""
_FIND = (
    "SELECT rowid FROM said WHERE said MATCH ? AND rowid BETWEEN ? AND ?"
    " ORDER BY rowid DESC LIMIT ?"
)
_NAMES = (
    "SELECT name FROM alias WHERE key = ? AND at BETWEEN ? AND ?"
    " GROUP BY name ORDER BY min(at), name LIMIT ?"
)
_INDEX = (1 << 40) - 1

Place = tuple[str, int]
"""An entry of a log: (origin, index)."""


@dataclass(slots=True)
class _Rows:
    said: list[tuple[int, str, str, str, str, str]]
    aliases: list[tuple[str, int, str]]
    endings: list[tuple[bytes, int]]


class Index:
    """The words of the logs of one identity; it reads on when it is asked. Safe for threads."""

    def __init__(self, path: Path, reading: Reading, kinds: Kinds) -> None:
        self._path = path
        self._reading = reading
        self._kinds = kinds
        self._version = digest(" ".join([str(VERSION), *(k.name for k in kinds)]).encode())
        self._lock = threading.Lock()
        self._file: Database | None = None
        self._logs: dict[str, tuple[int, int]] = {}  # origin -> its number and size here

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def throw_away(self) -> None:
        """Begin again with an empty file: what is in it can all be read from the logs."""
        with self._lock:
            self._remake()

    def catch_up(self, channel: Channel) -> None:
        """Take in what the logs of a channel hold beyond what is known; new ones go in parts."""
        with self._lock:
            if self._file is None:
                self._open()
            for origin in channel.origins():
                if not self._fits(origin):
                    self._remake()
            for origin in channel.origins():
                self._read_on(channel, origin)

    # --- asking

    def find(
        self, query: Query, tier: Match, upto: Mapping[str, int], kind: str | None, limit: int
    ) -> list[Place]:
        """Give the entries below the sizes that a query finds in one tier, each log's last first.

        Of each log at most ``limit``.
        """
        wanted = query.expression(tier, kind)
        return [
            (origin, at & _INDEX)
            for origin, first, last in self._ranges(upto)
            for (at,) in self._rows(_FIND, (wanted, first, last, limit))
        ]

    def names(self, name: str, upto: Mapping[str, int]) -> Iterator[str]:
        """Give other names of an actor or place, as the records below the sizes have them."""
        key = in_latin(name)
        for _, first, last in self._ranges(upto):
            for (other,) in self._rows(_NAMES, (key, first, last, MOST_NAMES)):
                yield str(other)

    def ended_by(self, name: str, upto: Mapping[str, int]) -> list[Place]:
        """Give the entries below the sizes that replace or withdraw a record (by its hex name)."""
        query = "SELECT at FROM ending WHERE of = ? AND at BETWEEN ? AND ? ORDER BY at"
        return [
            (origin, at & _INDEX)
            for origin, first, last in self._ranges(upto)
            for (at,) in self._rows(query, (bytes.fromhex(name), first, last))
        ]

    def _ranges(self, upto: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
        for origin, size in sorted(upto.items()):
            known = self._logs.get(origin)
            if known is not None and size:
                yield origin, known[0] << 40, known[0] << 40 | (size - 1)

    def _rows(self, query: str, values: Sequence[str | int | bytes]) -> list[tuple[Any, ...]]:
        assert self._file is not None  # noqa: S101 - for the type checker: catch_up opened it
        with self._file.reading() as db:
            return db.execute(query, values).fetchall()

    # --- the file

    def _open(self) -> None:
        """Open the file, or make it again if it is damaged or of another version."""
        try:
            self._file = Database(self._path, _SCHEMA)
            with self._file.reading() as db:
                made = [version for (version,) in db.execute("SELECT version FROM made")]
                rows = db.execute("SELECT origin, id, size FROM log").fetchall()
        except LogStopped:
            self._remake()
            return
        if made != [self._version]:
            self._remake()
            return
        self._logs = {origin: (number, size) for origin, number, size in rows}

    def _remake(self) -> None:
        if self._file is not None:
            self._file.close()
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        self._file = Database(self._path, _SCHEMA)
        self._logs = {}
        with self._file.writing() as db:
            db.execute("INSERT INTO made VALUES (?)", (self._version,))

    def _fits(self, origin: str) -> bool:
        """Tell whether what is known of a log is what it begins with; a copy may be put back."""
        number, size = self._logs.get(origin, (0, 0))
        if not size:
            return True
        rows = self._rows("SELECT leaf FROM log WHERE id = ?", (number,))
        try:
            return rows == [(self._reading.entry(origin, size - 1).leaf,)]
        except IndexError:
            return False

    def _read_on(self, channel: Channel, origin: str) -> None:
        size = self._logs.get(origin, (0, 0))[1]
        entries = self._reading.after(origin, size)
        for at in range(0, len(entries), AT_ONCE):
            self._take(channel, origin, entries[at : at + AT_ONCE])

    def _take(self, channel: Channel, origin: str, entries: Sequence[Opened]) -> None:
        assert self._file is not None  # noqa: S101 - for the type checker
        size, leaf = entries[-1].index + 1, entries[-1].leaf
        with self._file.writing() as db:
            db.execute(
                "INSERT INTO log (origin, size, leaf) VALUES (?, ?, ?)"
                " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, leaf = excluded.leaf",
                (origin, size, leaf),
            )
            found = db.execute("SELECT id FROM log WHERE origin = ?", (origin,)).fetchone()
            number = int(found[0])
            rows = _Rows([], [], [])
            for opened in entries:
                self._add(channel, opened, number << 40 | opened.index, rows)
            _insert(db, rows)
        self._logs[origin] = (number, size)

    def _add(self, channel: Channel, opened: Opened, at: int, rows: _Rows) -> None:
        """Add an entry; of an unread one its number alone, for its words may be anybody's."""
        record = opened.record
        if record is None or opened.facts.head is not None:
            return
        number = f"{self._reading.number(channel, opened)} {check_code(opened.name)} {opened.name}"
        plain = number.replace("-", " ")
        if opened.unread is not None:
            rows.said.append((at, plain, "", "", "", ""))
            return
        kind = record.kind.replace("/", " ")
        words = words_of(dict(record.body), self._kinds[record.kind].title, kind)
        rows.said.append((at, plain, kind, words.written, words.latin, words.heard))
        rows.aliases += [(key, at, name) for key, name in _aliases(opened)]
        rows.endings += [
            (bytes.fromhex(ref.record), at)
            for ref in record.refs
            if ref.role in ("replaces", "withdraws")
        ]


def _insert(db: sqlite3.Connection, rows: _Rows) -> None:
    columns = "rowid, number, kind, written, latin, heard"
    db.executemany(f"INSERT INTO said ({columns}) VALUES (?, ?, ?, ?, ?, ?)", rows.said)  # noqa: S608
    db.executemany("INSERT INTO alias VALUES (?, ?, ?)", rows.aliases)
    db.executemany("INSERT INTO ending VALUES (?, ?)", rows.endings)


def _aliases(opened: Opened) -> set[tuple[str, str]]:
    """Give, of each name of an actor or place, the others: a handle leads to names, and back."""
    found: set[tuple[str, str]] = set()
    for names in _named(opened):
        keys = {in_latin(name) for name in names}
        found |= {(key, name) for key in keys if key for name in names if in_latin(name) != key}
    return found


def _named(opened: Opened) -> Iterator[tuple[str, ...]]:
    for claim in opened.facts.claims:
        if isinstance(claim, Named):
            yield (claim.actor, *(name.text for name in claim.names))
    for place in opened.facts.places:
        yield tuple(name.text for name in place.names)
