"""Which identities a file has had: on disk beyond some megabytes, so that memory is bounded."""

import hashlib
import sqlite3
from dataclasses import dataclass

_CACHE_KIB = 32 * 1024


@dataclass(frozen=True, slots=True)
class Before:
    """Where an identity stood first, and whether it said the same."""

    place: str
    same: bool


class Seen:
    """The identities of one file; nothing of it outlives the object."""

    def __init__(self) -> None:
        # An unnamed database is a temporary one, which SQLite spills to disk and removes.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE seen (key BLOB PRIMARY KEY, content BLOB, place TEXT) WITHOUT ROWID"
        )
        self._db.execute("BEGIN")

    def before(self, key: str, content: bytes, place: str) -> Before | None:
        """Note an identity with its content; give where it stood before, if it did."""
        name, said = _digest(key.encode()), _digest(content)
        added = self._db.execute(
            "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (name, said, place)
        )
        if added.rowcount:
            return None
        query = "SELECT content, place FROM seen WHERE key = ?"
        first, where = self._db.execute(query, (name,)).fetchone()
        return Before(where, first == said)

    def close(self) -> None:
        """Let go of it."""
        self._db.close()


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
